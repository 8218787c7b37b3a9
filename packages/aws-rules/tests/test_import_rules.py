"""OpenAPI documents that API Gateway imports."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_rules.import_rules import is_importable, is_model_name, schema_names, with_model_names


@pytest.mark.parametrize(
    ("document", "held"),
    [
        # Developer guide, "Amazon API Gateway important notes": OpenAPI 2.0 and 3.0; 3.1 is not supported.
        ({"swagger": "2.0"}, True),
        ({"swagger": 2.0}, True),
        ({"openapi": "3.0"}, True),
        ({"openapi": "3.0.1"}, True),
        ({"openapi": "3.0.3"}, True),
        ({"openapi": "3.1.0"}, False),
        ({"openapi": "3.00.1"}, False),
        ({"openapi": "2.0"}, False),
        ({"swagger": "1.2"}, False),
        ({}, False),
    ],
)
def test_api_gateway_imports_versions_2_0_and_3_0(document: dict[str, Any], held: bool) -> None:
    assert is_importable(document) is held


@pytest.mark.parametrize(
    ("name", "held"),
    # API reference, CreateModel: "The name of the model. Must be alphanumeric."
    [("Pet", True), ("pet2", True), ("simple-user", False), ("a.b", False), ("a_b", False), ("é", False), ("", False)],
)
def test_a_model_has_an_alphanumeric_name(name: str, held: bool) -> None:
    assert is_model_name(name) is held


@pytest.mark.parametrize(
    ("section", "place"),
    [
        (lambda schemas: {"components": {"schemas": schemas}}, "#/components/schemas/"),
        (lambda schemas: {"definitions": schemas}, "#/definitions/"),
    ],
)
def test_schemas_get_names_that_models_can_have_and_references_follow(section: Any, place: str) -> None:
    schemas = {
        "simple-user": {"type": "object"},
        "Pet": {"$ref": f"{place}simple-user"},
        "a/b": {"items": {"$ref": f"{place}simple-user/properties/name"}},
    }
    document = section(schemas) | {"paths": {"/": {"schema": {"$ref": f"{place}a~1b"}, "other": "simple-user"}}}

    result = with_model_names(document)

    assert schema_names(result) == ["simpleuser", "Pet", "ab"]
    assert result == section(
        {
            "simpleuser": {"type": "object"},
            "Pet": {"$ref": f"{place}simpleuser"},
            "ab": {"items": {"$ref": f"{place}simpleuser/properties/name"}},
        }
    ) | {"paths": {"/": {"schema": {"$ref": f"{place}ab"}, "other": "simple-user"}}}


@pytest.mark.parametrize(
    ("names", "renamed"),
    [
        (["Pet"], ["Pet"]),
        (["simple-user", "simpleuser"], ["simpleuser2", "simpleuser"]),
        (["a-b", "a_b", "a.b"], ["ab", "ab2", "ab3"]),
        (["--"], ["Model"]),
    ],
)
def test_no_two_schemas_get_one_name(names: list[str], renamed: list[str]) -> None:
    document: dict[str, Any] = {"components": {"schemas": {name: {} for name in names}}}

    assert schema_names(with_model_names(document)) == renamed


def test_a_discriminator_s_mapping_follows_names_and_references() -> None:
    document: dict[str, Any] = {
        "components": {
            "schemas": {
                "big-dog": {},
                "Pet": {
                    "discriminator": {
                        "propertyName": "kind",
                        "mapping": {"dog": "big-dog", "cat": "#/components/schemas/big-dog"},
                    }
                },
            }
        }
    }

    pet = with_model_names(document)["components"]["schemas"]["Pet"]

    assert pet["discriminator"]["mapping"] == {
        "dog": "bigdog",
        "cat": "#/components/schemas/bigdog",
    }


_NAMES = st.lists(st.text("ab1-_./~%é", min_size=1, max_size=4), unique=True, max_size=6)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1").replace("%", "%25")


@pytest.mark.parametrize("section", ["#/components/schemas/", "#/definitions/"])
@given(names=_NAMES)
def test_renaming_keeps_what_refers_to_what(section: str, names: list[str]) -> None:
    """Each schema refers to the next one; `title` has its original name."""
    following = dict(zip(names, [*names[1:], *names[:1]], strict=True))
    given = {name: {"title": name, "$ref": section + _escaped(following[name])} for name in names}
    whole = {"definitions": given} if "definitions" in section else {"components": {"schemas": given}}

    renamed = with_model_names(whole)

    found = renamed["definitions"] if "definitions" in section else renamed["components"]["schemas"]
    assert len(found) == len(names)
    assert all(is_model_name(name) for name in found)
    for schema in found.values():
        assert found[schema["$ref"].removeprefix(section)]["title"] == following[schema["title"]]
    assert given == {name: {"title": name, "$ref": section + _escaped(following[name])} for name in names}
