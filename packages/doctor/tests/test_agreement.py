"""The doctor reports the permission exactly if the call fails: it accepts no statement that does not work."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from doctor_testing.command import Said
    from doctor_testing.deployments import Deployment

STAGES = ("dev", "prod", "*", "d?v")
METHODS = ("GET", "*")
PATHS = ("/pets/*", "/pets", "/*")


def test_doctor_and_gateway_agree_on_every_statement(deployment: Deployment, examined: Callable[..., Said]) -> None:
    shapes = [(*shape, None, None) for shape in itertools.product(STAGES, METHODS, PATHS)]
    elsewhere = [("dev", "GET", "/pets/*", "a1b2c3d4e5", None), ("dev", "GET", "/pets/*", None, "333333333333")]
    for stage, method, path, api, account in [*shapes, *elsewhere]:
        prefix = deployment.source_arn().removesuffix("/dev/GET/")
        prefix = prefix.replace(deployment.api_id, api) if api else prefix
        deployment.forget_permissions()
        deployment.permit(source=f"{prefix}/{stage}/{method}{path}", account=account)
        works = deployment.get("/pets/7").status == 200
        said = examined(deployment, "--route", "GET /pets/7")
        assert said.broken == ([] if works else ["permission"]), (stage, method, path, api, account, said.causes)
