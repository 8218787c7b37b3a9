"""aws.iam.RolePolicy and aws.iam.RolePolicyAttachment: policies of a role as separate resources."""

from __future__ import annotations

from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.role import policy_text
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import document, kept_document


class RolePolicy(AwsHandler):
    """An inline policy of a role. Its ID is `{role}:{name}`."""

    token = "aws:iam/rolePolicy:RolePolicy"  # noqa: S105
    service = "iam"
    regional = False
    inputs = frozenset({"name", "policy", "role"})
    replaces = frozenset({"name", "role"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        return f"{inputs['role']}:{inputs['name']}", self._put(session, inputs)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        role, _, name = identity.partition(":")
        live = or_none(self.client(session, state).get_role_policy, RoleName=role, PolicyName=name)
        if live is None:
            return None
        policy = kept_document(state.get("policy"), policy_text(live["PolicyDocument"]))
        return self.outputs(session, {**state, "role": role, "name": name}, {"policy": policy})

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """PutRolePolicy, which replaces the old policy."""
        return self._put(session, new)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        role, _, name = identity.partition(":")
        or_none(self.client(session, state).delete_role_policy, RoleName=role, PolicyName=name)

    def _put(self, session: ProviderSession, inputs: Properties) -> Properties:
        self.client(session, inputs).put_role_policy(
            RoleName=inputs["role"], PolicyName=inputs["name"], PolicyDocument=document(inputs["policy"])
        )
        return self.outputs(session, inputs, {})


class RolePolicyAttachment(AwsHandler):
    """A managed policy attached to a role. Its ID is `{role}/{policy ARN}`."""

    token = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"  # noqa: S105
    service = "iam"
    regional = False
    inputs = frozenset({"policyArn", "role"})
    replaces = frozenset({"policyArn", "role"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        self.client(session, inputs).attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        return f"{inputs['role']}/{inputs['policyArn']}", self.outputs(session, inputs, {})

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """Find the policy among the role's attached policies."""
        role, _, arn = identity.partition("/")
        pages = or_none(self.client(session, state).list_attached_role_policies, RoleName=role)
        attached = [entry["PolicyArn"] for entry in (pages or {}).get("AttachedPolicies", [])]
        return self.outputs(session, {**state, "role": role, "policyArn": arn}, {}) if arn in attached else None

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        role, _, arn = identity.partition("/")
        or_none(self.client(session, state).detach_role_policy, RoleName=role, PolicyArn=arn)
