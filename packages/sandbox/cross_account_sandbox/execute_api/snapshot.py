"""What is worked out once for a deployment snapshot, so that a request does not parse or compile anything."""

from __future__ import annotations

import json
from collections import OrderedDict
from functools import cached_property
from typing import Any

from cross_account_sandbox.apigateway.model.definition import Definition
from cross_account_sandbox.execute_api.media_types import BinaryTypes
from cross_account_sandbox.execute_api.models import ModelValidators
from cross_account_sandbox.execute_api.routes import RouteTable

#: Snapshots kept compiled. A stage serves one, so this is far above what one sandbox serves at a time.
_MOST = 256


class Snapshot:
    """A definition, ready to serve."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.routes = RouteTable(definition.resources.values())
        self.binary = BinaryTypes(definition.binary_media_types)
        self.validators = ModelValidators(definition)

    @cached_property
    def policy(self) -> dict[str, Any] | None:
        """The resource policy as a document; None where the API has none. Raises ValueError for no JSON."""
        if not self.definition.policy:
            return None
        document = json.loads(self.definition.policy)
        if not isinstance(document, dict):
            raise ValueError(f"the resource policy is not a JSON object: {self.definition.policy[:80]!r}")
        return document

    @property
    def private(self) -> bool:
        """Whether the API answers only through VPC endpoints."""
        return "PRIVATE" in self.definition.endpoint_types


class Snapshots:
    """The compiled form of each definition served, the least recently used dropped first."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[int, Snapshot] = OrderedDict()

    def of(self, definition: Definition) -> Snapshot:
        """The compiled form. A snapshot is immutable by contract; what is edited is made a `Snapshot` each time."""
        key = id(definition)
        found = self._by_id.get(key)
        # The definition itself is held, so an id cannot be taken over by another object.
        if found is not None and found.definition is definition:
            self._by_id.move_to_end(key)
            return found
        made = Snapshot(definition)
        self._by_id[key] = made
        while len(self._by_id) > _MOST:
            self._by_id.popitem(last=False)
        return made
