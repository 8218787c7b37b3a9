"""Signatures of AWS API calls: a caller needs the secret access key, not only the access key ID."""

from __future__ import annotations

import io
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any, Literal

import boto3
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox_testing.server import SandboxUnderTest

ACCOUNT = "222222222222"
#: One operation in each protocol, and the error that AWS returns for a signature made with another secret.
CALLS = [
    pytest.param("sts", "get_caller_identity", "SignatureDoesNotMatch", 403, id="query, answered here"),
    pytest.param("iam", "list_users", "SignatureDoesNotMatch", 403, id="query, answered by moto"),
    pytest.param("lambda", "list_functions", "InvalidSignatureException", 403, id="rest-json"),
    pytest.param("apigatewayv2", "get_apis", "InvalidSignatureException", 403, id="rest-json of API Gateway"),
    pytest.param("logs", "describe_log_groups", "InvalidSignatureException", 400, id="json"),
    pytest.param("s3", "list_buckets", "SignatureDoesNotMatch", 403, id="rest-xml"),
    pytest.param("ec2", "describe_vpcs", "AuthFailure", 401, id="ec2"),
]


def user_keys(sandbox: SandboxUnderTest) -> dict[str, str]:
    iam = sandbox.client("iam", account=ACCOUNT)
    iam.create_user(UserName="developer")
    made = iam.create_access_key(UserName="developer")["AccessKey"]
    return {"AccessKeyId": made["AccessKeyId"], "SecretAccessKey": made["SecretAccessKey"]}


def session_keys(sandbox: SandboxUnderTest) -> Mapping[str, str]:
    return sandbox.operator_in(ACCOUNT)


@pytest.mark.parametrize("keys_of", [user_keys, session_keys])
@pytest.mark.parametrize(("service", "operation", "code", "status"), CALLS)
def test_the_secret_decides(
    sandbox: SandboxUnderTest,
    keys_of: Callable[[SandboxUnderTest], Mapping[str, str]],
    service: str,
    operation: str,
    code: str,
    status: int,
) -> None:
    keys = keys_of(sandbox)
    getattr(sandbox.client(service, credentials=keys), operation)()
    with pytest.raises(ClientError) as refused:
        getattr(sandbox.client(service, credentials={**keys, "SecretAccessKey": "guessed"}), operation)()
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize("key", ["test", ACCOUNT])
def test_keys_that_are_conventions_go_with_every_secret(sandbox: SandboxUnderTest, key: str) -> None:
    for service, operation, *_ in (call.values for call in CALLS):
        client = sandbox.client(str(service), credentials={"AccessKeyId": key, "SecretAccessKey": "any"})
        getattr(client, str(operation))()


def signed(sandbox: SandboxUnderTest, keys: Mapping[str, str], body: str, service: str = "iam") -> dict[str, str]:
    """The headers of a signed call in the query protocol."""
    request = AWSRequest(method="POST", url=sandbox.endpoint + "/", data=body)
    request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]), service, "us-east-1").add_auth(request)
    return dict(request.headers.items())


LIST = "Action=ListUsers&Version=2010-05-08"
CREATE = "Action=CreateUser&Version=2010-05-08&UserName=forged"


def test_a_signature_is_for_one_body(sandbox: SandboxUnderTest) -> None:
    keys = user_keys(sandbox)
    headers = signed(sandbox, keys, LIST)
    assert sandbox.request("POST", "/", headers=headers, body=LIST).status == 200
    refused = sandbox.request("POST", "/", headers=headers, body=CREATE)
    assert (refused.status, b"SignatureDoesNotMatch" in refused.body) == (403, True)
    assert sandbox.request("POST", "/?Action=CreateUser", headers=headers, body=LIST).status == 403


@pytest.mark.parametrize(("minutes", "status"), [(-16, 403), (-14, 200), (14, 200), (16, 403)])
def test_and_for_a_quarter_of_an_hour(
    sandbox: SandboxUnderTest, monkeypatch: pytest.MonkeyPatch, minutes: int, status: int
) -> None:
    keys = user_keys(sandbox)
    headers = signed(sandbox, keys, LIST)
    now = time.time()
    monkeypatch.setattr("cross_account_sandbox.execute_api.sigv4.time.time", lambda: now + 60 * minutes)
    reply = sandbox.request("POST", "/", headers=headers, body=LIST)
    assert reply.status == status
    assert (b"15 min." in reply.body) == (status == 403)


def test_a_header_that_names_two_keys_gives_neither_callers_rights(sandbox: SandboxUnderTest) -> None:
    keys = user_keys(sandbox)
    headers = signed(sandbox, keys, LIST)
    other = sandbox.operator_in("333333333333")["AccessKeyId"]
    headers["Authorization"] = headers["Authorization"].replace(
        "Credential=", f"Credential={other}/20260101/us-east-1/iam/aws4_request, Credential="
    )
    headers["X-Amz-Security-Token"] = sandbox.operator_in("333333333333")["SessionToken"]
    assert sandbox.request("POST", "/", headers=headers, body=LIST).status == 403


# S3 has its own signing rules


def s3_client(sandbox: SandboxUnderTest, keys: Mapping[str, str], config: Config) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=sandbox.endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        config=config,
    )


@pytest.mark.parametrize("key", ["plain.txt", "with space/ü+%25.txt", "a//b/../c"])
@pytest.mark.parametrize("checksum", ["when_supported", "when_required"])
def test_objects_of_any_name_are_stored_and_read(
    sandbox: SandboxUnderTest, key: str, checksum: Literal["when_supported", "when_required"]
) -> None:
    keys = user_keys(sandbox)
    s3 = s3_client(sandbox, keys, Config(request_checksum_calculation=checksum))
    s3.create_bucket(Bucket="artefacts")
    s3.put_object(Bucket="artefacts", Key=key, Body=b"bytes")
    s3.put_object(Bucket="artefacts", Key="stream", Body=io.BytesIO(b"streamed"))
    assert s3.get_object(Bucket="artefacts", Key=key)["Body"].read() == b"bytes"
    assert s3.get_object(Bucket="artefacts", Key="stream")["Body"].read() == b"streamed"


# Presigned URLs


def opened(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=60) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()


def presigned(sandbox: SandboxUnderTest, keys: Mapping[str, Any], service: str, target: str, expires: int = 60) -> str:
    request = AWSRequest(method="GET", url=sandbox.endpoint + target)
    credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken"))
    SigV4QueryAuth(credentials, service, "us-east-1", expires=expires).add_auth(request)
    return str(request.url)


@pytest.mark.parametrize(
    "keys_of", [user_keys, session_keys, lambda _: {"AccessKeyId": ACCOUNT, "SecretAccessKey": "x"}]
)
@pytest.mark.parametrize(
    ("service", "target", "said"),
    [
        ("iam", "/?Action=ListUsers&Version=2010-05-08", b"<ListUsersResponse"),
        ("ec2", "/?Action=DescribeVpcs&Version=2016-11-15", b"<DescribeVpcsResponse"),
        ("sns", "/?Action=ListTopics&Version=2010-03-31", b"<ListTopicsResponse"),
        ("sts", "/?Action=GetCallerIdentity&Version=2011-06-15", b"<Account>222222222222</Account>"),
        ("lambda", "/2015-03-31/functions/", b'"Functions"'),
        ("s3", "/", b"<ListAllMyBucketsResult"),
    ],
)
def test_a_presigned_call_gets_the_services_own_answer(
    sandbox: SandboxUnderTest,
    keys_of: Callable[[SandboxUnderTest], Mapping[str, str]],
    service: str,
    target: str,
    said: bytes,
) -> None:
    keys = keys_of(sandbox)
    if service == "s3":
        client = sandbox.client("s3", credentials=keys)
        url = client.generate_presigned_url("list_buckets")
    else:
        url = presigned(sandbox, keys, service, target)
    status, body = opened(url)
    assert (status, said in body) == (200, True), body


@pytest.mark.parametrize("version", [None, "s3v4"])
@pytest.mark.parametrize("keys_of", [user_keys, session_keys])
def test_a_presigned_object_is_uploaded_and_downloaded(
    sandbox: SandboxUnderTest, version: str | None, keys_of: Callable[[SandboxUnderTest], Mapping[str, str]]
) -> None:
    keys = keys_of(sandbox)
    s3 = s3_client(sandbox, keys, Config(signature_version=version) if version else Config())
    s3.create_bucket(Bucket="artefacts")
    s3.create_bucket(Bucket="another")
    named = {"Bucket": "artefacts", "Key": "a b/ü.zip"}
    typed = named | {"ContentType": "application/zip"}
    upload = urllib.request.Request(
        s3.generate_presigned_url("put_object", Params=typed),
        data=b"bytes",
        method="PUT",
        headers={"Content-Type": "application/zip"},
    )
    with urllib.request.urlopen(upload, timeout=60) as reply:
        assert reply.status == 200
    url = s3.generate_presigned_url("get_object", Params=named)
    assert opened(url) == (200, b"bytes")
    assert opened(url.replace("/artefacts/", "/another/"))[0] == 403
    assert opened(url.replace("Expires=", "Expires=1"))[0] == 403


def test_a_presigned_object_ends_with_its_time(sandbox: SandboxUnderTest) -> None:
    keys = user_keys(sandbox)
    s3 = sandbox.client("s3", credentials=keys)
    s3.create_bucket(Bucket="artefacts")
    url = s3.generate_presigned_url("list_objects", Params={"Bucket": "artefacts"}, ExpiresIn=-1)
    status, body = opened(url)
    assert (status, b"Request has expired" in body) == (403, True)


def test_a_presigned_call_ends_with_its_time(sandbox: SandboxUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    url = presigned(sandbox, user_keys(sandbox), "iam", "/?Action=ListUsers&Version=2010-05-08", expires=30)
    now = time.time()
    monkeypatch.setattr("cross_account_sandbox.execute_api.sigv4.time.time", lambda: now + 31)
    status, body = opened(url)
    assert status == 403
    assert b"Signature expired" in body


@pytest.mark.parametrize("region", ["zz", "US-EAST-1", ".."])
@pytest.mark.parametrize(
    ("service", "method", "path", "code"),
    [
        ("apigateway", "POST", "/restapis", "InvalidSignatureException"),
        ("lambda", "GET", "/2015-03-31/functions", "InvalidSignatureException"),
        ("sts", "POST", "/", "SignatureDoesNotMatch"),
    ],
)
def test_a_scope_names_a_region(
    sandbox: SandboxUnderTest, service: str, method: str, path: str, code: str, region: str
) -> None:
    scope = f"Credential=test/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}", "Host": "localhost"}
    body = "Action=GetCallerIdentity&Version=2011-06-15" if service == "sts" else '{"name": "a"}'
    reply = sandbox.request(method, path, headers=headers, body=body)
    assert reply.status == 403
    assert code in f"{reply.header('x-amzn-ErrorType')}{reply.body.decode()}"
    assert "Credential should be scoped to a valid region." in reply.body.decode()
