"""Aliases: names that point to one version, or to two by weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules.arns import function_arn
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.errors import conflict, invalid, missing, not_found
from cross_account_sandbox.functions.naming import function_of
from cross_account_sandbox.functions.operations.paging import page_by_marker
from cross_account_sandbox.functions.revisions import check_revision, touch
from cross_account_sandbox.functions.store import LATEST, Alias, Function


def create_alias(call: Call) -> Mapping[str, Any]:
    """CreateAlias. Raises AwsError if the version does not exist or the alias already exists."""
    function, _ = function_of(call, shown=str(call.params["FunctionVersion"]))
    name = str(call.params["Name"])
    arn = function_arn(region=function.region, account=function.account, name=function.name, qualifier=name)
    if name in function.aliases:
        raise conflict(f"Alias already exists: {arn}")
    alias = Alias(name=name, arn=arn, version="", revision_id="")
    _point(function, alias, call.params)
    function.aliases[name] = alias
    return _described(alias)


def get_alias(call: Call) -> Mapping[str, Any]:
    return _described(_alias(call, "Cannot find alias arn")[1])


def update_alias(call: Call) -> Mapping[str, Any]:
    """UpdateAlias. Omitted parameters keep their values."""
    function, alias = _alias(call, "Alias not found")
    check_revision(call.params.get("RevisionId"), alias.revision_id)
    _point(function, alias, {"FunctionVersion": alias.version, **call.params})
    return _described(alias)


def delete_alias(call: Call) -> None:
    """DeleteAlias, including the alias's policy. Deleting an unknown alias is not an error."""
    function, _ = function_of(call)
    name = str(call.params["Name"])
    if function.aliases.pop(name, None) is not None:
        function.policies.pop(name, None)


def list_aliases(call: Call) -> Mapping[str, Any]:
    """ListAliases, optionally only those of one version."""
    function, _ = function_of(call)
    version = call.params.get("FunctionVersion")
    aliases = [alias for alias in function.aliases.values() if version in (None, alias.version)]
    return page_by_marker("Aliases", [_described(alias) for alias in aliases], call.params)


def _alias(call: Call, missing_text: str) -> tuple[Function, Alias]:
    function, _ = function_of(call)
    name = str(call.params["Name"])
    alias = function.aliases.get(name)
    if alias is None:
        arn = function_arn(region=function.region, account=function.account, name=function.name, qualifier=name)
        raise missing(f"{missing_text}: {arn}")
    return function, alias


def _point(function: Function, alias: Alias, params: Mapping[str, Any]) -> None:
    version = str(params["FunctionVersion"])
    routing = alias.routing
    if params.get("RoutingConfig") is not None:
        routing = dict(params["RoutingConfig"].get("AdditionalVersionWeights") or {})
    _check_versions(function, version, routing)
    alias.version, alias.routing = version, routing
    if params.get("Description") is not None:
        alias.description = str(params["Description"])
    touch(alias)


def _check_versions(function: Function, version: str, routing: Mapping[str, float]) -> None:
    for number in (version, *routing):
        if number != LATEST and number not in function.versions:
            raise not_found(
                function_arn(region=function.region, account=function.account, name=function.name, qualifier=number)
            )
    if not routing:
        return
    if len(routing) > 1:
        raise invalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
    if LATEST in (version, *routing):
        raise invalid("$LATEST is not supported for an alias pointing to more than 1 version", Type=None)
    if version in routing:
        raise invalid(
            f"Invalid function version {version}. "
            f"Function version {version} is already included in routing configuration."
        )


def _described(alias: Alias) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "AliasArn": alias.arn,
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision_id,
    }
    if alias.routing:
        answer["RoutingConfig"] = {"AdditionalVersionWeights": alias.routing}
    return answer
