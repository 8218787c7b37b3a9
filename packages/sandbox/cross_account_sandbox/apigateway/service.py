"""API Gateway v1 (`apigateway` of botocore): the table of its operations, one file per concept."""

from __future__ import annotations

from cross_account_sandbox.apigateway import (
    account,
    api_keys,
    authorizers,
    base_path_mappings,
    client_certificates,
    deployments,
    documentation,
    domain_access,
    domain_names,
    exports,
    gateway_responses,
    integration_responses,
    integrations,
    methods,
    models,
    resources,
    rest_apis,
    stages,
    tags,
    trial_invocations,
    usage,
    usage_plans,
    validators,
    vpc_links,
)
from cross_account_sandbox.control_plane.service import Service

_CONCEPTS = (
    account,
    api_keys,
    authorizers,
    base_path_mappings,
    client_certificates,
    deployments,
    documentation,
    domain_access,
    domain_names,
    exports,
    gateway_responses,
    integration_responses,
    integrations,
    methods,
    models,
    resources,
    rest_apis,
    stages,
    tags,
    trial_invocations,
    usage,
    usage_plans,
    validators,
    vpc_links,
)

#: Not implemented, and therefore refused with 501: SDK generation, import of API keys.
SERVICE = Service(
    name="apigateway",
    operations={name: operation for concept in _CONCEPTS for name, operation in concept.OPERATIONS.items()},
)
