"""Lambda's API responds as AWS does where moto does not."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.control_plane import ARN, SOURCE, refused
from sandbox_testing.functions import FUNCTION_ACCOUNT, TRUST_LAMBDA, zipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.functions import Lambda
    from sandbox_testing.server import SandboxUnderTest


def test_a_function_has_awss_defaults(functions: Lambda) -> None:
    functions.create("pets", SOURCE)
    found = functions.client.get_function(FunctionName="pets")
    configuration = found["Configuration"]
    expected = {
        "FunctionName": "pets",
        "FunctionArn": ARN,
        "Version": "$LATEST",
        "MemorySize": 128,
        "Timeout": 3,
        "Description": "",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "TracingConfig": {"Mode": "PassThrough"},
        "EphemeralStorage": {"Size": 512},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/pets"},
    }
    assert {name: configuration[name] for name in expected} == expected
    assert "Environment" not in configuration


def test_an_environment_is_shown_once_it_was_given_if_only_an_empty_one(functions: Lambda) -> None:
    answer = functions.create("pets", SOURCE, Environment={"Variables": {}})
    assert answer["Environment"] == {"Variables": {}}
    functions.client.update_function_configuration(FunctionName="pets", Environment={"Variables": {"STAGE": "dev"}})
    functions.client.update_function_configuration(FunctionName="pets", Environment={"Variables": {}})
    assert functions.client.get_function_configuration(FunctionName="pets")["Environment"] == {"Variables": {}}
    functions.client.update_function_configuration(FunctionName="pets", Timeout=4)
    version = functions.client.publish_version(FunctionName="pets")
    assert version["Environment"] == {"Variables": {}}


def test_an_update_of_the_logging_keeps_what_it_does_not_name(functions: Lambda) -> None:
    # Recorded: a format is kept, JSON sets default levels, and Text removes them.
    def updated(**logging: str) -> dict[str, str]:
        answer = functions.client.update_function_configuration(FunctionName="pets", LoggingConfig=logging)
        found: dict[str, str] = answer["LoggingConfig"]
        return found

    functions.create("pets", SOURCE)
    levels = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
    assert updated(LogFormat="JSON") == {"LogFormat": "JSON", **levels, "LogGroup": "/aws/lambda/pets"}
    assert updated(LogGroup="own") == {"LogFormat": "JSON", **levels, "LogGroup": "own"}
    assert updated(SystemLogLevel="DEBUG")["SystemLogLevel"] == "DEBUG"
    assert updated(LogFormat="Text") == {"LogFormat": "Text", "LogGroup": "own"}


def test_the_code_hash_is_the_archives_sha256(functions: Lambda) -> None:
    archive = zipped({"index.py": SOURCE})
    answer = functions.create("pets", SOURCE)
    assert answer["CodeSha256"] == base64.b64encode(hashlib.sha256(archive).digest()).decode()
    assert answer["CodeSize"] == len(archive)


@pytest.mark.parametrize(
    "name", ["pets", ARN, "222222222222:function:pets", "function:pets", f"{ARN}:1", "pets:1", f"{ARN}:live"]
)
def test_a_function_is_found_by_name_partial_arn_and_arn_with_its_qualifier(functions: Lambda, name: str) -> None:
    functions.create("pets", SOURCE, Publish=True)
    functions.client.create_alias(FunctionName="pets", Name="live", FunctionVersion="1")
    configuration = functions.client.get_function_configuration(FunctionName=name)
    qualifier = name.removeprefix(ARN).removeprefix("pets").removeprefix("222222222222:function:pets")
    qualified = qualifier.startswith(":")
    assert configuration["FunctionArn"] == (ARN + qualifier if qualified else ARN)
    assert configuration["Version"] == ("1" if qualified else "$LATEST")


def test_two_different_qualifiers_are_refused(functions: Lambda) -> None:
    functions.create("pets", SOURCE, Publish=True)
    code, status, _ = refused(lambda: functions.client.get_function(FunctionName="pets:1", Qualifier="2"))
    assert (code, status) == ("InvalidParameterValueException", 400)


def test_a_function_of_another_region_is_not_reachable_here(functions: Lambda) -> None:
    arn = ARN.replace("us-east-1", "eu-west-1")
    assert refused(lambda: functions.client.get_function(FunctionName=arn)) == (
        "ResourceNotFoundException",
        404,
        "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    )


def test_another_accounts_function_is_closed_to_its_control_plane(
    functions: Lambda, lambda_in: Callable[[str], Lambda]
) -> None:
    functions.create("pets", SOURCE)
    code, status, message = refused(lambda: lambda_in("111111111111").client.get_policy(FunctionName=ARN))
    assert (code, status) == ("AccessDeniedException", 403)
    assert "is not authorized to perform: lambda:GetPolicy on resource: " + ARN in message


def test_a_missing_function_is_named_by_its_arn(functions: Lambda) -> None:
    assert refused(lambda: functions.client.get_function(FunctionName="pets", Qualifier="live")) == (
        "ResourceNotFoundException",
        404,
        f"Function not found: {ARN}:live",
    )


def test_a_name_can_be_used_once(functions: Lambda) -> None:
    functions.create("pets", SOURCE)
    assert refused(lambda: functions.create("pets", SOURCE)) == (
        "ResourceConflictException",
        409,
        "Function already exist: pets",
    )


@pytest.mark.parametrize("runtime", ["nodejs12.x", "nodejs18.x", "python3.9", "go1.x"])
def test_a_deprecated_runtime_is_refused(functions: Lambda, runtime: str) -> None:
    code, _, message = refused(lambda: functions.create("pets", SOURCE, runtime=runtime))
    assert code == "InvalidParameterValueException"
    assert message.startswith(f"The runtime parameter of {runtime} is no longer supported")


def test_an_unknown_runtime_is_refused(functions: Lambda) -> None:
    code, _, message = refused(lambda: functions.create("pets", SOURCE, runtime="nodejs99.x"))
    assert code == "InvalidParameterValueException"
    assert message.startswith("Value nodejs99.x at 'runtime' failed to satisfy constraint")


def test_a_role_that_does_not_exist_cannot_be_assumed_by_lambda(functions: Lambda) -> None:
    role = f"arn:aws:iam::{FUNCTION_ACCOUNT}:role/missing"
    assert refused(lambda: functions.create("pets", SOURCE, Role=role)) == (
        "InvalidParameterValueException",
        400,
        "The role defined for the function cannot be assumed by Lambda.",
    )


def test_a_role_that_trusts_another_service_cannot_be_assumed_by_lambda(
    sandbox: SandboxUnderTest, functions: Lambda
) -> None:
    trust = json.loads(json.dumps(TRUST_LAMBDA).replace("lambda.amazonaws.com", "apigateway.amazonaws.com"))
    role = sandbox.client("iam", FUNCTION_ACCOUNT).create_role(
        RoleName="gateway", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    _, _, message = refused(lambda: functions.create("pets", SOURCE, Role=role))
    assert message == "The role defined for the function cannot be assumed by Lambda."


def test_a_role_of_another_account_is_refused(functions: Lambda, lambda_in: Callable[[str], Lambda]) -> None:
    role = lambda_in("111111111111").role
    assert refused(lambda: functions.create("pets", SOURCE, Role=role)) == (
        "AccessDeniedException",
        403,
        "Cross-account pass role is not allowed.",
    )


def test_bytes_that_are_no_zip_archive_are_refused(functions: Lambda) -> None:
    code, _, message = refused(lambda: functions.create("pets", "", Code={"ZipFile": b"no zip"}))
    assert code == "InvalidParameterValueException"
    assert message == "Could not unzip uploaded file. Please check your file, then try to upload again."


def test_code_comes_from_a_bucket_too(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    bucket = sandbox.client("s3", FUNCTION_ACCOUNT)
    bucket.create_bucket(Bucket="packages")
    bucket.put_object(Bucket="packages", Key="pets.zip", Body=zipped({"index.py": SOURCE}))
    functions.create("pets", "", Code={"S3Bucket": "packages", "S3Key": "pets.zip"})
    assert functions.call("pets")[0] == "$LATEST"
    code, _, message = refused(
        lambda: functions.create("dogs", "", Code={"S3Bucket": "packages", "S3Key": "missing.zip"})
    )
    assert code == "InvalidParameterValueException"
    assert "NoSuchKey" in message


def test_a_reserved_variable_is_refused(functions: Lambda) -> None:
    variables = {"Variables": {"AWS_REGION": "eu-west-1"}}
    code, _, message = refused(lambda: functions.create("pets", SOURCE, Environment=variables))
    assert code == "InvalidParameterValueException"
    assert message.endswith("Reserved keys used in this request: AWS_REGION")


def test_memory_over_10240_mb_is_refused(functions: Lambda) -> None:
    code, _, message = refused(lambda: functions.create("pets", SOURCE, MemorySize=10_241))
    assert (code, "less than or equal to 10240" in message) == ("ValidationException", True)


def test_an_image_function_is_refused_rather_than_pretended(functions: Lambda) -> None:
    code, status, _ = refused(
        lambda: functions.client.create_function(
            FunctionName="pets", Role=functions.role, PackageType="Image", Code={"ImageUri": "image"}
        )
    )
    assert (code, status) == ("NotImplemented", 501)


@pytest.mark.parametrize(
    "ignored",
    [
        {"SnapStart": {"ApplyOn": "PublishedVersions"}},
        {"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}},
        {"DurableConfig": {"ExecutionTimeout": 60}},
        {"PublishTo": "LATEST_PUBLISHED"},
        {"Layers": ["arn:aws:lambda:us-east-1:222222222222:layer:pets:1"]},
    ],
    ids=str,
)
def test_what_would_be_ignored_is_refused_by_name(functions: Lambda, ignored: dict[str, Any]) -> None:
    code, status, message = refused(lambda: functions.create("pets", SOURCE, **ignored))
    assert (code, status, next(iter(ignored)) in message) == ("NotImplemented", 501, True)


def test_a_function_without_snapstart_may_say_so(functions: Lambda) -> None:
    answer = functions.create("pets", SOURCE, SnapStart={"ApplyOn": "None"})
    assert answer["SnapStart"] == {"ApplyOn": "None", "OptimizationStatus": "Off"}


def test_an_update_keeps_what_it_does_not_name(functions: Lambda) -> None:
    kept: dict[str, Any] = {
        "Description": "all pets",
        "Timeout": 7,
        "MemorySize": 512,
        "TracingConfig": {"Mode": "Active"},
        "EphemeralStorage": {"Size": 1024},
        "DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:222222222222:dead"},
        "KMSKeyArn": "arn:aws:kms:us-east-1:222222222222:key/11111111-1111-1111-1111-111111111111",
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/own/group"},
        "Environment": {"Variables": {"STAGE": "dev"}},
    }
    functions.create("pets", SOURCE, **kept)
    functions.client.update_function_configuration(FunctionName="pets", Timeout=8)
    found = functions.client.get_function_configuration(FunctionName="pets")
    for name, value in (kept | {"Timeout": 8}).items():
        shown = found[name]
        assert (value.items() <= shown.items()) if isinstance(value, dict) else (value == shown), name


def test_a_stale_revision_id_fails_the_precondition(functions: Lambda) -> None:
    functions.create("pets", SOURCE)
    stale = functions.client.get_function_configuration(FunctionName="pets")["RevisionId"]
    functions.client.update_function_configuration(FunctionName="pets", Timeout=8, RevisionId=stale)
    code, status, _ = refused(
        lambda: functions.client.update_function_configuration(FunctionName="pets", Timeout=9, RevisionId=stale)
    )
    assert (code, status) == ("PreconditionFailedException", 412)


def test_a_deleted_function_is_gone_with_its_versions(functions: Lambda) -> None:
    functions.create("pets", SOURCE, Publish=True)
    functions.client.delete_function(FunctionName="pets")
    code, status, _ = refused(lambda: functions.client.invoke(FunctionName="pets", Qualifier="1"))
    assert (code, status) == ("ResourceNotFoundException", 404)
    assert functions.client.list_functions()["Functions"] == []


def test_tags_are_the_functions_own(functions: Lambda) -> None:
    functions.create("pets", SOURCE, Tags={"team": "pets"})
    functions.client.tag_resource(Resource=ARN, Tags={"stage": "dev"})
    assert functions.client.list_tags(Resource=ARN)["Tags"] == {"team": "pets", "stage": "dev"}
    functions.client.untag_resource(Resource=ARN, TagKeys=["team"])
    assert functions.client.get_function(FunctionName="pets")["Tags"] == {"stage": "dev"}


def test_reserving_more_than_the_account_has_is_refused(functions: Lambda) -> None:
    functions.create("pets", SOURCE)
    code, _, message = refused(
        lambda: functions.client.put_function_concurrency(FunctionName="pets", ReservedConcurrentExecutions=901)
    )
    assert (code, message.endswith("below its minimum value of [100].")) == ("InvalidParameterValueException", True)
    functions.client.put_function_concurrency(FunctionName="pets", ReservedConcurrentExecutions=900)
    # The function's own reservation is replaced, not added to.
    functions.client.put_function_concurrency(FunctionName="pets", ReservedConcurrentExecutions=900)
    found = functions.client.get_function(FunctionName="pets")
    assert found["Concurrency"] == {"ReservedConcurrentExecutions": 900}
    limits = functions.client.get_account_settings()["AccountLimit"]
    assert limits["UnreservedConcurrentExecutions"] == 100
    functions.client.put_function_concurrency(FunctionName="pets", ReservedConcurrentExecutions=300)
    assert functions.client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 700
    functions.client.delete_function(FunctionName="pets")
    assert functions.client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 1000


def test_what_the_vendors_provider_reads_of_a_function_is_answered(functions: Lambda) -> None:
    functions.create("pets", SOURCE)
    client = functions.client
    assert client.get_function_code_signing_config(FunctionName="pets")["FunctionName"] == "pets"
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName="pets")
    assert client.get_runtime_management_config(FunctionName="pets")["UpdateRuntimeOn"] == "Auto"
    assert client.get_function_recursion_config(FunctionName="pets")["RecursiveLoop"] == "Terminate"
    assert refused(lambda: client.get_function_event_invoke_config(FunctionName="pets"))[1] == 404
    assert client.list_aliases(FunctionName="pets")["Aliases"] == []


def test_lists_come_in_pages(functions: Lambda) -> None:
    for name in ("ants", "bees", "cats"):
        functions.create(name, SOURCE)
    pages = functions.client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
    assert [[item["FunctionName"] for item in page["Functions"]] for page in pages] == [["ants", "bees"], ["cats"]]


def test_functions_of_accounts_and_regions_are_apart(lambda_in: Callable[..., Lambda]) -> None:
    lambda_in("222222222222").create("pets", SOURCE)
    lambda_in("222222222222", "eu-west-1").create("pets", SOURCE)
    assert lambda_in("333333333333").client.list_functions()["Functions"] == []
