"""Errors in a document that can be found before anything is created. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from aws_rules import arns
from aws_rules.import_rules import is_importable, is_model_name, schema_names
from aws_rules.quotas import DOCUMENT_BYTES, RESOURCES_QUOTA, integration_timeout_fault, resource_count
from aws_rules.security_schemes import AUTHORIZER
from cross_account_api.rest import openapi
from cross_account_api.rest.routes import path_fault
from cross_account_api.rest.unserved import unserved_operations

_INTEGRATION = "x-amazon-apigateway-integration"


def document_faults(
    document: Mapping[str, Any],
    routes: Sequence[tuple[str, str]],
    *,
    partition: str,
    longest_ms: int,
    unserved: Literal["refuse", "501"] = "refuse",
    rename_schemas: bool = False,
) -> list[str]:
    """Why API Gateway would refuse to import or deploy a document in which functions serve these routes."""
    if not is_importable(document):
        version = document.get("openapi") or document.get("swagger")
        return [f"document: API Gateway imports OpenAPI 3.0, not {version}; convert it, and write openapi: 3.0.3"]
    faults = _path_faults(document, routes)
    if unserved == "refuse" and (operations := unserved_operations(document, routes)):
        listed = ", ".join(f"{method} {path}" for method, path in operations)
        faults.append(
            f"document: neither a route nor an integration serves {listed}, and API Gateway would refuse to deploy it; "
            'give each a Route or an x-amazon-apigateway-integration, or set unserved="501" to answer them with 501'
        )
    names = [name for name in schema_names(document) if not is_model_name(name)]
    if names and not rename_schemas:
        faults.append(
            f"document: the schemas {', '.join(map(repr, names))} become models, whose names can have only letters and "
            "digits; rename them, or set rename_schemas=True to rename them and all references"
        )
    faults += _integration_faults(document, partition, longest_ms)
    fault = size_fault(document)
    return faults + ([fault] if fault else [])


def size_fault(document: Mapping[str, Any]) -> str | None:
    """Why API Gateway would not import a document of this size; None if it would."""
    size = len(openapi.rendered(document).encode())
    if size <= DOCUMENT_BYTES:
        return None
    return (
        f"document: {size:,} bytes, and API Gateway imports at most {DOCUMENT_BYTES:,}, a quota that cannot be raised; "
        "leave out examples and descriptions, or divide the API"
    )


def resource_fault(paths: Sequence[str], quota: int) -> str | None:
    """Why an API could not have all of these paths; None if it could."""
    count = resource_count(paths)
    if count <= quota:
        return None
    return (
        f"paths: they need {count:,} resources, the root and one for each part of each path, and an API can have "
        f"{quota:,}; replace some with a greedy {{proxy+}}, divide the API, or have the quota {RESOURCES_QUOTA} raised "
        "and give the new value as resources_quota"
    )


def _path_faults(document: Mapping[str, Any], routes: Sequence[tuple[str, str]]) -> list[str]:
    """Paths that no resource can have; the paths of routes are checked with the routes."""
    paths = set(paths_of(document)) - {path for _, path in routes}
    # An import drops empty segments.
    spelled = {path: path[:1] + "/".join(filter(None, path[1:].split("/"))) for path in sorted(paths)}
    return [f"document path {path}: {fault}" for path, text in spelled.items() if (fault := path_fault(text))]


def _integration_faults(document: Mapping[str, Any], partition: str, longest_ms: int) -> list[str]:
    """Timeouts, URIs and roles of integrations and authorizers that API Gateway would refuse."""
    faults = []
    named: list[tuple[str, Any]] = []
    paths = openapi.opened(document)["paths"]
    for method, path in openapi.operations(document):
        integration = paths[path][openapi.operation_key(method)].get(_INTEGRATION)
        if isinstance(integration, Mapping):
            where = f"document {method} {path}"
            named += [(f"{where}: {member}", integration.get(member)) for member in ("uri", "credentials")]
            if fault := integration_timeout_fault(integration.get("timeoutInMillis"), longest_ms):
                faults.append(f"{where}: timeoutInMillis {fault}")
    for name, scheme in openapi.security_schemes(document).items():
        extension = scheme.get(AUTHORIZER) if isinstance(scheme, Mapping) else None
        if isinstance(extension, Mapping):
            where = f"document security scheme {name!r}"
            members = ("authorizerUri", "authorizerCredentials")
            named += [(f"{where}: {member}", extension.get(member)) for member in members]
    return faults + [
        f"{where}: {text} is in partition {other}, the API is in {partition}, and calls cannot cross partitions; name "
        f"one in {partition}"
        for where, text in named
        if isinstance(text, str) and (other := arns.foreign_partition(text, partition))
    ]


def paths_of(document: Mapping[str, Any]) -> list[str]:
    """The document's paths, without extensions."""
    return [path for path in document.get("paths") or {} if not path.startswith("x-")]
