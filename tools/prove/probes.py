"""The probes: what is asked of a deployed program, and what is compared of the answer."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tools.prove.sites import Answer, Deployed

#: Headers of an answer that say something of the decision; the others carry ids and times.
_HEADERS = ("content-type", "x-amzn-errortype", "access-control-allow-origin", "access-control-allow-methods")
#: Keys of an event whose values are ids, times and addresses of this one request.
_OF_THIS_REQUEST = (
    "x-forwarded-for",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-amzn-trace-id",
    "resourceid",
    "extendedrequestid",
    "requesttime",
    "requesttimeepoch",
    "deploymentid",
    "sourceip",
)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SIDS = re.compile(r"invoke-[0-9a-f-]+|terraform-[0-9]+[0-9a-f]*")
#: Seconds until a changed function policy is in force on AWS; a sandbox needs none.
PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One question. `page` says what AWS documents of it, or where the answer was recorded."""

    name: str
    what: str
    page: str
    ask: Callable[[Deployed], Answer]


def _sends(
    method: str, target: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Callable[[Deployed], Answer]:
    return lambda deployed: seen(deployed, deployed.send(method, target, headers=headers, body=body))


def seen(deployed: Deployed, reply: tuple[int, dict[str, str], bytes]) -> Answer:
    """What of an answer is compared: ids of this deployment are named, not shown."""
    status, headers, body = reply
    text = body.decode("utf-8", "replace")
    try:
        content: object = json.loads(text)
    except ValueError:
        content = text
    kept = {name: headers[name] for name in _HEADERS if name in headers}
    answer: Answer = _named({"status": status, "headers": kept, "body": content}, deployed)
    return answer


def _named(value: Any, deployed: Deployed) -> Any:
    if isinstance(value, Mapping):
        return {
            key: "(of this request)" if key.lower() in _OF_THIS_REQUEST else _named(each, deployed)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_named(each, deployed) for each in value]
    if not isinstance(value, str):
        return value
    for output in ("functionName", "apiId"):
        if known := deployed.outputs.get(output):
            value = value.replace(str(known), f"({output})")
    return _SIDS.sub("(statement)", _UUID.sub("(uuid)", value))


def _policy(deployed: Deployed) -> list[dict[str, Any]]:
    client = deployed.client("lambda", "function")
    got = client.get_policy(FunctionName=deployed.outputs["functionName"], Qualifier="live")
    statements: list[dict[str, Any]] = json.loads(got["Policy"])["Statement"]
    return statements


def _function_policy(deployed: Deployed) -> Answer:
    return {"statements": _named(_policy(deployed), deployed)}


def _role_policy(deployed: Deployed) -> Answer:
    principals = [str(each["Principal"].get("AWS")) for each in _policy(deployed)]
    return {
        "principals": [re.sub(r"-[0-9a-f]{7}$", "-(suffix)", principal) for principal in principals],
        "conditions": [each.get("Condition") for each in _policy(deployed)],
    }


def _without_permission(deployed: Deployed) -> Answer:
    with _no_statements(deployed):
        return _until_it_changes(deployed, from_status=200)


def _with_the_articles_statement(deployed: Deployed) -> Answer:
    """Account root as principal, with a SourceArn: the statement of a widely read article."""
    client = deployed.client("lambda", "function")
    with _no_statements(deployed):
        account = str(deployed.outputs["apiExecutionArn"]).split(":")[4]
        names = {"FunctionName": deployed.outputs["functionName"], "Qualifier": "live", "StatementId": "article"}
        client.add_permission(
            **names,
            Action="lambda:InvokeFunction",
            Principal=f"arn:aws:iam::{account}:root",
            SourceArn=deployed.outputs["sourceArn"],
        )
        try:
            return _until_it_changes(deployed, from_status=200)
        finally:
            client.remove_permission(**names)


@contextmanager
def _no_statements(deployed: Deployed) -> Iterator[None]:
    """Take every statement away, and put them back."""
    client = deployed.client("lambda", "function")
    names = {"FunctionName": deployed.outputs["functionName"], "Qualifier": "live"}
    statements = _policy(deployed)
    for statement in statements:
        client.remove_permission(**names, StatementId=statement["Sid"])
    try:
        yield
    finally:
        for statement in statements:
            conditions = statement["Condition"]
            client.add_permission(
                **names,
                StatementId=statement["Sid"],
                Action=statement["Action"],
                Principal=statement["Principal"]["Service"],
                SourceArn=conditions["ArnLike"]["AWS:SourceArn"],
                SourceAccount=conditions["StringEquals"]["AWS:SourceAccount"],
            )
        _until_it_changes(deployed, from_status=500)


def _until_it_changes(deployed: Deployed, *, from_status: int) -> Answer:
    """Ask until a changed policy is in force, or the patience is at its end: then this is AWS's answer."""
    end = time.monotonic() + PATIENCE
    while (answer := seen(deployed, deployed.send("GET", "/")))["status"] == from_status and time.monotonic() < end:
        time.sleep(1)
    return answer


def _invokes(path: str) -> Callable[[Deployed], Answer]:
    """The consumer's function, which calls the API with the credentials of a role of the API account."""

    def ask(deployed: Deployed) -> Answer:
        client = deployed.client("lambda", "function")
        event = json.dumps({"path": path})
        invoked = client.invoke(FunctionName=deployed.outputs["consumerFunctionArn"], Payload=event)
        result = json.loads(invoked["Payload"].read())
        headers = {name.lower(): value for name, value in result["headers"].items()}
        answer = seen(deployed, (result["statusCode"], headers, result["body"].encode()))
        # Of the event that the API's function echoes, a signed call changes every field; the names carry the stack's.
        answer["body"] = {
            name: re.sub(r"User: \S+", "User: (caller)", value)
            for name, value in answer["body"].items()
            if name.lower() == "message"
        }
        return answer

    return ask


_ERRORS = "docs/architecture.md"
_PROBES = (
    Probe(
        name="tutorial",
        what="GET / with the tutorial's parameters and header",
        page="Lambda developer guide, services-apigateway-tutorial",
        ask=_sends("GET", "/?name=John&city=Seattle", headers={"day": "Thursday"}),
    ),
    Probe(name="tutorial-without-parameters", what="GET /", page="as above", ask=_sends("GET", "/")),
    Probe(name="no-such-route", what="GET /nothing", page=f"{_ERRORS}, 2", ask=_sends("GET", "/nothing")),
    Probe(name="no-such-method", what="DELETE /", page=f"{_ERRORS}, 2", ask=_sends("DELETE", "/")),
    Probe(name="no-such-stage", what="GET /nothing of the host", page=f"{_ERRORS}, 1", ask=_sends("GET", "//nothing/")),
    Probe(
        name="preflight",
        what="OPTIONS /pets",
        page="API Gateway developer guide, how-to-cors",
        ask=_sends("OPTIONS", "/pets", headers={"Origin": "https://example.com"}),
    ),
    Probe(
        name="backend",
        what="GET /pets/1, which the PetStore backend answers",
        page="API Gateway developer guide, api-gateway-create-api-from-example",
        ask=_sends("GET", "/pets/1"),
    ),
    Probe(
        name="unsigned-authorization-header",
        what="GET /nothing with an Authorization header that is not a signature",
        page="recorded answers",
        ask=_sends("GET", "/nothing", headers={"Authorization": "Bearer x"}),
    ),
    Probe(
        name="body-over-the-limit",
        what="POST /pets with more than 10 MB",
        page=f"{_ERRORS}, 1",
        ask=_sends("POST", "/pets", headers={"Content-Type": "text/plain"}, body=b"x" * (10 * 1024 * 1024 + 1)),
    ),
    Probe(
        name="unsigned", what="GET / without a signature, under AWS_IAM", page=f"{_ERRORS}, 3", ask=_sends("GET", "/")
    ),
    Probe(
        name="function-policy",
        what="GetPolicy of the alias",
        page="docs/patterns/users.md",
        ask=_function_policy,
    ),
    Probe(
        name="function-policy-names-a-role",
        what="GetPolicy of the alias, where a role invokes",
        page="docs/patterns/users.md",
        ask=_role_policy,
    ),
    Probe(
        name="permission-removed",
        what="GET / after the function's account took its statement away",
        page=f"{_ERRORS}, 7",
        ask=_without_permission,
    ),
    Probe(
        name="account-root-with-source-arn",
        what="GET / with a statement for the account's root and a SourceArn",
        page="docs/patterns/users.md; a deduction from the IAM user guide",
        ask=_with_the_articles_statement,
    ),
    Probe(
        name="users-echo",
        what="GET /users?name=a%20b: the request as the function saw it",
        page="docs/patterns/users.md",
        ask=_sends("GET", "/users?name=a%20b", headers={"X-Team": "pets", "User-Agent": "prove"}),
    ),
    Probe(
        name="authorizer-lets-in",
        what="GET /token with a token that the authorizer knows",
        page="docs/patterns/authorizer.md",
        ask=_sends("GET", "/token", headers={"Authorization": "jo:open-sesame"}),
    ),
    Probe(
        name="authorizer-without-token",
        what="GET /token without a token",
        page="docs/patterns/authorizer.md",
        ask=_sends("GET", "/token"),
    ),
    Probe(
        name="authorizer-refuses",
        what="GET /token with a wrong token",
        page="docs/patterns/authorizer.md",
        ask=_sends("GET", "/token", headers={"Authorization": "jo:wrong"}),
    ),
    Probe(
        name="consumer-allowed",
        what="the consumer's function calls GET /orders",
        page="docs/patterns/consumer.md",
        ask=_invokes("/orders"),
    ),
    Probe(
        name="consumer-refused",
        what="the consumer's function calls GET /admin, which its role may not",
        page="docs/patterns/consumer.md",
        ask=_invokes("/admin"),
    ),
)
PROBES: Mapping[str, Probe] = {probe.name: probe for probe in _PROBES}
