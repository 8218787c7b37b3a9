"""Soundness, with generated policies: the sandbox allows only what the documented rules allow.

The model is a table: it lists each principal, action, resource and condition that a statement can have, and whether it
matches this request according to the documents (yes, no, or cannot be decided). Source: IAM user guide, policy
evaluation logic; Lambda developer guide, services-apigateway; facts of the error table.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cross_account_sandbox.control_plane.logs import LogSink
from cross_account_sandbox.control_plane.roles import RoleDirectory, RoleView
from cross_account_sandbox.control_plane.sessions import Sessions
from cross_account_sandbox.execute_api import gateway
from cross_account_sandbox.functions.invocation import InvocationOutcome, InvocationResult
from cross_account_sandbox.functions.store import Function, FunctionStore, FunctionVersion
from cross_account_sandbox.http import HttpRequest
from cross_account_sandbox.stores import Stores
from cross_account_sandbox.world import World
from sandbox_testing.build import (
    API_ACCOUNT,
    API_ID,
    FUNCTION_ACCOUNT,
    REGION,
    add_alias,
    add_api,
    add_function,
    allow,
    lambda_proxy,
    mock,
)

if TYPE_CHECKING:
    from collections.abc import Callable

YES, NO, UNKNOWN = "yes", "no", "cannot be decided"
ROLE = f"arn:aws:iam::{API_ACCOUNT}:role/invoker"


@dataclass(frozen=True)
class Ask:
    """A request in the model: the caller, the qualifier and the method."""

    way: str
    qualifier: str | None
    path: str

    @property
    def source(self) -> str:
        """What follows the API's ID in aws:SourceArn; a role has none."""
        return f"dev/GET{self.path}"


def always(answer: str | bool) -> Any:
    return lambda _ask: answer


def for_service(ask: Ask) -> str:
    return YES if ask.way == "service" else NO


def for_role(ask: Ask) -> str:
    return YES if ask.way == "role" else NO


def source(fits: Callable[[str], bool]) -> Any:
    """A condition on aws:SourceArn: only a service's call has that key."""
    return lambda ask: YES if ask.way == "service" and fits(ask.source) else NO


def arn(tail: str, *, region: str = REGION, account: str = API_ACCOUNT, api: str = API_ID) -> dict[str, Any]:
    return {"ArnLike": {"aws:SourceArn": f"arn:aws:execute-api:{region}:{account}:{api}/{tail}"}}


PRINCIPALS: list[tuple[Any, Any]] = [
    ({"Service": "apigateway.amazonaws.com"}, for_service),
    ({"Service": ["lambda.amazonaws.com", "apigateway.amazonaws.com"]}, for_service),
    ({"Service": "lambda.amazonaws.com"}, always(NO)),
    ({"AWS": ROLE}, for_role),
    # An account as principal delegates to its identities; here, the role's own policy allows the call.
    ({"AWS": f"arn:aws:iam::{API_ACCOUNT}:root"}, for_role),
    ({"AWS": "arn:aws:iam::333333333333:root"}, always(NO)),
    ({"AWS": f"arn:aws:iam::{API_ACCOUNT}:role/other"}, always(NO)),
    ("*", always(YES)),
]
ACTIONS: list[tuple[Any, Any]] = [
    ("lambda:InvokeFunction", always(YES)),
    (["lambda:GetFunction", "lambda:Invoke*"], always(YES)),
    ("LAMBDA:invokefunction", always(YES)),
    ("lambda:GetFunction", always(NO)),
    ("execute-api:Invoke", always(NO)),
]
CONDITIONS: list[tuple[Any, Any]] = [
    ({}, always(YES)),
    (arn("dev/GET/"), source(lambda tail: tail == "dev/GET/")),
    (arn("dev/GET/pets/{petId}"), source(lambda tail: tail == "dev/GET/pets/{petId}")),
    (arn("dev/GET/pets/*"), source(lambda tail: tail.startswith("dev/GET/pets/"))),
    (arn("dev/GET/pets/1"), source(always(False))),
    (arn("*/GET/*"), source(always(True))),
    (arn("dev/*"), source(always(True))),
    (arn("prod/*"), source(always(False))),
    (arn("dev/POST/*"), source(always(False))),
    (arn("*", api="otherapi00"), source(always(False))),
    (arn("*", region="eu-west-1"), source(always(False))),
    (arn("*", account=FUNCTION_ACCOUNT), source(always(False))),
    ({"ArnLike": {"aws:SourceArn": f"arn:aws:execute-api:*:*:{API_ID}/*"}}, source(always(True))),
    # `*` never crosses a colon in the first five fields.
    ({"ArnLike": {"aws:SourceArn": "arn:aws:execute-api:*"}}, source(always(False))),
    ({"StringEquals": {"aws:SourceAccount": API_ACCOUNT}}, source(always(True))),
    ({"StringEquals": {"aws:SourceAccount": FUNCTION_ACCOUNT}}, source(always(False))),
    ({"StringEqualsIfExists": {"aws:SourceAccount": FUNCTION_ACCOUNT}}, for_role),
    ({"Null": {"aws:SourceArn": "true"}}, for_role),
    ({"StringMostlyEquals": {"aws:SourceAccount": API_ACCOUNT}}, always(UNKNOWN)),
]


@dataclass(frozen=True)
class Statement:
    """A statement in a qualifier's policy, as rows of the tables."""

    effect: str
    principal: int
    action: int
    condition: int
    qualifier: str | None

    def document(self) -> dict[str, Any]:
        document = {
            "Effect": self.effect,
            "Principal": PRINCIPALS[self.principal][0],
            "Action": ACTIONS[self.action][0],
        }
        condition = CONDITIONS[self.condition][0]
        return document | ({"Condition": condition} if condition else {})

    def applies(self, ask: Ask) -> bool:
        """Return True if the statement applies: an undecidable one never helps the caller."""
        if self.qualifier != ask.qualifier:
            return False
        rows = (PRINCIPALS[self.principal], ACTIONS[self.action], CONDITIONS[self.condition])
        answers = [verdict(ask) for _, verdict in rows]
        if NO in answers:
            return False
        return UNKNOWN not in answers or self.effect == "Deny"


def documented(statements: list[Statement], ask: Ask) -> bool:
    """Apply the rules: an explicit deny wins; a function in another account must allow (the role's policy does)."""
    applying = [statement.effect for statement in statements if statement.applies(ask)]
    return "Deny" not in applying and "Allow" in applying


class Pool:
    """Returns 200 for every function."""

    async def invoke(self, function: Function, version: FunctionVersion, payload: bytes, **_: Any) -> InvocationResult:
        del function, version, payload
        return InvocationResult(outcome=InvocationOutcome.OK, payload=b"{}", request_id="1")

    def environment_count(self, arn: str) -> int:  # noqa: ARG002 - the protocol's
        return 0

    def retire(self, arn: str) -> None:
        raise AssertionError(arn)


class Roles(RoleDirectory):
    """One role that API Gateway can assume and that is allowed to invoke everything."""

    def by_arn(self, arn: str) -> RoleView | None:
        trust = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
        own = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}
        if arn != ROLE:
            return None
        return RoleView(
            account=API_ACCOUNT,
            name="invoker",
            arn=ROLE,
            unique_id="AROAINVOKER",
            trust={"Version": "2012-10-17", "Statement": [trust]},
            policies=({"Version": "2012-10-17", "Statement": [own]},),
        )


def new_world() -> World:
    roles = Roles()
    sessions = Sessions(roles=roles, operator_account=API_ACCOUNT)
    return World(
        sessions=sessions,
        roles=roles,
        logs=LogSink(),
        functions=Stores(FunctionStore),
        invoker=Pool(),
        data_plane=gateway.answer,
    )


def answered(statements: list[Statement], ask: Ask) -> bool:
    """Return True if the sandbox allows a real request."""
    world = new_world()
    function = add_function(world, "")
    add_alias(function)
    for statement in statements:
        allow(function, statement.document(), qualifier=statement.qualifier)
    api = add_api(world)
    target = f"{function.arn}:{ask.qualifier}" if ask.qualifier else function.arn
    api.route(ask.path, "GET", lambda_proxy(target, credentials=ROLE if ask.way == "role" else None))
    api.deploy()
    path = ask.path.replace("{petId}", "1")
    request = HttpRequest(method="GET", target=f"/dev{path}", headers=(("Host", f"{API_ID}.execute-api.localhost"),))
    response = asyncio.run(gateway.answer(world, request))
    assert response is not None
    status = response.status
    assert status in (200, 500)
    return status == 200


asks = st.builds(
    Ask,
    way=st.sampled_from(["service", "role"]),
    qualifier=st.sampled_from([None, "live"]),
    path=st.sampled_from(["/", "/pets/{petId}"]),
)
statements = st.builds(
    Statement,
    effect=st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
    principal=st.integers(0, len(PRINCIPALS) - 1),
    action=st.integers(0, len(ACTIONS) - 1),
    condition=st.integers(0, len(CONDITIONS) - 1),
    qualifier=st.sampled_from([None, "live"]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(statements, max_size=4), asks)
def test_yes_of_the_sandbox_is_yes_of_the_documented_rules(policy: list[Statement], ask: Ask) -> None:
    assert answered(policy, ask) == documented(policy, ask)


@settings(max_examples=150, deadline=None)
@given(st.lists(statements, max_size=3), statements, asks)
def test_adding_a_deny_never_allows_more(policy: list[Statement], extra: Statement, ask: Ask) -> None:
    deny = Statement("Deny", extra.principal, extra.action, extra.condition, extra.qualifier)
    assert answered(policy, ask) or not answered([*policy, deny], ask)


@settings(max_examples=150, deadline=None)
@given(st.lists(statements, min_size=1, max_size=4), st.integers(0, 3), asks)
def test_removing_an_allow_never_allows_more(policy: list[Statement], which: int, ask: Ask) -> None:
    gone = policy[which % len(policy)]
    fewer = [statement for statement in policy if statement is not gone or statement.effect != "Allow"]
    assert answered(policy, ask) or not answered(fewer, ask)


# The API's resource policy, for a method without authorization

SOURCES: list[tuple[Any, str]] = [
    ({}, YES),
    ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, YES),
    ({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "127.0.0.1"]}}, YES),
    ({"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, NO),
    ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, NO),
    ({"IpAddress": {"aws:VpcSourceIp": "127.0.0.0/8"}}, NO),
    ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, NO),
    ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, YES),
    ({"Bool": {"aws:SecureTransport": "true"}}, YES),
    ({"IpAddress": {"aws:SourceIp": "many"}}, UNKNOWN),
    ({"Nearby": {"aws:SourceIp": "127.0.0.1"}}, UNKNOWN),
]
RESOURCES: list[tuple[Any, str]] = [
    ("execute-api:/*", YES),
    ("execute-api:/dev/GET/", YES),
    (f"arn:aws:execute-api:{REGION}:{API_ACCOUNT}:{API_ID}/*/GET/*", YES),
    ("execute-api:/dev/POST/*", NO),
    ("execute-api:/prod/*", NO),
    (f"arn:aws:execute-api:{REGION}:{API_ACCOUNT}:otherapi00/*", NO),
]
CALLERS: list[tuple[Any, str]] = [("*", YES), ({"AWS": "*"}, YES), ({"AWS": ROLE}, NO), ({"Service": "*"}, NO)]
parts = st.tuples(
    st.sampled_from(["Allow", "Deny"]), st.sampled_from(CALLERS), st.sampled_from(RESOURCES), st.sampled_from(SOURCES)
)
Parts = tuple[str, tuple[Any, str], tuple[Any, str], tuple[Any, str]]


def policy_document(entries: list[Parts]) -> str:
    rows = [
        {"Effect": effect, "Principal": who[0], "Action": "execute-api:Invoke", "Resource": what[0]}
        | ({"Condition": where[0]} if where[0] else {})
        for effect, who, what, where in entries
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": rows})


def let_in(entries: list[Parts]) -> bool:
    world = new_world()
    api = add_api(world)
    api.route("/", "GET", mock())
    api.definition.policy = policy_document(entries)
    api.deploy()
    request = HttpRequest(method="GET", target="/dev/", headers=(("Host", f"{API_ID}.execute-api.localhost"),))
    response = asyncio.run(gateway.answer(world, request))
    assert response is not None
    status = response.status
    assert status in (200, 403)
    return status == 200


def documented_entry(entries: list[Parts]) -> bool:
    effects = set()
    for effect, who, what, where in entries:
        answers = {who[1], what[1], where[1]}
        if NO in answers or (UNKNOWN in answers and effect == "Allow"):
            continue
        effects.add(effect)
    return effects == {"Allow"}


@settings(max_examples=400, deadline=None)
@given(st.lists(parts, max_size=4))
def test_a_resource_policy_lets_in_what_the_documented_rules_let_in(entries: list[Parts]) -> None:
    assert let_in(entries) == documented_entry(entries)


@settings(max_examples=100, deadline=None)
@given(st.lists(parts, max_size=3), parts)
def test_a_deny_in_a_resource_policy_never_lets_more_in(entries: list[Parts], extra: Parts) -> None:
    assert let_in(entries) or not let_in([*entries, ("Deny", *extra[1:])])
