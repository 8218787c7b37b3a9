"""Where on this machine a deployed URL answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.apigateway.model import BasePathMapping, DomainName
from sandbox.deploy.local_url import local_url

if TYPE_CHECKING:
    from tests.sandbox.conftest import SandboxUnderTest


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://abc123.execute-api.us-east-1.amazonaws.com/dev", "/_aws/execute-api/abc123/dev"),
        ("https://abc123.execute-api.cn-north-1.amazonaws.com.cn/dev/", "/_aws/execute-api/abc123/dev"),
        ("https://pets.example.com", "/_aws/execute-api/mapped/dev"),
        ("https://pets.example.com/v1", "/_aws/execute-api/mapped/v1"),
    ],
)
def test_a_deployed_url_has_an_address_here(sandbox: SandboxUnderTest, url: str, path: str) -> None:
    sandbox.world.apigateway("111111111111", "us-east-1").domain_names["pets.example.com"] = DomainName(
        name="pets.example.com",
        mappings={
            "(none)": BasePathMapping(base_path="(none)", api_id="mapped", stage="dev"),
            "v1": BasePathMapping(base_path="v1", api_id="mapped", stage="v1"),
        },
    )
    assert local_url(sandbox.world, url) == f"{sandbox.endpoint}{path}"


@pytest.mark.parametrize("url", [None, 7, "", "text", "https://example.com/dev"])
def test_anything_else_has_none(sandbox: SandboxUnderTest, url: object) -> None:
    assert local_url(sandbox.world, url) is None
