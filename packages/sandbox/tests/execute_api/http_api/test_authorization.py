"""Authorization of HTTP API routes: IAM, JWT and Lambda authorizers."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox_testing.http_apis import Deployment
    from sandbox_testing.server import Reply, SandboxUnderTest

UNAUTHORIZED = (401, b'{"message":"Unauthorized"}')
FORBIDDEN = (403, b'{"message":"Forbidden"}')
SHOW_AUTHORIZER = "def handler(event, context):\n    return event['requestContext'].get('authorizer')\n"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def answered(reply: Reply) -> tuple[int, bytes]:
    return reply.status, reply.body


# ── AWS_IAM ───────────────────────────────────────────────────────────────────────────────────────────────────


def signed(api: Deployment, credentials: Mapping[str, str], path: str = "/pets", *, region: str = "us-east-1") -> Reply:
    url = f"https://{api.api_id}.execute-api.us-east-1.amazonaws.com{path}"
    request = AWSRequest(method="GET", url=url, headers={"Host": url.split("/")[2]})
    keys = Credentials(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials.get("SessionToken"))
    SigV4Auth(keys, "execute-api", region).add_auth(request)
    return api.sandbox.request("GET", url, headers=dict(request.headers.items()))


def role_session(sandbox: SandboxUnderTest, account: str, resource: str | None) -> Mapping[str, str]:
    iam = sandbox.client("iam", account=account)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    arn = iam.create_role(RoleName="caller", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    if resource is not None:
        statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName="caller", PolicyName="invoke", PolicyDocument=document)
    answer = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="tests")
    credentials: Mapping[str, str] = answer["Credentials"]
    return credentials


@pytest.fixture
def iam_api(api: Deployment) -> Deployment:
    api.route("GET /pets", api.function("show", SHOW_AUTHORIZER), AuthorizationType="AWS_IAM")
    return api


def test_an_unsigned_call_is_forbidden(iam_api: Deployment) -> None:
    assert answered(iam_api.call("GET", "/pets")) == FORBIDDEN


def test_a_role_of_the_apis_account_that_may_invoke_the_route_gets_through(iam_api: Deployment) -> None:
    resource = f"arn:aws:execute-api:us-east-1:111111111111:{iam_api.api_id}/$default/GET/pets"
    reply = signed(iam_api, role_session(iam_api.sandbox, "111111111111", resource))
    assert reply.status == 200
    assert reply.json()["iam"]["userArn"] == "arn:aws:sts::111111111111:assumed-role/caller/tests"


@pytest.mark.parametrize("tail", ["$default/POST/pets", "$default/GET/dogs", "dev/GET/pets"])
def test_a_role_that_may_invoke_something_else_is_forbidden(iam_api: Deployment, tail: str) -> None:
    resource = f"arn:aws:execute-api:us-east-1:111111111111:{iam_api.api_id}/{tail}"
    reply = signed(iam_api, role_session(iam_api.sandbox, "111111111111", resource))
    assert answered(reply) == FORBIDDEN


def test_a_role_of_another_account_is_forbidden_whatever_it_may_do(iam_api: Deployment) -> None:
    assert answered(signed(iam_api, role_session(iam_api.sandbox, "222222222222", "*"))) == FORBIDDEN


def test_a_signature_for_another_region_is_forbidden(iam_api: Deployment) -> None:
    credentials = role_session(iam_api.sandbox, "111111111111", "*")
    assert answered(signed(iam_api, credentials, region="eu-west-1")) == FORBIDDEN


# ── JWT ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def issuer() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            documents: dict[str, Any] = {
                "/.well-known/openid-configuration": {"jwks_uri": f"{address}/keys"},
                "/keys": {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "one"}]},
            }
            found = documents.get(self.path)
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def jwt_api(api: Deployment, issuer: str) -> Deployment:
    authorizer = api.v2.create_authorizer(
        ApiId=api.api_id,
        Name="tokens",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": issuer, "Audience": ["pets"]},
    )["AuthorizerId"]
    function = api.function("show", SHOW_AUTHORIZER)
    jwt_route = {"AuthorizationType": "JWT", "AuthorizerId": authorizer}
    api.route("GET /pets", function, **jwt_route)
    api.route("GET /scoped", function, **jwt_route, AuthorizationScopes=["pets/read", "pets/admin"])
    return api


def token(issuer: str, *, key: rsa.RSAPrivateKey = KEY, kid: str = "one", **claims: Any) -> dict[str, str]:
    now = int(time.time())
    made: dict[str, Any] = {"iss": issuer, "aud": "pets", "sub": "ann", "iat": now - 5, "exp": now + 60}
    made = {name: value for name, value in (made | claims).items() if value is not None}
    return {"Authorization": f"Bearer {jwt.encode(made, key, algorithm='RS256', headers={'kid': kid})}"}


def test_a_valid_token_gets_through_and_its_claims_reach_the_function(jwt_api: Deployment, issuer: str) -> None:
    reply = jwt_api.call("GET", "/pets", headers=token(issuer, groups=["a", "b"], level=3))
    assert reply.status == 200
    shown = reply.json()["jwt"]
    assert (shown["claims"]["sub"], shown["claims"]["groups"], shown["claims"]["level"]) == ("ann", "[a b]", "3")
    assert shown["scopes"] is None


def test_without_a_token_it_is_unauthorized(jwt_api: Deployment) -> None:
    reply = jwt_api.call("GET", "/pets")
    assert answered(reply) == UNAUTHORIZED
    assert reply.header("www-authenticate") == "Bearer"


@pytest.mark.parametrize(
    "wrong",
    [
        {"exp": 1},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"iss": "https://somebody.else"},
        {"aud": "dogs"},
        {"aud": None},
        {"key": OTHER_KEY},
        {"kid": "two"},
    ],
    ids=["expired", "no-exp", "not-yet", "issued-later", "issuer", "audience", "no-audience", "other-key", "other-kid"],
)
def test_a_token_that_does_not_hold_is_unauthorized(jwt_api: Deployment, issuer: str, wrong: dict[str, Any]) -> None:
    reply = jwt_api.call("GET", "/pets", headers=token(issuer, **wrong))
    assert answered(reply) == UNAUTHORIZED
    assert 'error="invalid_token"' in str(reply.header("www-authenticate"))


def test_a_token_that_is_not_signed_is_unauthorized(jwt_api: Deployment, issuer: str) -> None:
    now = int(time.time())
    bare = jwt.encode({"iss": issuer, "aud": "pets", "exp": now + 60}, "", algorithm="none", headers={"kid": "one"})
    assert answered(jwt_api.call("GET", "/pets", headers={"Authorization": f"Bearer {bare}"})) == UNAUTHORIZED


def test_a_token_signed_with_a_shared_secret_is_unauthorized(jwt_api: Deployment, issuer: str) -> None:
    # Developer guide, http-api-jwt-authorizer: only RSA-based algorithms are supported.
    claims = {"iss": issuer, "aud": "pets", "exp": int(time.time()) + 60}
    shared = jwt.encode(claims, "a secret of enough bytes for SHA-256", algorithm="HS256", headers={"kid": "one"})
    assert answered(jwt_api.call("GET", "/pets", headers={"Authorization": f"Bearer {shared}"})) == UNAUTHORIZED


def test_client_id_counts_where_there_is_no_audience(jwt_api: Deployment, issuer: str) -> None:
    assert jwt_api.call("GET", "/pets", headers=token(issuer, aud=None, client_id="pets")).status == 200
    assert jwt_api.call("GET", "/pets", headers=token(issuer, aud="dogs", client_id="pets")).status == 401


def test_a_scoped_route_needs_one_of_its_scopes(jwt_api: Deployment, issuer: str) -> None:
    reply = jwt_api.call("GET", "/scoped", headers=token(issuer, scope="pets/read other"))
    assert reply.json()["jwt"]["scopes"] == ["pets/read"]
    assert answered(jwt_api.call("GET", "/scoped", headers=token(issuer, scope="other"))) == FORBIDDEN
    assert answered(jwt_api.call("GET", "/scoped", headers=token(issuer))) == FORBIDDEN
    assert jwt_api.call("GET", "/scoped", headers=token(issuer, scp=["pets/admin"])).status == 200


# ── REQUEST ───────────────────────────────────────────────────────────────────────────────────────────────────

SIMPLE = """
import itertools
calls = itertools.count(1)
def handler(event, context):
    if event["headers"].get("x-key") == "broken":
        raise ValueError("no")
    if event["headers"].get("x-key") == "unknown":
        raise Exception("Unauthorized")
    number = next(calls)
    return {"isAuthorized": event["headers"].get("x-key") == "sesame", "context": {"number": number}}
"""
POLICY = """
def handler(event, context):
    effect = "Allow" if event["identitySource"] == ["sesame"] else "Deny"
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": event["routeArn"]}
    return {"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
"""


def with_authorizer(api: Deployment, source: str, *, allow: str = "authorizers/*", **members: Any) -> None:
    function = api.function("asks", source, allow=allow)
    authorizer = api.v2.create_authorizer(
        ApiId=api.api_id,
        Name="asks",
        AuthorizerType="REQUEST",
        IdentitySource=["$request.header.x-key"],
        AuthorizerUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations",
        AuthorizerPayloadFormatVersion="2.0",
        **members,
    )["AuthorizerId"]
    api.route("GET /pets", api.function("show", SHOW_AUTHORIZER), AuthorizationType="CUSTOM", AuthorizerId=authorizer)


def test_a_simple_answer_decides_and_its_context_reaches_the_function(api: Deployment) -> None:
    with_authorizer(api, SIMPLE, EnableSimpleResponses=True)
    assert api.call("GET", "/pets", headers={"X-Key": "sesame"}).json() == {"lambda": {"number": 1}}
    assert answered(api.call("GET", "/pets", headers={"X-Key": "wrong"})) == FORBIDDEN
    assert answered(api.call("GET", "/pets")) == UNAUTHORIZED
    assert answered(api.call("GET", "/pets", headers={"X-Key": "unknown"})) == UNAUTHORIZED
    assert api.call("GET", "/pets", headers={"X-Key": "broken"}).status == 500


def test_a_policy_answer_decides(api: Deployment) -> None:
    with_authorizer(api, POLICY)
    assert api.call("GET", "/pets", headers={"X-Key": "sesame"}).status == 200
    assert answered(api.call("GET", "/pets", headers={"X-Key": "wrong"})) == FORBIDDEN


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, 200),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, 403),
        ({"StringEquals": {"aws:UserAgent": "tests"}}, 200),
        ({"StringNotEquals": {"aws:UserAgent": "tests"}}, 403),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, 200),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, 403),
    ],
)
def test_the_conditions_of_a_policy_answer_are_about_the_request(
    api: Deployment, condition: dict[str, dict[str, str]], status: int
) -> None:
    with_authorizer(api, POLICY.replace('event["routeArn"]}', f"event['routeArn'], 'Condition': {condition!r}}}"))
    assert api.call("GET", "/pets", headers={"X-Key": "sesame", "User-Agent": "tests"}).status == status


def test_answers_are_cached_for_their_time_by_identity(api: Deployment) -> None:
    with_authorizer(api, SIMPLE, EnableSimpleResponses=True, AuthorizerResultTtlInSeconds=60)
    numbers = [api.call("GET", "/pets", headers={"X-Key": "sesame"}).json()["lambda"]["number"] for _ in range(2)]
    assert numbers == [1, 1]
    api.v2.reset_authorizers_cache(ApiId=api.api_id, StageName="$default")
    assert api.call("GET", "/pets", headers={"X-Key": "sesame"}).json()["lambda"]["number"] == 2


def test_the_authorizers_function_must_admit_the_authorizer(api: Deployment) -> None:
    with_authorizer(api, SIMPLE, EnableSimpleResponses=True, allow="*/GET/pets")
    reply = api.call("GET", "/pets", headers={"X-Key": "sesame"})
    assert (reply.status, reply.body) == (500, b'{"message":"Internal Server Error"}')
    assert api.why.startswith("authorization:")
