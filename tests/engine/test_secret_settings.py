"""A setting stored with `--secret`, with the real engine: encrypted in the stack's file and in the state."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cross_account_sandbox.server import RunningSandbox
from tests.engine.cli import ROOT
from tests.engine.stacks import Engine

_HIDDEN = "hush-4711-never-in-plain"
_ROLE = "arn:aws:iam::222222222222:role/deployer"
#: Marks a secret in the state (pulumi/pulumi, sdk/go/common/resource/sig).
_SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


@pytest.fixture
def engine(cli: Path, plugin: Path, tmp_path: Path) -> Engine:
    """Stacks whose secrets have a passphrase, as the documentation says."""
    return Engine(cli, tmp_path, plugin)


def test_an_external_id_is_encrypted_in_the_state(engine: Engine, sandbox: RunningSandbox) -> None:
    stack = engine.stack(endpoint=sandbox.endpoint, project=ROOT / "examples/split/function", name="secret")
    stack.settings = {"functionAccount.roleArn": _ROLE}
    stack.store_secret("functionAccount.externalId", _HIDDEN)

    stack.up()

    state = json.loads(stack.state_file.read_text("utf-8"))["checkpoint"]["latest"]["resources"]
    provider = next(each for each in state if each["urn"].endswith("::function-account"))
    for properties in (provider["inputs"], provider["outputs"]):
        kept = dict(properties["assumeRoles"])
        assert kept.pop("ciphertext")
        assert kept == _SECRET
    assert _HIDDEN not in stack.state_file.read_text("utf-8")
    assert _HIDDEN not in stack.settings_file.read_text("utf-8")
    assert stack.up(refresh=True).touched == {}
    stack.destroy()
