"""CloudFront in front of an edge-optimized API: the headers it adds to events and responses."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox_testing.build import ECHO_EVENT, Api, add_api, lambda_proxy, mock, permitted


@pytest.fixture
def echo(sandbox: Any) -> Api:
    """A Regional API that echoes its event."""
    api = add_api(sandbox.world)
    api.route("/", "GET", lambda_proxy(permitted(sandbox, ECHO_EVENT)))
    api.deploy()
    return api


def test_an_edge_optimised_api_adds_cloudfronts_headers(sandbox: Any, echo: Api) -> None:
    echo.definition.endpoint_types = ["EDGE"]
    echo.deploy()
    replies = [sandbox.request("GET", echo.url(), headers={"authorization": "x"}) for _ in range(2)]
    events = [reply.json()["headers"] for reply in replies]
    assert events[0]["Authorization"] == "x"
    assert {"CloudFront-Forwarded-Proto", "CloudFront-Viewer-ASN", "CloudFront-Viewer-Country"} <= set(events[0])
    # Each request uses another CloudFront server, which the response also names.
    for name in ("Via", "X-Amz-Cf-Id"):
        assert [reply.header(name) for reply in replies] == [event[name] for event in events]
        assert events[0][name] != events[1][name]
    assert re.fullmatch(r"1\.1 [0-9a-f]{32}\.cloudfront\.net \(CloudFront\)", events[0]["Via"])
    assert replies[0].header("X-Cache") == "Miss from cloudfront"
    assert replies[0].header("X-Amz-Cf-Pop")


def test_a_refusal_of_an_edge_optimised_api_is_an_error_to_cloudfront(sandbox: Any, echo: Api) -> None:
    echo.definition.endpoint_types = ["EDGE"]
    echo.route("/closed", "GET", mock(), authorization_type="AWS_IAM")
    echo.deploy()
    reply = sandbox.request("GET", echo.url("/closed"))
    assert reply.status == 403
    assert reply.header("X-Cache") == "Error from cloudfront"


def test_a_regional_api_has_no_cloudfront(sandbox: Any, echo: Api) -> None:
    reply = sandbox.request("GET", echo.url())
    assert not {"x-cache", "via", "x-amz-cf-id", "x-amz-cf-pop"} & {name.lower() for name, _ in reply.headers}
    assert not [name for name in reply.json()["headers"] if name.startswith("CloudFront") or name == "Via"]
