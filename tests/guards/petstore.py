"""A document like Swagger's petstore: 19 operations; nine of them name schemes that look like authorization."""

from __future__ import annotations

from typing import Any

from tests.guards.cases import IGNORED, document, operation

_OAUTH = [{"petstore_auth": ["read:pets"]}]
_KEY: list[dict[str, Any]] = [{"api_key": []}]
_OPERATIONS: dict[tuple[str, str], list[dict[str, Any]] | None] = {
    ("put", "/pet"): _OAUTH,
    ("post", "/pet"): _OAUTH,
    ("get", "/pet/findByStatus"): _OAUTH,
    ("get", "/pet/findByTags"): _OAUTH,
    ("get", "/pet/{petId}"): [*_KEY, *_OAUTH],
    ("post", "/pet/{petId}"): _OAUTH,
    ("delete", "/pet/{petId}"): _OAUTH,
    ("post", "/pet/{petId}/uploadImage"): _OAUTH,
    ("get", "/store/inventory"): _KEY,
    ("post", "/store/order"): None,
    ("get", "/store/order/{orderId}"): None,
    ("delete", "/store/order/{orderId}"): None,
    ("post", "/user"): None,
    ("post", "/user/createWithList"): None,
    ("get", "/user/login"): None,
    ("get", "/user/logout"): None,
    ("get", "/user/{username}"): None,
    ("put", "/user/{username}"): None,
    ("delete", "/user/{username}"): None,
}


def petstore(form: str) -> dict[str, Any]:
    """The document in the format `openapi` 3.0 or `swagger` 2.0."""
    schemes = {"petstore_auth": IGNORED[form]["oauth2"], "api_key": IGNORED[form]["header key"]}
    paths: dict[str, Any] = {}
    for (method, path), security in _OPERATIONS.items():
        members: dict[str, Any] = {} if security is None else {"security": security}
        paths.setdefault(path, {})[method] = operation(**members)
    return document(form, paths, schemes)
