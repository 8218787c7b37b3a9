"""The endpoints of a provider's calls: a sandbox on this machine, never AWS."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from cross_account_sandbox.http import is_loopback
from cross_account_sandbox.resources.errors import HandlerError

#: Aliases that the provider's `endpoints` accept for botocore's service names.
_NAMES = {
    "logs": ("logs", "cloudwatchlogs", "cloudwatchlog"),
    "resourcegroupstaggingapi": ("resourcegroupstaggingapi", "resourcegroupstagging"),
    "s3": ("s3", "s3api"),
}
#: The variable that the AWS SDKs, and therefore the AWS provider, use if the provider has no endpoints.
_VARIABLE = "AWS_ENDPOINT_URL"


class EndpointError(HandlerError):
    """The provider's calls would leave this machine."""


class Endpoints:
    """The URL of each service. Raises EndpointError if a URL is not a loopback address, or if there is none."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self._named = named
        self._every = None if named else os.environ.get(_VARIABLE)
        if not named and not self._every:
            raise EndpointError(
                f"the provider has no `endpoints`, and {_VARIABLE} is not set: its calls would go to AWS"
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
        """The URL of any service: a sandbox serves all of them at one address."""
        return self._every or next(iter(self._named.values()))

    def of(self, service: str) -> str:
        """The URL of a service, by botocore's name. Raises EndpointError if the provider omits it."""
        if self._every:
            return self._every
        found = next((self._named[name] for name in _NAMES.get(service, (service,)) if name in self._named), None)
        if found is None:
            raise EndpointError(
                f"the provider's `endpoints` have no URL for {service!r}, so its calls would go to AWS: "
                f"add {service!r} to `endpoints`"
            )
        return found


def _on_this_machine(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and is_loopback(parts.hostname or "")
