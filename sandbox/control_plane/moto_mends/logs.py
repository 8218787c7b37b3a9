"""CloudWatch Logs: a log group has two ARNs, with and without `:*`, and tags answer to both."""

from __future__ import annotations

from typing import Any


def apply() -> None:
    """Change moto's logs."""
    from moto.logs.models import LogsBackend

    backend: Any = LogsBackend
    tag, untag, tags = backend.tag_resource, backend.untag_resource, backend.list_tags_for_resource

    def tag_resource(self: Any, arn: str, tags: Any) -> None:
        tag(self, arn.removesuffix(":*"), tags)

    def untag_resource(self: Any, arn: str, tag_keys: Any) -> None:
        untag(self, arn.removesuffix(":*"), tag_keys)

    def list_tags_for_resource(self: Any, resource_arn: str) -> Any:
        return tags(self, resource_arn.removesuffix(":*"))

    backend.tag_resource = tag_resource
    backend.untag_resource = untag_resource
    backend.list_tags_for_resource = list_tags_for_resource
