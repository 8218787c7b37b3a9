"""aws.iam.get_policy_document: a policy document as JSON in the AWS provider's form.

Source: Terraform AWS provider documentation, data source `aws_iam_policy_document`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession

_VERSIONS = ("2008-10-17", "2012-10-17")


def policy_document(session: ProviderSession, arguments: Mapping[str, Any]) -> Properties:
    """The document as indented and as minified JSON."""
    del session
    version = arguments.get("version") or "2012-10-17"
    if version not in _VERSIONS:
        raise HandlerError(f"aws.iam.getPolicyDocument: version is {version!r}, must be one of {', '.join(_VERSIONS)}")
    whole: dict[str, Any] = {"Version": version}
    if arguments.get("policyId"):
        whole["Id"] = arguments["policyId"]
    statements = _sources(arguments.get("sourcePolicyDocuments") or [])
    own = [_statement(stated) for stated in arguments.get("statements") or []]
    _refuse_repeated(own, "statements")
    statements = _merged(statements, own)
    for text in arguments.get("overridePolicyDocuments") or []:
        statements = _merged(statements, _parsed(text))
    if statements:
        whole["Statement"] = statements
    indented = json.dumps(whole, indent=2, ensure_ascii=False)
    return {
        **arguments,
        "id": str(zlib.crc32(indented.encode())),
        "version": version,
        "json": indented,
        "minifiedJson": json.dumps(whole, separators=(",", ":"), ensure_ascii=False),
    }


def _sources(texts: Iterable[str]) -> list[dict[str, Any]]:
    statements = [statement for text in texts for statement in _parsed(text)]
    _refuse_repeated(statements, "sourcePolicyDocuments")
    return statements


def _refuse_repeated(statements: Iterable[Mapping[str, Any]], where: str) -> None:
    sids = [statement["Sid"] for statement in statements if statement.get("Sid")]
    twice = next((sid for sid in sids if sids.count(sid) > 1), None)
    if twice is not None:
        raise HandlerError(f"aws.iam.getPolicyDocument: {where} contain the sid {twice!r} twice")


def _parsed(text: str) -> list[dict[str, Any]]:
    if not text:
        return []
    try:
        found = json.loads(text)["Statement"]
    except (KeyError, TypeError, ValueError):
        raise HandlerError(f"aws.iam.getPolicyDocument: not a policy document: {text[:100]!r}") from None
    return found if isinstance(found, list) else [found]


def _merged(before: Sequence[dict[str, Any]], after: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A statement replaces the previous statement with the same sid; others are appended."""
    merged = list(before)
    for statement in after:
        sid = statement.get("Sid")
        place = next((index for index, known in enumerate(merged) if sid and known.get("Sid") == sid), None)
        if place is None:
            merged.append(statement)
        else:
            merged[place] = statement
    return merged


def _statement(stated: Mapping[str, Any]) -> dict[str, Any]:
    statement: dict[str, Any] = {"Sid": stated["sid"]} if stated.get("sid") else {}
    statement["Effect"] = stated.get("effect") or "Allow"
    for name, element in (
        ("actions", "Action"),
        ("notActions", "NotAction"),
        ("resources", "Resource"),
        ("notResources", "NotResource"),
    ):
        if stated.get(name):
            statement[element] = _one_or_sorted(_variables(value) for value in stated[name])
    for name, element in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if stated.get(name):
            statement[element] = _principals(stated[name])
    if stated.get("conditions"):
        statement["Condition"] = _conditions(stated["conditions"])
    return statement


def _principals(stated: Iterable[Mapping[str, Any]]) -> str | dict[str, Any]:
    kinds: dict[str, list[str]] = {}
    for principal in stated:
        kinds.setdefault(principal["type"], []).extend(_variables(value) for value in principal["identifiers"])
    if set(kinds) == {"*"} and set(kinds["*"]) == {"*"}:
        return "*"
    return {kind: _one_or_sorted(values) for kind, values in sorted(kinds.items())}


def _conditions(stated: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    tests: dict[str, dict[str, list[str]]] = {}
    for condition in stated:
        values = tests.setdefault(condition["test"], {}).setdefault(condition["variable"], [])
        values.extend(_variables(value) for value in condition["values"])
    return {
        test: {variable: values[0] if len(values) == 1 else values for variable, values in sorted(keys.items())}
        for test, keys in sorted(tests.items())
    }


def _one_or_sorted(values: Iterable[str]) -> str | list[str]:
    """One value as a string; several as a list in descending order, as in the AWS provider."""
    found = sorted(set(values), reverse=True)
    return found[0] if len(found) == 1 else found


def _variables(text: object) -> str:
    """Programs write policy variables as `&{aws:username}`."""
    return str(text).replace("&{", "${")
