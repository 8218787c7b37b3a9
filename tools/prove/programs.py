"""The programs that the proof deploys, and the probes of each program."""

from __future__ import annotations

from collections.abc import Mapping

from tools.prove.program import ROOT, TWO, Part, Program, Who
from tools.prove.tables.http_calls import HTTP_CALLS
from tools.prove.tables.lambda_calls import LAMBDA_CALLS
from tools.prove.tables.rest_calls import REST_CALLS


def _example(name: str, *, third: Mapping[str, Who] | None = None, **settings: str) -> tuple[Part, ...]:
    return (Part(directory=ROOT / "examples" / name, accounts={**TWO, **(third or {})}, settings=settings),)


def _root(**settings: str) -> tuple[Part, ...]:
    return (Part(directory=ROOT, settings={"gatewayLogging": "off", "runtime": "python", **settings}),)


_ONE_API = (
    "a REST API with its stage in the API account; a function with its role and log group in the function account"
)
_LOGS = "log groups, and the account's CloudWatch role for API Gateway"
#: The root program has no logs here, so it changes nothing that the account's other APIs share.
PROGRAMS: tuple[Program, ...] = (
    Program(
        name="program",
        parts=_root(),
        creates=_ONE_API,
        probes=(
            "tutorial",
            "tutorial-without-parameters",
            "no-such-route",
            "no-such-method",
            "no-such-stage",
            "preflight",
            "backend",
            "backend-out-of-range",
            "backend-refuses-a-body",
            "headers-over-the-limit",
            "unsigned-authorization-header",
            "body-over-the-limit",
            "function-policy",
            "permission-removed",
            "account-root-with-source-arn",
            *(call.name for call in (*REST_CALLS, *LAMBDA_CALLS)),
        ),
    ),
    Program(
        name="program-iam",
        parts=_root(authorization="AWS_IAM"),
        creates=f"{_ONE_API}; callers must sign",
        probes=(
            "unsigned",
            "preflight",
            "no-such-route",
            "signed-in-the-api-account",
            "signed-in-the-function-account",
            "signed-for-another-service",
            "signed-with-an-unknown-key",
            "presigned-for-too-long",
        ),
    ),
    Program(
        name="errors",
        parts=(Part(directory=ROOT / "tools/prove/errors"),),
        creates=f"{_ONE_API}; three functions that fail on purpose",
        probes=(
            "handler-raises",
            "handler-is-missing",
            "function-times-out",
            "integration-times-out",
            "result-is-malformed",
            "result-has-a-bad-header",
            "function-is-throttled",
            "stage-is-throttled",
            "event-over-the-limit",
            "key-is-missing",
            "parameter-is-missing",
            "body-is-invalid",
        ),
    ),
    Program(
        name="users",
        parts=_example("users", invocation="permission"),
        creates=f"{_ONE_API}; {_LOGS}",
        logging=("api",),
        probes=("users-echo", "function-policy"),
    ),
    Program(
        name="users-by-role",
        parts=_example("users", invocation="role"),
        creates=f"{_ONE_API}; a role in the API account, {_LOGS}",
        logging=("api",),
        probes=("users-echo", "function-policy-names-a-role"),
    ),
    Program(
        name="authorizer",
        parts=_example("authorizer", third={"guardAccount": "function"}, invocation="permission"),
        creates=f"{_ONE_API}; another function as Lambda authorizer, {_LOGS}",
        logging=("api",),
        probes=("authorizer-lets-in", "authorizer-without-token", "authorizer-refuses"),
    ),
    Program(
        name="consumer",
        parts=_example("consumer", third={"consumerAccount": "function"}, runtime="python", externalId="orders-reader"),
        creates=f"{_ONE_API}; a function that assumes a role of the API account and calls it, {_LOGS}",
        logging=("api",),
        probes=("consumer-allowed", "consumer-refused"),
    ),
    Program(
        name="resource-policy",
        parts=_example("resource-policy", third={"callerAccount": "function"}),
        creates=f"{_ONE_API}; a role in the function account that is allowed to call it, {_LOGS}",
        logging=("api",),
        probes=(
            "caller-allowed",
            "caller-refused",
            "caller-unsigned",
            "caller-not-named",
            "caller-with-a-wrong-secret",
        ),
    ),
    Program(
        name="http-api",
        parts=(
            Part(
                directory=ROOT / "tools/prove/issuer",
                accounts={"apiAccount": "api"},
                settings={"modulus": "{modulus}"},
                answers="issuer",
            ),
            *_example("http-api", third={"callerAccount": "function"}, issuer="{issuer}", audience="prove"),
        ),
        creates="an HTTP API, a role that can call it, and a REST API that publishes an issuer's key in the API "
        "account; a function with its role and log group, and a role that assumes the other, in the function account",
        probes=(
            "http-hello",
            "http-no-such-route",
            "http-no-token",
            "http-not-a-token",
            "http-token",
            "http-token-without-scope",
            "http-token-for-others",
            "http-token-expired",
            "http-token-of-another-key",
            "http-unsigned",
            "http-signed-by-role",
            "http-signed-in-the-function-account",
            *(call.name for call in HTTP_CALLS),
        ),
    ),
    Program(
        name="many-accounts",
        parts=_example("many-accounts", third={"secondApiAccount": "api", "secondFunctionAccount": "function"}),
        creates="two REST APIs in the API account, which call one function, and another function that the first one "
        f"calls, both in the function account; {_LOGS}",
        logging=("api",),
        probes=("many-shared", "many-remote", "many-second"),
    ),
    Program(
        name="split",
        parts=(
            Part(
                directory=ROOT / "examples/split/function",
                accounts={"functionAccount": "function"},
                settings={"apiAccountId": "{api}", "grant": "stack"},
            ),
            Part(
                directory=ROOT / "examples/split/api",
                settings={"functionStack": "organization/split-function/{stack}", "grant": "stack"},
            ),
            Part(
                directory=ROOT / "examples/split/consumer",
                accounts={"consumerAccount": "function"},
                settings={"apiStack": "organization/split-api/{stack}"},
            ),
        ),
        creates=f"{_ONE_API}, and a function that calls it, in three stacks; {_LOGS}",
        logging=("api",),
        probes=("split-orders", "split-consumer"),
    ),
    Program(
        name="custom-domain",
        parts=(
            Part(
                directory=ROOT / "examples/custom-domain",
                settings={"domainName": "{domain}"},
                # The sandbox does not have this zone; there, the example creates one.
                on_aws={"zoneId": "{zone}"},
            ),
        ),
        creates=f"{_ONE_API}; a certificate, its record, a custom domain name and its alias record in your zone, "
        f"{_LOGS}",
        logging=("api",),
        needs="DOMAIN",
        probes=("domain-orders", "domain-unmapped", "domain-default-endpoint"),
    ),
    Program(
        name="private",
        parts=_example("private", third={"clientAccount": "function"}, privateDomain=""),
        creates="a private REST API in the API account; its function, and a VPC with an endpoint and a function that "
        f"calls through it, in the function account; {_LOGS}. Removing takes 20 minutes or more",
        logging=("api",),
        needs="PRIVATE",
        probes=("private-client",),
    ),
)
