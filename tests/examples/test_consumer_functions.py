"""The consumer's functions in both languages assume a role of the API's account and sign requests with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.functions.runtimes import node_available
from sandbox_testing.functions import TRUST_LAMBDA, Lambda, zipped
from sandbox_testing.server import sandbox
from tests.examples.conftest import EXAMPLES

if TYPE_CHECKING:
    from cross_account_sandbox.control_plane.refusals import ApiCall
    from sandbox_testing.server import SandboxUnderTest

__all__ = ["sandbox"]

API_ACCOUNT, CONSUMER_ACCOUNT = "111111111111", "333333333333"
RUNTIMES = {"python3.13": "python", **({"nodejs22.x": "nodejs"} if node_available() else {})}
runtimes = pytest.mark.parametrize("runtime", list(RUNTIMES))


def api(sandbox: SandboxUnderTest) -> str:
    """An API in the API account; its routes require AWS_IAM and echo the request. Returns its ID."""
    gateway = sandbox.client("apigateway", API_ACCOUNT)
    template = (
        '{"statusCode": 200}',
        '{"caller": "$context.identity.userArn", "q": "$util.escapeJavaScript($input.params(\'q\'))"}',
    )
    operation = {
        "x-amazon-apigateway-auth": {"type": "AWS_IAM"},
        "responses": {"200": {"description": "as asked"}},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": template[0]},
            "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": template[1]}}},
        },
    }
    path = [{"name": "proxy", "in": "path", "required": True, "schema": {"type": "string"}}]
    document = {
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "1"},
        "paths": {
            "/": {"get": operation, "post": operation},
            "/{proxy+}": {"get": {**operation, "parameters": path}, "post": {**operation, "parameters": path}},
        },
    }
    found: str = gateway.import_rest_api(body=json.dumps(document).encode())["id"]
    gateway.create_deployment(restApiId=found, stageName="dev")
    return found


def consumer(sandbox: SandboxUnderTest, runtime: str, api_id: str, *, external_id: str = "", trust: str = "") -> Lambda:
    """The function in the consumer account and the role that it assumes in the API account."""
    iam = sandbox.client("iam", CONSUMER_ACCOUNT)
    execution = iam.create_role(RoleName="consumer", AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA))["Role"]["Arn"]
    caller = f"arn:aws:iam::{API_ACCOUNT}:role/caller"
    iam.put_role_policy(RoleName="consumer", PolicyName="assume", PolicyDocument=_allow("sts:AssumeRole", caller))
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": trust or execution},
        "Action": "sts:AssumeRole",
    }
    if external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": "pets-and-more"}}
    iam = sandbox.client("iam", API_ACCOUNT)
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.create_role(RoleName="caller", AssumeRolePolicyDocument=document)
    allowed = f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{api_id}/dev/*/pets*"
    iam.put_role_policy(RoleName="caller", PolicyName="call", PolicyDocument=_allow("execute-api:Invoke", allowed))
    folder = EXAMPLES / "consumer" / "consumer_src" / RUNTIMES[runtime]
    variables = {
        "API_URL": f"https://{api_id}.execute-api.us-east-1.amazonaws.com/dev",
        "API_REGION": "us-east-1",
        "ROLE_ARN": caller,
    }
    if external_id:
        variables["EXTERNAL_ID"] = external_id
    functions = Lambda(client=sandbox.client("lambda", CONSUMER_ACCOUNT), account=CONSUMER_ACCOUNT, role=execution)
    functions.client.create_function(
        FunctionName="consumer",
        Runtime=runtime,
        Handler="index.handler",
        Role=execution,
        Code={"ZipFile": zipped(_files(folder))},
        Timeout=30,
        Environment={"Variables": variables},
    )
    return functions


def _files(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in sorted(folder.iterdir()) if file.is_file()}


def _allow(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@runtimes
@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/pets", {}),
        ("/pets/", {}),
        ("/pets/ä ö+~%2F'(x)*!", {}),
        ("/pets/a:b@c;d,e=f&g$h", {}),
        ("/pets", {"q": "a b+c&d=e/f~é", "A": "1", "a": "2", "empty": ""}),
    ],
)
def test_a_request_is_signed_as_aws_verifies_it(
    sandbox: SandboxUnderTest, runtime: str, path: str, query: dict[str, str]
) -> None:
    functions = consumer(sandbox, runtime, api(sandbox))
    for method, body in (("GET", ""), ("post", '{"name": "Röx"}')):
        answer, record = functions.call("consumer", {"method": method, "path": path, "query": query, "body": body})
        assert "FunctionError" not in record, answer
        assert answer["statusCode"] == 200, answer
        seen = json.loads(answer["body"])
        assert seen["caller"] == f"arn:aws:sts::{API_ACCOUNT}:assumed-role/caller/consumer"
        assert seen["q"] == query.get("q", "")


@runtimes
def test_credentials_are_kept_between_calls(sandbox: SandboxUnderTest, runtime: str) -> None:
    functions = consumer(sandbox, runtime, api(sandbox))
    assert functions.call("consumer", {"path": "/pets"})[0]["statusCode"] == 200
    # STS rejects calls from now on: cached credentials still work.
    sandbox.client("iam", CONSUMER_ACCOUNT).delete_role_policy(RoleName="consumer", PolicyName="assume")
    assert functions.call("consumer", {"path": "/pets"})[0]["statusCode"] == 200


@runtimes
@pytest.mark.parametrize(
    ("lifetime_s", "asked"),
    [pytest.param(50, 2, id="within the last minute"), pytest.param(120, 1, id="with time left")],
)
def test_credentials_are_fetched_again_within_the_last_minute_before_they_expire(
    sandbox: SandboxUnderTest, monkeypatch: pytest.MonkeyPatch, runtime: str, lifetime_s: int, asked: int
) -> None:
    monkeypatch.setattr("cross_account_sandbox.control_plane.assume_role.DEFAULT_SESSION_S", lifetime_s)
    functions = consumer(sandbox, runtime, api(sandbox))
    operations: list[str] = []

    def seen(call: ApiCall) -> None:
        """Record the call, without an error."""
        operations.append(call.operation)

    sandbox.world.refusal = seen

    for _ in range(2):
        assert functions.call("consumer", {"path": "/pets"})[0]["statusCode"] == 200

    assert operations.count("AssumeRole") == asked


@runtimes
def test_a_path_beyond_the_roles_right_is_answered_with_403(sandbox: SandboxUnderTest, runtime: str) -> None:
    functions = consumer(sandbox, runtime, api(sandbox))
    answer, _ = functions.call("consumer", {"path": "/dogs"})
    assert answer["statusCode"] == 403
    assert "is not authorized to perform: execute-api:Invoke on resource" in answer["body"]


@runtimes
@pytest.mark.parametrize(("external_id", "status"), [("pets-and-more", 200), ("another", None)])
def test_the_external_id_must_be_the_one_that_the_role_asks_for(
    sandbox: SandboxUnderTest, runtime: str, external_id: str, status: int | None
) -> None:
    functions = consumer(sandbox, runtime, api(sandbox), external_id=external_id)
    answer, record = functions.call("consumer", {"path": "/pets"})
    assert answer.get("statusCode") == status, answer
    assert ("FunctionError" in record) == (status is None)


@runtimes
def test_a_role_that_trusts_somebody_else_is_not_assumed(sandbox: SandboxUnderTest, runtime: str) -> None:
    functions = consumer(sandbox, runtime, api(sandbox), trust="444444444444")
    answer, _ = functions.call("consumer", {"path": "/pets"})
    assert "AccessDenied" in answer["errorMessage"]
    assert f"arn:aws:iam::{API_ACCOUNT}:role/caller" in answer["errorMessage"]


@runtimes
@pytest.mark.parametrize("path", ["pets", "//pets", "/pets//1", "/pets/../dogs", "/pets/."])
def test_a_path_that_would_change_in_transit_is_not_signed(sandbox: SandboxUnderTest, runtime: str, path: str) -> None:
    functions = consumer(sandbox, runtime, api(sandbox))
    answer, _ = functions.call("consumer", {"path": path})
    assert "start it with a slash" in answer["errorMessage"]
