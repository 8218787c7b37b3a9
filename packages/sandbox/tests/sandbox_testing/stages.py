"""Helpers for stages."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def patch_stage(gateway: Any, api_id: str, *operations: tuple[str, str, str | None]) -> Json:
    """Change the stage dev; each operation consists of its verb, path and value."""
    listed = [
        {"op": verb, "path": path} | ({} if value is None else {"value": value}) for verb, path, value in operations
    ]
    answer: Json = gateway.update_stage(restApiId=api_id, stageName="dev", patchOperations=listed)
    return answer
