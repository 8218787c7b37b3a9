"""Where on this machine a deployed URL answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from sandbox.world import World

_EXECUTE_API = re.compile(r"^(?P<api>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.[a-z0-9.-]+$")
_NO_BASE_PATH = "(none)"


def local_url(world: World, url: object) -> str | None:
    """A URL on 127.0.0.1 that answers as this one would; None for what is no URL of a deployed API."""
    if not isinstance(url, str):
        return None
    parts = urlsplit(url)
    match = _EXECUTE_API.match(parts.hostname or "")
    if match:
        return f"{world.endpoint}/_aws/execute-api/{match['api']}{parts.path.rstrip('/')}"
    return _by_domain(world, parts.hostname or "", parts.path.strip("/"))


def _by_domain(world: World, host: str, base_path: str) -> str | None:
    for store in world.apigateway_stores():
        domain = store.domain_names.get(host)
        mapping = domain.mappings.get(base_path or _NO_BASE_PATH) if domain else None
        if mapping is not None and mapping.stage:
            return f"{world.endpoint}/_aws/execute-api/{mapping.api_id}/{mapping.stage}"
    return None
