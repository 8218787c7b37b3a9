"""The frame of a service that the sandbox answers itself, instead of leaving it to moto.

A service is a table of operations by AWS's operation name. Parsing of requests and serialising of
answers and errors follow botocore's own service model, so an answer has AWS's form for every client.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aws_rules.iam.request_keys import Client
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.world import World


def new_request_id() -> str:
    """The id of a call, as AWS's answers carry it in x-amzn-RequestId."""
    return str(uuid4())


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One operation asked of a service: the modelled parameters (botocore's member names) and who asks.

    request_id  that of the answer, whether it is one or a refusal
    client      where the call comes from, as policies see it
    resource    the Pulumi resource that the call is for, where the client says so: a digest of its URN
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
    """A service by botocore's name (`apigateway`, `lambda`, `sts`), with the operations it answers.

    An operation answers with the modelled output members, or raises AwsError. Operations run on the
    server's event loop: they must not block, and may be coroutines. An operation that is not in the
    table is refused with 501 `NotImplemented`, naming it.
    """

    name: str
    operations: Mapping[str, Operation] = field(default_factory=dict)
