"""aws.iam.Role: an identity that AWS services and other accounts can assume."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import TagCalls
from cross_account_sandbox.resources.values import date, document, kept_document, renamed

_CREATE = {
    "name": "RoleName",
    "path": "Path",
    "description": "Description",
    "maxSessionDuration": "MaxSessionDuration",
    "permissionsBoundary": "PermissionsBoundary",
}
_DEFAULT_SESSION_SECONDS = 3600


class Role(AwsHandler):
    """A role. Its ID is its name; each new role with this name has a new `uniqueId`."""

    token = "aws:iam/role:Role"  # noqa: S105
    service = "iam"
    tag_calls = TagCalls(
        target="RoleName", tag="tag_role", untag="untag_role", tags="Tags", keys="TagKeys", pair=("Key", "Value")
    )
    regional = False
    inputs = frozenset(
        {*_CREATE, "assumeRolePolicy", "forceDetachPolicies", "inlinePolicies", "managedPolicyArns", "tags"}
    )
    replaces = frozenset({"name", "path"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateRole, then the inline and managed policies in the role's own inputs."""
        client = self.client(session, inputs)
        arguments = renamed(inputs, _CREATE) | self.tagging(session, inputs)
        client.create_role(AssumeRolePolicyDocument=document(inputs["assumeRolePolicy"]), **arguments)
        name = str(inputs["name"])
        with self.undone_on_failure(session, name, inputs):
            _carry(client, name, {}, inputs)
            return name, self._state(session, inputs, client.get_role(RoleName=name)["Role"])

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetRole, and its policies if the program sets them or the role is imported."""
        client = self.client(session, state)
        live = or_none(client.get_role, RoleName=identity)
        if live is None:
            return None
        found = self._state(session, {**state, "name": identity}, live["Role"])
        return found | _carried(client, identity, state, imported=not state)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Trust, description, session length, boundary, policies and tags change in place."""
        client = self.client(session, new)
        if old.get("assumeRolePolicy") != new["assumeRolePolicy"]:
            client.update_assume_role_policy(RoleName=identity, PolicyDocument=document(new["assumeRolePolicy"]))
        _describe(client, identity, old, new)
        _bound(client, identity, old.get("permissionsBoundary"), new.get("permissionsBoundary"))
        _carry(client, identity, old, new)
        self.retag(session, identity, old, new)
        return self._state(session, new, client.get_role(RoleName=identity)["Role"])

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """DeleteRole, after removing the policies of its inputs, or all policies with `forceDetachPolicies`."""
        client = self.client(session, state)
        if or_none(client.get_role, RoleName=identity) is None:
            return
        carried: Mapping[str, Any] = state
        if state.get("forceDetachPolicies"):
            carried = {
                "inlinePolicies": [
                    {"name": name} for name in client.list_role_policies(RoleName=identity)["PolicyNames"]
                ],
                "managedPolicyArns": [
                    entry["PolicyArn"]
                    for entry in client.list_attached_role_policies(RoleName=identity)["AttachedPolicies"]
                ],
            }
        _carry(client, identity, carried, {})
        or_none(client.delete_role, RoleName=identity)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        return self.outputs(
            session,
            stated,
            {
                "name": live["RoleName"],
                "path": live.get("Path", "/"),
                "description": live.get("Description") or None,
                "maxSessionDuration": live.get("MaxSessionDuration", _DEFAULT_SESSION_SECONDS),
                "permissionsBoundary": (live.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"),
                "assumeRolePolicy": kept_document(
                    stated.get("assumeRolePolicy"), policy_text(live.get("AssumeRolePolicyDocument"))
                ),
                "arn": live["Arn"],
                "uniqueId": live["RoleId"],
                "createDate": date(live["CreateDate"]),
                **self.tags(session, stated, live),
            },
        )


def policy_text(live: object) -> str | None:
    """A document as text. IAM returns it percent-encoded, and botocore decodes it to an object."""
    if live is None:
        return None
    return unquote(live) if isinstance(live, str) else json.dumps(live)


def _describe(client: Any, name: str, old: Properties, new: Properties) -> None:
    before = (old.get("description") or "", old.get("maxSessionDuration") or _DEFAULT_SESSION_SECONDS)
    after = (new.get("description") or "", new.get("maxSessionDuration") or _DEFAULT_SESSION_SECONDS)
    if before != after:
        client.update_role(RoleName=name, Description=after[0], MaxSessionDuration=after[1])


def _bound(client: Any, name: str, old: str | None, new: str | None) -> None:
    if new and old != new:
        client.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=new)
    elif old and not new:
        client.delete_role_permissions_boundary(RoleName=name)


def _carry(client: Any, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Update the inline and managed policies in the role's own inputs from old to new."""
    before = {entry["name"]: entry.get("policy") for entry in old.get("inlinePolicies") or []}
    after = {entry["name"]: entry["policy"] for entry in new.get("inlinePolicies") or []}
    for gone in before.keys() - after.keys():
        or_none(client.delete_role_policy, RoleName=name, PolicyName=gone)
    for policy, text in after.items():
        if before.get(policy) != text:
            client.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document(text))
    attached, wanted = set(old.get("managedPolicyArns") or []), set(new.get("managedPolicyArns") or [])
    for arn in sorted(attached - wanted):
        or_none(client.detach_role_policy, RoleName=name, PolicyArn=arn)
    for arn in sorted(wanted - attached):
        client.attach_role_policy(RoleName=name, PolicyArn=arn)


def _carried(client: Any, name: str, state: Mapping[str, Any], *, imported: bool) -> Properties:
    found: Properties = {}
    if imported or state.get("inlinePolicies"):
        stated = {entry["name"]: entry["policy"] for entry in state.get("inlinePolicies") or []}
        live = client.list_role_policies(RoleName=name)["PolicyNames"]
        order = [entry for entry in stated if entry in live] + [entry for entry in live if entry not in stated]
        found["inlinePolicies"] = [
            {
                "name": policy,
                "policy": kept_document(
                    stated.get(policy),
                    policy_text(client.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]),
                ),
            }
            for policy in order
        ]
    if imported or state.get("managedPolicyArns"):
        attached = client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        arns = [entry["PolicyArn"] for entry in attached]
        stated_arns = list(state.get("managedPolicyArns") or [])
        found["managedPolicyArns"] = stated_arns if sorted(stated_arns) == sorted(arns) else arns
    return {key: value for key, value in found.items() if value or not imported}
