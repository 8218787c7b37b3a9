"""Requests for every operation of a service in botocore, with parameters generated from its shapes."""

from __future__ import annotations

import http.client
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

from botocore.awsrequest import prepare_request_dict
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from cross_account_sandbox.control_plane.service_model import service_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: `empty`: no parameters; `required`: those that the model requires; `full`: all, with values that the model allows;
#: `odd`: half of them, with strings and numbers of every kind.
KINDS = ("empty", "required", "full", "odd")
_ODD_TEXTS = ("\u00e4\U0001f600", "a/b c", "{", "x" * 300, "%41&<a>", "arn:aws:iam::1:role/x", "0", "$.")
#: Deeper structures have only their required members.
_DEEPEST = 4
_LONGEST = 200
_HEADER_NAME = re.compile(r"^[\w-]+$", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An SDK's interpretation of a response: the error code and message if it is an error."""

    status: int
    code: str
    message: str
    body: bytes


class Sweep:
    """Sends operations to a sandbox over one connection. `known` maps members to the IDs of existing resources."""

    def __init__(self, endpoint: str, known: Mapping[str, Any] | None = None) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=60)
        self._known = known or {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def send(self, service: str, operation: str, kind: str, protocol: str, *, draw: int = 0) -> Outcome:
        """Send one call with parameters of a kind, in one of the service's protocols, and return its outcome.

        draw  which of the possible sets of parameters to use
        """
        model = service_model(service)
        modelled: Any = model.operation_model(operation)
        values = _Values(random.Random(f"{operation}.{kind}.{draw}"), kind, self._known)  # noqa: S311 - test data
        params: dict[str, Any] = {}
        if modelled.input_shape is not None:
            params = values.members(modelled.input_shape, 0)
            for name, member in modelled.input_shape.members.items():
                if member.serialization.get("location") == "uri":
                    params.setdefault(name, self._known.get(name, "x"))
                if member.serialization.get("hostLabel"):
                    params[name] = "x"
        request: Any = create_serializer(protocol, include_validation=False).serialize_to_request(params, modelled)
        prepare_request_dict(request, "http://sandbox.invalid", context={})
        scope = f"Credential=test/20261101/us-east-1/{model.signing_name}/aws4_request"
        headers = {
            name: str(value).encode()
            for name, value in request["headers"].items()
            if name != "Content-Length" and _HEADER_NAME.match(name)
        }
        headers["Authorization"] = f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0".encode()
        body = request["body"]
        if isinstance(body, dict):
            headers["Content-Type"] = b"application/x-www-form-urlencoded; charset=utf-8"
            body = urlencode(body, doseq=True)
        # Some models put an account ID before the host name.
        target = "/" + request["url"].split("/", 3)[3]
        self._connection.request(request["method"], target, body=body, headers=headers)
        answer = self._connection.getresponse()
        content = answer.read()
        error: dict[str, str] = {}
        if answer.status >= 300 and request["method"] != "HEAD":
            parsed = create_parser(protocol).parse(
                {
                    "status_code": answer.status,
                    "headers": {name.lower(): value for name, value in answer.getheaders()},
                    "body": content,
                },
                modelled.output_shape,
            )
            error = parsed.get("Error", {})
        return Outcome(status=answer.status, code=error.get("Code", ""), message=error.get("Message", ""), body=content)


def operations(service: str) -> Iterator[str]:
    """The service's operations, with those that remove something last."""
    names = service_model(service).operation_names
    yield from sorted(names, key=lambda name: (name.startswith(("Delete", "Remove", "Reject", "Detach")), name))


def protocols(service: str) -> list[str]:
    """Every protocol that clients of the service can use."""
    metadata = service_model(service).metadata
    return list(metadata.get("protocols", [metadata["protocol"]]))


class _Values:
    def __init__(self, choice: random.Random, kind: str, known: Mapping[str, Any]) -> None:
        self._choice = choice
        self._kind = kind
        self._known = known

    def members(self, shape: Any, depth: int) -> dict[str, Any]:
        given: dict[str, Any] = {}
        if self._kind == "empty":
            return given
        for name, member in shape.members.items():
            required = name in shape.required_members
            if not required and (self._kind == "required" or depth > _DEEPEST):
                continue
            if not required and self._kind == "odd" and self._choice.random() < 0.5:
                continue
            value = self._known.get(name) if member.type_name == "string" else None
            value = self._of(member, depth + 1) if value is None else value
            if value is not None:
                given[name] = value
        return given

    def _of(self, shape: Any, depth: int) -> Any:  # noqa: PLR0911 - one a kind of shape
        match shape.type_name:
            case "structure" if getattr(shape, "is_eventstream", False):
                return None
            case "structure" if getattr(shape, "is_tagged_union", False) and shape.members:
                name = self._choice.choice(sorted(shape.members))
                return {name: self._of(shape.members[name], depth + 1)}
            case "structure":
                return self.members(shape, depth)
            case "list":
                return [self._of(shape.member, depth + 1)] if depth <= _DEEPEST + 2 else []
            case "map":
                return {self._text(shape.key): self._of(shape.value, depth + 1)} if depth <= _DEEPEST + 2 else {}
            case "integer" | "long":
                least = int(shape.metadata.get("min", 1))
                most = int(shape.metadata.get("max", max(least, 10)))
                return self._choice.choice([-1, 0, 5_000]) if self._kind == "odd" else self._choice.randint(least, most)
            case "float" | "double":
                return self._choice.choice([0.5, 1.0])
            case "boolean":
                return self._choice.random() < 0.5
            case "blob":
                return b"\x00\xff"
            case "timestamp":
                return datetime(2026, 11, 1, tzinfo=UTC)
        return self._text(shape)

    def _text(self, shape: Any) -> str:
        if self._kind == "odd":
            return self._choice.choice(_ODD_TEXTS)
        if getattr(shape, "enum", None):
            return str(self._choice.choice(shape.enum))
        length = min(max(int(shape.metadata.get("min", 1)), 8), int(shape.metadata.get("max", 8)), _LONGEST)
        return "".join(self._choice.choice("abcdefgh12") for _ in range(length))
