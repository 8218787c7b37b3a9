"""Probes of a function's policy, unchanged and while its statements are removed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tools.prove.answers import named
from tools.prove.probe import ERRORS, Probe, sends, until
from tools.prove.sites import Answer, Deployed


def _policy(deployed: Deployed) -> list[dict[str, Any]]:
    client = deployed.client("lambda", "function")
    got = client.get_policy(FunctionName=deployed.outputs["functionName"], Qualifier="live")
    statements: list[dict[str, Any]] = json.loads(got["Policy"])["Statement"]
    return statements


def _function_policy(deployed: Deployed) -> Answer:
    return {"statements": named(_policy(deployed), deployed)}


def _role_policy(deployed: Deployed) -> Answer:
    principals = [str(each["Principal"].get("AWS")) for each in _policy(deployed)]
    return {
        "principals": [re.sub(r"-[0-9a-f]{7}$", "-(suffix)", principal) for principal in principals],
        "conditions": [each.get("Condition") for each in _policy(deployed)],
    }


def _without_permission(deployed: Deployed) -> Answer:
    with _no_statements(deployed):
        return _changed(deployed, from_status=200)


def _with_the_articles_statement(deployed: Deployed) -> Answer:
    """Add the statement of a widely read article: the account root as principal, with a SourceArn."""
    client = deployed.client("lambda", "function")
    with _no_statements(deployed):
        account = str(deployed.outputs["apiExecutionArn"]).split(":")[4]
        names = {"FunctionName": deployed.outputs["functionName"], "Qualifier": "live", "StatementId": "article"}
        client.add_permission(
            **names,
            Action="lambda:InvokeFunction",
            Principal=f"arn:aws:iam::{account}:root",
            SourceArn=deployed.outputs["sourceArn"],
        )
        try:
            return _changed(deployed, from_status=200)
        finally:
            client.remove_permission(**names)


@contextmanager
def _no_statements(deployed: Deployed) -> Iterator[None]:
    """Remove every statement, and add them again at the end."""
    client = deployed.client("lambda", "function")
    names = {"FunctionName": deployed.outputs["functionName"], "Qualifier": "live"}
    statements = _policy(deployed)
    for statement in statements:
        client.remove_permission(**names, StatementId=statement["Sid"])
    try:
        yield
    finally:
        for statement in statements:
            conditions = statement["Condition"]
            client.add_permission(
                **names,
                StatementId=statement["Sid"],
                Action=statement["Action"],
                Principal=statement["Principal"]["Service"],
                SourceArn=conditions["ArnLike"]["AWS:SourceArn"],
                SourceAccount=conditions["StringEquals"]["AWS:SourceAccount"],
            )
        _changed(deployed, from_status=500)


def _changed(deployed: Deployed, *, from_status: int) -> Answer:
    """The response after a changed policy has taken effect."""
    ask = sends("GET", "/")
    return until(lambda: ask(deployed), lambda answer: answer["status"] != from_status)


PERMISSIONS = (
    Probe(
        name="function-policy",
        what="GetPolicy of the alias",
        page="docs/patterns/users.md",
        ask=_function_policy,
    ),
    Probe(
        name="function-policy-names-a-role",
        what="GetPolicy of the alias, if a role invokes it",
        page="docs/patterns/users.md",
        ask=_role_policy,
    ),
    Probe(
        name="permission-removed",
        what="GET / after the function's account removed its statement",
        page=f"{ERRORS}, 7",
        ask=_without_permission,
    ),
    Probe(
        name="account-root-with-source-arn",
        what="GET / with a statement for the account's root and a SourceArn",
        page="docs/patterns/users.md; a deduction from the IAM user guide",
        ask=_with_the_articles_statement,
    ),
)
