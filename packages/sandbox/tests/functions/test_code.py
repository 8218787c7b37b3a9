"""Deployment packages: download, size limits, code size, environment variables and wrappers."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.functions import code_location
from sandbox_testing.control_plane import SOURCE, refused
from sandbox_testing.functions import FUNCTION_ACCOUNT, zipped

if TYPE_CHECKING:
    from sandbox_testing.functions import Lambda
    from sandbox_testing.server import Reply, SandboxUnderTest

#: Lambda developer guide, "Lambda quotas": an uploaded .zip package.
UPLOAD = 52_428_800


def fetched(sandbox: SandboxUnderTest, location: str) -> Reply:
    """Return the response to a plain GET, without credentials."""
    return sandbox.request("GET", location)


def location(functions: Lambda, name: str = "pets") -> str:
    return str(functions.client.get_function(FunctionName=name)["Code"]["Location"])


def test_get_function_links_to_the_package_of_each_version(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    old, new = zipped({"index.py": SOURCE}), zipped({"index.py": SOURCE, "more.py": ""})
    functions.create("pets", SOURCE, Publish=True)
    functions.client.update_function_code(FunctionName="pets", ZipFile=new)
    reply = fetched(sandbox, location(functions))
    assert (reply.status, reply.header("Content-Type"), reply.body) == (200, "application/zip", new)
    assert fetched(sandbox, location(functions, "pets:1")).body == old


def test_a_link_that_was_changed_or_is_too_old_is_refused(
    sandbox: SandboxUnderTest, functions: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions.create("pets", SOURCE)
    functions.create("dogs", SOURCE)
    link = location(functions)
    changed = [link.replace("/pets/", "/dogs/"), link.replace("Expires=", "Expires=9"), link.partition("?")[0]]
    for attempt in changed:
        reply = fetched(sandbox, attempt)
        assert (reply.status, b"<Code>SignatureDoesNotMatch</Code>" in reply.body) == (403, True), attempt
    monkeypatch.setattr(code_location, "_VALID_S", -1)
    reply = fetched(sandbox, location(functions))
    assert (reply.status, b"<Message>Request has expired</Message>" in reply.body) == (403, True)


def padded(size: int) -> bytes:
    """Create a working package of exactly this size: data before the first entry of an archive is ignored."""
    archive = zipped({"index.py": SOURCE})
    return b"\0" * (size - len(archive)) + archive


def test_an_upload_over_50_mb_is_refused_and_the_same_from_a_bucket_is_not(
    sandbox: SandboxUnderTest, functions: Lambda
) -> None:
    package = padded(UPLOAD + 1)
    assert refused(lambda: functions.create("pets", "", Code={"ZipFile": package})) == (
        "RequestEntityTooLargeException",
        413,
        "Zipped size must be smaller than 52428800 bytes",
    )
    bucket = sandbox.client("s3", FUNCTION_ACCOUNT)
    bucket.create_bucket(Bucket="packages")
    bucket.put_object(Bucket="packages", Key="pets.zip", Body=package)
    functions.create("pets", "", Code={"S3Bucket": "packages", "S3Key": "pets.zip"})
    assert functions.call("pets")[0] == "$LATEST"


@pytest.mark.parametrize(("operation", "path", "method"), [
    ("CreateFunction", "/2015-03-31/functions", "POST"),
    ("UpdateFunctionCode", "/2015-03-31/functions/pets/code", "PUT"),
])  # fmt: skip
def test_a_request_over_70167211_bytes_is_refused(
    sandbox: SandboxUnderTest, operation: str, path: str, method: str
) -> None:
    credential = f"{FUNCTION_ACCOUNT}/20260101/us-east-1/lambda/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"}
    body = b'{"FunctionName": "pets", "ZipFile": "' + b"A" * 70_167_211
    reply = sandbox.request(method, path, headers=headers, body=body)
    assert (reply.status, reply.header("x-amzn-ErrorType")) == (413, "RequestEntityTooLargeException")
    message = f"Request must be smaller than 70167211 bytes for the {operation} operation"
    assert reply.json() == {"message": message}


def test_an_environment_over_4_kb_is_refused_with_what_was_measured(functions: Lambda) -> None:
    def environment(length: int) -> dict[str, Any]:
        return {"Variables": {"SMALL": "é", "LARGE": "x" * length}}

    # The limit of 4,096 bytes applies to the JSON text: {"SMALL":"é","LARGE":"…"}.
    most = 4096 - len('{"SMALL":"é","LARGE":""}'.encode())
    functions.create("pets", SOURCE, Environment=environment(most))
    code, _, message = refused(lambda: functions.create("dogs", SOURCE, Environment=environment(most + 1)))
    measured = json.dumps(environment(most + 1)["Variables"], separators=(",", ":"), ensure_ascii=False)
    assert (code, message) == (
        "InvalidParameterValueException",
        (
            "Lambda was unable to configure your environment variables because the environment variables you have "
            f"provided exceeded the 4KB limit. String measured: {measured}"
        ),
    )


def test_the_accounts_code_size_grows_with_code_and_with_versions(functions: Lambda) -> None:
    def total() -> int:
        return int(functions.client.get_account_settings()["AccountUsage"]["TotalCodeSize"])

    first, larger = len(zipped({"index.py": SOURCE})), zipped({"index.py": SOURCE, "more.py": "x" * 1000})
    functions.create("pets", SOURCE)
    assert total() == first
    functions.client.publish_version(FunctionName="pets")
    assert total() == 2 * first
    functions.client.update_function_code(FunctionName="pets", ZipFile=larger)
    assert total() == first + len(larger)
    functions.client.delete_function(FunctionName="pets")
    assert total() == 0


WRAPPED = {
    "python3.13": ("index.py", "import os\ndef handler(event, context):\n    return os.environ.get('WRAPPED')\n"),
    "nodejs22.x": ("index.mjs", "export const handler = async () => process.env.WRAPPED;\n"),
    "nodejs24.x": ("index.mjs", "export const handler = async () => process.env.WRAPPED;\n"),
}


def with_wrapper(runtime: str, script: str, *, mode: int = 0o755) -> bytes:
    """A package whose function returns the variable WRAPPED, with the executable `wrapper`."""
    file, source = WRAPPED[runtime]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr(file, source)
        entry = zipfile.ZipInfo("wrapper")
        entry.external_attr = mode << 16
        package.writestr(entry, script)
    return buffer.getvalue()


def wrapping(path: str) -> dict[str, Any]:
    return {"Environment": {"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": path}}}


@pytest.mark.parametrize("runtime", WRAPPED)
def test_a_wrapper_starts_the_runtime(functions: Lambda, runtime: str) -> None:
    package = with_wrapper(runtime, '#!/bin/sh\nexport WRAPPED="by $AWS_LAMBDA_FUNCTION_NAME"\nexec "$@"\n')
    functions.create("pets", "", runtime=runtime, Code={"ZipFile": package}, **wrapping("/var/task/wrapper"))
    assert functions.call("pets")[0] == "by pets"


def test_a_wrapper_puts_options_before_the_last_argument_as_the_guide_shows(
    sandbox: SandboxUnderTest, functions: Lambda
) -> None:
    script = """#!/bin/bash
args=("$@")
extra_args=("-X" "importtime")
args=("${args[@]:0:$#-1}" "${extra_args[@]}" "${args[@]: -1}")
exec "${args[@]}"
"""
    package = with_wrapper("python3.13", script)
    functions.create("pets", "", Code={"ZipFile": package}, **wrapping("/var/task/wrapper"))
    assert "FunctionError" not in functions.call("pets")[1]
    events = sandbox.client("logs", functions.account).filter_log_events(logGroupName="/aws/lambda/pets")["events"]
    assert any(event["message"].startswith("import time:") for event in events)


@pytest.mark.parametrize(("path", "mode", "status"), [("/opt/missing", 0o755, 127), ("/var/task/wrapper", 0o644, 126)])
def test_a_wrapper_that_cannot_run_ends_the_init(functions: Lambda, path: str, mode: int, status: int) -> None:
    package = with_wrapper("python3.13", '#!/bin/sh\nexec "$@"\n', mode=mode)
    functions.create("pets", "", Code={"ZipFile": package}, **wrapping(path))
    document, answer = functions.call("pets")
    assert (document["errorType"], answer["FunctionError"]) == ("Runtime.ExitError", "Unhandled")
    assert document["errorMessage"].endswith(f"Error: Runtime exited with error: exit status {status}")
