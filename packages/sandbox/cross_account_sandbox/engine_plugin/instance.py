"""Which sandbox a provider's calls go to: one that was started again has nothing of what the state says."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.session import endpoints_of

#: The output in which the state keeps the sandbox that a resource is in. The engine's own begin so too: programs and
#: handlers never see it.
SANDBOX = "__sandbox"
_SECONDS = 10


def sandbox_instance(settings: Mapping[str, Any]) -> str | None:
    """The id of the running sandbox, None for another stand-in for AWS on this machine.

    Raises EndpointError for a provider whose calls would leave this machine, HandlerError where nothing answers.
    """
    url = endpoints_of(settings).first
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_SECONDS)
    try:
        connection.request("GET", "/_sandbox/health")
        answer = connection.getresponse()
        described = json.loads(answer.read()) if answer.status == http.client.OK else {}
    except OSError:
        raise HandlerError(
            f"no sandbox answers at {url}: start one in another terminal with "
            f"`.venv/bin/cross-account-sandbox serve --empty --port {parts.port or 80}`"
        ) from None
    except (http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    instance = described.get("instance") if isinstance(described, dict) else None
    return instance if isinstance(instance, str) else None


def check_instance(outputs: Mapping[str, Any], instance: str | None) -> None:
    """Raise HandlerError if the state says that the resource is in another sandbox than this one."""
    made_in = outputs.get(SANDBOX)
    if made_in and instance and made_in != instance:
        raise HandlerError(
            "this is a new sandbox, and the resources of this stack were in an earlier one: a sandbox keeps nothing "
            "when it ends. To fix: run `pulumi refresh`, which removes them from the state, then `pulumi up`"
        )
