"""Account settings of one Region: the role with which API Gateway writes to CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.cloudwatch_role import check_cloudwatch_role
from cross_account_sandbox.apigateway.describe import not_none
from cross_account_sandbox.apigateway.lookup import store_of
from cross_account_sandbox.apigateway.method_settings import ACCOUNT_BURST, ACCOUNT_RATE
from cross_account_sandbox.apigateway.model.store import ApiGatewayStore
from cross_account_sandbox.apigateway.patch import PatchTable, Wording
from cross_account_sandbox.control_plane.service import Call, Operation


def get_account(call: Call) -> dict[str, Any]:
    return _shown(store_of(call))


def update_account(call: Call) -> dict[str, Any]:
    """UpdateAccount: set the role; an empty or missing value resets it."""

    def change_role(store: _Settings, value: str | None) -> None:
        if value:
            check_cloudwatch_role(call, value)
        store.cloudwatch_role_arn = value or None

    store = store_of(call)
    settings = _Settings(store.cloudwatch_role_arn)
    table = PatchTable[_Settings](
        {"/cloudwatchRoleArn": {"replace": change_role, "remove": change_role, "add": change_role}}, Wording.LISTING
    )
    table.apply(settings, call.params.get("patchOperations"))
    store.cloudwatch_role_arn = settings.cloudwatch_role_arn
    return _shown(store)


class _Settings:
    def __init__(self, cloudwatch_role_arn: str | None) -> None:
        self.cloudwatch_role_arn = cloudwatch_role_arn


def _shown(store: ApiGatewayStore) -> dict[str, Any]:
    return not_none(
        cloudwatchRoleArn=store.cloudwatch_role_arn,
        throttleSettings={"burstLimit": ACCOUNT_BURST, "rateLimit": ACCOUNT_RATE},
        features=["UsagePlans"],
        apiKeyVersion="4",
    )


OPERATIONS: Mapping[str, Operation] = {"GetAccount": get_account, "UpdateAccount": update_account}
