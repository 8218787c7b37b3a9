"""CloudWatch Logs: a log group's two ARNs, its class, its validation, and its complete deletion."""

from __future__ import annotations

import re
from typing import Any

#: The valid retention times, in days (API reference, PutRetentionPolicy).
_RETENTION = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653]


def apply() -> None:
    """Change moto's logs."""
    from moto.logs.models import LogGroup, LogsBackend
    from moto.logs.responses import LogsResponse

    _answer_to_both_arns(LogsBackend)
    _forget_tags(LogsBackend)
    _keep_class(LogGroup, LogsResponse)
    _check_names(LogsBackend)
    _check_retention(LogsBackend)


def _answer_to_both_arns(backend: Any) -> None:
    """Tag operations accept the ARN with and without `:*`."""
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
    """A group that is created again with the same name does not inherit the deleted group's tags."""
    unmended = backend.delete_log_group

    def delete_log_group(self: Any, log_group_name: str) -> None:
        group = self.groups.get(log_group_name)
        unmended(self, log_group_name)
        self.tagger.delete_all_tags_for_resource(group.arn)

    backend.delete_log_group = delete_log_group


def _keep_class(group: Any, responses: Any) -> None:
    """A group has a class, STANDARD by default. Deletion protection is refused, not silently ignored."""
    describe, create = group.to_describe_dict, responses.create_log_group

    def to_describe_dict(self: Any) -> dict[str, Any]:
        shown: dict[str, Any] = describe(self)
        return shown | {
            "logGroupClass": getattr(self, "log_group_class", "STANDARD"),
            "deletionProtectionEnabled": False,
        }

    def create_log_group(self: Any) -> str:
        if self._get_param("deletionProtectionEnabled"):
            raise NotImplementedError("CreateLogGroup with deletionProtectionEnabled")
        answer: str = create(self)
        made = self.logs_backend.groups[self._get_param("logGroupName")]
        made.log_group_class = self._get_param("logGroupClass") or "STANDARD"
        return answer

    group.to_describe_dict = to_describe_dict
    responses.create_log_group = create_log_group


def _check_names(backend: Any) -> None:
    """A group's name can contain only letters, digits and _-/.# (API reference, CreateLogGroup)."""
    from moto.logs.exceptions import InvalidParameterException

    unmended = backend.create_log_group

    def create_log_group(self: Any, log_group_name: str, *rest: Any, **named: Any) -> Any:
        if not re.fullmatch(r"[.\-_/#A-Za-z0-9]+", log_group_name):
            raise InvalidParameterException(
                constraint=r"Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+",
                parameter="logGroupName",
                value=log_group_name,
            )
        return unmended(self, log_group_name, *rest, **named)

    backend.create_log_group = create_log_group


def _check_retention(backend: Any) -> None:
    """Only some numbers of days are valid retention times; the message is as clients report it."""
    from moto.logs.exceptions import InvalidParameterException

    unmended = backend.put_retention_policy

    def put_retention_policy(self: Any, log_group_name: str, retention_in_days: Any) -> None:
        if retention_in_days not in _RETENTION:
            raise InvalidParameterException(f"Invalid retention value. Valid values are: {_RETENTION}")
        unmended(self, log_group_name, retention_in_days)

    backend.put_retention_policy = put_retention_policy
