"""Published versions: numbered, immutable snapshots of $LATEST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aws_rules.arns import function_arn
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.configuration import checked, comparable, described, listed
from cross_account_sandbox.functions.errors import invalid
from cross_account_sandbox.functions.naming import function_of
from cross_account_sandbox.functions.operations.paging import page_by_marker
from cross_account_sandbox.functions.revisions import check_revision, touch
from cross_account_sandbox.functions.states import check_settled
from cross_account_sandbox.functions.store import Function, FunctionVersion


def publish(function: Function, *, description: str | None = None) -> FunctionVersion:
    """Publish $LATEST as a new version; returns the last version if neither code nor configuration has changed.

    Source: Lambda API reference, PublishVersion. Version numbers are never reused.
    """
    latest = function.latest
    last = function.versions.get(str(function.next_version - 1))
    if last is not None and comparable(last) == comparable(latest) and last.published_from == latest.description:
        return last
    number = str(function.next_version)
    function.next_version += 1
    version = replace(
        latest,
        version=number,
        arn=function_arn(region=function.region, account=function.account, name=function.name, qualifier=number),
        description=latest.description if description is None else description,
        published_from=latest.description,
        state="Active",
        serving=None,
        environment=None if latest.environment is None else dict(latest.environment),
        logging=dict(latest.logging),
        vpc=dict(latest.vpc),
        architectures=list(latest.architectures),
    )
    touch(version)
    # Publishing also changes the revision ID of $LATEST.
    touch(latest)
    function.versions[number] = version
    return version


def publish_version(call: Call) -> Mapping[str, Any]:
    function, _ = function_of(call)
    checked(call.params)
    check_settled(function)
    check_revision(call.params.get("RevisionId"), function.latest.revision_id)
    wanted, current = call.params.get("CodeSha256"), function.latest.code_sha256
    if wanted and wanted != current:
        raise invalid(
            f"CodeSHA256 ({wanted}) is different from current CodeSHA256 in $LATEST ({current}). "
            "Please try again with the CodeSHA256 in $LATEST."
        )
    version = publish(function, description=call.params.get("Description"))
    return described(version, version.arn)


def list_versions_by_function(call: Call) -> Mapping[str, Any]:
    """ListVersionsByFunction: $LATEST, then the versions in numeric order."""
    function, _ = function_of(call)
    versions = (function.latest, *function.versions.values())
    return page_by_marker("Versions", [listed(version, version.qualified_arn) for version in versions], call.params)
