"""Calls that Lambda's API rejects, with the root program's function."""

from __future__ import annotations

import json
from typing import Any

from tools.prove.probe import Probe
from tools.prove.program import Who
from tools.prove.refused import Parameters, refused
from tools.prove.sites import Deployed

_REFERENCE = "Lambda API reference; recorded answers"
_SAME = "prove-same"


def _call(name: str, what: str, method: str, parameters: Parameters, *, who: Who = "function") -> Probe:
    return refused(f"lambda-{name}", what, f"lambda.{method}", parameters, who=who, page=_REFERENCE)


def _function(**more: Any) -> Parameters:
    return lambda deployed: {"FunctionName": deployed.outputs["functionName"], **more}


def _permission(**more: Any) -> Parameters:
    """AddPermission for API Gateway, except for these parameters."""
    own = {"StatementId": _SAME, "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    return _function(**{**own, **more})


def _twice(deployed: Deployed) -> dict[str, Any]:
    """Add the alias's first statement again."""
    names = {"FunctionName": deployed.outputs["functionName"], "Qualifier": "live"}
    policy = json.loads(deployed.client("lambda", "function").get_policy(**names)["Policy"])
    return {**_permission(StatementId=policy["Statement"][0]["Sid"])(deployed), "Qualifier": "live"}


LAMBDA_CALLS = (
    _call(
        "unknown-function",
        "GetFunction of an unknown name",
        "get_function",
        lambda _: {"FunctionName": "prove-not-there"},
    ),
    _call("unknown-alias", "GetAlias of an unknown name", "get_alias", _function(Name="nothing")),
    _call("no-policy", "GetPolicy without a qualifier, where only the alias has one", "get_policy", _function()),
    _call("statement-twice", "AddPermission with the ID of an existing statement", "add_permission", _twice),
    _call(
        "unknown-role",
        "AddPermission for a role that does not exist",
        "add_permission",
        lambda deployed: _permission(Principal=f"arn:aws:iam::{deployed.accounts.api}:role/prove-not-there")(deployed),
    ),
    _call(
        "permission-of-latest",
        "AddPermission with the qualifier $LATEST",
        "add_permission",
        _permission(Qualifier="$LATEST"),
    ),
    _call(
        "permission-of-unknown-alias",
        "AddPermission to an unknown alias",
        "add_permission",
        _permission(Qualifier="nothing"),
    ),
    _call(
        "unknown-statement",
        "RemovePermission of an unknown ID",
        "remove_permission",
        _function(StatementId="nothing", Qualifier="live"),
    ),
    _call(
        "alias-is-there",
        "CreateAlias of an existing alias",
        "create_alias",
        _function(Name="live", FunctionVersion="1"),
    ),
    _call(
        "alias-without-version",
        "UpdateAlias to an unknown version",
        "update_alias",
        _function(Name="live", FunctionVersion="99999"),
    ),
    _call(
        "from-the-api-account",
        "GetFunction by the API account, which no policy allows",
        "get_function",
        lambda deployed: {"FunctionName": deployed.outputs["functionArn"]},
        who="api",
    ),
    _call(
        "permission-from-the-api-account",
        "AddPermission by the API account",
        "add_permission",
        lambda deployed: {**_permission()(deployed), "FunctionName": deployed.outputs["functionArn"]},
        who="api",
    ),
)
