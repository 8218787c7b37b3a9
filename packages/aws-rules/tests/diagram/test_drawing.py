"""The labels of a deployment's diagram, and its self-contained SVG."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from aws_rules import policies
from aws_rules.arns import FunctionArn, function_arn, role_arn, source_arn
from aws_rules.diagram import facts
from aws_rules.diagram.deployment import draw
from aws_rules.diagram.model import State
from aws_rules.diagram.svg import render

if TYPE_CHECKING:
    from aws_rules.diagram.model import Arrow, Diagram

API, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
REGION = "eu-west-1"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NS = "{http://www.w3.org/2000/svg}"
HELLO = FunctionArn.parse(function_arn(region=REGION, account=OTHER, name="hello", qualifier="live"))
CHECKER = FunctionArn.parse(function_arn(region=REGION, account=THIRD, name="checker"))
ROLE = role_arn(partition="aws", account=API, name="invoker")
TRUST = policies.trust({"Service": policies.API_GATEWAY})
MAY_INVOKE = policies.document(policies.allow(policies.INVOKE, str(HELLO), "InvokeHello"))


def permission(tail: str, sid: str = "AllowGet") -> policies.Statement:
    source = source_arn(function_region=REGION, api_account=API, api_id="a1b2c3d4e5", tail=tail)
    return policies.invoke_statement(
        sid=sid, principal=policies.API_GATEWAY, function=str(HELLO), source_arn=source, source_account=API
    )


def names_role(sid: str = "AllowRole") -> policies.Statement:
    return policies.invoke_statement(sid=sid, principal=ROLE, function=str(HELLO), source_arn=None, source_account=None)


class Read:
    """A reader that knows one function and one role, and accounts that it has no credentials for."""

    def __init__(self, *statements: policies.Statement, **role: Any) -> None:
        self._policy = policies.document(*statements) if statements else None
        self._role = facts.Role(
            arn=ROLE, unique_id="AROAEXAMPLE", **({"trust": TRUST, "policies": (MAY_INVOKE,)} | role)
        )

    def function(self, arn: FunctionArn) -> facts.Function | None:
        if arn.account == THIRD:
            raise facts.UnreadError(f"no credentials for account {THIRD}")
        if arn != HELLO:
            return None
        role = role_arn(partition="aws", account=OTHER, name="hello-role")
        return facts.Function(version="3", runtime="python3.13", role=role, policy=self._policy)

    def role(self, arn: str) -> facts.Role | None:
        return self._role if arn == ROLE else None


def route(**changes: Any) -> facts.Route:
    plain = facts.Route(method="GET", path="/", integration="AWS_PROXY", function=HELLO)
    return replace(plain, **changes)


def api(*routes: facts.Route, **changes: Any) -> facts.Api:
    plain = facts.Api(account=API, region=REGION, id="a1b2c3d4e5", name="shop", protocol="REST", stage="dev")
    return replace(plain, routes=routes, **changes)


def drawn(*routes: facts.Route, read: Read, **changes: Any) -> Diagram:
    return draw(api(*routes, **changes), read, at=NOW)


def arrow_from(diagram: Diagram, source: str) -> Arrow:
    (found,) = [arrow for arrow in diagram.arrows if arrow.source == source]
    return found


def test_each_account_shows_what_it_holds() -> None:
    diagram = drawn(route(credentials=ROLE), route(path="/other", function=CHECKER), read=Read(names_role()))
    held = {account.id: [(box.kind, box.name) for box in account.boxes] for account in diagram.accounts}
    assert held == {
        API: [("REST API", "shop"), ("role", "invoker")],
        OTHER: [("function", "hello")],
        THIRD: [("function", "checker")],
    }


NO_SUCH = HELLO.qualified("old")
OF_OTHER = role_arn(partition="aws", account=OTHER, name="invoker")


@pytest.mark.parametrize(
    ("called", "read", "state", "label"),
    [
        (route(), Read(permission("dev/GET/")), State.ALLOWED, "statement AllowGet of alias live"),
        (
            route(method="POST"),
            Read(permission("dev/GET/")),
            State.DENIED,
            "denied: AWS:SourceArn of statement AllowGet differs: method GET is not POST",
        ),
        (route(), Read(), State.DENIED, "denied: no statement of the resource policy allows it"),
        (
            route(),
            Read(permission("dev/*"), {**permission("dev/GET/", "Shut"), "Effect": "Deny"}),
            State.DENIED,
            "denied: statement Shut of the resource policy denies it",
        ),
        (route(function=NO_SUCH), Read(), State.DENIED, "denied: hello:old does not exist"),
        (route(function=CHECKER), Read(), State.UNKNOWN, f"not checked: no credentials for account {THIRD}"),
        (route(credentials=ROLE), Read(), State.ALLOWED, "statement number 1 of its trust policy"),
        (
            route(credentials=ROLE),
            Read(trust=policies.trust({"Service": policies.LAMBDA})),
            State.DENIED,
            "denied: Principal of statement number 1 differs",
        ),
        (route(credentials=OF_OTHER), Read(), State.DENIED, "denied: API Gateway assumes only roles of the API's own"),
        (route(credentials=f"{ROLE}-gone"), Read(), State.DENIED, "denied: the role invoker-gone does not exist"),
        (
            route(credentials="arn:aws:iam::*:user/*"),
            Read(),
            State.UNKNOWN,
            "not checked: an unsigned request has no identity to pass through",
        ),
    ],
)
def test_an_arrow_names_what_allows_or_denies_it(called: facts.Route, read: Read, state: State, label: str) -> None:
    arrow = arrow_from(drawn(called, read=read), f"route:{called.name}")
    assert arrow.state is state
    assert arrow.label.startswith(label)


@pytest.mark.parametrize(
    ("read", "state", "label"),
    [
        (Read(names_role()), State.ALLOWED, "statement InvokeHello of the role and statement AllowRole of alias live"),
        (Read(), State.DENIED, "denied: no statement of the resource policy allows it"),
        (Read(names_role(), policies=()), State.DENIED, "denied: no statement of the identity policy allows it"),
    ],
)
def test_a_role_s_arrow_needs_both_sides(read: Read, state: State, label: str) -> None:
    arrow = arrow_from(drawn(route(credentials=ROLE), read=read), f"role:{ROLE}:{HELLO}")
    assert (arrow.state, arrow.label) == (state, label)


def test_an_authorizer_s_call_has_its_own_permission() -> None:
    authorizer = facts.Authorizer(id="x1y2z3", name="tokens", type="TOKEN", function=HELLO)
    guarded = route(authorization="CUSTOM", authorizer_id="x1y2z3", function=None, integration="MOCK")
    diagram = drawn(guarded, read=Read(permission("authorizers/x1y2z3")), authorizers=(authorizer,))
    assert arrow_from(diagram, "authorizer:x1y2z3").state is State.ALLOWED
    unused = drawn(route(), read=Read(permission("dev/GET/")), authorizers=(authorizer,))
    assert [arrow.source for arrow in unused.arrows] == ["route:GET /"]


def test_a_private_api_s_endpoints_are_decided_by_its_policy() -> None:
    inside, outside = "vpce-0aaaaaaaaaaaaaaaa", "vpce-0bbbbbbbbbbbbbbbb"
    everything = {
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": f"arn:aws:execute-api:{REGION}:{API}:a1b2c3d4e5/*",
    }
    only = {"StringNotEquals": {"aws:SourceVpce": inside}}
    policy = policies.document({"Effect": "Allow", **everything}, {"Effect": "Deny", **everything, "Condition": only})
    endpoints = (facts.VpcEndpoint(id=inside, account=OTHER), facts.VpcEndpoint(id=outside))
    diagram = drawn(read=Read(), policy=policy, endpoint="PRIVATE", vpc_endpoints=endpoints)
    assert [arrow_from(diagram, f"endpoint:{name}").state for name in (inside, outside)] == [
        State.ALLOWED,
        State.DENIED,
    ]
    assert [account.title for account in diagram.accounts[1:]] == [f"Account {OTHER}", "Account not known"]
    assert parsed(render(diagram)) is not None


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - drawn here


HOSTILE = """a<script>alert('1')</script>&"]]>\x00"""


@pytest.fixture
def picture() -> str:
    domain = facts.Domain(name="api.example.com", base_path="shop")
    routes = [route(path=f"/{number}", credentials=ROLE if number % 2 else "") for number in range(20)]
    read = Read(permission("dev/GET/4"), names_role())
    return render(drawn(*routes, route(path="/third", function=CHECKER), read=read, name=HOSTILE, domains=(domain,)))


def test_the_svg_is_well_formed_and_text_is_escaped(picture: str) -> None:
    root = parsed(picture)
    assert root.findtext(f"{NS}title") == HOSTILE.replace("\x00", "") + ", stage dev"
    assert not [each for each in root.iter() if each.tag == f"{NS}script"]


def test_the_svg_is_self_contained(picture: str) -> None:
    root = parsed(picture)
    assert {value for each in root.iter() for name, value in each.attrib.items() if "href" in name} == set()
    assert set(re.findall(r"url\((.)", picture)) == {"#"}
    assert "@import" not in picture
    assert not re.search(r'\son\w+="', picture)
    assert "@media (prefers-color-scheme:dark)" in picture


def test_a_screen_reader_hears_title_and_every_arrow(picture: str) -> None:
    root = parsed(picture)
    ids = {each.attrib["id"]: each.text or "" for each in root.iter() if "id" in each.attrib}
    assert root.attrib["role"] == "img"
    title, description = (ids[name] for name in root.attrib["aria-labelledby"].split())
    assert title
    for words in ("API account 111111111111", "GET /4 of REST API", "statement AllowGet", "denied: ", "not checked: "):
        assert words in description


def test_the_picture_is_the_same_for_the_same_facts_in_any_order() -> None:
    first, second = route(path="/a"), route(path="/b")
    read = Read(permission("dev/*"))
    assert render(drawn(first, second, read=read)) == render(drawn(second, first, read=read))


def test_nothing_is_drawn_outside_the_picture_or_over_something_else(picture: str) -> None:
    root = parsed(picture)
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    boxes = [
        tuple(int(each.attrib[name]) for name in ("x", "y", "width", "height"))
        for each in root.iter(f"{NS}rect")
        if each.attrib["class"] == "box"
    ]
    for x, y, wide, high in boxes:
        assert 0 < x < x + wide < width
        assert 0 < y < y + high < height
    for index, (x, y, wide, high) in enumerate(boxes):
        for other_x, other_y, other_wide, other_high in boxes[index + 1 :]:
            apart = x + wide <= other_x or other_x + other_wide <= x or y + high <= other_y or other_y + other_high <= y
            assert apart
    for path in root.iter(f"{NS}path"):
        if "marker-end" in path.attrib:
            corners = [(int(x), int(y)) for x, y in re.findall(r"[ML](\d+) (\d+)", path.attrib["d"])]
            assert all(0 < x < width and 0 < y < height for x, y in corners)
            assert all(a[0] == b[0] or a[1] == b[1] for a, b in itertools.pairwise(corners))


def test_two_diagrams_of_one_page_share_no_id() -> None:
    diagram = drawn(route(), read=Read())
    one, two = (set(re.findall(r'id="([^"]+)"', render(diagram, prefix=prefix))) for prefix in ("one", "two"))
    assert one
    assert not one & two
