"""The base of a service that the sandbox implements itself, instead of moto.

A service is a table of operations by AWS's operation name. Requests are parsed, and responses and errors serialized, by
botocore's service model, so that every client receives AWS's wire format.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aws_rules.iam.request_keys import Client
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.unique_ids import random_uuid
from cross_account_sandbox.world import World


def new_request_id() -> str:
    """Create a request ID, as AWS returns it in x-amzn-RequestId."""
    return random_uuid()


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call of an operation: the modelled parameters (by botocore's member names) and the caller.

    request_id  the request ID of the response, whether it is a success or an error
    client      the source of the call, as policies see it
    resource    the Pulumi resource that the call is for, if the client names one: a digest of its URN
    """

    world: World
    caller: Caller
    account: str
    region: str
    operation: str
    params: Mapping[str, Any]
    request_id: str = field(default_factory=new_request_id)
    client: Client = field(default_factory=lambda: Client(source_ip="127.0.0.1"))
    resource: str = ""


Operation = Callable[[Call], "Mapping[str, Any] | Awaitable[Mapping[str, Any] | None] | None"]


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service by botocore's name (`apigateway`, `lambda`, `sts`), with the operations that it implements.

    An operation returns the modelled output members or raises AwsError. Operations run on the server's event loop: they
    must not block, and can be coroutines. An operation that is not in the table is refused with 501 `NotImplemented`,
    naming it.
    """

    name: str
    operations: Mapping[str, Operation] = field(default_factory=dict)
