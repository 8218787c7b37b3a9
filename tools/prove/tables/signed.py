"""Probes with a token, or signed with a profile or a role of the program, here or in a function."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Keys
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import rsa

from aws_rules import policies
from aws_rules.arns import Arn
from tests.examples.signing import signed_headers
from tools.prove.answers import named, seen
from tools.prove.probe import ERRORS, Probe, until
from tools.prove.program import Who
from tools.prove.sites import Answer, Deployed

Credentials = Mapping[str, str]
_SESSION = "prove"
_NOBODY = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}


def _signs(
    method: str, target: str, by: Callable[[Deployed], Credentials], *, service: str = "execute-api"
) -> Callable[[Deployed], Answer]:
    def ask(deployed: Deployed) -> Answer:
        url = f"{deployed.outputs['url']}{target}"
        region = deployed.accounts.region
        headers = signed_headers(method, url, by(deployed), region=region, service=service)
        answer = seen(deployed, deployed.send(method, target, headers=headers))
        # AWS's response to a wrong signature has the text that should have been signed, which includes the time.
        answer["body"] = _first_paragraph(answer["body"])
        return answer

    return ask


def _presigned_for_too_long(deployed: Deployed) -> Answer:
    """Send a presigned URL that is valid for one second more than AWS's limit of seven days."""
    keys = _profile("api")(deployed)
    request = AWSRequest(method="GET", url=f"{deployed.outputs['url']}/")
    credentials = Keys(keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken"))
    SigV4QueryAuth(credentials, "execute-api", deployed.accounts.region, expires=7 * 86_400 + 1).add_auth(request)
    return seen(deployed, deployed.send("GET", f"/?{urlsplit(str(request.url)).query}"))


def _first_paragraph(body: Any) -> Any:
    """The body without the event, which names the caller in every field; the probe `tutorial` compares the event."""
    if not isinstance(body, dict):
        return body
    return {
        key: value.partition("\n\n")[0] if isinstance(value, str) else value
        for key, value in body.items()
        if key != "input"
    }


def _token(*, strange: bool = False, **claims: Any) -> Callable[[Deployed], Answer]:
    """Send GET /orders with a token of the run's issuer, except for these claims; `strange` signs with another key."""

    def ask(deployed: Deployed) -> Answer:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048) if strange else None
        given = {"iss": deployed.outputs["issuer"], "aud": "prove", "scope": "orders:read", **claims}
        headers = {"Authorization": f"Bearer {deployed.issuer.token(key=key, **given)}"}
        return seen(deployed, deployed.send("GET", "/orders", headers=headers))

    return ask


def _profile(who: Who) -> Callable[[Deployed], Credentials]:
    """The profile's own credentials."""

    def credentials(deployed: Deployed) -> Credentials:
        found = deployed.credentials(who)
        keys = {"AccessKeyId": found.access_key, "SecretAccessKey": found.secret_key}
        return keys | ({"SessionToken": found.token} if found.token else {})

    return credentials


def _role(output: str, *, then: str = "") -> Callable[[Deployed], Credentials]:
    """A session of the role in an output, in the function account; with `then`, of that role, assumed by the first."""

    def credentials(deployed: Deployed) -> Credentials:
        arn = str(deployed.outputs[output])
        _let_in(deployed, arn)
        taken = _taken(deployed.client("sts", "function"), arn)
        if not then:
            return taken
        session: Any = boto3.Session(
            aws_access_key_id=taken["AccessKeyId"],
            aws_secret_access_key=taken["SecretAccessKey"],
            aws_session_token=taken["SessionToken"],
        )
        sts = session.client("sts", region_name=deployed.accounts.region, endpoint_url=deployed.endpoint or None)
        return _taken(sts, str(deployed.outputs[then]))

    return credentials


def _let_in(deployed: Deployed, arn: str) -> None:
    """The role only trusts Lambda; also let its own account assume it."""
    iam = deployed.client("iam", "function")
    role, name = Arn.parse(arn), arn.rpartition("/")[2]
    root = f"arn:{role.partition}:iam::{role.account}:root"
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    if root not in json.dumps(trust):
        trust["Statement"].append({**policies.trust({"AWS": root})["Statement"][0], "Sid": "Prove"})
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))


def _taken(sts: Any, arn: str) -> Credentials:
    """A session of the role, as soon as its trust policy has taken effect."""

    def take() -> Credentials | ClientError:
        try:
            taken: Credentials = sts.assume_role(RoleArn=arn, RoleSessionName=_SESSION)["Credentials"]
        except ClientError as error:
            return error
        return taken

    taken = until(take, lambda got: not isinstance(got, ClientError))
    if isinstance(taken, ClientError):
        raise taken
    return taken


def _wrong(by: Callable[[Deployed], Credentials]) -> Callable[[Deployed], Credentials]:
    """The same credentials with another secret."""
    return lambda deployed: {**by(deployed), "SecretAccessKey": _NOBODY["SecretAccessKey"]}


def _consumer(path: str) -> Callable[[Deployed], Answer]:
    """Invoke the consumer's function, which calls the API with the credentials of a role in the API account."""

    def ask(deployed: Deployed) -> Answer:
        result = _invoked(deployed, "consumerFunctionArn", {"path": path})
        headers = {name.lower(): value for name, value in result["headers"].items()}
        answer = seen(deployed, (result["statusCode"], headers, result["body"].encode()))
        # The API's function echoes the event: a signed call changes every field, and names contain the stack's name.
        answer["body"] = {
            name: re.sub(r"User: \S+", "User: (caller)", value)
            for name, value in answer["body"].items()
            if name.lower() == "message"
        }
        return answer

    return ask


def _invokes(output: str, event: Mapping[str, str]) -> Callable[[Deployed], Answer]:
    """Invoke a function that calls the API and returns its response."""
    return lambda deployed: {"result": named(_invoked(deployed, output, event), deployed)}


def _invoked(deployed: Deployed, output: str, event: Mapping[str, str]) -> Any:
    client = deployed.client("lambda", "function")
    answered = client.invoke(FunctionName=deployed.outputs[output], Payload=json.dumps(event))
    return json.loads(answered["Payload"].read())


_POLICY = "docs/patterns/resource-policy.md"
_HTTP = "docs/patterns/http-api.md"
_CALLER = _role("callerArn")
SIGNED = (
    Probe(
        name="signed-in-the-api-account",
        what="GET / signed with the API account's profile",
        page=f"{ERRORS}, 3",
        ask=_signs("GET", "/", _profile("api")),
    ),
    Probe(
        name="signed-in-the-function-account",
        what="GET / signed with the function account's profile, which no policy of the API allows",
        page=f"{ERRORS}, 3",
        ask=_signs("GET", "/", _profile("function")),
    ),
    Probe(
        name="signed-for-another-service",
        what="GET / signed for s3",
        page=f"{ERRORS}, 3",
        ask=_signs("GET", "/", _profile("api"), service="s3"),
    ),
    Probe(
        name="signed-with-an-unknown-key",
        what="GET / signed with a key that does not exist",
        page=f"{ERRORS}, 3",
        ask=_signs("GET", "/", lambda _: _NOBODY),
    ),
    Probe(
        name="presigned-for-too-long",
        what="GET / with a URL that is signed for more than seven days",
        page="docs/unconfirmed.md",
        ask=_presigned_for_too_long,
    ),
    Probe(
        name="caller-allowed",
        what="GET /orders signed as the role that the API's policy names",
        page=_POLICY,
        ask=_signs("GET", "/orders", _CALLER),
    ),
    Probe(
        name="caller-refused",
        what="POST /orders signed as that role, which the policy does not allow",
        page=_POLICY,
        ask=_signs("POST", "/orders", _CALLER),
    ),
    Probe(
        name="caller-not-named",
        what="GET /orders signed with the function account's profile",
        page=_POLICY,
        ask=_signs("GET", "/orders", _profile("function")),
    ),
    Probe(
        name="caller-with-a-wrong-secret",
        what="GET /orders signed as that role with another secret",
        page=_POLICY,
        ask=_signs("GET", "/orders", _wrong(_CALLER)),
    ),
    Probe(name="http-token", what="GET /orders with a token", page=_HTTP, ask=_token()),
    Probe(
        name="http-token-without-scope",
        what="GET /orders with a token for another scope",
        page=_HTTP,
        ask=_token(scope="orders:write"),
    ),
    Probe(
        name="http-token-for-others",
        what="GET /orders with a token for another audience",
        page=_HTTP,
        ask=_token(aud="others"),
    ),
    Probe(
        name="http-token-expired",
        what="GET /orders with an expired token",
        page=_HTTP,
        ask=_token(iat=1_600_000_000, exp=1_600_000_300),
    ),
    Probe(
        name="http-token-of-another-key",
        what="GET /orders with a token that is signed with another key",
        page=_HTTP,
        ask=_token(strange=True),
    ),
    Probe(
        name="http-signed-by-role",
        what="GET /signed as the role of the API account that the caller assumes",
        page=_HTTP,
        ask=_signs("GET", "/signed", _role("callerArn", then="callerRoleArn")),
    ),
    Probe(
        name="http-signed-in-the-function-account",
        what="GET /signed as the caller's own role",
        page=_HTTP,
        ask=_signs("GET", "/signed", _CALLER),
    ),
    Probe(
        name="consumer-allowed",
        what="the consumer's function calls GET /orders",
        page="docs/patterns/consumer.md",
        ask=_consumer("/orders"),
    ),
    Probe(
        name="consumer-refused",
        what="the consumer's function calls GET /admin, which its role is not allowed to call",
        page="docs/patterns/consumer.md",
        ask=_consumer("/admin"),
    ),
    Probe(
        name="split-consumer",
        what="the consumer's function, in its own stack, calls GET /orders/1",
        page="docs/patterns/split.md",
        ask=_invokes("callerName", {"id": "1"}),
    ),
    Probe(
        name="private-client",
        what="the function in the VPC calls GET /orders",
        page="docs/patterns/private.md",
        ask=_invokes("clientFunctionArn", {"path": "/orders"}),
    ),
)
