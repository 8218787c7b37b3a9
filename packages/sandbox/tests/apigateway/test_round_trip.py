"""Importing the export of an imported document gives the same definition again."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings

from sandbox_testing.generated import documents

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest


def test_import_export_import_gives_the_same_definition(sandbox: SandboxUnderTest, gateway: Any) -> None:
    @settings(max_examples=60, deadline=None)
    @given(documents())
    def check(document: dict[str, Any]) -> None:
        api = gateway.import_rest_api(body=json.dumps(document).encode(), failOnWarnings=True)
        try:
            if not document["paths"]:
                return
            gateway.create_deployment(restApiId=api["id"], stageName="dev")
            stored = sandbox.world.apigateway("111111111111", "us-east-1").rest_apis[api["id"]]
            before = copy.deepcopy(stored.definition)
            exported = gateway.get_export(
                restApiId=api["id"],
                stageName="dev",
                exportType="oas30",
                parameters={"extensions": "apigateway"},
            )["body"].read()
            gateway.put_rest_api(restApiId=api["id"], mode="overwrite", body=exported, failOnWarnings=True)
            assert stored.definition == before
        finally:
            gateway.delete_rest_api(restApiId=api["id"])

    check()


def test_the_same_document_twice_changes_nothing(sandbox: SandboxUnderTest, gateway: Any) -> None:
    @settings(max_examples=30, deadline=None)
    @given(documents())
    def check(document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        api = gateway.import_rest_api(body=body)
        try:
            stored = sandbox.world.apigateway("111111111111", "us-east-1").rest_apis[api["id"]]
            before = copy.deepcopy(stored.definition)
            for mode in ("overwrite", "merge"):
                gateway.put_rest_api(restApiId=api["id"], mode=mode, body=body)
                assert stored.definition == before
        finally:
            gateway.delete_rest_api(restApiId=api["id"])

    check()
