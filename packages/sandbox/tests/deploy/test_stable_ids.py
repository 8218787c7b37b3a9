"""Values that users keep from a deployment, such as a URL or an API key, do not change at the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.project import read_projects
from cross_account_sandbox.engine_plugin.plugin import Plugin
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.table import HANDLERS
from cross_account_sandbox.server import RunningSandbox

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox_testing.deploying import Projects
    from sandbox_testing.server import SandboxUnderTest

_PROGRAM = """
a = provider("a", "111111111111")
opts = pulumi.ResourceOptions(provider=a)
rest = aws.apigateway.RestApi("pets", opts=opts)
http = aws.apigatewayv2.Api("pets", protocol_type="HTTP", opts=opts)
other = aws.apigatewayv2.Api("others", protocol_type="HTTP", opts=opts)
key = aws.apigateway.ApiKey("key", opts=opts)
chosen = aws.apigateway.RestApi("chosen", tags={"_custom_id_": "chosen"}, opts=opts)
group = aws.cloudwatch.LogGroup("logs", opts=opts)
for name, value in {"rest": rest.id, "http": http.id, "other": other.id, "key": key.id, "value": key.value,
                    "chosen": chosen.id, "group": group.name, "url": http.api_endpoint}.items():
    pulumi.export(name, value)
"""


def started(*folders: Path) -> list[dict[str, Any]]:
    """Start a sandbox for these projects, and return their outputs and local URLs."""
    with RunningSandbox(port=0) as running:
        done = deploy(running.world, read_projects(list(folders), "sandbox", []), repeatable=True)
        urls = [{"path": (entry.local_url or "").removeprefix(running.endpoint)} for entry in done]
        return [entry.outputs | url for entry, url in zip(done, urls, strict=True)]


def test_ids_urls_keys_and_names_are_the_same_at_the_next_start(project: Projects) -> None:
    folder = project("one", _PROGRAM)
    (first,), (second,) = started(folder), started(folder)
    assert first == second
    assert first["chosen"] == "chosen"
    assert first["path"] == f"/_aws/execute-api/{first['http']}"


def test_each_resource_of_each_project_has_a_different_one(project: Projects) -> None:
    one, two = started(project("one", _PROGRAM), project("two", _PROGRAM.replace('"chosen"}', '"chosen2"}')))
    ids = [outputs[name] for outputs in (one, two) for name in ("rest", "http", "other", "key")]
    assert len(set(ids)) == len(ids)
    assert [each for each in ids if not (each.isalnum() and each == each.lower() and len(each) == 10)] == []
    assert one["value"] != two["value"]


@pytest.mark.parametrize(
    ("token", "inputs", "kept"),
    [
        ("aws:apigateway/restApi:RestApi", {"name": "pets"}, "id"),
        ("aws:apigatewayv2/api:Api", {"name": "pets", "protocolType": "HTTP"}, "id"),
        ("aws:apigateway/apiKey:ApiKey", {"name": "pets"}, "value"),
    ],
)
def test_the_engine_gets_the_same_ones_and_a_replacement_another(
    sandbox: SandboxUnderTest, token: str, inputs: dict[str, Any], kept: str
) -> None:
    plugin = Plugin(HANDLERS, {}, ProviderSession.from_provider_inputs)
    services = dict.fromkeys(("apigateway", "apigatewayv2", "sts"), sandbox.endpoint)
    plugin.configure({"region": "us-east-1", "accessKey": "test", "secretKey": "test", "endpoints": [services]})
    urn = f"urn:pulumi:sandbox::one::{token}::pets"

    def create(urn: str) -> tuple[str, str, dict[str, Any]]:
        identity, outputs = plugin.create(token, inputs, urn=urn)
        return identity, identity if kept == "id" else outputs[kept], outputs

    first, kept_first, outputs = create(urn)
    replacement, kept_then, _ = create(urn)
    assert replacement != first
    assert kept_then != kept_first
    plugin.delete(token, first, outputs)
    assert create(urn)[:2] == (first, kept_first)
    assert create(f"{urn}-more")[0] not in (first, replacement)


def test_the_engine_and_a_start_agree(sandbox: SandboxUnderTest, project: Projects) -> None:
    """A stack can move from `serve --dir` to `pulumi up` and keep its URL."""
    plugin = Plugin(HANDLERS, {}, ProviderSession.from_provider_inputs)
    services = dict.fromkeys(("apigateway", "sts"), sandbox.endpoint)
    plugin.configure({"region": "us-east-1", "accessKey": "test", "secretKey": "test", "endpoints": [services]})
    token = "aws:apigateway/restApi:RestApi"
    identity, _ = plugin.create(token, {"name": "pets"}, urn=f"urn:pulumi:sandbox::one::{token}::pets")
    folder = project("one", _PROGRAM)
    sandbox.client("apigateway").delete_rest_api(restApiId=identity)
    (done,) = deploy(sandbox.world, read_projects([folder], "sandbox", []))
    assert done.outputs["rest"] == identity
