"""A provider's inputs become a login in one account, or are refused before anything is created."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cross_account_sandbox.resources.handler import HandlerError
from cross_account_sandbox.resources.session import ProviderSession

if TYPE_CHECKING:
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
    with pytest.raises(HandlerError, match="name no address for 'lambda'"):
        _log_in(sandbox).client("lambda")


def test_a_provider_input_that_is_not_understood_is_refused(sandbox: SandboxUnderTest) -> None:
    with pytest.raises(HandlerError, match="does not know the input 'httpProxy'"):
        _log_in(sandbox, httpProxy="http://proxy")


def test_a_provider_without_a_region_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with pytest.raises(HandlerError, match="has no region"):
        ProviderSession.from_provider_inputs({})


def test_what_is_no_role_is_refused_by_name(sandbox: SandboxUnderTest) -> None:
    with pytest.raises(HandlerError, match="'deployer' is not the ARN of a role"):
        _log_in(sandbox, assumeRoles=[{"roleArn": "deployer"}])
