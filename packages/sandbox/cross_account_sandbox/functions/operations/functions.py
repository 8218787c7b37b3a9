"""Create, read, update and delete functions in the caller's account."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aws_rules.arns import function_arn
from cross_account_sandbox.bounded import bounded
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.call_permission import check_granted
from cross_account_sandbox.functions.code_archive import UNPACK_S, Code, archive_of
from cross_account_sandbox.functions.code_location import code_location
from cross_account_sandbox.functions.configuration import apply, checked, described, listed
from cross_account_sandbox.functions.errors import access_denied, conflict, invalid
from cross_account_sandbox.functions.execution_role import check_role
from cross_account_sandbox.functions.naming import function_of, reference, version_of
from cross_account_sandbox.functions.network import network_of
from cross_account_sandbox.functions.operations.paging import page_by_marker
from cross_account_sandbox.functions.operations.versions import publish
from cross_account_sandbox.functions.revisions import check_revision, touch
from cross_account_sandbox.functions.states import before_update, begin_creation, begin_update, check_settled
from cross_account_sandbox.functions.store import LATEST, Function, FunctionVersion

_LONGEST_NAME = 64
_ALIAS = re.compile(r"(?![0-9]+$)[a-zA-Z0-9-_]+")


async def create_function(call: Call) -> Mapping[str, Any]:
    """CreateFunction. The function stays Pending for the sandbox's configured delay."""
    params = call.params
    name = _new_name(call)
    checked(params)
    if not params.get("Runtime") or not params.get("Handler"):
        raise invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
    check_role(call, str(params["Role"]))
    given = {"Description": "", **params}
    if params.get("VpcConfig") is not None:
        given["VpcConfig"] = network_of(call, params["VpcConfig"], str(params["Role"]))
    functions = call.world.functions(call.account, call.region).functions
    code = await _unpacked(call, params["Code"])
    if name in functions:
        raise conflict(f"Function already exist: {name}")
    function = _new_function(call, name, code)
    apply(function.latest, given)
    function.tags = dict(params.get("Tags") or {})
    functions[name] = function
    begin_creation(function.latest, delay_s=call.world.function_state_delay_s)
    return _answered(call, function)


def get_function(call: Call) -> Mapping[str, Any]:
    """GetFunction, with a download link for the code."""
    function, version, named = version_of(call)
    answer: dict[str, Any] = {
        "Configuration": described(version, named.arn),
        "Code": {"RepositoryType": "S3", "Location": code_location(call.world, version)},
    }
    if function.tags:
        answer["Tags"] = function.tags
    if function.reserved_concurrency is not None:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved_concurrency}
    return answer


def get_function_configuration(call: Call) -> Mapping[str, Any]:
    _, version, named = version_of(call)
    return described(version, named.arn)


async def update_function_code(call: Call) -> Mapping[str, Any]:
    """UpdateFunctionCode on $LATEST; with Publish, it also publishes a version."""
    function = _unqualified(call)
    checked(call.params)
    code = await _unpacked(call, call.params)
    check_settled(function)
    check_revision(call.params.get("RevisionId"), function.latest.revision_id)
    if call.params.get("DryRun"):
        return described(function.latest, function.arn) | {"CodeSha256": code.sha256, "CodeSize": code.size}
    latest = function.latest
    before = before_update(latest)
    latest.code_dir, latest.code_sha256, latest.code_size = code.folder, code.sha256, code.size
    latest.source_dir = None
    if call.params.get("Architectures"):
        latest.architectures = list(call.params["Architectures"])
    return _changed(call, function, before)


def update_function_configuration(call: Call) -> Mapping[str, Any]:
    """UpdateFunctionConfiguration on $LATEST. Omitted parameters keep their values."""
    function = _unqualified(call)
    checked(call.params)
    check_settled(function)
    check_revision(call.params.get("RevisionId"), function.latest.revision_id)
    if call.params.get("Role"):
        if function.account != call.account:
            raise access_denied("Cross-account pass role is not allowed.")
        check_role(call, str(call.params["Role"]))
    # Resources that the function uses are looked up in the function's own account.
    call = replace(call, account=function.account)
    given = dict(call.params)
    if given.get("VpcConfig") is not None:
        given["VpcConfig"] = network_of(call, given["VpcConfig"], str(given.get("Role") or function.latest.role))
    before = before_update(function.latest)
    apply(function.latest, given)
    return _changed(call, function, before)


def delete_function(call: Call) -> None:
    """DeleteFunction: deletes the whole function, or one published version that no alias uses."""
    qualifier = reference(call).qualifier
    if qualifier == LATEST:
        raise invalid("$LATEST version cannot be deleted without deleting the function.")
    if qualifier is not None and _ALIAS.fullmatch(qualifier):
        raise invalid("Deletion of aliases is not currently supported.")
    function, named = function_of(call, shown="")
    if named.qualifier is None:
        call.world.functions(function.account, function.region).remove(function)
        call.world.invoker.retire(function.arn)
        return
    if any(named.qualifier in (alias.version, *alias.routing) for alias in function.aliases.values()):
        raise conflict(f"Current version is being used by alias {named.qualifier}")
    version = function.versions.pop(named.qualifier, None)
    function.policies.pop(named.qualifier, None)
    if version is not None:
        call.world.invoker.retire(version.arn)


def list_functions(call: Call) -> Mapping[str, Any]:
    """ListFunctions: $LATEST of each function, or every version with FunctionVersion ALL."""
    functions = call.world.functions(call.account, call.region).functions.values()
    found: list[dict[str, Any]] = []
    for function in functions:
        if call.params.get("FunctionVersion") == "ALL":
            versions = (function.latest, *function.versions.values())
            found.extend(listed(version, version.qualified_arn) for version in versions)
        else:
            found.append(listed(function.latest, function.arn))
    return page_by_marker("Functions", found, call.params)


def _new_name(call: Call) -> str:
    named = reference(call)
    if named.account != call.account:
        check_granted(call, None, arn=named.arn, qualifier=None)
    if named.qualifier:
        # Unconfirmed: that CreateFunction rejects a function name with a qualifier. Reason: AWS documents names without
        # one.
        raise invalid(f"{call.params['FunctionName']} cannot be the name of a new function")
    if len(named.name) > _LONGEST_NAME:
        raise invalid(
            f"1 validation error detected: Value '{named.name}' at 'functionName' failed to satisfy constraint: "
            f"Member must have length less than or equal to {_LONGEST_NAME}"
        )
    return named.name


async def _unpacked(call: Call, code: Mapping[str, Any]) -> Code:
    archive = archive_of(code, account=call.account)
    return await bounded(call.world.code_folders.unpack, archive, seconds=UNPACK_S)


def _new_function(call: Call, name: str, code: Code) -> Function:
    arn = function_arn(region=call.region, account=call.account, name=name)
    latest = FunctionVersion(
        account=call.account,
        region=call.region,
        function_name=name,
        version=LATEST,
        arn=arn,
        runtime="",
        handler="",
        role="",
        code_dir=code.folder,
        code_sha256=code.sha256,
        code_size=code.size,
    )
    return Function(name=name, account=call.account, region=call.region, arn=arn, latest=latest)


def _unqualified(call: Call) -> Function:
    function, named = function_of(call)
    if named.qualifier not in (None, LATEST):
        raise invalid(
            f"This operation is permitted only on $LATEST; {named.qualifier} is a published version or an alias."
        )
    return function


def _changed(call: Call, function: Function, before: FunctionVersion) -> dict[str, Any]:
    function.latest.last_modified = utc_now()
    touch(function.latest)
    begin_update(function.latest, before=before, delay_s=call.world.function_state_delay_s)
    return _answered(call, function)


def _answered(call: Call, function: Function) -> dict[str, Any]:
    """The response to an update: $LATEST, or with Publish the new version, which is always Pending."""
    if not call.params.get("Publish"):
        return described(function.latest, function.arn)
    version = publish(function)
    begin_creation(version, delay_s=call.world.function_state_delay_s)
    return described(version, version.arn)
