"""Where a provider's calls go: to a sandbox on this machine, never to AWS."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from cross_account_sandbox.http import is_loopback
from cross_account_sandbox.resources.errors import HandlerError

#: Other names that the provider's `endpoints` accept for a service of botocore.
_NAMES = {
    "logs": ("logs", "cloudwatchlogs", "cloudwatchlog"),
    "resourcegroupstaggingapi": ("resourcegroupstaggingapi", "resourcegroupstagging"),
    "s3": ("s3", "s3api"),
}
#: What the AWS SDKs, and so the AWS provider, take where the provider names no endpoints.
_VARIABLE = "AWS_ENDPOINT_URL"


class EndpointError(HandlerError):
    """A provider whose calls would leave this machine."""


class Endpoints:
    """The address of each service. Raises EndpointError where one is not a loopback address, or none is named."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self._named = named
        self._every = None if named else os.environ.get(_VARIABLE)
        if not named and not self._every:
            raise EndpointError(
                f"the provider names no `endpoints`, and {_VARIABLE} is not set: its calls would go to AWS"
            )
        given = named.items() if named else [(_VARIABLE, str(self._every))]
        for name, url in given:
            if not _on_this_machine(url):
                raise EndpointError(
                    f"the endpoint {name} is {url!r}, which is not on this machine: it must be an http URL of a "
                    "loopback address, such as http://127.0.0.1:4566"
                )

    @property
    def first(self) -> str:
        """The address of any service: a sandbox answers them all at one."""
        return self._every or next(iter(self._named.values()))

    def of(self, service: str) -> str:
        """The address of a service, by botocore's name. Raises EndpointError where the provider leaves it out."""
        if self._every:
            return self._every
        found = next((self._named[name] for name in _NAMES.get(service, (service,)) if name in self._named), None)
        if found is None:
            raise EndpointError(
                f"the provider's `endpoints` name no address for {service!r}, so its calls would go to AWS: "
                f"add {service!r} to `endpoints`"
            )
        return found


def _on_this_machine(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and is_loopback(parts.hostname or "")
