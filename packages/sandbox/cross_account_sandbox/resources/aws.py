"""What handlers of AWS resources share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.handler import Handler, Properties
from cross_account_sandbox.resources.session import ProviderSession


class AwsHandler(Handler):
    """A resource of one service. A regional one takes pulumi-aws 7's `region` argument."""

    service: ClassVar[str]
    regional: ClassVar[bool] = True

    def client(self, session: ProviderSession, properties: Mapping[str, Any]) -> Any:
        """The service's client where the resource lives."""
        return session.client(self.service, self.region(session, properties))

    def region(self, session: ProviderSession, properties: Mapping[str, Any]) -> str:
        """The resource's own `region`, else the provider's."""
        return str(properties.get("region") or session.region)

    def outputs(self, session: ProviderSession, stated: Mapping[str, Any], live: Mapping[str, Any]) -> Properties:
        """What the program stated, under what AWS answers; properties that are None are left out."""
        merged: Properties = {key: value for key, value in stated.items() if key in self.inputs}
        merged.update(live)
        if self.regional:
            merged["region"] = self.region(session, stated)
        return {key: value for key, value in merged.items() if value is not None}
