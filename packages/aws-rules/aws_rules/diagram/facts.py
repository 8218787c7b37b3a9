"""What is known of a deployment, from AWS or from a sandbox: the facts that its diagram is drawn from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aws_rules.arns import FunctionArn

Document = Mapping[str, Any]

_VPC_ENDPOINT = re.compile(r"\bvpce-[0-9a-f]+\b")


class UnreadError(Exception):
    """Something could not be read; the message says what and why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A route as the API is edited: `$default` has no path; stage variables are filled in.

    integration  MOCK, HTTP_PROXY, AWS_PROXY, …; empty where there is none
    function     the function that its URI names; None where it names none
    """

    method: str
    path: str
    authorization: str = "NONE"
    authorizer_id: str = ""
    api_key_required: bool = False
    integration: str = ""
    function: FunctionArn | None = None
    credentials: str = ""

    @property
    def name(self) -> str:
        """`GET /pets`, `$default`."""
        return f"{self.method} {self.path}".strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Authorizer:
    """An authorizer; the function is None where none decides."""

    id: str
    name: str
    type: str
    function: FunctionArn | None = None
    credentials: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Domain:
    """A custom domain name that leads to the stage, below a base path or at its root."""

    name: str
    base_path: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class VpcEndpoint:
    """A VPC endpoint through which a private API is reached; the account is empty where it is not known."""

    id: str
    account: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Api:
    """A stage of an API: what it is, what reaches it, what it calls.

    protocol  REST or HTTP
    endpoint  REGIONAL, EDGE or PRIVATE
    policy    the API's resource policy
    """

    account: str
    region: str
    id: str
    name: str
    protocol: str
    stage: str
    endpoint: str = "REGIONAL"
    policy: Document | None = None
    routes: tuple[Route, ...] = ()
    authorizers: tuple[Authorizer, ...] = ()
    domains: tuple[Domain, ...] = ()
    vpc_endpoints: tuple[VpcEndpoint, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Function:
    """What a qualifier of a function leads to.

    role    ARN of its execution role
    policy  the qualifier's own resource policy
    """

    version: str
    runtime: str
    role: str
    policy: Document | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A role of the API's account, with every policy that says what it may do."""

    arn: str
    unique_id: str
    trust: Document
    policies: tuple[Document, ...] = ()
    boundary: Document | None = None


def endpoint_ids(associated: Iterable[str], policy: Document | None) -> list[str]:
    """The VPC endpoints of a private API: those it is associated with, and those that its resource policy names."""
    return list(dict.fromkeys([*associated, *_VPC_ENDPOINT.findall(json.dumps(policy))]))


class Reader(Protocol):
    """Looks up what the API's routes and authorizers name. Each raises UnreadError."""

    def function(self, arn: FunctionArn) -> Function | None:
        """The function under the qualifier of its ARN; None where there is none."""

    def role(self, arn: str) -> Role | None:
        """A role of the API's account; None where there is none."""
