"""Lambda's errors for names, qualifiers and parameters: code, status, message and members, as recorded on AWS."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.control_plane import ARN, SOURCE, refused
from sandbox_testing.functions import FUNCTION_ACCOUNT, zipped
from sandbox_testing.lambda_refusals import GRANT, broken, longest, pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.functions import Lambda
    from sandbox_testing.server import SandboxUnderTest

NOT_FOUND = ("ResourceNotFoundException", 404)
#: The current pattern, from the service's model.
NAMESPACED = (
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
    r"([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)
QUALIFIER = r"\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+"
MISMATCH = "The derived qualifier from the function name does not match the specified qualifier."


def members(sandbox: SandboxUnderTest, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return an error's body as sent: SDKs do not show null members."""
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={FUNCTION_ACCOUNT}/20260101/us-east-1/lambda/aws4_request"
    }
    found: dict[str, Any] = sandbox.request(method, path, headers=headers, body=json.dumps(body or {})).json()
    return found


BAD_NAMES = [
    "my-function!",
    "invalid-account:function:my-function",
    "arn:aws:lambda:invalid-region:222222222222:function:my-function",
    "arn:aws:ec2:us-east-1:222222222222:instance:i-1234567890abcdef0",
    f"{ARN}:1:2",
    "function:my-function:$LATEST:extra",
    "arn:aws:lambda::222222222222:function:my-function",
    "arn:aws:lambda:us-east-1::function:my-function",
    f"{ARN}:$LAST",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_what_is_no_name_breaks_the_pattern_before_anything_is_looked_up(client: Any, name: str) -> None:
    expected = f"1 validation error detected: {broken(name, 'functionName', pattern(NAMESPACED))[0]}"
    for call in (client.get_function, client.invoke, client.delete_function):
        assert refused(partial(call, FunctionName=name)) == ("ValidationException", 400, expected)


@pytest.mark.parametrize(
    ("qualifier", "constraints"),
    [("invalid!", [pattern(QUALIFIER)]), ("a" * 129, [longest(128)]), ("!" * 129, [pattern(QUALIFIER), longest(128)])],
)
def test_a_qualifier_is_checked_before_the_lookup_and_every_fault_is_counted(
    client: Any, qualifier: str, constraints: list[str]
) -> None:
    for call in (client.get_function, client.invoke, client.delete_function, client.get_policy):
        code, _, message = refused(partial(call, FunctionName="missing", Qualifier=qualifier))
        faults = broken(qualifier, "qualifier", *constraints)
        count = f"{len(faults)} validation error{'s' if len(faults) > 1 else ''} detected: "
        assert (code, message) == ("ValidationException", count + "; ".join(faults))
    _, _, both = refused(lambda: client.get_function(FunctionName="missing!", Qualifier=qualifier))
    assert both.startswith(f"{len(constraints) + 1} validation errors detected: ")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a" * 65, f"{ARN[:-4]}{'a' * 65}"),
        ("function", f"{ARN[:-4]}function"),
        ("my.function", f"{ARN[:-4]}my.function"),
        (f"{ARN}:-1", f"{ARN}:-1"),
        (f"{ARN}:$LATEST.PUBLISHED", f"{ARN}:$LATEST.PUBLISHED"),
        ("222222222222:pets", ARN),
        ("us-east-1:222222222222:function:pets", ARN),
    ],
)
def test_any_name_that_the_pattern_admits_is_looked_up(client: Any, name: str, shown: str) -> None:
    assert refused(lambda: client.get_function(FunctionName=name)) == (*NOT_FOUND, f"Function not found: {shown}")


def test_a_qualifier_in_the_name_and_another_beside_it_are_refused(client: Any) -> None:
    call = refused(lambda: client.get_function(FunctionName=f"{ARN}:$LATEST", Qualifier="1"))
    assert call == ("InvalidParameterValueException", 400, MISMATCH)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("a" * 65, "InvalidParameterValueException", broken("a" * 65, "functionName", longest(64))[0]),
        (f"a:{'b' * 139}", "ValidationException", broken(f"a:{'b' * 139}", "functionName", longest(140))[0]),
    ],
)
def test_a_new_functions_name_has_64_characters_and_with_what_is_around_it_140(
    functions: Lambda, client: Any, name: str, code: str, message: str
) -> None:
    params = {"Role": functions.role, "Runtime": "python3.13", "Handler": "index.handler"}
    archive = {"ZipFile": zipped({"index.py": SOURCE})}
    answer = refused(lambda: client.create_function(FunctionName=name, Code=archive, **params))
    assert answer == (code, 400, f"1 validation error detected: {message}")


def test_a_function_cannot_be_created_in_another_account(functions: Lambda) -> None:
    theirs = ARN.replace(FUNCTION_ACCOUNT, "333333333333")
    code, status, _ = refused(lambda: functions.create(theirs, SOURCE))
    assert (code, status) == ("AccessDeniedException", 403)


MISSING: dict[str, tuple[Callable[[Any], object], str]] = {
    "Invoke": (lambda client: client.invoke(FunctionName="missing"), "Function not found: {}:$LATEST"),
    "Invoke of an alias": (
        lambda client: client.invoke(FunctionName="missing", Qualifier="live"),
        "Function not found: {}:live",
    ),
    "PutFunctionConcurrency": (
        lambda client: client.put_function_concurrency(FunctionName="missing", ReservedConcurrentExecutions=1),
        "Function not found: {}:$LATEST",
    ),
    "GetFunctionConcurrency": (
        lambda client: client.get_function_concurrency(FunctionName="missing"),
        "Function not found: {}",
    ),
    "DeleteFunction": (
        lambda client: client.delete_function(FunctionName="missing", Qualifier="1"),
        "Function not found: {}",
    ),
    "CreateAlias": (
        lambda client: client.create_alias(FunctionName="missing", Name="live", FunctionVersion="1"),
        "Function not found: {}:1",
    ),
    "RemovePermission": (
        lambda client: client.remove_permission(FunctionName="missing", StatementId="api"),
        "No policy found for: {}",
    ),
}


@pytest.mark.parametrize(("call", "message"), MISSING.values(), ids=MISSING)
def test_a_missing_function_is_named_as_each_operation_does(
    functions: Lambda, call: Callable[[Any], object], message: str
) -> None:
    expected = message.format(ARN.replace("pets", "missing"))
    assert refused(lambda: call(functions.client)) == (*NOT_FOUND, expected)


ABSENT: dict[str, tuple[Callable[[Any], object], str]] = {
    "UpdateAlias": (
        lambda client: client.update_alias(FunctionName="pets", Name="live"),
        f"Alias not found: {ARN}:live",
    ),
    "GetAlias": (
        lambda client: client.get_alias(FunctionName="pets", Name="live"),
        f"Cannot find alias arn: {ARN}:live",
    ),
    "AddPermission to an alias": (
        lambda client: client.add_permission(FunctionName="pets", Qualifier="live", **GRANT),
        f"Cannot find alias arn: {ARN}:live",
    ),
    "AddPermission to a version": (
        lambda client: client.add_permission(FunctionName="pets", Qualifier="42", **GRANT),
        f"Function not found: {ARN}:42",
    ),
    "AddPermission to neither a version nor an alias": (
        lambda client: client.add_permission(FunctionName="pets", Qualifier="$live", **GRANT),
        "The resource you requested does not exist.",
    ),
    "GetPolicy": (
        lambda client: client.get_policy(FunctionName="pets", Qualifier="live"),
        "The resource you requested does not exist.",
    ),
    "RemovePermission": (
        lambda client: client.remove_permission(FunctionName="pets", StatementId="api"),
        "No policy is associated with the given resource.",
    ),
}


@pytest.mark.parametrize(("call", "message"), ABSENT.values(), ids=ABSENT)
def test_a_missing_alias_version_or_policy_is_named_as_each_operation_does(
    functions: Lambda, call: Callable[[Any], object], message: str
) -> None:
    functions.create("pets", SOURCE)
    assert refused(lambda: call(functions.client)) == (*NOT_FOUND, message)


@pytest.mark.parametrize(
    ("qualifier", "message"),
    [
        ("$LATEST", "$LATEST version cannot be deleted without deleting the function."),
        ("live", "Deletion of aliases is not currently supported."),
        ("-1", "Deletion of aliases is not currently supported."),
    ],
)
def test_delete_refuses_latest_and_aliases_before_the_lookup(functions: Lambda, qualifier: str, message: str) -> None:
    assert refused(lambda: functions.client.delete_function(FunctionName="missing", Qualifier=qualifier)) == (
        "InvalidParameterValueException",
        400,
        message,
    )


def test_concurrency_is_reserved_for_functions_alone(functions: Lambda) -> None:
    functions.create("pets", SOURCE, Publish=True)
    _, _, message = refused(
        lambda: functions.client.put_function_concurrency(FunctionName="pets:1", ReservedConcurrentExecutions=1)
    )
    assert message == (
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
        "Please specify either a function name or an unqualified function ARN."
    )


def test_some_refusals_have_no_type(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    functions.create("pets", SOURCE, Publish=True)
    typed = members(sandbox, "GET", "/2015-03-31/functions/missing")
    assert (typed["Type"], set(typed)) == ("User", {"Type", "Message"})
    limit = {"ReservedConcurrentExecutions": 901}
    assert set(members(sandbox, "PUT", "/2017-10-31/functions/pets/concurrency", limit)) == {"message"}
    weighted = {"Name": "a", "FunctionVersion": "$LATEST", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}}
    assert set(members(sandbox, "POST", "/2015-03-31/functions/pets/aliases", weighted)) == {"message"}


@pytest.mark.parametrize(("operation", "told_by"), [("add", "GetPolicy"), ("remove", "GetFunction/GetAlias")])
def test_a_stale_revision_of_a_policy_says_what_tells_the_latest(
    functions: Lambda, operation: str, told_by: str
) -> None:
    functions.create("pets", SOURCE)
    functions.client.add_permission(FunctionName="pets", **GRANT)
    stale = {"FunctionName": "pets", "RevisionId": "00000000-0000-0000-0000-000000000000"}
    added = {**GRANT, "StatementId": "other"}
    call = (
        (lambda: functions.client.add_permission(**stale, **added))
        if operation == "add"
        else (lambda: functions.client.remove_permission(**stale, StatementId="api"))
    )
    assert refused(call) == (
        "PreconditionFailedException",
        412,
        (
            "The Revision Id provided does not match the latest Revision Id. "
            f"Call the {told_by} API to retrieve the latest Revision Id"
        ),
    )
