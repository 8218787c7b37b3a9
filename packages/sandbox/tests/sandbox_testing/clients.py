"""boto3 clients that outlive a test: creating one takes longer than most calls.

A sandbox takes the clients that it needs and returns them when it ends. A client keeps nothing of its last sandbox:
endpoint and credentials are set when it is taken, and its connections are closed when it is returned.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.loaders import create_loader
from botocore.session import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Fail fast instead of using boto3's retries: a sandbox either responds or is broken.
_CONFIG = Config(retries={"total_max_attempts": 1}, parameter_validation=True, read_timeout=60)
#: Keeps the descriptions of services that it has read.
_loader = create_loader()
#: Clients that no sandbox uses, by service and Region.
_free: dict[tuple[str, str], list[Client]] = defaultdict(list)


class Client:
    """A boto3 client with an endpoint and credentials that can be changed."""

    def __init__(self, service: str, region: str) -> None:
        self._kind = service, region
        self._endpoint = ""
        session = Session()
        session.register_component("data_loader", _loader)
        session.set_credentials("unset", "unset")
        self._keys: Any = session.get_credentials()
        # The rules for endpoints treat an IP address unlike a name.
        self.boto3: Any = boto3.Session(botocore_session=session).client(  # type: ignore[call-overload]
            service, region_name=region, endpoint_url="http://127.0.0.1:9", config=_CONFIG
        )
        self.boto3.meta.events.register("before-endpoint-resolution", self._redirect)

    def _redirect(self, builtins: dict[str, Any], **_: object) -> None:
        builtins["SDK::Endpoint"] = self._endpoint

    @classmethod
    def new(cls, service: str, region: str, endpoint: str, credentials: Mapping[str, str]) -> Client:
        """Create a client; `credentials` have the form of STS's answer."""
        client = cls(service, region)
        client.point_at(endpoint, credentials)
        return client

    @classmethod
    def take(cls, service: str, region: str, endpoint: str, credentials: Mapping[str, str]) -> Client:
        """Return a client that no sandbox uses, or a new one."""
        free = _free[service, region]
        if not free:
            return cls.new(service, region, endpoint, credentials)
        client = free.pop()
        client.point_at(endpoint, credentials)
        return client

    def point_at(self, endpoint: str, credentials: Mapping[str, str]) -> None:
        """Change where requests are sent, and who signs them."""
        self._endpoint = endpoint
        self._keys.access_key, self._keys.secret_key = credentials["AccessKeyId"], credentials["SecretAccessKey"]
        self._keys.token = credentials.get("SessionToken")

    def give_back(self) -> None:
        """Let another sandbox take this client."""
        self.boto3.close()
        _free[self._kind].append(self)
