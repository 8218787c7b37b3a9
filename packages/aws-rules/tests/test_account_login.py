"""Roles that a program can assume to log in to an account."""

from __future__ import annotations

import pytest

from aws_rules.account_login import is_role_arn, role_fault, role_in


@pytest.mark.parametrize(
    ("text", "held"),
    [
        # IAM user guide, "IAM identifiers": roles have no Region, and may have a path.
        ("arn:aws:iam::222222222222:role/deployer", True),
        ("arn:aws:iam::222222222222:role/teams/api/deployer", True),
        ("arn:aws-us-gov:iam::222222222222:role/deployer", True),
        ("arn:aws-cn:iam::222222222222:role/deployer", True),
        ("arn:aws:iam::222222222222:user/deployer", False),
        ("arn:aws:iam::222222222222:root", False),
        ("arn:aws:sts::222222222222:assumed-role/deployer/session", False),
        ("arn:aws:iam:eu-west-1:222222222222:role/deployer", False),
        ("arn:aws:iam::2222:role/deployer", False),
        ("arn:aws:iam::222222222222:role/", False),
        ("deployer", False),
    ],
)
def test_a_role_is_known_by_its_arn(text: str, held: bool) -> None:
    assert is_role_arn(text) is held


@pytest.mark.parametrize(
    ("role", "fault"),
    [
        ("arn:aws:iam::222222222222:role/deployer", None),
        ("arn:aws:iam::111111111111:role/deployer", "is a role in account 111111111111, not in account 222222222222"),
        ("arn:aws-cn:iam::222222222222:role/deployer", "is a role in partition aws-cn, and the Region is in aws"),
        ("arn:aws:iam::222222222222:user/deployer", "is not the ARN of an IAM role"),
    ],
)
def test_a_login_accepts_only_roles_of_the_account_and_the_partition(role: str, fault: str | None) -> None:
    assert role_fault(role, account="222222222222", partition="aws") == fault


@pytest.mark.parametrize(
    ("role", "suggested"),
    [
        ("arn:aws:iam::111111111111:role/teams/api/deployer", "arn:aws-cn:iam::222222222222:role/teams/api/deployer"),
        ("deployer", "arn:aws-cn:iam::222222222222:role/deployer"),
    ],
)
def test_the_role_to_use_instead_keeps_path_and_name(role: str, suggested: str) -> None:
    assert role_in(role, account="222222222222", partition="aws-cn") == suggested
