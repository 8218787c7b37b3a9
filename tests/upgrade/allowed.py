"""The changes that an update from the recorded version can make, with reasons. All others fail the test.

A row allows one kind of change to one input (option, output) of one type, in every recorded case:

    Allowed("update", "aws:apigateway/restApi:RestApi", "body", "operations without a guard are refused now"),
    Allowed("create", "aws:logs/logGroup:LogGroup", "", "every function has its log group"),

A changed document needs a new deployment, because a deployment is a snapshot; it is created before the old one is
deleted:

    Allowed("replace", "aws:apigateway/deployment:Deployment", "triggers", "a changed document is deployed"),

`name` narrows a row to one logical name. A row that no longer allows anything also fails the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.upgrade.comparison import Finding, Kind


@dataclass(frozen=True)
class Allowed:
    """An intended change."""

    kind: Kind
    type: str
    what: str
    reason: str
    name: str = ""

    def covers(self, finding: Finding) -> bool:
        """True if the finding is this change."""
        same = (self.kind, self.type, self.what) == (finding.kind, finding.type, finding.what)
        return same and self.name in ("", finding.name)


_GENERATED_IDS = "the provider makes statement ids now (decision 0003)"
_ONCE_BY_ROLE = f"{_GENERATED_IDS}; a statement for a role is replaced once, the new one first"
_GUARDS = "a preflight allows X-Amz-Content-Sha256, and a guarded operation has its guard in every form (decision 0010)"
_SHORTER = "hello world and the example's authorizer were edited: a new version, to which the alias moves"

_LOGGED = "the APIs of examples/many-accounts write logs, as the policy pack asks"

_NEW_LOGS: tuple[tuple[Kind, str, str, str], ...] = (
    ("create", "cloudwatch/logGroup:LogGroup", "", "access-logs"),
    ("create", "cloudwatch/logGroup:LogGroup", "", "execution-logs"),
    ("create", "iam/role:Role", "", "logging-role"),
    ("create", "iam/rolePolicy:RolePolicy", "", "logging-role-policy"),
    ("create", "apigateway/account:Account", "", "logging-account"),
    ("update", "apigateway/stage:Stage", "accessLogSettings", "stage"),
    ("update", "apigateway/methodSettings:MethodSettings", "settings", "stage-settings"),
)
_LOGS = tuple(
    Allowed(kind, f"aws:{token}", what, _LOGGED, name=f"{api}-{name}")
    for api in ("first", "second")
    for kind, token, what, name in _NEW_LOGS
)

ALLOWED: tuple[Allowed, ...] = (
    Allowed("update", "aws:lambda/function:Function", "code", _SHORTER),
    Allowed("option", "aws:lambda/permission:Permission", "ignore_changes", f"{_GENERATED_IDS}; old ids stay"),
    Allowed("replace", "aws:lambda/permission:Permission", "statementId", _ONCE_BY_ROLE),
    Allowed("replace", "aws:lambda/permission:Permission", "statementIdPrefix", _ONCE_BY_ROLE),
    Allowed("update", "aws:iam/role:Role", "forceDetachPolicies", "a policy of a killed run does not block destroy"),
    Allowed("update", "aws:apigateway/restApi:RestApi", "body", _GUARDS),
    Allowed("replace", "aws:apigateway/deployment:Deployment", "triggers", "a changed document is deployed"),
    Allowed("update", "aws:apigateway/domainName:DomainName", "policy", "AWS rewrites execute-api:/*; `*` stays"),
    *_LOGS,
)
