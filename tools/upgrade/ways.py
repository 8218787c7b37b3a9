"""The ways of `tools.upgrade.live`: projects of this repository, each with a request that must always succeed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXECUTE_API = re.compile(r"([a-z0-9]+)\.execute-api\.")


@dataclass(frozen=True, kw_only=True)
class Way:
    """Projects in the order of their deployment; `path` of the last output `url` returns `status`."""

    projects: tuple[str, ...]
    path: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


#: APIs for signed requests or a VPC return 403 to this client, before and after the update.
WAYS: Mapping[str, Way] = {
    "program": Way(projects=(".",), path="/"),
    "authorizer": Way(projects=("examples/authorizer",), path="/token", headers={"Authorization": "jo:open-sesame"}),
    "consumer": Way(projects=("examples/consumer",), path="/orders", status=403),
    "custom-domain": Way(projects=("examples/custom-domain",), path="/orders"),
    "http-api": Way(projects=("examples/http-api",), path="/hello/jo"),
    "many-accounts": Way(projects=("examples/many-accounts",), path="/shared"),
    "private": Way(projects=("examples/private",), path="/orders", status=403),
    "resource-policy": Way(projects=("examples/resource-policy",), path="/orders", status=403),
    "split": Way(projects=("examples/split/function", "examples/split/api", "examples/split/consumer"), path="/orders"),
    "users": Way(projects=("examples/users",), path="/users"),
}


def local(endpoint: str, url: str) -> str:
    """The sandbox's URL that corresponds to this URL."""
    parts = urlsplit(url)
    host = str(parts.hostname)
    api = _EXECUTE_API.match(host)
    return f"{endpoint}/_aws/" + (f"execute-api/{api[1]}" if api else f"domain-names/{host}") + parts.path
