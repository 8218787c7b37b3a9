"""The local address of a deployed URL."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from cross_account_sandbox.world import World

_EXECUTE_API = re.compile(r"^(?P<api>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.[a-z0-9.-]+$")


def local_url(world: World, url: object) -> str | None:
    """Return the URL on 127.0.0.1 that serves this one; None if it is not the URL of a deployed API."""
    if not isinstance(url, str):
        return None
    parts = urlsplit(url)
    match = _EXECUTE_API.match(parts.hostname or "")
    if match:
        return f"{world.endpoint}/_aws/execute-api/{match['api']}{parts.path.rstrip('/')}"
    host = (parts.hostname or "").lower()
    stores = world.apigateway.all()
    known = any(host == domain.name.lower() for store in stores for domain in store.domain_names.values())
    return f"{world.endpoint}/_aws/domain-names/{host}{parts.path.rstrip('/')}" if host and known else None
