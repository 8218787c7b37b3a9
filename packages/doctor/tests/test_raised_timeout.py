"""An account whose quota for the integration timeout was raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_rules.quotas import INTEGRATION_TIMEOUT_QUOTA
from doctor_testing.command import API_ACCOUNT, FUNCTION_ACCOUNT
from doctor_testing.deployments import Deployment

if TYPE_CHECKING:
    from collections.abc import Callable

    from doctor_testing.command import Said
    from sandbox_testing.server import SandboxUnderTest


def test_a_function_gets_the_time_that_its_integration_waits_and_not_29_seconds(
    sandbox: SandboxUnderTest, examined: Callable[..., Said]
) -> None:
    made = Deployment(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
    made.timeout_s = 90
    made.make()
    sandbox.client(
        "service-quotas", account=API_ACCOUNT, region=made.gateway.meta.region_name
    ).request_service_quota_increase(ServiceCode="apigateway", QuotaCode=INTEGRATION_TIMEOUT_QUOTA, DesiredValue=60_000)
    for _, path in made.routes:
        made.patch_integration(path, "60000", at="/timeoutInMillis")
    made.deploy()

    (finding,) = [each for each in examined(made).report["findings"] if each["hop"] == "function"]

    assert "can run for 90 s, but the integration only waits 60 s" in finding["cause"]
    assert "--timeout 60" in finding["mend"]["commands"][0]
    assert not any("timeoutInMillis" in command for command in finding["mend"]["commands"])
