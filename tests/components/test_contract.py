"""The contract of every component: tags, providers, protection, aliases, and adjustable children."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi
import pytest

from cross_account_api import (
    ApiVpcEndpoint,
    ApiVpcEndpointArgs,
    BasePath,
    CallerRole,
    CallerRoleArgs,
    Consumer,
    ConsumerArgs,
    CrossAccountApi,
    CrossAccountApiArgs,
    CustomDomain,
    CustomDomainArgs,
    ExistingFunction,
    ExternalFunction,
    Function,
    GatewayLoggingArgs,
    HttpApi,
    HttpApiArgs,
    HttpRoute,
    IsolatedVpc,
    IsolatedVpcArgs,
    JwtAuthorizer,
    LambdaAuthorizer,
    PermissionArgs,
    Preauthorization,
    PreauthorizationArgs,
    PrivateDomain,
    PrivateDomainArgs,
    PrivateRecord,
    RequestAuthorizer,
    RestApiArgs,
    RoleArgs,
    Route,
)
from cross_account_api.caller.caller_role import CALLER_ROLE_CHILDREN
from cross_account_api.children import Known, properties, type_token
from cross_account_api.decided import DECIDED
from cross_account_api.function.function import function_children
from cross_account_api.http import http_api
from cross_account_api.private import isolated_vpc, private_domain, vpc_endpoint
from cross_account_api.rest import cross_account_api, custom_domain
from cross_account_api.testing import PROVIDER, Recording, record
from tests.components.builders import API, FUNCTION, THIRD, account, class_of, get, new_function
from tests.components.test_refusals import refusal
from tests.upgrade.aliases import continued
from tests.upgrade.registrations import program_of

TAGS = {"team": "pets"}
#: Outputs from AWS that the components read.
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "Certificate": {"domainValidationOptions": [{"resourceRecordName": "_x", "resourceRecordType": "CNAME"}]},
    "DomainName": {"domainNameId": "d1", "regionalDomainName": "d.example.com", "regionalZoneId": "Z1"},
    "VpcEndpoint": {"dnsEntries": [{"dnsName": "vpce-1.example.com", "hostedZoneId": "Z2"}]},
    "Zone": {"zoneId": "Z3"},
}


@dataclass(frozen=True, kw_only=True)
class Component:
    """A component with everything that it can create.

    make   creates it, with arguments that are changed so
    known  what it says that it creates
    """

    make: Callable[[str, pulumi.ResourceOptions | None, Mapping[str, Any]], pulumi.ComponentResource]
    known: Callable[[], Known]

    def recorded(self, name: str = "shop", opts: Any = None, **changes: Any) -> Recording:
        """The resources that the component registers."""
        return record(lambda: self.program(name, opts, **changes), answers=ANSWERS)

    def program(self, name: str = "shop", opts: Any = None, **changes: Any) -> None:
        """A program with only this component; `opts` is called when the program runs."""
        self.make(name, opts() if opts else None, changes)


def _component(kind: Any, args: Callable[[], Any], known: Callable[[Any], Known]) -> Component:
    taken: list[Known] = []

    def listed() -> Known:
        if not taken:
            record(lambda: taken.append(known(args())))
        return taken[0]

    return Component(
        make=lambda name, opts, changes: kind(name, dataclasses.replace(args(), **changes), opts), known=listed
    )


def _rest(**changes: Any) -> CrossAccountApiArgs:
    where = account(FUNCTION)
    return CrossAccountApiArgs(
        account=account(API),
        functions={
            "hello": new_function(where, tags=TAGS),
            "guard": new_function(where, tags=TAGS),
            "theirs": ExternalFunction(arn=f"arn:aws:lambda:eu-west-1:{THIRD}:function:theirs"),
        },
        routes=[
            get("/"),
            get("/theirs", "theirs"),
            Route(method="GET", path="/closed", function="hello", authorizer="gate"),
        ],
        authorizers={
            "gate": LambdaAuthorizer(function="guard", invocation="role"),
            "door": LambdaAuthorizer(function="guard"),
        },
        api=RestApiArgs(title="pets"),
        logging=GatewayLoggingArgs(gateway_logging="managed"),
        tags=TAGS,
        **changes,
    )


def _http() -> HttpApiArgs:
    where = account(FUNCTION)
    return HttpApiArgs(
        account=account(API),
        functions={"hello": new_function(where, tags=TAGS), "guard": new_function(where, tags=TAGS)},
        routes=[
            HttpRoute(key="GET /a", function="hello", authorizer="tokens"),
            HttpRoute(key="$default", function="hello", authorizer="gate"),
        ],
        authorizers={
            "tokens": JwtAuthorizer(issuer="https://issuer.example.com", audience=["pets"]),
            "gate": RequestAuthorizer(function="guard"),
        },
        tags=TAGS,
    )


def _caller() -> CallerRoleArgs:
    return CallerRoleArgs(
        api_account=account(API),
        api_execution_arn="arn",
        stage_name="dev",
        routes=[("GET", "/")],
        trusted_role_arn=f"arn:aws:iam::{THIRD}:role/x",
        tags=TAGS,
    )


def _consumer() -> ConsumerArgs:
    return ConsumerArgs(
        function=new_function(account(THIRD), tags=TAGS),
        api_account=account(API),
        api_url="https://example.com",
        api_execution_arn="arn",
        stage_name="dev",
        routes=[("GET", "/")],
        tags=TAGS,
    )


def _domain() -> CustomDomainArgs:
    return CustomDomainArgs(
        api_account=account(API),
        domain_name="api.example.com",
        zone_id="Z3",
        mappings=[BasePath(api_id="a1", stage_name="dev", base_path=path) for path in ("", "v1", "orders/v2")],
        tags=TAGS,
    )


def _private() -> PrivateDomainArgs:
    return PrivateDomainArgs(
        api_account=account(API),
        client_account=account(THIRD),
        domain_name="api.example.com",
        certificate_arn=f"arn:aws:acm:eu-west-1:{API}:certificate/x",
        mappings=[BasePath(api_id="a1", stage_name="dev", base_path="v1")],
        vpc_endpoint_id="vpce-1",
        record=PrivateRecord(vpc_id="vpc-1", dns_name="vpce-1.example.com", dns_zone_id="Z2"),
        tags=TAGS,
    )


def _endpoint() -> ApiVpcEndpointArgs:
    return ApiVpcEndpointArgs(
        account=account(THIRD),
        api_account=account(API),
        vpc_id="vpc-1",
        subnet_ids=["subnet-1"],
        client_cidrs=["10.0.0.0/16", "10.1.0.0/16"],
        tags=TAGS,
    )


COMPONENTS = {
    "function": _component(Function, lambda: new_function(account(FUNCTION), tags=TAGS), function_children),
    "REST API": _component(CrossAccountApi, _rest, lambda args: cross_account_api.children_of("shop", args)),
    "REST API by role": _component(
        CrossAccountApi,
        lambda: _rest(permission=PermissionArgs(invocation="role")),
        lambda args: cross_account_api.children_of("shop", args),
    ),
    "HTTP API": _component(HttpApi, _http, http_api.children_of),
    "caller role": _component(CallerRole, _caller, lambda _: CALLER_ROLE_CHILDREN),
    "custom domain": _component(CustomDomain, _domain, custom_domain.children_of),
    "private domain": _component(PrivateDomain, _private, private_domain.children_of),
    "VPC endpoint": _component(ApiVpcEndpoint, _endpoint, vpc_endpoint.children_of),
    "VPC": _component(
        IsolatedVpc, lambda: IsolatedVpcArgs(account=account(THIRD), tags=TAGS), isolated_vpc.children_of
    ),
}


def _preauthorization() -> PreauthorizationArgs:
    target = ExistingFunction(arn=f"arn:aws:lambda:eu-west-1:{FUNCTION}:function:f", account=account(FUNCTION))
    return PreauthorizationArgs(functions={"f": target}, api_account_id=API, routes=[get("/", "f")])


#: Components without adjustable children.
OTHERS = {
    "consumer": _component(Consumer, _consumer, lambda _: {}),
    "preauthorization": _component(Preauthorization, _preauthorization, lambda _: {}),
}
every = pytest.mark.parametrize("component", [*COMPONENTS.values(), *OTHERS.values()], ids=[*COMPONENTS, *OTHERS])
adjustable = pytest.mark.parametrize("component", COMPONENTS.values(), ids=COMPONENTS.keys())


@every
def test_every_resource_has_a_provider_and_is_created_before_the_old_one_is_deleted(
    component: Component,
) -> None:
    made = component.recorded()

    assert [each.name for each in made.in_aws if not each.provider] == []
    assert {each.deletes_before_replace for each in made.in_aws} == {False}


@every
def test_tags_reach_everything_that_can_carry_them(component: Component) -> None:
    kinds = {token: class_of(token) for token in DECIDED}

    assert [
        each.name
        for each in component.recorded().in_aws
        if "tags" in properties(kinds[each.type]) and each.inputs.get("tags") != TAGS
    ] == []


@every
def test_a_protected_component_protects_everything_below_it(component: Component) -> None:
    made = component.recorded(opts=lambda: pulumi.ResourceOptions(protect=True))

    assert [each.name for each in made.resources if not each.protect and each.type != PROVIDER] == []


@every
def test_a_component_that_is_renamed_with_an_alias_keeps_everything_below_it(component: Component) -> None:
    old, new = (
        program_of(component.recorded(name, lambda: pulumi.ResourceOptions(aliases=[pulumi.Alias(name="shop")])))
        for name in ("shop", "store")
    )

    assert set(continued(old.registrations, new.registrations).values()) == set(old.registrations)


@adjustable
def test_it_creates_what_it_says_and_nothing_else(component: Component) -> None:
    made = component.recorded()
    [root, *_] = [each for each in made.resources if not each.custom]

    assert {(each.type, each.name) for each in made.in_aws if each.parent == root.urn} == {
        (type_token(child.kind), child.resource_name("shop", name)) for name, child in component.known().items()
    }


@adjustable
def test_each_property_of_each_child_is_adjusted_or_refused_with_the_argument_to_use(component: Component) -> None:
    for name, child in component.known().items():
        own = properties(child.kind)
        decided = {
            each: how for each, how in {**DECIDED[type_token(child.kind)], **child.decided}.items() if each in own
        }
        free = {each: f"<{each}>" for each in own if each not in decided}
        made = component.recorded(adjust={name: free})
        [changed] = [
            each
            for each in made.all(type_token(child.kind).rpartition("/")[2])
            if each.type == type_token(child.kind) and each.name == child.resource_name("shop", name)
        ]
        assert set(free.values()) <= {value for value in changed.inputs.values() if isinstance(value, str)}
        if decided:
            message = refusal(partial(component.program, adjust={name: dict.fromkeys(decided)}))
            assert [
                (given, argument)
                for given, argument in decided.items()
                if f"adjust {name!r}: {given} decides placement, permission or guard; use the argument {argument}"
                not in message
            ] == []


@adjustable
def test_children_and_properties_that_there_are_not(component: Component) -> None:
    name, child = next(iter(component.known().items()))

    message = refusal(lambda: component.program(adjust={"stgae": {}, name: {"naem": "x"}}))

    assert f"adjust 'stgae': this component does not create it; it creates {name}" in message
    assert f"adjust {name!r}: {child.kind.__name__} has no property 'naem'; you can adjust " in message


def test_an_adjusted_child_keeps_everything_else() -> None:
    plain = COMPONENTS["REST API"].recorded()
    made = COMPONENTS["REST API"].recorded(adjust={"stage": {"cache_cluster_enabled": True}})

    assert made.one("apigateway/stage:Stage").inputs == {
        **plain.one("apigateway/stage:Stage").inputs,
        "cacheClusterEnabled": True,
    }
    others = [
        {each.urn: each.inputs for each in one.in_aws if each.provider == "api" and not each.type.endswith(":Stage")}
        for one in (plain, made)
    ]
    assert others[0] == others[1]


BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"
ROLE = RoleArgs(permissions_boundary=BOUNDARY, path="/apis/")


@pytest.mark.parametrize("kind", ["REST API by role", "caller role", "consumer"])
def test_every_role_takes_a_permissions_boundary_and_a_path(kind: str) -> None:
    def program() -> None:
        where = account(FUNCTION)
        if kind == "consumer":
            args = dataclasses.replace(_consumer(), function=new_function(account(THIRD), role=ROLE), role=ROLE)
            Consumer("reader", args)
        elif kind == "caller role":
            CallerRole("reader", dataclasses.replace(_caller(), role=ROLE))
        else:
            functions = {name: new_function(where, role=ROLE) for name in ("hello", "guard")}
            rest = _rest(permission=PermissionArgs(invocation="role"), role=ROLE)
            CrossAccountApi(
                "shop",
                dataclasses.replace(rest, functions={**functions, "theirs": rest.functions["theirs"]}),
            )

    roles = record(program).all("iam/role:Role")

    assert {kind: len(roles)} == {kind: {"REST API by role": 5, "caller role": 1, "consumer": 2}[kind]}
    assert {(each.inputs["permissionsBoundary"], each.inputs["path"]) for each in roles} == {(BOUNDARY, "/apis/")}


def test_the_role_that_a_consumer_assumes_is_named_with_its_path() -> None:
    def program() -> None:
        Consumer("reader", dataclasses.replace(_consumer(), role=ROLE))

    made = record(program)
    named = made.one("lambda/function:Function").inputs["environment"]["variables"]["ROLE_ARN"]
    assert named == f"arn:aws:iam::{API}:role/apis/" + made.one("Role", name="reader-caller-role").inputs["name"]


@pytest.mark.parametrize(
    ("role", "message"),
    [
        (RoleArgs(path="apis/"), "role.path 'apis/' must begin and end with a slash"),
        (RoleArgs(path="/apis"), "role.path '/apis' must begin and end with a slash"),
        (
            RoleArgs(permissions_boundary=f"arn:aws:iam::{THIRD}:policy/b"),
            f"role.permissions_boundary 'arn:aws:iam::{THIRD}:policy/b' is not the ARN of a managed policy",
        ),
        (RoleArgs(permissions_boundary="boundary"), "write one such as arn:aws:iam::"),
    ],
)
@pytest.mark.parametrize("kind", ["function", "REST API", "caller role"])
def test_a_boundary_or_path_that_iam_would_not_take(kind: str, role: RoleArgs, message: str) -> None:
    assert message in refusal(lambda: COMPONENTS[kind].program(role=role))
