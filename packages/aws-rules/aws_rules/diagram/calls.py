"""The arrows of one deployment: what each call rests on, decided as AWS decides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aws_rules.arns import FunctionArn, api_execution_arn, partition_of_region
from aws_rules.diagram.facts import Api, Document, Function, Reader, Role, UnreadError
from aws_rules.diagram.model import State
from aws_rules.iam.evaluation import AccessDecision, PolicyOutcome, evaluate_access
from aws_rules.iam.gateway_invocation import role_may_invoke, service_may_invoke
from aws_rules.iam.gateway_role import gateway_may_assume
from aws_rules.iam.request import AccessRequest, Principal
from aws_rules.iam.request_keys import request_keys

#: Characters of a statement's id in a label.
_SID = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What an arrow says."""

    label: str
    full: str
    state: State


def allowed(label: str, full: str = "") -> Verdict:
    """An arrow that something allows."""
    return Verdict(label=label, full=full or label, state=State.ALLOWED)


def denied(why: str, full: str = "") -> Verdict:
    """An arrow that nothing allows."""
    return Verdict(label=f"denied: {why}", full=f"denied: {full or why}", state=State.DENIED)


def unknown(why: str) -> Verdict:
    """An arrow that could not be decided."""
    return Verdict(label=f"not checked: {why}", full=f"not checked: {why}", state=State.UNKNOWN)


class Calls:
    """Decides the calls of one API, as made at one moment (UTC); each function and role is read once."""

    def __init__(self, api: Api, reader: Reader, at: datetime) -> None:
        self._api = api
        self._reader = reader
        self._at = at
        self._functions: dict[FunctionArn, Function | UnreadError | None] = {}
        self._roles: dict[str, Role | UnreadError | None] = {}

    def function(self, arn: FunctionArn) -> Function | UnreadError | None:
        """The function under its qualifier, or why it could not be read."""
        if arn not in self._functions:
            try:
                self._functions[arn] = self._reader.function(arn)
            except UnreadError as error:
                self._functions[arn] = error
        return self._functions[arn]

    def by_service(self, arn: FunctionArn, tail: str) -> Verdict:
        """API Gateway itself, by the policy of the qualifier."""
        function = self.function(arn)
        if not isinstance(function, Function):
            return _absent(arn, function)
        decision = service_may_invoke(
            arn,
            api_account=self._api.account,
            api_id=self._api.id,
            tail=tail,
            policy=function.policy,
            keys=self._in(arn.region),
        )
        return _verdict(decision, f"{_statement(decision.resource)} of {place(arn)}")

    def trust(self, role_arn: str) -> Verdict:
        """API Gateway assumes the role of `credentials`."""
        if f":iam::{self._api.account}:role/" not in role_arn:
            return denied("API Gateway assumes only roles of the API's own account")
        role = self._role(role_arn)
        if not isinstance(role, Role):
            return unknown(str(role)) if role else denied(f"the role {role_arn.rpartition('/')[2]} does not exist")
        decision = gateway_may_assume(role.arn, role.trust, keys=self._in(self._api.region))
        return _verdict(decision, f"{_statement(decision.resource)} of its trust policy")

    def by_role(self, role_arn: str, arn: FunctionArn) -> Verdict:
        """A session of the role, by its own policies and the function's."""
        function, role = self.function(arn), self._role(role_arn)
        if not isinstance(function, Function):
            return _absent(arn, function)
        if not isinstance(role, Role):
            return unknown(str(role)) if role else denied(f"the role {role_arn.rpartition('/')[2]} does not exist")
        decision = role_may_invoke(
            role.arn,
            arn,
            unique_id=role.unique_id,
            identity_policies=role.policies,
            boundary=role.boundary,
            policy=function.policy,
            keys=self._in(arn.region),
        )
        by = [f"{_statement(item)} of the role" for item in decision.identity if item.allowing][:1]
        if decision.resource and decision.resource.allowing:
            by.append(f"{_statement(decision.resource)} of {place(arn)}")
        return _verdict(decision, " and ".join(by))

    def through(self, endpoint_id: str, policy: Document | None) -> Verdict:
        """A caller without a signature, through a VPC endpoint: a private API needs a policy that lets it in."""
        api = self._api
        partition = partition_of_region(api.region)
        own = api_execution_arn(partition=partition, region=api.region, account=api.account, api_id=api.id)
        request = AccessRequest(
            principal=Principal.anonymous(),
            action="execute-api:Invoke",
            resource=f"{own}/{api.stage}/GET/",
            context={**self._in(self._api.region), "aws:SourceVpce": endpoint_id},
        )
        decision = evaluate_access(
            request, resource_account=self._api.account, identity_policies=None, resource_policy=policy
        )
        return _verdict(decision, f"{_statement(decision.resource)} of the API's resource policy")

    def _role(self, arn: str) -> Role | UnreadError | None:
        if arn not in self._roles:
            try:
                self._roles[arn] = self._reader.role(arn)
            except UnreadError as error:
                self._roles[arn] = error
        return self._roles[arn]

    def _in(self, region: str) -> dict[str, str]:
        return request_keys(region, at=self._at)


def place(arn: FunctionArn) -> str:
    """Whose policy decides: that of a qualifier, or of the function without one."""
    if arn.qualifier is None:
        return "the unqualified function"
    return f"{'version' if arn.qualifier.isdigit() else 'alias'} {arn.qualifier}"


def _absent(arn: FunctionArn, why: UnreadError | None) -> Verdict:
    if why is not None:
        return unknown(str(why))
    return denied(f"{arn.name}{f':{arn.qualifier}' if arn.qualifier else ''} does not exist", f"{arn} does not exist")


def _statement(outcome: PolicyOutcome | None) -> str:
    return f"statement {_sid(outcome.allowing[0].label)}" if outcome and outcome.allowing else "no statement"


def _sid(text: str) -> str:
    """A statement's id, shortened: those of the AWS provider end in 26 digits."""
    return text if len(text) <= _SID else f"{text[: _SID - 1]}…"


def _verdict(decision: AccessDecision, by: str) -> Verdict:
    if decision.allowed:
        return allowed(by, f"{by}: {decision.reason}")
    return denied(_short(decision), decision.reason)


def _short(decision: AccessDecision) -> str:
    """The refusal in few words: the statement that denies, or the field in which the nearest one differs."""
    statement = _sid(str(decision.evidence.get("statement")))
    if decision.explicit_deny:
        return f"statement {statement} of the {decision.evidence['policy']} policy denies it"
    mismatches: Sequence[Mapping[str, str]] = decision.evidence.get("mismatches", ())
    if not mismatches:
        return f"no statement of the {decision.evidence['policy']} policy allows it"
    field, reason = mismatches[0]["field"].rpartition(".")[2], mismatches[0]["reason"]
    # For an ARN the reason ends with the parts that differ: `(method GET is not POST)`.
    parts = reason.rpartition("(")[2].removesuffix(")") if reason.endswith(")") else ""
    return f"{field} of statement {statement} differs{f': {parts}' if parts else ''}"
