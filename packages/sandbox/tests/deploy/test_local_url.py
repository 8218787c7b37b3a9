"""The local address of a deployed URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cross_account_sandbox.apigateway.model.domain_name import DomainName
from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.local_url import local_url
from cross_account_sandbox.deploy.project import read_projects
from sandbox_testing.repository import EXAMPLES

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://abc123.execute-api.us-east-1.amazonaws.com/dev", "/_aws/execute-api/abc123/dev"),
        ("https://abc123.execute-api.cn-north-1.amazonaws.com.cn/dev/", "/_aws/execute-api/abc123/dev"),
        ("https://pets.example.com", "/_aws/domain-names/pets.example.com"),
        ("https://pets.example.com/v1", "/_aws/domain-names/pets.example.com/v1"),
    ],
)
def test_a_deployed_url_has_an_address_here(sandbox: SandboxUnderTest, url: str, path: str) -> None:
    domain = DomainName(name="pets.example.com")
    sandbox.world.apigateway("111111111111", "us-east-1").domain_names[domain.name] = domain
    assert local_url(sandbox.world, url) == f"{sandbox.endpoint}{path}"


def test_a_custom_domain_answers_at_its_local_address_as_under_its_name(sandbox: SandboxUnderTest) -> None:
    (project,) = read_projects([EXAMPLES / "custom-domain"], "sandbox", [])
    (done,) = deploy(sandbox.world, [project])
    url = done.outputs["url"]
    assert done.local_url == f"{sandbox.endpoint}/_aws/domain-names/api.example.com/v1"
    path = done.local_url.removeprefix(sandbox.endpoint)
    for rest in ("/orders?name=John", "/nothing"):
        here, there = sandbox.request("GET", f"{path}{rest}"), sandbox.request("GET", f"{url}{rest}")
        assert (here.status, here.header("content-type")) == (there.status, there.header("content-type"))
    greeting = sandbox.request("GET", f"{path}/orders?name=John").json()
    assert greeting["message"] == "Good day, John of World."
    assert greeting["input"]["requestContext"]["domainName"] == "api.example.com"


@pytest.mark.parametrize("url", [None, 7, "", "text", "https://example.com/dev"])
def test_anything_else_has_none(sandbox: SandboxUnderTest, url: object) -> None:
    assert local_url(sandbox.world, url) is None
