"""STS as clients see it: who am I, roles of any account, sessions and their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.sandbox.conftest import SandboxUnderTest


def test_the_operator_is_in_the_api_account(sandbox: SandboxUnderTest) -> None:
    identity = sandbox.client("sts").get_caller_identity()
    assert identity["Account"] == "111111111111"
    assert identity["Arn"] == "arn:aws:iam::111111111111:user/sandbox-operator"


def test_the_operator_may_assume_a_role_that_does_not_exist_in_any_account(sandbox: SandboxUnderTest) -> None:
    identity = sandbox.client("sts", account="999988887777").get_caller_identity()
    assert identity["Arn"] == "arn:aws:sts::999988887777:assumed-role/sandbox-operator/tests"


def test_iam_of_an_account_is_reached_by_a_role_of_that_account(sandbox: SandboxUnderTest) -> None:
    sandbox.client("iam", account="222222222222").create_role(RoleName="there", AssumeRolePolicyDocument="{}")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        sandbox.client("iam").get_role(RoleName="there")
    role = sandbox.client("iam", account="222222222222").get_role(RoleName="there")["Role"]
    assert role["Arn"] == "arn:aws:iam::222222222222:role/there"
