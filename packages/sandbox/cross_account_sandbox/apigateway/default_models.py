"""The two models that every new REST API has (as in AWS's response to GetModels)."""

from __future__ import annotations

import json

from cross_account_sandbox.apigateway.identifiers import new_id
from cross_account_sandbox.apigateway.model.definition import Model

_DRAFT = "http://json-schema.org/draft-04/schema#"


def default_models() -> dict[str, Model]:
    """Return the models `Empty` and `Error` by name."""
    empty = {"$schema": _DRAFT, "title": "Empty Schema", "type": "object"}
    error = {
        "$schema": _DRAFT,
        "title": "Error Schema",
        "type": "object",
        "properties": {"message": {"type": "string"}},
    }
    return {
        "Empty": Model(
            id=new_id(),
            name="Empty",
            schema=json.dumps(empty, indent=2),
            description="This is a default empty schema model",
        ),
        "Error": Model(
            id=new_id(),
            name="Error",
            schema=json.dumps(error, indent=2),
            description="This is a default error schema model",
        ),
    }
