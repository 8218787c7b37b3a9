"""An API's models as JSON schema validators (draft 4), compiled once.

Source: API Gateway developer guide, "Data models for REST APIs". A reference to another model is
`https://apigateway.amazonaws.com/restapis/{api}/models/{name}`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cross_account_sandbox.apigateway.model.definition import Definition
from cross_account_sandbox.execute_api.model_keywords import limited

if TYPE_CHECKING:
    from jsonschema import Draft4Validator


class ModelValidators:
    """Validators by model name."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._compiled: dict[str, Draft4Validator] = {}

    def get(self, name: str) -> Draft4Validator:
        """Return the validator of a model. Raises ValueError if the model is unknown or not a schema."""
        found = self._compiled.get(name)
        if found is None:
            found = self._compiled[name] = self._compile(name)
        return found

    def _compile(self, name: str) -> Draft4Validator:
        from jsonschema import Draft4Validator
        from referencing import Registry, Resource
        from referencing.jsonschema import DRAFT4

        def retrieve(uri: str) -> Resource[Any]:
            return DRAFT4.create_resource(self._schema(uri.rsplit("/", 1)[-1]))

        registry: Registry[Any] = Registry(retrieve=retrieve)  # type: ignore[call-arg]
        made: Draft4Validator = limited(Draft4Validator)(self._schema(name), registry=registry)
        return made

    def _schema(self, name: str) -> Any:
        model = self._definition.models.get(name)
        if model is None:
            if name == "Empty":
                return {"type": "object"}
            raise ValueError(f"unknown model {name!r}")
        return json.loads(model.schema)
