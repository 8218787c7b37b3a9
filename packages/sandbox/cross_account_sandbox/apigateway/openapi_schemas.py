"""Read the schemas of an OpenAPI document as models: named schemas and inline schemas."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from aws_rules.import_rules import is_model_name
from cross_account_sandbox.apigateway.identifiers import new_id
from cross_account_sandbox.apigateway.model.definition import Model
from cross_account_sandbox.apigateway.openapi_document import Importing, Json

_LOCAL = "#/components/schemas/"
#: Keywords that API Gateway ignores or does not support (developer guide, api-gateway-known-issues).
_DROPPED = frozenset({"example", "xml", "externalDocs", "deprecated", "discriminator"})


def model_url(api_id: str, name: str) -> str:
    """Return the URL with which a stored schema refers to another model of the API."""
    return f"https://apigateway.amazonaws.com/restapis/{api_id}/models/{name}"


def read_models(importing: Importing) -> None:
    """Create a model for each schema in `components`. A name that is not alphanumeric refuses the import."""
    for name, schema in importing.section("schemas").items():
        if not is_model_name(name):
            importing.errors.append(f"Unable to create model '{name}': Model name must be alphanumeric: {name}")
            continue
        _keep(importing, name, schema)


def model_name(importing: Importing, schema: Any) -> str | None:
    """Return the model for a request or response schema: the one it refers to, or a new one for an inline schema."""
    if not isinstance(schema, dict) or not schema:
        return None
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        if name not in importing.definition.models:
            importing.errors.append(f"Invalid model reference specified: {name}")
            return None
        return name
    digest = hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest()
    name = f"MODEL{digest[:6]}"
    _keep(importing, name, schema)
    return name


def _keep(importing: Importing, name: str, schema: Any) -> None:
    known = importing.definition.models.get(name) or importing.api.definition.models.get(name)
    description = schema.get("description") if isinstance(schema, dict) else None
    importing.definition.models[name] = Model(
        id=known.id if known else new_id(),
        name=name,
        schema=json.dumps(_stored(schema, importing.api.id), indent=2),
        description=description if isinstance(description, str) else None,
    )


def _stored(node: Any, api_id: str) -> Any:
    if isinstance(node, list):
        return [_stored(one, api_id) for one in node]
    if not isinstance(node, dict):
        return node
    answer: Json = {}
    for key, value in node.items():
        if key == "$ref" and isinstance(value, str) and value.startswith(_LOCAL):
            answer[key] = model_url(api_id, value.removeprefix(_LOCAL))
        elif key in ("properties", "patternProperties", "definitions") and isinstance(value, dict):
            # The keys are names that the caller chose, so keep all of them.
            answer[key] = {name: _stored(one, api_id) for name, one in value.items()}
        elif key not in _DROPPED:
            answer[key] = _stored(value, api_id)
    return answer
