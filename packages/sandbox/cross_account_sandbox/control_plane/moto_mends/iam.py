"""IAM: values that moto drops but AWS keeps, and calls that moto accepts but AWS refuses."""

from __future__ import annotations

import json
import re
from typing import Any

from cross_account_sandbox.control_plane.moto_mends import iam_boundaries
from cross_account_sandbox.control_plane.principal_pins import pins, unknown_principal

#: The longest name of a role, and the total size of its inline policies without white space (IAM quotas).
_ROLE_NAME = 64
_ROLE_POLICIES = 10_240
_POLICY_ARN = re.compile(r"^arn:[^:]+:iam::(?:\d{12}|aws):policy/.+$", re.ASCII)


def apply() -> None:
    """Change moto's IAM."""
    from moto.iam import models, responses

    _keep_description(models.IAMBackend)
    _know_aws_policies(models)
    _take_policies_without_version(models)
    _check_trust(models.IAMBackend)
    _check_role_names(models.IAMBackend)
    _measure_role_policies(models.IAMBackend)
    _number_users(models.User)
    _keep_tags_of_users(models.IAMBackend)
    _keep_attached_policies(models.IAMBackend)
    _check_attached_arns(models.IAMBackend)
    _leave_out_of_created_roles(responses.IamResponse)
    iam_boundaries.apply()


def _keep_description(backend: Any) -> None:
    """UpdateRole changes only what it receives: the description stays if only the session duration is sent."""
    unmended = backend.update_role

    def update_role(self: Any, role_name: str, role_description: str | None, max_session_duration: str) -> Any:
        kept = self.get_role(role_name).description
        return unmended(self, role_name, kept if role_description is None else role_description, max_session_duration)

    backend.update_role = update_role


def _know_aws_policies(models: Any) -> None:
    """AWS managed policies can be attached and read; each is loaded when it is first named."""
    backend = models.IAMBackend

    def load(self: Any, arn: str) -> None:
        if ":iam::aws:policy/" not in arn or arn in self.managed_policies:
            return
        name = arn.rpartition("/")[2]
        data = json.loads(models.aws_managed_policies_data).get(name)
        policy = data and models.AWSManagedPolicy.from_data(name, self.account_id, self.region_name, data)
        if policy and policy.arn == arn:
            self.aws_managed_policies.append(policy)
            self.managed_policies[arn] = policy

    def loading_first(unmended: Any) -> Any:
        def mended(self: Any, policy_arn: str, *arguments: Any, **named: Any) -> Any:
            load(self, policy_arn)
            return unmended(self, policy_arn, *arguments, **named)

        return mended

    for operation in (
        "attach_role_policy",
        "attach_user_policy",
        "attach_group_policy",
        "get_policy",
        "get_policy_version",
        "list_policy_versions",
    ):
        setattr(backend, operation, loading_first(getattr(backend, operation)))


def _take_policies_without_version(models: Any) -> None:
    """Trust and inline policies can omit Version or use 2008-10-17 (recorded on AWS); managed policies cannot."""
    backend, managed, trust = (
        models.IAMBackend,
        models.IAMPolicyDocumentValidator,
        models.IAMTrustPolicyDocumentValidator,
    )
    any_version = {"_validate_version": lambda _: None}
    models.IAMPolicyDocumentValidator = type("InlinePolicyValidator", (managed,), any_version)
    trust._validate_version = any_version["_validate_version"]  # noqa: SLF001 - moto's own check
    create, create_version = backend.create_policy, backend.create_policy_version

    def create_policy(self: Any, description: str, path: str, policy_document: str, policy_name: str, tags: Any) -> Any:
        managed(policy_document).validate()
        return create(self, description, path, policy_document, policy_name, tags)

    def create_policy_version(self: Any, policy_arn: str, policy_document: str, set_as_default: Any) -> Any:
        managed(policy_document).validate()
        return create_version(self, policy_arn, policy_document, set_as_default)

    backend.create_policy, backend.create_policy_version = create_policy, create_policy_version


def _check_trust(backend: Any) -> None:
    """A trust policy must be a policy document, and the roles and users that it names must exist.

    AWS refuses others with MalformedPolicyDocument, and pins each role or user to its unique ID: one that is deleted
    and created again with the same name is not trusted (IAM user guide, "AWS JSON policy elements: Principal").
    """
    from moto.iam.exceptions import MalformedPolicyDocument
    from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator

    create, update = backend.create_role, backend.update_assume_role_policy

    def check(document: str) -> None:
        IAMTrustPolicyDocumentValidator(document).validate()
        unknown = unknown_principal(json.loads(document))
        if unknown is not None:
            raise MalformedPolicyDocument(f'Invalid principal in policy: "AWS":"{unknown}"')

    def create_role(self: Any, role_name: str, assume_role_policy_document: str, *rest: Any, **named: Any) -> Any:
        if not named.get("linked_service"):
            check(assume_role_policy_document)
        role = create(self, role_name, assume_role_policy_document, *rest, **named)
        role.trust_pins = pins(json.loads(assume_role_policy_document))
        return role

    def update_assume_role_policy(self: Any, role_name: str, policy_document: str) -> None:
        check(policy_document)
        update(self, role_name, policy_document)
        self.get_role(role_name).trust_pins = pins(json.loads(policy_document))

    backend.create_role = create_role
    backend.update_assume_role_policy = update_assume_role_policy


def _check_role_names(backend: Any) -> None:
    """A role's name has at most 64 letters, digits and _+=,.@- (API reference, CreateRole).

    The messages are as clients report them.
    """
    from moto.iam.exceptions import ValidationError

    unmended = backend.create_role

    def create_role(self: Any, role_name: str, *rest: Any, **named: Any) -> Any:
        if len(role_name) > _ROLE_NAME:
            raise ValidationError(
                f"1 validation error detected: Value '{role_name}' at 'roleName' failed to satisfy constraint: "
                f"Member must have length less than or equal to {_ROLE_NAME}"
            )
        if not re.fullmatch(r"[A-Za-z0-9_+=,.@-]+", role_name):
            raise ValidationError(
                "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the "
                "following: +=,.@_-"
            )
        return unmended(self, role_name, *rest, **named)

    backend.create_role = create_role


def _measure_role_policies(backend: Any) -> None:
    """The inline policies of a role have a total size limit."""
    from moto.iam.exceptions import LimitExceededException

    unmended = backend.put_role_policy

    def put_role_policy(self: Any, role_name: str, policy_name: str, policy_json: str) -> None:
        policies = {**self.get_role(role_name).policies, policy_name: policy_json}
        if sum(len("".join(each.split())) for each in policies.values()) > _ROLE_POLICIES:
            raise LimitExceededException(f"Maximum policy size of {_ROLE_POLICIES} bytes exceeded for role {role_name}")
        unmended(self, role_name, policy_name, policy_json)

    backend.put_role_policy = put_role_policy


def _number_users(user: Any) -> None:
    """A user's unique ID begins with AIDA (IAM user guide, "Unique identifiers")."""
    unmended = user.__init__

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807 - it takes the constructor's place
        unmended(self, *arguments, **named)
        self.id = f"AIDA{self.id[:17].upper()}"

    user.__init__ = __init__


def _keep_tags_of_users(backend: Any) -> None:
    """A user keeps its tags when its name or path changes; moto loses them, because it stores them by ARN."""
    unmended = backend.update_user

    def update_user(self: Any, user_name: str, *arguments: Any, **named: Any) -> None:
        user = self.get_user(user_name)
        tags = user.tags
        unmended(self, user_name, *arguments, **named)
        self.tagger.tag_resource(user.arn, tags or [])

    backend.update_user = update_user


def _keep_attached_policies(backend: Any) -> None:
    """A managed policy that is attached to something cannot be deleted."""
    from moto.iam.exceptions import DeleteConflictException

    unmended = backend.delete_policy

    def delete_policy(self: Any, policy_arn: str) -> None:
        if self.get_policy(policy_arn).attachment_count:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        unmended(self, policy_arn)

    backend.delete_policy = delete_policy


def _check_attached_arns(backend: Any) -> None:
    """An attached policy's ARN must have the form of a managed policy's.

    AWS checks this before it looks up the policy (recorded on AWS).
    """
    from moto.iam.exceptions import ValidationError

    def checked(unmended: Any) -> Any:
        def mended(self: Any, policy_arn: str, *arguments: Any, **named: Any) -> Any:
            if _POLICY_ARN.match(policy_arn) is None:
                raise ValidationError("Invalid ARN: Could not be parsed!")
            return unmended(self, policy_arn, *arguments, **named)

        return mended

    for operation in ("attach_role_policy", "attach_user_policy", "attach_group_policy"):
        setattr(backend, operation, checked(getattr(backend, operation)))


def _leave_out_of_created_roles(response: Any) -> None:
    """CreateRole's response has neither MaxSessionDuration nor RoleLastUsed (recorded on AWS); GetRole's has both."""
    from moto.core.serialize import never_return

    response.RESPONSE_KEY_PATH_TO_TRANSFORMER |= {
        "CreateRoleResponse.Role.MaxSessionDuration": never_return,
        "CreateRoleResponse.Role.RoleLastUsed": never_return,
    }
