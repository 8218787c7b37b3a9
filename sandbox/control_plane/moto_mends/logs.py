"""CloudWatch Logs: a log group's two ARNs, its class, and nothing left of it when it is deleted."""

from __future__ import annotations

from typing import Any


def apply() -> None:
    """Change moto's logs."""
    from moto.logs.models import LogGroup, LogsBackend
    from moto.logs.responses import LogsResponse

    _answer_to_both_arns(LogsBackend)
    _forget_tags(LogsBackend)
    _keep_class(LogGroup, LogsResponse)


def _answer_to_both_arns(backend: Any) -> None:
    """Tags answer to the ARN with and without `:*`."""
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


def _forget_tags(backend: Any) -> None:
    """A group made again under the same name does not inherit the deleted one's tags."""
    unmended = backend.delete_log_group

    def delete_log_group(self: Any, log_group_name: str) -> None:
        group = self.groups.get(log_group_name)
        unmended(self, log_group_name)
        self.tagger.delete_all_tags_for_resource(group.arn)

    backend.delete_log_group = delete_log_group


def _keep_class(group: Any, responses: Any) -> None:
    """A group has a class, STANDARD where none was asked for. Protection against deletion is refused, not forgotten."""
    describe, create = group.to_describe_dict, responses.create_log_group

    def to_describe_dict(self: Any) -> dict[str, Any]:
        shown: dict[str, Any] = describe(self)
        return shown | {
            "logGroupClass": getattr(self, "log_group_class", "STANDARD"),
            "deletionProtectionEnabled": False,
        }

    def create_log_group(self: Any) -> str:
        if self._get_param("deletionProtectionEnabled"):
            message = "CreateLogGroup with deletionProtectionEnabled"
            raise NotImplementedError(message)
        answer: str = create(self)
        made = self.logs_backend.groups[self._get_param("logGroupName")]
        made.log_group_class = self._get_param("logGroupClass") or "STANDARD"
        return answer

    group.to_describe_dict = to_describe_dict
    responses.create_log_group = create_log_group
