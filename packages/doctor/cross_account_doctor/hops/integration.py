"""The integration: whether its URI names a function that exists, in the function's Region and account."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from aws_rules.arns import ArnError, FunctionArn, invoke_uri
from cross_account_doctor import decisions, role_mend
from cross_account_doctor.candidates import configured, mention, namesake, permitted_qualifier
from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.findings import Finding, HopName, Mend, Note, not_checked, not_opened
from cross_account_doctor.function_calls import FunctionCall, labels, route_calls
from cross_account_doctor.hops.permission import service_mend
from cross_account_doctor.stage_variables import missing, variables_in
from cross_account_doctor.survey import Survey

_ACCOUNT = re.compile(r"arn:[^:]*:lambda:[^:]*:([0-9]{12}):function:")
_FORM = "arn:PARTITION:apigateway:FUNCTION_REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations"


def check(survey: Survey) -> Iterator[Finding | Note]:
    """Every URI that a route's integration calls, each once."""
    yield from check_calls(survey, route_calls(survey), HopName.INTEGRATION)


def check_calls(survey: Survey, calls: list[FunctionCall], hop: HopName) -> Iterator[Finding | Note]:
    """The same for any calls; the authorization hop uses it for those of authorizers."""
    groups: dict[str, list[FunctionCall]] = defaultdict(list)
    for call in calls:
        groups[call.raw_uri].append(call)
    for group in groups.values():
        try:
            yield from _Uri(survey, group, hop).check()
        except NotAllowedError as error:
            what = f"the function of {group[0].uri}"
            yield not_checked(hop, what, error.right, error.account)


class _Uri:
    """One URI and the calls that use it."""

    def __init__(self, survey: Survey, calls: list[FunctionCall], hop: HopName) -> None:
        self._survey = survey
        self._calls = calls
        self._first = calls[0]
        self._hop = hop

    def check(self) -> Iterator[Finding | Note]:
        """The first error in it."""
        foreign = self._variable_abroad()
        if foreign is not None:
            yield foreign
            return
        lacking = missing(self._first.raw_uri, self._survey.variables)
        if lacking:
            yield self._lacks(lacking)
            return
        match, arn = self._first.parsed, self._first.arn
        if match is None or arn is None:
            yield self._malformed(match["function"] if match else self._first.uri)
            return
        if arn.partition != self._survey.partition or match["partition"] != self._survey.partition:
            other = arn.partition if arn.partition != self._survey.partition else match["partition"]
            yield self._finding(
                f"the URI is in partition {other}, the API in {self._survey.partition}: calls cannot cross partitions",
                self._towards(configured(self._survey, arn)),
            )
            return
        if match["region"] != arn.region:
            yield self._wrong_region(match["region"], arn)
            return
        yield from self._check_function(arn)

    def _check_function(self, arn: FunctionArn) -> Iterator[Finding | Note]:
        view = self._survey.function(arn)
        if view is None:
            yield self._unopened(arn)
        elif view.configuration(arn.qualifier) is None:
            yield self._no_qualifier(arn) if view.exists else self._absent(arn)

    def _variable_abroad(self) -> Finding | None:
        """A stage variable for a function in another account (developer guide, stage variables reference)."""
        named = _ACCOUNT.search(self._first.raw_uri)
        if named is None or named[1] == self._survey.account or not variables_in(self._first.raw_uri):
            return None
        filled = None if missing(self._first.raw_uri, self._survey.variables) else self._first.arn
        view = self._survey.function(filled) if filled else None
        known = view is not None and filled is not None and view.configuration(filled.qualifier) is not None
        return self._finding(
            f"the URI uses a stage variable for a function of account {named[1]}: stage variables can only name "
            f"functions of the API's own account {self._survey.account}",
            self._towards(filled if known else None),
            setting="with this program: pulumi up --refresh writes the function's ARN in full",
            variables=self._survey.variables,
        )

    def _lacks(self, names: list[str]) -> Finding:
        listed = ", ".join(names)
        permitted = ""
        with contextlib.suppress(NotAllowedError):  # the finding only loses a hint
            permitted = ", ".join(self._permitted(names)) if len(names) == 1 else ""
        return self._finding(
            f"the stage {self._survey.target.stage} has no variable {listed}, which the URI uses",
            (),
            setting=f"set the stage variable {listed} to the function's name"
            + (f"; this API may already invoke {permitted}" if permitted else ""),
            variables=self._survey.variables,
        )

    def _permitted(self, names: list[str]) -> Iterator[str]:
        """The functions whose policies already allow this API: the variable may have named one of them."""
        (name,) = names
        for account in dict.fromkeys([*self._survey.accounts.function_accounts, self._survey.account]):
            for value in self._survey.function_names(account, self._survey.region):
                uri = self._first.raw_uri.replace(f"${{stageVariables.{name}}}", value)
                trial = replace(self._first, raw_uri=uri, uri=self._survey.uri(uri))
                view = self._survey.function(trial.arn) if trial.arn else None
                if trial.arn is None or view is None or view.configuration(trial.arn.qualifier) is None:
                    continue
                if decisions.allows(self._survey, trial, trial.arn, view.policy(trial.arn.qualifier)):
                    yield value

    def _malformed(self, text: str) -> Finding:
        arn = _function_in(text)
        hint = "" if arn else mention(self._survey, self._guess(text))
        return self._finding(
            f"the URI {self._first.uri!r} does not name a function to invoke; the required form is {_FORM}{hint}",
            self._towards(arn),
        )

    def _guess(self, text: str) -> FunctionArn:
        """A name from the text in place of the function's ARN."""
        name = text.rstrip("/").rpartition(":")[2].rpartition("/")[2] or "function"
        own = self._survey.target.function
        account = own.account if own else (self._survey.accounts.function_accounts or [self._survey.account])[0]
        region = own.region if own else self._survey.region
        return FunctionArn(partition=self._survey.partition, region=region, account=account, name=name)

    def _wrong_region(self, named: str, arn: FunctionArn) -> Finding:
        view = self._survey.function(arn)
        gone = view is not None and not view.exists
        absent = f", and no function {arn.name} exists in {arn.region}{mention(self._survey, arn)}" if gone else ""
        return self._finding(
            f"the URI calls Lambda in {named or 'no Region'} for a function of {arn.region}: functions from "
            f"'{arn.region}' are not reachable in this Region ('{named}'); both must be the function's Region{absent}",
            self._towards(configured(self._survey, arn) if gone else arn),
        )

    def _unopened(self, arn: FunctionArn) -> Finding:
        own = configured(self._survey, arn)
        other = own or namesake(self._survey, arn)
        if other is not None:
            return self._finding(
                f"the URI names account {arn.account}, but the function {arn.name} is in account {other.account}",
                self._towards(own),
                setting="" if own else "if you mean that function, name it in the integration",
                expected=str(other),
            )
        return not_opened(self._hop, arn, "lambda:GetFunction", labels(self._calls), mention(self._survey, arn))

    def _absent(self, arn: FunctionArn) -> Finding:
        own = configured(self._survey, arn)
        return self._finding(
            f"no function {arn.name} exists in account {arn.account}, {arn.region}{mention(self._survey, arn)}",
            self._towards(own),
            setting=(
                f"create the function {arn.name} again; if you mean another function, name it in the program or the "
                "integration; with this program: pulumi up --refresh"
            ),
            expected=str(own) if own else None,
        )

    def _no_qualifier(self, arn: FunctionArn) -> Finding:
        view = self._survey.function(arn)
        assert view is not None  # noqa: S101 - the caller has it
        permitted = permitted_qualifier(self._survey, self._first, arn.unqualified)
        there = ", ".join(view.aliases) or "none"
        cause = f"the function {arn.name} has no alias or version {arn.qualifier}; its aliases: {there}"
        cause += f"; the policy of {permitted} allows this API" if permitted else ""
        if (arn.qualifier or "").isdigit():
            setting = "a deleted version cannot be restored: name an existing version or an alias in the integration"
            return self._finding(cause, (), setting=setting)
        if len(view.versions) > 1:
            listed = ", ".join(str(version) for version in view.versions)
            setting = (
                f"create the alias {arn.qualifier} for the version that it should serve ({listed}), and run the doctor "
                "again; with this program: pulumi up --refresh (alias)"
            )
            return self._finding(cause, (), setting=setting)
        version = str(view.versions[-1]) if view.versions else "$LATEST"
        words = ("--name", str(arn.qualifier), "--function-version", version)
        commands = (
            self._survey.commands.function(arn, "create-alias", *words),
            *service_mend(self._survey, arn, [call for call in self._calls if not call.credentials]),
            *role_mend.move(self._survey, arn, self._roles),
        )
        return self._finding(cause, commands, setting="with this program: pulumi up --refresh (alias)")

    def _towards(self, arn: FunctionArn | None) -> tuple[str, ...]:
        """Point every route with this URI to the function, allow the API if necessary, and deploy."""
        if arn is None:
            return ()
        uri = invoke_uri(str(arn))
        commands = []
        for call in self._calls:
            if call.route is not None:
                commands.append(self._survey.commands.set_uri(call.route, uri))
            elif call.authorizer is not None:
                commands.append(self._survey.commands.set_authorizer_uri(call.authorizer, uri))
        view = self._survey.function(arn)
        policy = view.policy(arn.qualifier) if view and view.configuration(arn.qualifier) else None
        refused = [
            call
            for call in self._calls
            if not call.credentials and not decisions.by_service(self._survey, call, arn, policy).allowed
        ]
        if refused:
            commands.extend(service_mend(self._survey, arn, refused))
        commands.extend(role_mend.move(self._survey, arn, self._roles))
        return (*dict.fromkeys(commands), *self._survey.commands.deploy())

    @property
    def _roles(self) -> list[str]:
        return [call.credentials for call in self._calls if call.credentials and not call.passes_caller_on]

    def _finding(self, cause: str, commands: tuple[str, ...], setting: str = "", **evidence: Any) -> Finding:
        shown = {"uri": self._first.raw_uri} | {name: value for name, value in evidence.items() if value is not None}
        return Finding(
            hop=self._hop,
            cause=cause,
            evidence=shown,
            mend=Mend(commands=commands, setting=setting or "with this program: pulumi up --refresh writes the URI"),
            routes=labels(self._calls),
        )


def _function_in(text: str) -> FunctionArn | None:
    """A function's ARN, alone or anywhere in a URI of another form."""
    start = text.find("arn:", 1 if text.startswith("arn:") and ":apigateway:" in text else 0)
    for candidate in (text, text[start:].partition("/")[0] if start >= 0 else ""):
        try:
            return FunctionArn.parse(candidate)
        except ArnError:
            continue
    return None
