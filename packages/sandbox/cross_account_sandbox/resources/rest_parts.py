"""Resources of a REST API other than methods: aws.apigateway.Resource, RequestValidator and Model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.gateway import GatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession


class Resource(GatewayRecord):
    """A path segment below a parent resource."""

    token = "aws:apigateway/resource:Resource"  # noqa: S105
    kind = "resource"
    parameter = "resourceId"
    parent = ("restApi", "restApiId")
    names: ClassVar[Mapping[str, str]] = {"parentId": "parentId", "pathPart": "pathPart"}
    patched: ClassVar[Mapping[str, str]] = {"parentId": "/parentId", "pathPart": "/pathPart"}
    inputs = frozenset({*names, "region", "restApi"})
    replaces = frozenset({"region", "restApi"})

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The full path."""
        return {"path": live.get("path")}


class RequestValidator(GatewayRecord):
    """The parts of a request that methods validate before the integration."""

    token = "aws:apigateway/requestValidator:RequestValidator"  # noqa: S105
    kind = "request_validator"
    parameter = "requestValidatorId"
    parent = ("restApi", "restApiId")
    names: ClassVar[Mapping[str, str]] = {
        "name": "name",
        "validateRequestBody": "validateRequestBody",
        "validateRequestParameters": "validateRequestParameters",
    }
    patched: ClassVar[Mapping[str, str]] = {name: f"/{name}" for name in names}
    inputs = frozenset({*names, "region", "restApi"})
    replaces = frozenset({"region", "restApi"})
    auto_name = "name"
    defaults: ClassVar[Mapping[str, Any]] = {"validateRequestBody": False, "validateRequestParameters": False}


class Model(GatewayRecord):
    """A named JSON schema. Its ID is its name; the AWS provider uses AWS's ID, which no call accepts."""

    token = "aws:apigateway/model:Model"  # noqa: S105
    kind = "model"
    parameter = "modelName"
    member = "name"
    parent = ("restApi", "restApiId")
    names: ClassVar[Mapping[str, str]] = {
        "name": "name",
        "contentType": "contentType",
        "description": "description",
        "schema": "schema",
    }
    patched: ClassVar[Mapping[str, str]] = {"description": "/description", "schema": "/schema"}
    inputs = frozenset({*names, "region", "restApi"})
    replaces = frozenset({"contentType", "name", "region", "restApi"})
    auto_name = "name"

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """An empty description is omitted."""
        return {"description": live.get("description") or None}
