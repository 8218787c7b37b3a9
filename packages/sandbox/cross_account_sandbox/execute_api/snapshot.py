"""The compiled form of a deployment snapshot, so that requests do not parse or compile anything."""

from __future__ import annotations

import json
from collections import OrderedDict
from functools import cached_property
from typing import Any

from cross_account_sandbox.apigateway.model.definition import Definition
from cross_account_sandbox.execute_api.media_types import BinaryTypes
from cross_account_sandbox.execute_api.models import ModelValidators
from cross_account_sandbox.execute_api.routes import RouteTable

#: The number of compiled snapshots kept: far more than one sandbox serves at a time, as a stage serves one.
_MOST = 256


class Snapshot:
    """A compiled definition, ready to serve."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.routes = RouteTable(definition.resources.values())
        self.binary = BinaryTypes(definition.binary_media_types)
        self.validators = ModelValidators(definition)

    @cached_property
    def policy(self) -> dict[str, Any] | None:
        """The resource policy as a document; None if the API has no policy. Raises ValueError for invalid JSON."""
        if not self.definition.policy:
            return None
        document = json.loads(self.definition.policy)
        if not isinstance(document, dict):
            raise ValueError(f"the resource policy is not a JSON object: {self.definition.policy[:80]!r}")
        return document

    @property
    def private(self) -> bool:
        """True if the API can only be called through VPC endpoints."""
        return "PRIVATE" in self.definition.endpoint_types


class Snapshots:
    """The compiled form of each definition served; the least recently used is dropped first."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[int, Snapshot] = OrderedDict()

    def of(self, definition: Definition) -> Snapshot:
        """Return the compiled form.

        A snapshot is immutable; an API being edited is compiled to a new `Snapshot` each time.
        """
        key = id(definition)
        found = self._by_id.get(key)
        # Keeping the definition itself prevents another object from reusing its id().
        if found is not None and found.definition is definition:
            self._by_id.move_to_end(key)
            return found
        made = Snapshot(definition)
        self._by_id[key] = made
        while len(self._by_id) > _MOST:
            self._by_id.popitem(last=False)
        return made
