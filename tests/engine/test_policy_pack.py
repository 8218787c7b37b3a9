"""The policy pack in the real engine: the program passes, and resources that violate a rule are not created."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import pytest
from pulumi import automation

from cross_account_api.accounts import account_provider
from cross_account_api.config import load
from settings import Settings
from tests.engine.inventory import inventory
from tests.policies.server import PACK, write_analyzer

if TYPE_CHECKING:
    from collections.abc import Callable

    from cross_account_sandbox.server import RunningSandbox
    from tests.engine.stacks import Engine, Stack

_ACCOUNTS = ("111111111111", "222222222222")


@pytest.fixture(scope="module")
def analyzed(engine: Engine) -> Engine:
    """The engine with the analyzer of Python packs on its PATH."""
    write_analyzer(Path(engine.environment["PATH"].partition(":")[0]))
    return engine


def _stack(engine: Engine, sandbox: RunningSandbox, name: str) -> Stack:
    stack = engine.stack(endpoint=sandbox.endpoint, name=name)
    stack.policy_packs = [str(PACK)]
    return stack


def test_the_program_passes_and_a_wide_permission_is_refused(analyzed: Engine, sandbox: RunningSandbox) -> None:
    stack = _stack(analyzed, sandbox, "passes")

    assert set(stack.preview().touched.values()) == {"create"}
    stack.up()

    stack.settings["permissionScope"] = "api"
    with pytest.raises(automation.errors.CommandError, match="permission-no-wider-than-routes") as refused:
        stack.up()
    assert "Use one permission for dev/GET/" in str(refused.value)
    stack.policy_packs = []
    stack.destroy()


def _beside(add: Callable[[aws.Provider], None]) -> Callable[[], None]:
    def program() -> None:
        settings = load(Settings)
        add(account_provider("function-account", settings.function_account, endpoint=settings.endpoint).provider)

    return program


def _without_retention(provider: aws.Provider) -> None:
    aws.cloudwatch.LogGroup("forever", opts=pulumi.ResourceOptions(provider=provider))


def _trusting_an_account(provider: aws.Provider) -> None:
    statement = '{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"}'
    aws.iam.Role(
        "anyone",
        assume_role_policy=f'{{"Version":"2012-10-17","Statement":[{statement}]}}',
        opts=pulumi.ResourceOptions(provider=provider),
    )


@pytest.mark.parametrize(
    ("add", "rule", "fix"),
    [
        (_without_retention, "log-retention", "Set retentionInDays"),
        (_trusting_an_account, "no-account-root", "Name the role that calls"),
    ],
)
def test_a_resource_that_violates_a_rule_is_not_created(
    add: Callable[[aws.Provider], None], rule: str, fix: str, analyzed: Engine, sandbox: RunningSandbox
) -> None:
    before = inventory(sandbox, _ACCOUNTS)
    stack = _stack(analyzed, sandbox, rule)
    stack.program = _beside(add)

    with pytest.raises(automation.errors.CommandError, match=rule) as refused:
        stack.up()

    assert fix in str(refused.value)
    assert inventory(sandbox, _ACCOUNTS) == before
