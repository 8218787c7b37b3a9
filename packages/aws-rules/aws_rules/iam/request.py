"""The request that policies are evaluated against: who wants to do what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aws_rules.arns import Arn, ArnError

#: One value, or several if the key is multivalued.
ContextValue = str | Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Principal:
    """The caller. Use the constructors below instead of setting every field.

    kind       `aws` (user, role session, root), `service`, `federated` or `anonymous`
    arn        of the user, of the role SESSION (`arn:aws:sts::…:assumed-role/NAME/SESSION`), of the root
               user, or the identity provider of a federated principal
    account    12 digits; empty for a service, an identity provider and an anonymous caller
    role_arn   of a session's role, which policies name
    unique_id  AROA… of the role or AIDA… of the user: what a saved policy is pinned to
    service    such as `apigateway.amazonaws.com`
    attributes condition keys that follow from who the principal is and that its ARN does not tell: its tags
               (aws:PrincipalTag/…) and its account's organization (aws:PrincipalOrgID, aws:PrincipalOrgPaths)
    """

    kind: str
    arn: str = ""
    account: str = ""
    role_arn: str | None = None
    unique_id: str | None = None
    service: str | None = None
    attributes: Mapping[str, ContextValue] = field(default_factory=dict, hash=False)

    @classmethod
    def anonymous(cls) -> Principal:
        """A caller without a signature."""
        return cls(kind="anonymous")

    @classmethod
    def of_service(cls, service: str) -> Principal:
        """An AWS service that calls as itself."""
        return cls(kind="service", service=service)

    @classmethod
    def of_federation(cls, provider: str) -> Principal:
        """A caller authenticated by an identity provider (ARN or domain)."""
        return cls(kind="federated", arn=provider)

    @classmethod
    def of_role(
        cls,
        role_arn: str,
        *,
        session: str,
        unique_id: str | None = None,
        attributes: Mapping[str, ContextValue] | None = None,
    ) -> Principal:
        """A session of a role. Raises ArnError if `role_arn` is not an ARN."""
        role = Arn.parse(role_arn)
        name = role.resource.rpartition("/")[2]
        arn = f"arn:{role.partition}:sts::{role.account}:assumed-role/{name}/{session}"
        return cls(
            kind="aws",
            arn=arn,
            account=role.account,
            role_arn=role_arn,
            unique_id=unique_id,
            attributes=attributes or {},
        )

    @classmethod
    def of_user(cls, arn: str, *, unique_id: str | None = None) -> Principal:
        """An IAM user, or the root user of an account. Raises ArnError if `arn` is not an ARN."""
        return cls(kind="aws", arn=arn, account=Arn.parse(arn).account, unique_id=unique_id)

    @property
    def is_root(self) -> bool:
        """True for an account's root user, whom identity policies do not limit."""
        return self.kind == "aws" and self.role_arn is None and self.arn.endswith(":root")

    @property
    def identities(self) -> tuple[str, ...]:
        """The ARNs by which policies can name this principal, the most specific first and the account's last."""
        if self.kind != "aws":
            return (self.arn,) if self.arn else ()
        account = f"arn:{self.partition}:iam::{self.account}:root"
        return tuple(dict.fromkeys(arn for arn in (self.arn, self.role_arn, account) if arn))

    @property
    def partition(self) -> str:
        """The partition of the principal's ARN; `aws` if it has no ARN."""
        try:
            return Arn.parse(self.role_arn or self.arn).partition
        except ArnError:
            return "aws"

    def keys(self) -> dict[str, ContextValue]:
        """The global condition keys that depend only on the principal.

        Source: IAM user guide, reference_policies_condition-keys and reference_policies_variables
        ("principal key values").
        """
        if self.kind == "service":
            service = self.service or ""
            return {
                "aws:PrincipalIsAWSService": "true",
                "aws:PrincipalServiceName": service,
                "aws:PrincipalType": "Service",
            }
        keys: dict[str, ContextValue] = {"aws:PrincipalIsAWSService": "false"}
        if self.kind == "anonymous":
            return keys | {"aws:PrincipalType": "Anonymous", "aws:userid": "anonymous"}
        if self.kind == "federated":
            return keys | {"aws:FederatedProvider": self.arn}
        keys |= self.attributes
        keys["aws:PrincipalArn"] = self.role_arn or self.arn
        keys["aws:PrincipalAccount"] = self.account
        name = self.arn.rpartition("/")[2]
        if self.role_arn:
            keys["aws:PrincipalType"] = "AssumedRole"
            if self.unique_id:
                keys["aws:userid"] = f"{self.unique_id}:{name}"
        elif self.is_root:
            keys["aws:PrincipalType"] = "Account"
            keys["aws:userid"] = self.account
        else:
            keys["aws:PrincipalType"] = "User"
            keys["aws:username"] = name
            if self.unique_id:
                keys["aws:userid"] = self.unique_id
        return keys

    def __str__(self) -> str:
        return self.service or self.arn or "anonymous"


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessRequest:
    """One action on one resource.

    context  condition keys of the request; keys are case-insensitive. Keys that depend on the principal
             (aws:PrincipalArn, aws:userid, …) are added, unless given.
    """

    principal: Principal
    action: str
    resource: str
    context: Mapping[str, ContextValue] = field(default_factory=dict)

    def keys(self) -> dict[str, ContextValue]:
        """Every condition key of the request, by its lower-case name."""
        return {
            name.lower(): value for source in (self.principal.keys(), self.context) for name, value in source.items()
        }
