"""The AWS provider's functions (`aws.get_…`), by token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aws_rules.arns import dns_suffix
from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.policy_document import policy_document
from cross_account_sandbox.resources.session import ProviderSession

Invoke = Callable[["ProviderSession", Mapping[str, Any]], Properties]


def _caller_identity(session: ProviderSession, _arguments: Mapping[str, Any]) -> Properties:
    answer = session.client("sts").get_caller_identity()
    return {
        "id": answer["Account"],
        "accountId": answer["Account"],
        "arn": answer["Arn"],
        "userId": answer["UserId"],
    }


def _region(session: ProviderSession, arguments: Mapping[str, Any]) -> Properties:
    region = arguments.get("region") or arguments.get("name") or session.region
    return {
        "id": region,
        "name": region,
        "region": region,
        "description": region,
        "endpoint": f"ec2.{region}.amazonaws.com",
    }


def _partition(session: ProviderSession, _arguments: Mapping[str, Any]) -> Properties:
    suffix = dns_suffix(session.partition)
    return {
        "id": session.partition,
        "partition": session.partition,
        "dnsSuffix": suffix,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


#: Every function by its token.
INVOKES: Mapping[str, Invoke] = {
    "aws:iam/getPolicyDocument:getPolicyDocument": policy_document,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}


def invoke(token: str, session: ProviderSession, arguments: Mapping[str, Any]) -> Properties:
    """Call a function. Raises HandlerError for a function that the sandbox does not support."""
    try:
        function = INVOKES[token]
    except KeyError:
        raise HandlerError(f"the sandbox does not support {token}: it supports {', '.join(sorted(INVOKES))}") from None
    return function(session, arguments)
