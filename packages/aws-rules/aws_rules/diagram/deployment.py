"""The diagram of one stage of an API: its account, the accounts of its functions, and every call between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aws_rules.arns import FunctionArn
from aws_rules.diagram.calls import Calls, Verdict, allowed, place, unknown
from aws_rules.diagram.facts import Api, Authorizer, Function, Reader, Route, UnreadError
from aws_rules.diagram.model import Account, Arrow, Box, Diagram, Row
from aws_rules.iam.gateway_invocation import CALLER_PASSED_ON

_API = "api"


def draw(api: Api, reader: Reader, *, at: datetime) -> Diagram:
    """What the stage's routes and authorizers call, as decided at this moment (UTC)."""
    return _Drawing(api, reader, at).diagram()


class _Drawing:
    def __init__(self, api: Api, reader: Reader, at: datetime) -> None:
        self._api = api
        self._calls = Calls(api, reader, at)
        self._arrows: list[Arrow] = []
        #: Role ARN → the functions that are called by it.
        self._roles: dict[str, dict[FunctionArn, None]] = {}
        self._functions: dict[FunctionArn, None] = {}

    def diagram(self) -> Diagram:
        entries = [*self._domains(), *self._endpoints(self._api.account)]
        gateway = self._gateway()
        roles = list(self._role_boxes())
        own = Account(
            id=self._api.account,
            title=f"API account {self._api.account}",
            boxes=(*entries, gateway, *roles, *self._function_boxes(self._api.account)),
        )
        others = list(dict.fromkeys(arn.account for arn in self._functions))
        others += [item.account for item in self._api.vpc_endpoints if item.account not in others]
        return Diagram(
            title=f"{self._api.name}, stage {self._api.stage}",
            accounts=(own, *(self._other(account) for account in others if account != self._api.account)),
            arrows=tuple(self._arrows),
        )

    def _other(self, account: str) -> Account:
        functions = tuple(self._function_boxes(account))
        title = f"{'Function account' if functions else 'Account'} {account}" if account else "Account not known"
        return Account(id=account, title=title, boxes=(*self._endpoints(account), *functions))

    def _gateway(self) -> Box:
        api = self._api
        rows = [Row(key="stage", text=f"stage {api.stage}", note=api.endpoint)]
        if api.policy:
            count = len(_listed(api.policy.get("Statement")))
            rows.append(Row(key="policy", text="resource policy", note=f"{count} statement{'s' * (count != 1)}"))
        rows += [self._authorizer(item) for item in sorted(api.authorizers, key=lambda item: item.name)]
        rows += [self._route(item) for item in sorted(api.routes, key=lambda item: (item.path, item.method))]
        return Box(key=_API, kind=f"{api.protocol} API", name=api.name, full=api.id, rows=tuple(rows))

    def _authorizer(self, authorizer: Authorizer) -> Row:
        key = f"authorizer:{authorizer.id}"
        tail = f"authorizers/{authorizer.id}"
        if authorizer.function and any(route.authorizer_id == authorizer.id for route in self._api.routes):
            self._call(key, authorizer.function, authorizer.credentials, tail)
        return Row(key=key, text=f"authorizer {authorizer.name}", note=authorizer.type)

    def _route(self, route: Route) -> Row:
        key = f"route:{route.name}"
        tail = f"{self._api.stage}/{route.method}{route.path}"
        if route.function:
            self._call(key, route.function, route.credentials, tail, signed=route.authorization == "AWS_IAM")
        target = "" if route.function else route.integration or "no integration"
        return Row(key=key, text=route.name, note=" · ".join(part for part in (self._guard(route), target) if part))

    def _guard(self, route: Route) -> str:
        names = {item.id: item.name for item in self._api.authorizers}
        guard = {"NONE": "", "AWS_IAM": "AWS_IAM"}.get(route.authorization, names.get(route.authorizer_id, ""))
        key = "API key" if route.api_key_required else ""
        return " + ".join(item for item in (guard, key) if item) or "open"

    def _call(self, key: str, arn: FunctionArn, credentials: str, tail: str, *, signed: bool = False) -> None:
        self._functions.setdefault(arn)
        target = f"function:{arn}"
        if not credentials:
            self._arrow(key, target, self._calls.by_service(arn, tail))
        elif credentials.endswith(CALLER_PASSED_ON):
            unsigned = "an unsigned request has no identity to pass through"
            why = "the caller itself needs lambda:InvokeFunction" if signed else unsigned
            self._arrow(key, target, unknown(why))
        else:
            self._arrow(key, f"role:{credentials}", self._calls.trust(credentials))
            self._roles.setdefault(credentials, {}).setdefault(arn)

    def _role_boxes(self) -> Iterator[Box]:
        for role, functions in self._roles.items():
            rows = []
            for arn in functions:
                key = f"role:{role}:{arn}"
                rows.append(Row(key=key, text=f"invokes {_shown(arn)}", full=str(arn)))
                self._arrow(key, f"function:{arn}", self._calls.by_role(role, arn))
            yield Box(key=f"role:{role}", kind="role", name=role.rpartition("/")[2], full=role, rows=tuple(rows))

    def _function_boxes(self, account: str) -> Iterator[Box]:
        called = [arn for arn in self._functions if arn.account == account]
        for arn in dict.fromkeys(item.unqualified for item in called):
            qualified = [item for item in called if item.unqualified == arn]
            found = [self._calls.function(item) for item in qualified]
            rows = [
                Row(key=f"function:{item}", text=place(item), note=_version(view), full=str(item))
                for item, view in zip(qualified, found, strict=True)
            ]
            roles = dict.fromkeys(view.role for view in found if isinstance(view, Function))
            rows += [
                Row(key=f"{arn}:{role}", text=f"runs as {role.rpartition('/')[2]}", note="role", full=role)
                for role in roles
            ]
            yield Box(key=str(arn), kind="function", name=arn.name, full=str(arn), rows=tuple(rows))

    def _domains(self) -> Iterator[Box]:
        for domain in sorted(self._api.domains, key=lambda item: (item.name, item.base_path)):
            key = f"domain:{domain.name}/{domain.base_path}"
            path = f"/{domain.base_path}"
            self._arrow(key, _API, allowed(f"mapping of {path} to stage {self._api.stage}"))
            yield Box(key=f"{key}#", kind="domain", name=domain.name, rows=(Row(key=key, text=path, note="base path"),))

    def _endpoints(self, account: str) -> Iterator[Box]:
        for endpoint in sorted(self._api.vpc_endpoints, key=lambda item: item.id):
            if endpoint.account == account:
                key = f"endpoint:{endpoint.id}"
                self._arrow(key, _API, self._calls.through(endpoint.id, self._api.policy))
                row = Row(key=key, text="execute-api", note="unsigned request")
                yield Box(key=f"{key}#", kind="VPC endpoint", name=endpoint.id, rows=(row,))

    def _arrow(self, source: str, target: str, verdict: Verdict) -> None:
        self._arrows.append(
            Arrow(source=source, target=target, label=verdict.label, full=verdict.full, state=verdict.state)
        )


def _version(found: Function | UnreadError | None) -> str:
    if found is None:
        return "does not exist"
    if isinstance(found, UnreadError):
        return "not read"
    return f"version {found.version} · {found.runtime}"


def _shown(arn: FunctionArn) -> str:
    return f"{arn.name}:{arn.qualifier}" if arn.qualifier else arn.name


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value] if value else []
