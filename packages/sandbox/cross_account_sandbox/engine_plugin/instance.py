"""Identifies the sandbox that a provider calls: a restarted sandbox does not contain the resources in the state."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.session import endpoints_of

#: The output that records the sandbox of a resource in the state. Like the engine's internal properties, it starts with
#: `__`: programs and handlers never see it.
SANDBOX = "__sandbox"
_SECONDS = 10


def sandbox_instance(settings: Mapping[str, Any]) -> str | None:
    """The ID of the running sandbox; None for another AWS emulator on this machine.

    Raises EndpointError if the provider's calls would leave this machine, HandlerError if nothing responds.
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
            f"no sandbox responds at {url}: start one in another terminal with "
            f"`.venv/bin/cross-account-sandbox serve --empty --port {parts.port or 80}`"
        ) from None
    except (http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    instance = described.get("instance") if isinstance(described, dict) else None
    return instance if isinstance(instance, str) else None


def check_instance(outputs: Mapping[str, Any], instance: str | None) -> None:
    """Raise HandlerError if, according to the state, the resource is in a different sandbox."""
    made_in = outputs.get(SANDBOX)
    if made_in and instance and made_in != instance:
        raise HandlerError(
            "this is a new sandbox, but this stack's resources were in an earlier one: a sandbox does not keep its "
            "resources when it stops. To fix: run `pulumi refresh` to remove them from the state, then `pulumi up`"
        )
