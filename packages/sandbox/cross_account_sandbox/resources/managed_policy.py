"""aws.iam.Policy: a customer managed policy."""

from __future__ import annotations

from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.role import policy_text
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import TagCalls
from cross_account_sandbox.resources.values import document, kept_document, renamed

_CREATE = {"name": "PolicyName", "path": "Path", "description": "Description"}
#: IAM keeps five versions of a policy.
_MOST_VERSIONS = 5


class Policy(AwsHandler):
    """A policy that can be attached to roles. Its ID is its ARN."""

    token = "aws:iam/policy:Policy"  # noqa: S105
    service = "iam"
    tag_calls = TagCalls(
        target="PolicyArn", tag="tag_policy", untag="untag_policy", tags="Tags", keys="TagKeys", pair=("Key", "Value")
    )
    regional = False
    inputs = frozenset({*_CREATE, "policy", "tags"})
    replaces = frozenset({"description", "name", "path"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        arguments = renamed(inputs, _CREATE) | self.tagging(session, inputs)
        live = self.client(session, inputs).create_policy(PolicyDocument=document(inputs["policy"]), **arguments)
        identity = str(live["Policy"]["Arn"])
        return identity, self._state(session, identity, inputs)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetPolicy, and GetPolicyVersion for the default version."""
        if or_none(self.client(session, state).get_policy, PolicyArn=identity) is None:
            return None
        return self._state(session, identity, state)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Create a new default version; if there are five, the oldest is deleted first."""
        client = self.client(session, new)
        if old.get("policy") != new["policy"]:
            versions = client.list_policy_versions(PolicyArn=identity)["Versions"]
            if len(versions) >= _MOST_VERSIONS:
                oldest = min(
                    (entry for entry in versions if not entry["IsDefaultVersion"]),
                    key=lambda entry: entry["CreateDate"],
                )
                client.delete_policy_version(PolicyArn=identity, VersionId=oldest["VersionId"])
            client.create_policy_version(PolicyArn=identity, PolicyDocument=document(new["policy"]), SetAsDefault=True)
        self.retag(session, identity, old, new)
        return self._state(session, identity, new)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """Delete the other versions first, as IAM requires, then the policy."""
        client = self.client(session, state)
        versions = or_none(client.list_policy_versions, PolicyArn=identity)
        for entry in (versions or {}).get("Versions", []):
            if not entry["IsDefaultVersion"]:
                or_none(client.delete_policy_version, PolicyArn=identity, VersionId=entry["VersionId"])
        or_none(client.delete_policy, PolicyArn=identity)

    def _state(self, session: ProviderSession, identity: str, stated: Properties) -> Properties:
        client = self.client(session, stated)
        live = client.get_policy(PolicyArn=identity)["Policy"]
        version = client.get_policy_version(PolicyArn=identity, VersionId=live["DefaultVersionId"])["PolicyVersion"]
        return self.outputs(
            session,
            stated,
            {
                "name": live["PolicyName"],
                "path": live.get("Path", "/"),
                "description": live.get("Description") or stated.get("description"),
                "policy": kept_document(stated.get("policy"), policy_text(version["Document"])),
                "arn": identity,
                "attachmentCount": live.get("AttachmentCount", 0),
                "policyId": live["PolicyId"],
                **self.tags(session, stated, live),
            },
        )
