"""Apply an imported document to an API: as a new API, an overwrite or a merge."""

from __future__ import annotations

import copy

from cross_account_sandbox.apigateway import endpoint_types
from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.model.definition import Definition
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.openapi_document import DOCUMENT_S, Importing, Json, import_refused, read_document
from cross_account_sandbox.apigateway.openapi_documentation import documentation_version, read_documentation
from cross_account_sandbox.apigateway.openapi_import import endpoint_configuration, read_definition
from cross_account_sandbox.apigateway.openapi_paths import resource_for
from cross_account_sandbox.bounded import TooMuchWorkError, bounded
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service import Call


async def import_new(call: Call, api: RestApi) -> list[str]:
    """Fill a new API from the call's document and return the warnings. Raises BadRequestException."""
    document = await read_document(call)
    kinds = (call.params.get("parameters") or {}).get("endpointConfigurationTypes")
    if kinds:
        endpoint_types.configure(api, {"types": str(kinds).split(",")})
    importing = await _read(call, api, document)
    _overwrite(api, importing)
    return importing.warnings


async def put_document(call: Call, api: RestApi, document: Json) -> list[str]:
    """Apply a document to an existing API in the call's `mode` (merge by default, as in the API reference).

    Overwrite keeps the API's ID, endpoint types, tags, deployments, stages and the root resource's ID. Name, version
    and description follow `info`. These settings are reset if the document lacks them: policy, binary media types,
    compression, API key source, validators, models, authorizers, gateway responses, VPC endpoint IDs and
    `disableExecuteApiEndpoint` (the AWS provider sets its own arguments again after each import).
    """
    mode = str(call.params.get("mode") or "merge")
    importing = await _read(call, api, document)
    if mode == "overwrite":
        _overwrite(api, importing)
    else:
        _merge(api, importing)
    return importing.warnings


async def _read(call: Call, api: RestApi, document: Json) -> Importing:
    try:
        importing = await bounded(read_definition, call, api, document, seconds=DOCUMENT_S)
    except (TooMuchWorkError, RecursionError):
        raise bad_request("Invalid OpenAPI input.") from None
    importing.refuse_what_is_wrong(fail_on_warnings=bool(call.params.get("failOnWarnings")))
    return importing


def _overwrite(api: RestApi, importing: Importing) -> None:
    info = importing.document.get("info") or {}
    api.name = str(info.get("title") or api.name)
    api.version = _text(info.get("version"))
    api.description = _text(info.get("description"))
    api.disable_execute_api_endpoint = bool(endpoint_configuration(importing.document).get("disableExecuteApiEndpoint"))
    api.definition = importing.definition
    api.documentation_parts = read_documentation(importing)
    _publish_documentation(api, importing)


def _merge(api: RestApi, importing: Importing) -> None:
    info, document = importing.document.get("info") or {}, importing.document
    definition = copy.deepcopy(api.definition)
    _merge_resources(definition, importing)
    read = importing.definition
    definition.models |= read.models
    definition.validators |= read.validators
    definition.authorizers |= read.authorizers
    definition.gateway_responses |= read.gateway_responses
    if read.policy is not None:
        definition.policy, definition.policy_pins = read.policy, read.policy_pins
    added = [one for one in read.binary_media_types if one not in definition.binary_media_types]
    definition.binary_media_types += added
    if "x-amazon-apigateway-minimum-compression-size" in document:
        definition.minimum_compression_size = read.minimum_compression_size
    if "x-amazon-apigateway-api-key-source" in document:
        definition.api_key_source = read.api_key_source
    endpoints = endpoint_configuration(document)
    if "vpcEndpointIds" in endpoints:
        definition.vpc_endpoint_ids = read.vpc_endpoint_ids
    api.definition = definition
    if "disableExecuteApiEndpoint" in endpoints:
        api.disable_execute_api_endpoint = bool(endpoints["disableExecuteApiEndpoint"])
    api.version = _text(info.get("version")) or api.version
    api.description = _text(info.get("description")) or api.description
    _merge_documentation(api, importing)


def _merge_resources(definition: Definition, importing: Importing) -> None:
    for resource in importing.definition.resources.values():
        try:
            target = resource_for(importing, resource.path, definition, importing.definition)
        except AwsError as error:
            message = f"Unable to create resource at path '{resource.path}': {error.message}"
            raise import_refused("Errors", [message]) from None
        target.methods |= resource.methods


def _merge_documentation(api: RestApi, importing: Importing) -> None:
    known = {tuple(sorted(part.location.items())): part for part in api.documentation_parts.values()}
    for part in read_documentation(importing).values():
        old = known.get(tuple(sorted(part.location.items())))
        if old is not None:
            old.properties = part.properties
        else:
            api.documentation_parts[part.id] = part
    _publish_documentation(api, importing)


def _publish_documentation(api: RestApi, importing: Importing) -> None:
    published = documentation_version(importing)
    if published is not None and published[0] not in api.documentation_versions:
        version, description = published
        api.documentation_versions[version] = {
            "version": version,
            "description": description,
            "createdDate": utc_now(),
            "parts": copy.deepcopy(api.documentation_parts),
        }


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None
