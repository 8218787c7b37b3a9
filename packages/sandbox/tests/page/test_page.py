"""The page without a browser: who is redirected to it, its response headers, and the data of its views."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from aws_rules.arns import invoke_uri
from cross_account_sandbox.apigateway.model.definition import Authorizer
from cross_account_sandbox.apigateway.model.domain_name import BasePathMapping, DomainName
from cross_account_sandbox.page.hop_view import SECTIONS, hop_views
from cross_account_sandbox.page.policy_view import policy_view
from cross_account_sandbox.page.request_list import RequestFilter
from cross_account_sandbox.trace import KEPT_BYTES
from sandbox_testing.build import API_ACCOUNT, API_ID, REGION, add_api, mock, permitted
from sandbox_testing.two_accounts import two_accounts

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

ARCHITECTURE = Path(__file__).parents[4] / "docs/architecture.md"
DOCUMENT = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("GET", "/", {"Accept": "text/html,application/xhtml+xml"}, 302),
        ("HEAD", "/", {"Accept": "text/html"}, 302),
        ("GET", "/", {"Accept": "text/html", "Host": "localhost:4566"}, 302),
        # Requests of SDKs and tools to `/` are meant for an AWS service.
        ("GET", "/", {"Accept": "*/*"}, 403),
        ("GET", "/?Action=ListUsers", {"Accept": "text/html"}, 403),
        ("GET", "/", {"Accept": "text/html", "Host": "s3.us-east-1.amazonaws.com"}, 403),
        ("POST", "/", {"Accept": "text/html"}, 403),
    ],
)
def test_a_browser_that_opens_the_root_is_sent_to_the_page(
    sandbox: SandboxUnderTest, method: str, target: str, headers: dict[str, str], status: int
) -> None:
    reply = sandbox.request(method, target, headers=headers)
    assert (reply.status == 302) == (status == 302), reply.body
    assert reply.header("Location") == ("/_sandbox/" if status == 302 else None)


def test_a_signed_call_and_a_deployed_api_keep_their_root(sandbox: SandboxUnderTest) -> None:
    accounts = two_accounts(sandbox)
    assert sandbox.client("s3").list_buckets()["Buckets"] == []
    reply = sandbox.request("GET", accounts.api.url("/mock"), headers={"Accept": "text/html"})
    assert reply.status == 200


VIEWS = ("", "requests", "requests/none", "send", "invoke", "logs")


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_forbids_inline_scripts_other_hosts_and_frames(sandbox: SandboxUnderTest, view: str) -> None:
    reply = sandbox.request("GET", f"/_sandbox/{view}")
    policy = dict(part.strip().split(" ", 1) for part in (reply.header("Content-Security-Policy") or "").split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert reply.header("X-Content-Type-Options") == "nosniff"
    body = reply.body.decode()
    assert not re.findall(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", body)
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", body.replace(sandbox.endpoint, ""))


@pytest.mark.parametrize(
    ("headers", "carried"),
    [
        (DOCUMENT, True),
        ({}, True),  # not a browser
        ({"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Dest": "image", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "same-origin"}, False),
    ],
)
def test_the_token_is_given_to_documents_alone(
    sandbox: SandboxUnderTest, headers: dict[str, str], *, carried: bool
) -> None:
    for view in VIEWS:
        reply = sandbox.request("GET", f"/_sandbox/{view}", headers=headers)
        assert (sandbox.token in reply.body.decode()) == carried


@pytest.mark.parametrize("action", ["send", "invoke", "requests/{id}/replay", "requests/{id}/doctor"])
def test_an_action_without_the_token_does_nothing(sandbox: SandboxUnderTest, action: str) -> None:
    accounts = two_accounts(sandbox)
    request = accounts.get("/mock")
    before = len(list(sandbox.world.traces.newest_first()))
    path = f"/_sandbox/{action.replace('{id}', request)}"
    form = "api=api1234567%2Fdev&method=GET&path=%2Fmock"
    assert sandbox.request("POST", path, body=form).status == 403
    assert sandbox.request("POST", path, body=form, headers={"X-Sandbox-Token": "guess"}).status == 403
    assert len(list(sandbox.world.traces.newest_first())) == before


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ("api=gone%2Fdev&path=%2F", "No stage of an API here is called &#39;gone/dev&#39;."),
        ("api=api1234567%2Fdev&path=mock", "Path &#39;mock&#39; does not begin with a slash."),
        ("api=api1234567%2Fdev&method=G+T", "Method &#39;G T&#39; is not an HTTP method."),
        ("api=api1234567%2Fdev&headers=no+colon", "&#39;no colon&#39; is not of the form Name: value."),
        ("api=api1234567%2Fdev&headers=%C3%BC%3A+1", "&#39;ü: 1&#39; is not of the form Name: value."),
        ("api=api1234567%2Fdev&signer=arn:aws:iam::111111111111:role/gone", "role/gone is not a role or user"),
    ],
)
def test_a_form_that_cannot_be_sent_names_the_field(sandbox: SandboxUnderTest, form: str, problem: str) -> None:
    two_accounts(sandbox)
    reply = sandbox.request("POST", "/_sandbox/send", body=form, headers={"X-Sandbox-Token": sandbox.token})
    assert reply.status == 400
    assert problem in reply.body.decode()


@pytest.mark.parametrize(
    ("function", "event", "problem"),
    [
        ("arn:aws:lambda:bad region:222222222222:function:a", "{}", "is not the ARN of a function."),
        ("arn:aws:lambda:us-east-1:222222222222:function:a", "{", "The event is not JSON"),
        pytest.param(
            "arn:aws:lambda:us-east-1:222222222222:function:a", "[" * 20_000, "The event is not JSON", id="too deep"
        ),
    ],
)
def test_an_event_that_cannot_be_sent_names_the_field(
    sandbox: SandboxUnderTest, function: str, event: str, problem: str
) -> None:
    form = urlencode({"function": function, "event": event})
    reply = sandbox.request("POST", "/_sandbox/invoke", body=form, headers={"X-Sandbox-Token": sandbox.token})
    assert reply.status == 400
    assert problem in reply.body.decode()


def test_a_request_whose_body_was_not_kept_is_not_replayed(sandbox: SandboxUnderTest) -> None:
    accounts = two_accounts(sandbox)
    request = accounts.get("/mock", method="GET", body="x" * (KEPT_BYTES + 1))
    view = sandbox.request("GET", f"/_sandbox/requests/{request}").body.decode()
    assert "1 bytes of the body were not kept" in view
    reply = sandbox.request(
        "POST", f"/_sandbox/requests/{request}/replay", headers={"X-Sandbox-Token": sandbox.token}, body=""
    )
    assert (reply.status, b"cannot be replayed" in reply.body) == (400, True)


def test_the_sections_are_those_of_the_architecture_page() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    headings = re.findall(r"^## \d+\. (.+)$", text, re.MULTILINE)
    assert list(SECTIONS) == headings
    rows = re.findall(r"^\| ((?:`[a-z-]+`(?:, )?)+) \| \[\d+\]", text, re.MULTILINE)
    assert [set(re.findall(r"`([a-z-]+)`", row)) for row in rows] == [set(names) for names in SECTIONS.values()]


STATEMENT = {
    "Sid": "FromTheApi",
    "Effect": "Allow",
    "Principal": {"Service": "apigateway.amazonaws.com"},
    "Action": ["lambda:InvokeFunction"],
    "Resource": "arn:aws:lambda:us-east-1:222222222222:function:f:live",
    "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:us-east-1:111111111111:a/dev/GET/"}},
}


def test_a_policy_is_shown_statement_by_statement_with_every_field() -> None:
    policy = policy_view({"Statement": [STATEMENT, {"Effect": "Deny", "NotAction": "*"}]}, title="P")
    first, second = policy.statements
    assert (first.label, first.effect, first.mark) == ("FromTheApi", "Allow", "")
    assert {field.name: field.values for field in first.fields} == {
        "Principal": ("Service: apigateway.amazonaws.com",),
        "Action": ("lambda:InvokeFunction",),
        "Resource": ("arn:aws:lambda:us-east-1:222222222222:function:f:live",),
        "ArnLike AWS:SourceArn": ("arn:aws:execute-api:us-east-1:111111111111:a/dev/GET/",),
    }
    assert (second.label, second.effect) == ("number 2", "Deny")


@pytest.mark.parametrize(
    ("mismatches", "mark", "wrong"),
    [
        ([], "matched", []),
        ([{"field": "Principal", "reason": "r"}], "closest", ["Principal"]),
        ([{"field": "Condition.ArnLike.AWS:SourceArn", "reason": "r"}], "closest", ["ArnLike AWS:SourceArn"]),
        # A field that the statement lacks is kept.
        ([{"field": "Version", "reason": "r"}], "closest", ["Version"]),
    ],
)
def test_the_decisive_statement_is_marked_with_the_fields_that_did_not_match(
    mismatches: list[dict[str, Any]], mark: str, wrong: list[str]
) -> None:
    document = {"Statement": [STATEMENT, {**STATEMENT, "Sid": "Other"}]}
    first, other = policy_view(document, title="P", decisive="FromTheApi", mismatches=mismatches).statements
    assert (first.mark, [field.name for field in first.fields if field.mismatch]) == (mark, wrong)
    assert (other.mark, [field.name for field in other.fields if field.mismatch]) == ("", [])


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ({}, ["/nope", "/denied", "/", "/mock"]),
        ({"status": "2xx"}, ["/", "/mock"]),
        ({"method": "POST"}, ["/"]),
        ({"path": "DEN"}, ["/denied"]),
        ({"hop": "permission"}, ["/denied", "/"]),
        ({"hop": "route"}, ["/nope"]),
        ({"function": "arn:aws:lambda:us-east-1:222222222222:function:hello:live"}, ["/denied", "/"]),
        ({"api": "api1234567", "status": "4xx"}, ["/nope"]),
        ({"api": "other"}, []),
        ({"text": "needle"}, ["/"]),  # in the body
        ({"text": "got / "}, ["/"]),  # printed by the function
        ({"text": "x-color: green"}, ["/mock"]),  # a header
        ({"text": "SourceArn is"}, ["/denied"]),  # the reason for the denial
    ],
)
def test_filters_choose_the_requests_that_are_listed(
    sandbox: SandboxUnderTest, query: dict[str, str], listed: list[str]
) -> None:
    accounts = two_accounts(sandbox)
    accounts.get("/mock", **{"x-color": "green"})
    accounts.get("/", method="POST", body="a needle")
    accounts.get("/denied")
    accounts.get("/nope")
    wanted = RequestFilter.of(query)
    assert [trace.path for trace in sandbox.world.traces.newest_first() if wanted.wants(trace)] == listed


def sent(sandbox: SandboxUnderTest, form: str) -> tuple[int, str]:
    """The status and path of the request that a form sent, from the trace."""
    reply = sandbox.request("POST", "/_sandbox/send", body=form, headers={"X-Sandbox-Token": sandbox.token})
    assert reply.status == 200, reply.body
    trace = sandbox.world.traces.last()
    assert trace is not None
    return trace.status, trace.request


def test_an_api_that_only_its_custom_domain_reaches_is_sent_to_there(sandbox: SandboxUnderTest) -> None:
    accounts = two_accounts(sandbox)
    domain = DomainName(name="api.example.com", endpoint_types=["REGIONAL"])
    domain.mappings = {
        "v1": BasePathMapping(base_path="v1", api_id=API_ID, stage="dev"),
        "any": BasePathMapping(base_path="any", api_id=API_ID),
    }
    sandbox.world.apigateway(API_ACCOUNT, REGION).domain_names[domain.name] = domain
    assert sent(sandbox, f"api={API_ID}/dev&path=/mock") == (200, "GET /dev/mock")
    for way, path in (("v1", "/v1/mock"), ("any/dev", "/any/dev/mock")):
        assert sent(sandbox, f"api={API_ID}/dev@api.example.com/{way}&path=/mock") == (200, f"GET {path}")
    accounts.api.api.default_endpoint_closed = True
    assert sent(sandbox, f"api={API_ID}/dev&path=/mock") == (200, "GET /v1/mock")
    # "Edit and replay" uses the same address as the original request.
    request = accounts.sandbox.request("GET", "https://api.example.com/any/dev/mock").header("x-amzn-RequestId")
    form = accounts.sandbox.request("GET", f"/_sandbox/send?from={request}").body.decode()
    assert f'<option value="{API_ID}/dev@api.example.com/any/dev" selected>' in form
    assert 'name="path" value="/mock"' in form


def test_a_private_api_is_sent_to_through_a_vpc_endpoint(sandbox: SandboxUnderTest) -> None:
    ec2 = sandbox.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    service = f"com.amazonaws.{REGION}.execute-api"
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType="Interface")["VpcEndpoint"]
    api = add_api(sandbox.world, endpoint_type="PRIVATE")
    api.route("/", "GET", mock())
    api.definition.policy = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke",'
        '"Resource":"*"}]}'
    )
    api.deploy()
    assert f'value="{made["VpcEndpointId"]}"' in sandbox.request("GET", "/_sandbox/send").body.decode()
    assert sent(sandbox, f"api={API_ID}/dev&path=/")[0] == 403
    assert sent(sandbox, f"api={API_ID}/dev&path=/&via={made['VpcEndpointId']}")[0] == 200


@pytest.mark.parametrize(
    ("resource", "mark", "wrong"),
    [("*", "matched", []), ("arn:aws:execute-api:us-east-1:111111111111:other/*", "closest", ["Resource"])],
)
def test_the_policy_that_an_authorizer_returned_is_marked_too(
    sandbox: SandboxUnderTest, resource: str, mark: str, wrong: list[str]
) -> None:
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}
    answer = {"principalId": "me", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    code = f"def handler(event, context):\n    return {answer!r}\n"
    function = permitted(sandbox, code)
    api = add_api(sandbox.world)
    api.definition.authorizers["auth"] = Authorizer(id="auth", name="guard", type="TOKEN", uri=invoke_uri(function.arn))
    api.route("/", "GET", mock(), authorization_type="CUSTOM", authorizer_id="auth")
    api.deploy()
    sandbox.request("GET", api.url(), headers={"Authorization": "token"})
    trace = sandbox.world.traces.last()
    assert trace is not None
    policies = [policy for hop in hop_views(trace) for policy in hop.policies]
    (shown,) = next(each for each in policies if each.title.startswith("Policy that the authorizer")).statements
    assert (shown.mark, [field.name for field in shown.fields if field.mismatch]) == (mark, wrong)
