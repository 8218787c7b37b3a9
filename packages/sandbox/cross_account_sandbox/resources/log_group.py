"""aws.cloudwatch.LogGroup: a group of logs and its retention in days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules.arns import log_group_arn
from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import TagCalls, tags_all
from cross_account_sandbox.resources.values import renamed


class LogGroup(AwsHandler):
    """A log group. Its ID is its name. If `retentionInDays` is 0, logs never expire."""

    token = "aws:cloudwatch/logGroup:LogGroup"  # noqa: S105
    service = "logs"
    tag_calls = TagCalls(target="resourceArn")
    inputs = frozenset({"kmsKeyId", "logGroupClass", "name", "region", "retentionInDays", "skipDestroy", "tags"})
    replaces = frozenset({"logGroupClass", "name", "region"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        client = self.client(session, inputs)
        arguments = renamed(inputs, {"name": "logGroupName", "kmsKeyId": "kmsKeyId", "logGroupClass": "logGroupClass"})
        client.create_log_group(**arguments, **self.tagging(session, inputs))
        name = str(inputs["name"])
        with self.undone_on_failure(session, name, inputs):
            _retain(client, name, 0, inputs.get("retentionInDays") or 0)
        return name, self._state(session, inputs, self._now(session, inputs))

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """DescribeLogGroups with exactly this name."""
        client = self.client(session, state)
        groups = client.describe_log_groups(logGroupNamePrefix=identity)["logGroups"]
        live = next((group for group in groups if group["logGroupName"] == identity), None)
        if live is None:
            return None
        stated = {**state, "name": identity}
        arn = self._arn(session, stated)
        return self._state(session, stated, {**live, "tags": client.list_tags_for_resource(resourceArn=arn)["tags"]})

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Retention, key and tags change in place."""
        client = self.client(session, new)
        _retain(client, identity, old.get("retentionInDays") or 0, new.get("retentionInDays") or 0)
        if old.get("kmsKeyId") != new.get("kmsKeyId"):
            if new.get("kmsKeyId"):
                client.associate_kms_key(logGroupName=identity, kmsKeyId=new["kmsKeyId"])
            else:
                client.disassociate_kms_key(logGroupName=identity)
        self.retag(session, self._arn(session, new), old, new)
        return self._state(session, new, self._now(session, new))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """DeleteLogGroup, unless `skipDestroy` is set."""
        if not state.get("skipDestroy"):
            or_none(self.client(session, state).delete_log_group, logGroupName=identity)

    def _now(self, session: ProviderSession, inputs: Properties) -> Properties:
        return {"retentionInDays": inputs.get("retentionInDays") or 0, "tags": tags_all(session, inputs)}

    def _arn(self, session: ProviderSession, properties: Mapping[str, Any]) -> str:
        return log_group_arn(
            partition=session.partition,
            region=self.region(session, properties),
            account=session.account,
            name=properties["name"],
        )

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        return self.outputs(
            session,
            stated,
            {
                "retentionInDays": live.get("retentionInDays", 0),
                "logGroupClass": live.get("logGroupClass") or stated.get("logGroupClass") or "STANDARD",
                "skipDestroy": bool(stated.get("skipDestroy")),
                "arn": self._arn(session, stated),
                **self.tags(session, stated, live),
            },
        )


def _retain(client: Any, name: str, old: int, new: int) -> None:
    if old == new:
        return
    if new:
        client.put_retention_policy(logGroupName=name, retentionInDays=new)
    else:
        client.delete_retention_policy(logGroupName=name)
