"""Read an OpenAPI document: decode it, substitute AWS variables, and convert it to OpenAPI 3.0."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_rules.arns import partition_of_region
from aws_rules.import_rules import is_importable
from aws_rules.quotas import DOCUMENT_BYTES
from cross_account_sandbox import json_text
from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.model.definition import Definition
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.openapi_shape import check_shape, target_of, without_nulls
from cross_account_sandbox.apigateway.swagger2 import upgraded
from cross_account_sandbox.apigateway.yaml_document import read_yaml
from cross_account_sandbox.bounded import bounded
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service import Call

Json = dict[str, Any]
#: Seconds of CPU time for a document of the maximum size that API Gateway accepts.
DOCUMENT_S = 5.0
#: OpenAPI versions, in the spelling of error messages.
SWAGGER, OPENAPI = "2.0", "3.0.x"
_VARIABLE = re.compile(r"\$\{AWS::(Partition|Region|AccountId)\}")


@dataclass(kw_only=True)
class Reading:
    """A document that is being imported, and the errors and warnings found in it.

    Any error refuses the whole import; warnings do so only if the caller requested it.
    """

    document: Json
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def resolved(self, value: Any) -> Json:
        """Return the node, or the target of its local `$ref`; an empty node if there is no target."""
        seen = 0
        while isinstance(value, dict) and isinstance(value.get("$ref"), str) and seen < 10:
            value, seen = self._at(value["$ref"]), seen + 1
        return value if isinstance(value, dict) else {}

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            self.warnings.append(f"Unsupported reference: {reference}")
            return {}
        node = target_of(self.document, reference)
        if node is None:
            self.errors.append(f"Invalid reference: {reference}")
        return node

    def section(self, name: str) -> Json:
        """Return a section of `components`; empty if it is missing."""
        components = self.document.get("components")
        found = components.get(name) if isinstance(components, dict) else None
        return found if isinstance(found, dict) else {}

    def refuse_what_is_wrong(self, *, fail_on_warnings: bool) -> None:
        """Raise BadRequestException with all errors or, with `fail_on_warnings`, all warnings."""
        if self.errors:
            raise import_refused("Errors", self.errors)
        if self.warnings and fail_on_warnings:
            raise import_refused("Warnings", self.warnings)


@dataclass(kw_only=True)
class Importing(Reading):
    """A document that is being imported into a REST API, and the definition read so far."""

    call: Call
    api: RestApi
    definition: Definition


def import_refused(kind: str, lines: list[str]) -> AwsError:
    """Return the error that lists everything wrong with a document."""
    return bad_request("\n\t".join([f"{kind} found during import:", *lines]))


async def read_document(call: Call, *, versions: Sequence[str] = (SWAGGER, OPENAPI)) -> Json:
    """Return the `body` of an import as an OpenAPI 3.0 document.

    Raises BadRequestException for a body that is too large, not JSON or YAML, or not of one of the versions (by
    default, those that API Gateway imports as a REST API).
    """
    # The v2 API sends it as text inside JSON.
    body = call.params.get("body") or call.params.get("Body") or b""
    raw = body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")
    if len(raw) > DOCUMENT_BYTES:
        # Unconfirmed: the text for a document above 6 MB. Reason: only the limit is documented.
        raise bad_request(
            f"Request body is too large: an OpenAPI document may have {DOCUMENT_BYTES} bytes, this one has {len(raw)}"
        )
    try:
        document = await _decoded(raw)
        return await bounded(_completed, document, call, versions, seconds=DOCUMENT_S)
    except (ValueError, RecursionError):
        # The message is recorded for documents that contain themselves or are nested too deeply.
        raise bad_request("Invalid OpenAPI input.") from None


def _completed(document: Json, call: Call, versions: Sequence[str]) -> Json:
    version = str(document.get("openapi") or document.get("swagger") or "")
    if not is_importable(document) or (SWAGGER if "swagger" in document else OPENAPI) not in versions:
        supported = " and ".join(f"'{one}'" for one in versions)
        raise bad_request(f"Unsupported OpenAPI specification version: '{version}'. Supported versions are {supported}")
    variables = {
        "Partition": partition_of_region(call.region),
        "Region": call.region,
        "AccountId": call.account,
    }
    filled: Json = without_nulls(_filled(document, variables))
    if not isinstance(filled.get("servers", []), list):
        # API Gateway ignores `servers` if it is an object, as in some published documents.
        del filled["servers"]
    check_shape(filled)
    return upgraded(filled) if "swagger" in filled else filled


async def _decoded(raw: bytes) -> Json:
    text = raw.decode()
    try:
        document = json_text.loads(text)
    except ValueError:
        document = await read_yaml(text)
    if not isinstance(document, dict):
        raise ValueError("it is not an object")
    return document


def _filled(node: Any, variables: dict[str, str]) -> Any:
    if isinstance(node, str):
        return _VARIABLE.sub(lambda match: variables[match[1]], node) if "${AWS::" in node else node
    if isinstance(node, list):
        return [_filled(one, variables) for one in node]
    if isinstance(node, dict):
        return {key: _filled(value, variables) for key, value in node.items()}
    return node
