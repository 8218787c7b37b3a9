"""An example deployed into a fresh sandbox, and requests to its URLs."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import pytest

from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.project import read_projects
from sandbox_testing.deploying import loaded
from sandbox_testing.server import new_sandbox, sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cross_account_sandbox.deploy.monitor import Registered
    from sandbox_testing.server import Reply, SandboxUnderTest

__all__ = ["loaded", "sandbox"]

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True, kw_only=True)
class Up:
    """A deployed example: its outputs and its APIs."""

    sandbox: SandboxUnderTest
    outputs: dict[str, Any]
    resources: dict[str, Registered]

    def request(
        self,
        method: str,
        path: str,
        *,
        output: str = "url",
        headers: Mapping[str, str] | None = None,
        body: bytes | str | None = None,
    ) -> Reply:
        """Send a request to the URL in an output, with its real host name."""
        return self.sandbox.request(method, f"{self.outputs[output]}{path}", headers=headers or {}, body=body)

    def get(self, path: str, *, output: str = "url", headers: Mapping[str, str] | None = None) -> Reply:
        """GET a path below the URL in an output."""
        return self.request("GET", path, output=output, headers=headers)

    def ids(self, kind: str) -> list[str]:
        """The IDs of all resources of a type token."""
        return [resource.identity for resource in self.resources.values() if resource.kind == kind]

    def host(self, output: str = "url") -> str:
        """The host name of the URL in an output."""
        return urlsplit(str(self.outputs[output])).netloc


class Deployer(Protocol):
    """Deploys examples by folder name, in order; returns the last one."""

    def __call__(self, *names: str, config: Sequence[str] = ()) -> Up:
        """`config` has the form of the command line's -c."""


@pytest.fixture
def up(sandbox: SandboxUnderTest, loaded: None) -> Deployer:  # noqa: ARG001 - it only has to be there
    """Deploys examples of this checkout to the test's sandbox."""
    return partial(_deploy, sandbox)


@pytest.fixture(scope="module")
def shared_up(loaded: None) -> Iterator[Deployer]:  # noqa: ARG001 - it only has to be there
    """Deploys as `up`, but each example once for a module, for tests that change nothing."""
    deployed: dict[tuple[tuple[str, ...], tuple[str, ...]], Up] = {}
    with ExitStack() as sandboxes:

        def deploy_once(*names: str, config: Sequence[str] = ()) -> Up:
            key = names, tuple(config)
            if key not in deployed:
                deployed[key] = _deploy(sandboxes.enter_context(new_sandbox()), *names, config=config)
            return deployed[key]

        yield deploy_once


def _deploy(sandbox: SandboxUnderTest, *names: str, config: Sequence[str] = ()) -> Up:
    projects = read_projects([EXAMPLES / name for name in names], "sandbox", list(config))
    last = deploy(sandbox.world, projects)[-1]
    return Up(sandbox=sandbox, outputs=last.outputs, resources=last.resources)
