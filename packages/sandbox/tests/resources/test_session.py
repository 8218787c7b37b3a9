"""A provider's inputs log in to one account, or are refused before anything is created."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from cross_account_sandbox.resources.endpoints import EndpointError
from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.session import ProviderSession

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox_testing.server import SandboxUnderTest

ROLE = "arn:aws:iam::222222222222:role/sandbox-operator"


def _log_in(sandbox: SandboxUnderTest, **inputs: Any) -> ProviderSession:
    known = {
        "region": "us-east-1",
        "accessKey": "test",
        "secretKey": "test",
        "endpoints": json.dumps([{"sts": sandbox.endpoint, "iam": sandbox.endpoint}]),
    }
    return ProviderSession.from_provider_inputs({**known, **inputs})


def test_without_a_role_it_is_the_account_of_the_keys(sandbox: SandboxUnderTest) -> None:
    session = _log_in(sandbox)
    assert (session.account, session.region, session.partition) == ("111111111111", "us-east-1", "aws")


def test_the_role_is_assumed_with_values_as_json_text(sandbox: SandboxUnderTest) -> None:
    roles = json.dumps([{"roleArn": ROLE, "sessionName": "me"}])
    session = _log_in(
        sandbox, assumeRoles=roles, allowedAccountIds='["222222222222"]', skipCredentialsValidation="true"
    )
    assert session.account == "222222222222"
    assert session.client("sts").get_caller_identity()["Arn"].endswith(":assumed-role/sandbox-operator/me")


def test_pythons_spelling_of_keys_is_understood(sandbox: SandboxUnderTest) -> None:
    roles = json.dumps([{"role_arn": ROLE, "session_name": "me"}])
    assert _log_in(sandbox, assumeRoles=roles).account == "222222222222"


def test_the_external_id_is_sent(sandbox: SandboxUnderTest) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "word"}},
            }
        ],
    }
    iam = sandbox.client("iam", "222222222222")
    iam.create_role(RoleName="strict", AssumeRolePolicyDocument=json.dumps(trust))
    keys = (
        sandbox.client("iam").create_user(UserName="deployer")
        and sandbox.client("iam").create_access_key(UserName="deployer")["AccessKey"]
    )
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}
    sandbox.client("iam").put_user_policy(UserName="deployer", PolicyName="p", PolicyDocument=json.dumps(allow))
    arn = "arn:aws:iam::222222222222:role/strict"
    user = {"accessKey": keys["AccessKeyId"], "secretKey": keys["SecretAccessKey"]}
    session = _log_in(sandbox, **user, assumeRoles=[{"roleArn": arn, "externalId": "word"}])
    assert session.account == "222222222222"
    with pytest.raises(ClientError, match="AccessDenied"):
        _log_in(sandbox, **user, assumeRoles=[{"roleArn": arn}])


@pytest.mark.parametrize(
    "limits", [{"allowedAccountIds": '["333333333333"]'}, {"forbiddenAccountIds": '["222222222222"]'}]
)
def test_an_account_that_is_not_allowed_is_refused_in_the_vendors_words(
    sandbox: SandboxUnderTest, limits: dict[str, str]
) -> None:
    with pytest.raises(HandlerError, match=r"^AWS account ID not allowed: 222222222222$"):
        _log_in(sandbox, assumeRoles=[{"roleArn": ROLE}], **limits)


def test_without_the_account_look_up_every_allowed_account_fails_as_with_the_vendors_provider(
    sandbox: SandboxUnderTest,
) -> None:
    with pytest.raises(HandlerError, match=r"^AWS account ID not allowed: $"):
        _log_in(sandbox, skipRequestingAccountId="true", allowedAccountIds='["111111111111"]')


def test_a_service_without_an_endpoint_is_refused_instead_of_called_on_aws(sandbox: SandboxUnderTest) -> None:
    with pytest.raises(HandlerError, match="have no URL for 'lambda'"):
        _log_in(sandbox).client("lambda")


def test_a_provider_input_that_is_not_understood_is_refused(sandbox: SandboxUnderTest) -> None:
    with pytest.raises(HandlerError, match="the input 'httpProxy' is not supported"):
        _log_in(sandbox, httpProxy="http://proxy")


_NAMED = [
    ({}, "has no `endpoints`, and AWS_ENDPOINT_URL is not set: its calls would go to AWS"),
    ({"endpoints": "[]"}, "has no `endpoints`"),
    ({"endpoints": [{"sts": ""}]}, "has no `endpoints`"),
    ({"endpoints": [{"sts": "https://sts.amazonaws.com"}]}, "the endpoint sts is 'https://sts.amazonaws.com'"),
    ({"endpoints": [{"sts": "http://127.0.0.1:1", "lambda_": "http://10.0.0.7:1"}]}, "the endpoint lambda is"),
    ({"endpoints": [{"sts": "http://127.0.0.1@example.com"}]}, "not on this machine"),
    ({"endpoints": [{"sts": "http://localhost.example.com:4566"}]}, "not on this machine"),
    ({"endpoints": [{"sts": "127.0.0.1:4566"}]}, "must be an http URL of a loopback address"),
    ({"endpoints": [{"sts": "http://[::1"}]}, "not on this machine"),
]


@pytest.mark.parametrize(("inputs", "fault"), _NAMED, ids=range(len(_NAMED)))
def test_a_provider_whose_calls_would_leave_this_machine_is_refused_before_any_call(
    monkeypatch: pytest.MonkeyPatch, inputs: dict[str, Any], fault: str
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(ProviderSession, "client", None)
    with pytest.raises(EndpointError) as refused:
        ProviderSession.from_provider_inputs({"region": "us-east-1", "profile": "prod", **inputs})
    assert fault in str(refused.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "http://localhost:{port}"])
def test_a_loopback_endpoint_of_the_environment_serves_every_service(
    sandbox: SandboxUnderTest, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url.format(port=urlsplit(sandbox.endpoint).port))
    # botocore would prefer it.
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", "https://lambda.us-east-1.amazonaws.com")
    session = ProviderSession.from_provider_inputs({"region": "us-east-1", "accessKey": "test", "secretKey": "test"})
    assert session.account == "111111111111"
    assert session.client("lambda").meta.endpoint_url == os.environ["AWS_ENDPOINT_URL"]


def test_an_endpoint_of_the_environment_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://example.com")
    with pytest.raises(EndpointError, match=r"the endpoint AWS_ENDPOINT_URL is 'https://example\.com'"):
        ProviderSession.from_provider_inputs({"region": "us-east-1"})


@pytest.mark.parametrize(
    "profile",
    [
        "role_arn = arn:aws:iam::111111111111:role/deployer\nsource_profile = keys",
        "role_arn = arn:aws:iam::111111111111:role/deployer\nweb_identity_token_file = /dev/null",
        "sso_start_url = https://example.com\nsso_region = us-east-1\nsso_account_id = 111111111111\nsso_role_name = r",
        "credential_process = false",
    ],
    ids=["role", "web identity", "single sign-on", "process"],
)
def test_a_profile_that_needs_a_call_to_aws_has_no_credentials_here(
    sandbox: SandboxUnderTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, profile: str
) -> None:
    config = tmp_path / "config"
    keys = "[profile keys]\naws_access_key_id = test\naws_secret_access_key = test\n"
    config.write_text(f"{keys}[profile deployer]\n{profile}\n", "utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    named = {"accessKey": None, "secretKey": None}

    assert _log_in(sandbox, **named, profile="keys").account == "111111111111"
    with pytest.raises(NoCredentialsError):
        _log_in(sandbox, **named, profile="deployer")


def test_a_provider_without_a_region_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(HandlerError, match="region is required"):
        ProviderSession.from_provider_inputs({})


def test_what_is_no_role_is_refused_by_name(sandbox: SandboxUnderTest) -> None:
    with pytest.raises(HandlerError, match="'deployer' is not the ARN of a role"):
        _log_in(sandbox, assumeRoles=[{"roleArn": "deployer"}])


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "cn-north-1"])
def test_every_call_is_signed_for_its_service_and_the_providers_region(sandbox: SandboxUnderTest, region: str) -> None:
    reads: dict[str, tuple[str, Callable[[Any], object]]] = {
        "apigateway": ("apigateway", lambda client: client.get_rest_apis()),
        "apigatewayv2": ("apigateway", lambda client: client.get_apis()),
        "iam": ("iam", lambda client: client.list_roles()),
        "lambda": ("lambda", lambda client: client.list_functions()),
        "route53": ("route53", lambda client: client.list_hosted_zones()),
        "s3": ("s3", lambda client: client.list_buckets()),
        "sts": ("sts", lambda client: client.get_caller_identity()),
    }
    endpoints = json.dumps([dict.fromkeys(reads, sandbox.endpoint)])
    session = _log_in(sandbox, region=region, endpoints=endpoints)
    scopes: list[str] = []
    for service, (_, read) in reads.items():
        client = session.client(service)
        client.meta.events.register(
            "before-send", lambda request, **_: scopes.append(request.headers["Authorization"].decode())
        )
        read(client)
    signed = [scope.partition("Credential=")[2].split(",")[0].split("/")[2:] for scope in scopes]
    assert signed == [[region, name, "aws4_request"] for name, _ in reads.values()]
