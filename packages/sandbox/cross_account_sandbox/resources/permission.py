"""aws.lambda_.Permission: one statement of the resource policy of a function, version or alias."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from aws_rules.arns import ArnError, FunctionArn
from aws_rules.policies import GENERATED_DIGITS
from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import HandlerError, or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed

_ADD = {
    "action": "Action",
    "function": "FunctionName",
    "principal": "Principal",
    "eventSourceToken": "EventSourceToken",
    "functionUrlAuthType": "FunctionUrlAuthType",
    "principalOrgId": "PrincipalOrgID",
    "qualifier": "Qualifier",
    "sourceAccount": "SourceAccount",
    "sourceArn": "SourceArn",
    "statementId": "StatementId",
}
#: The condition keys for AddPermission's parameters.
_CONDITIONS = {
    "sourceArn": "AWS:SourceArn",
    "sourceAccount": "AWS:SourceAccount",
    "principalOrgId": "aws:PrincipalOrgID",
    "functionUrlAuthType": "lambda:FunctionUrlAuthType",
    "eventSourceToken": "lambda:EventSourceToken",
}
#: Recognizes a statement ID generated from a prefix, as the AWS provider does.
_GENERATED = re.compile(rf"(.+)[0-9a-fA-F]{{{GENERATED_DIGITS}}}")
#: AWS loses statements that are added to one function's policy in parallel.
_LOCKS: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class Permission(AwsHandler):
    """A statement cannot be updated: every changed input replaces it. Its ID is the statement ID."""

    token = "aws:lambda/permission:Permission"  # noqa: S105
    service = "lambda"
    inputs = frozenset({*_ADD, "region", "statementIdPrefix"})
    replaces = inputs
    auto_name = "statementId"

    def check(self, inputs: Mapping[str, Any]) -> Properties:
        """Reject inputs with both a statement ID and a prefix."""
        if inputs.get("statementId") is not None and inputs.get("statementIdPrefix") is not None:
            raise HandlerError(f"{self.token}: statementId conflicts with statementIdPrefix: set only one of them")
        return super().check(inputs)

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """AddPermission. With a prefix, a unique ID is generated for each call."""
        identity = inputs.get("statementId") or inputs["statementIdPrefix"] + secrets.token_hex(GENERATED_DIGITS // 2)
        state = {**inputs, "statementId": str(identity)}
        with _LOCKS[_name(inputs["function"])]:
            self.client(session, inputs).add_permission(**renamed(state, _ADD))
        return state["statementId"], self.outputs(session, state, {})

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """Find the statement in GetPolicy. The import ID is `FUNCTION/STATEMENT` or `FUNCTION:QUALIFIER/STATEMENT`."""
        if not state.get("function"):
            function, _, identity = identity.rpartition("/")
            state = {**state, **_named(function), "statementId": identity}
        live = or_none(self.client(session, state).get_policy, **_target(state))
        statements = json.loads(live["Policy"])["Statement"] if live else []
        found = next((entry for entry in statements if entry.get("Sid") == identity), None)
        return (
            None if found is None else self.outputs(session, {**state, "statementId": identity}, _stated(found, state))
        )

    def identity(self, given: str, outputs: Properties) -> str:
        """Only the statement ID."""
        del given
        return str(outputs["statementId"])

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        with _LOCKS[_name(state["function"])]:
            or_none(
                self.client(session, state).remove_permission,
                **_target(state),
                StatementId=state.get("statementId", identity),
            )


def _target(state: Mapping[str, Any]) -> Properties:
    return renamed(state, {"function": "FunctionName", "qualifier": "Qualifier"})


def _named(function: str) -> Properties:
    """Parse the function in an import ID: a name or ARN, with or without a qualifier."""
    try:
        arn = FunctionArn.parse(function)
    except ArnError:
        name, _, qualifier = function.partition(":")
        return {"function": name, **({"qualifier": qualifier} if qualifier else {})}
    return {"function": str(arn.unqualified), **({"qualifier": arn.qualifier} if arn.qualifier else {})}


def _name(function: str) -> str:
    try:
        return FunctionArn.parse(function).name
    except ArnError:
        return function


def _stated(statement: Mapping[str, Any], state: Mapping[str, Any]) -> Properties:
    """Convert a statement to the inputs that create it."""
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        principal = next(iter(principal.values()))
    conditions = {
        key.lower(): value
        for operator in (statement.get("Condition") or {}).values()
        for key, value in operator.items()
    }
    wanted = state.get("principal")
    if wanted and re.fullmatch(rf"arn:aws[a-z-]*:iam::{re.escape(wanted)}:root", str(principal)):
        principal = wanted  # an account ID, which AWS stores as the account's root ARN
    return {
        "action": statement.get("Action"),
        "principal": principal,
        "statementIdPrefix": prefix[1] if (prefix := _GENERATED.fullmatch(str(statement.get("Sid")))) else None,
        **{name: conditions.get(key.lower()) for name, key in _CONDITIONS.items()},
    }
