"""Parameter mappings between methods and integrations: the valid expressions.

Source: developer guide, "request-response-data-mappings".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.model.definition import Method, MethodResponse

_REQUEST_TARGET = re.compile(r"^integration\.request\.(header|querystring|path)\.[^\s]+$")
_RESPONSE_TARGET = re.compile(r"^method\.response\.header\.[^\s]+$")
_METHOD_SOURCE = re.compile(r"^method\.request\.(multivalue)?(header|querystring|path)\.[^\s]+$")
_FREE_SOURCE = re.compile(r"^(context\..+|stageVariables\..+|'[\s\S]*')$")
_REQUEST_BODY = re.compile(r"^method\.request\.body([.\[].*)?$")
_RESPONSE_SOURCE = re.compile(r"^integration\.response\.((multivalue)?header\..+|body([.\[].*)?)$")
_METHOD_PARAMETER = re.compile(r"^method\.request\.(header|querystring|path)\.[^\s]+$")


def check_request_mappings(mappings: Mapping[str, str], method: Method | None) -> None:
    """Check `integration.request.…` ← a declared parameter, the body, the context, a stage variable or 'text'."""
    for target, source in mappings.items():
        if not _REQUEST_TARGET.match(target):
            raise _invalid(target)
        if _METHOD_SOURCE.match(source):
            declared = source.replace("multivalueheader", "header").replace("multivaluequerystring", "querystring")
            if method is not None and declared not in method.request_parameters:
                raise _undeclared(source)
        elif not (_FREE_SOURCE.match(source) or _REQUEST_BODY.match(source)):
            raise _invalid(source)


def check_response_mappings(mappings: Mapping[str, str], response: MethodResponse | None) -> None:
    """Check `method.response.header.…` ← the backend's header or body, the context, a stage variable or 'text'."""
    for target, source in mappings.items():
        if not _RESPONSE_TARGET.match(target):
            raise _invalid(target)
        if response is not None and target not in response.response_parameters:
            raise _undeclared(target)
        if not (_RESPONSE_SOURCE.match(source) or _FREE_SOURCE.match(source)):
            raise _invalid(source)


def check_method_parameters(parameters: Mapping[str, bool]) -> None:
    """Check `method.request.{header,querystring,path}.NAME`. A name must not occur in two places."""
    names: set[str] = set()
    for parameter in parameters:
        if not _METHOD_PARAMETER.match(parameter):
            raise _invalid(parameter)
        name = parameter.split(".", 3)[3]
        if name in names:
            raise bad_request("Parameter names must be unique across querystring, header and path")
        names.add(name)


def check_method_response_parameters(parameters: Mapping[str, bool]) -> None:
    """Check `method.response.header.NAME`."""
    for parameter in parameters:
        if not _RESPONSE_TARGET.match(parameter):
            raise _invalid(parameter)


def _invalid(expression: str) -> Exception:
    return bad_request(
        f"Invalid mapping expression specified: Validation Result: warnings : [], "
        f"errors : [Invalid mapping expression specified: {expression}]"
    )


def _undeclared(expression: str) -> Exception:
    return bad_request(
        f"Invalid mapping expression specified: Validation Result: warnings : [], "
        f"errors : [Invalid mapping expression parameter specified: {expression}]"
    )
