"""Ways in which a deployment is broken: each breaks one thing, and says which hop that is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.arns import invoke_uri
from tests.doctor.deployments import HELLO, TRUST_GATEWAY, TRUST_LAMBDA, Deployment, archive

if TYPE_CHECKING:
    from tests.sandbox.conftest import Reply

FOREIGN = "333333333333"
ROLE = "gateway"


def ask_root(deployment: Deployment) -> Reply:
    """The request that the fault breaks, where a fault names no other."""
    return deployment.get("/")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault.

    before   changes how the deployment is made
    then     breaks it once it is made
    hop      what the doctor must accuse, and nothing else
    cause    words that the first cause must have
    status   what the client sees; None where the client sees nothing of it
    ask      the request that fails, and answers 200 once mended
    code     whether the mend lies in the handler's code, so that no command is printed
    """

    name: str
    hop: str
    cause: str
    status: int | None = 500
    before: Callable[[Deployment], None] = lambda _: None
    then: Callable[[Deployment], None] = lambda _: None
    ask: Callable[[Deployment], Reply] = ask_root
    code: bool = False


def _only_statement(**statement: Any) -> Callable[[Deployment], None]:
    """Replace the permissions by one statement that differs from what is needed."""

    def break_it(deployment: Deployment) -> None:
        deployment.forget_permissions()
        values = {name: value(deployment) if callable(value) else value for name, value in statement.items()}
        deployment.permit(**values)
        deployment.permit("GET", "/pets/{petId}")

    return break_it


def _many_routes(deployment: Deployment) -> None:
    deployment.routes = [("GET", "/")]


def _full_policy(deployment: Deployment) -> None:
    deployment.forget_permissions()
    for number in range(13):
        deployment.permit("GET", f"/{number:01000}")


def _statement_on_function(deployment: Deployment) -> None:
    deployment.forget_permissions()
    for method, path in deployment.routes:
        deployment.permit(method, path, qualifier=None)


def _plain_function(deployment: Deployment) -> None:
    deployment.point_to(invoke_uri(deployment.arn_of(deployment.name)))


def _typo(deployment: Deployment) -> None:
    deployment.point_to(invoke_uri(deployment.arn.replace(":hello:", ":helo:")))


def _other_account(deployment: Deployment) -> None:
    deployment.point_to(invoke_uri(deployment.arn.replace(deployment.function_account, FOREIGN)))


def _abroad(deployment: Deployment) -> None:
    deployment.function_region = "eu-west-1"


def _api_region_in_uri(deployment: Deployment) -> None:
    # API Gateway refuses such a URI where it is set today; an API from before that check still has it.
    store = deployment.sandbox.world.apigateway(deployment.api_account, deployment.region)
    for resource in store.rest_apis[deployment.api_id].definition.resources.values():
        for method in resource.methods.values():
            assert method.integration is not None
            method.integration.uri = invoke_uri(deployment.arn).replace("apigateway:eu-west-1", "apigateway:us-east-1")
    deployment.deploy()


def _api_region_in_source(deployment: Deployment) -> None:
    deployment.forget_permissions()
    for method, path in deployment.routes:
        deployment.permit(method, path, source=deployment.source_arn(method, path, function_region="us-east-1"))


def _function_region(deployment: Deployment) -> None:
    deployment.point_to(invoke_uri(deployment.arn.replace("lambda:us-east-1", "lambda:eu-west-1")))


def _no_alias(deployment: Deployment) -> None:
    deployment.forget_permissions()
    deployment.functions.delete_alias(FunctionName=deployment.name, Name="live")


def _other_alias(deployment: Deployment) -> None:
    deployment.point_to(invoke_uri(deployment.arn_of(deployment.name, "prod")))


def _variable(deployment: Deployment) -> None:
    uri = invoke_uri(deployment.arn).replace(":hello:", ":${stageVariables.fn}:")
    deployment.point_to(uri)


def _wrong_variable(deployment: Deployment) -> None:
    _variable(deployment)
    _patch_stage(deployment, "/variables/fn", "hallo")


def _patch_stage(deployment: Deployment, path: str, value: str) -> None:
    deployment.gateway.update_stage(
        restApiId=deployment.api_id,
        stageName=deployment.stage,
        patchOperations=[{"op": "replace", "path": path, "value": value}],
    )


def _get_integration(deployment: Deployment) -> None:
    deployment.patch_integration("/", "GET", at="/httpMethod")
    deployment.deploy()


def _new_route(deployment: Deployment) -> None:
    deployment.add_route("GET", "/users")
    deployment.permit("GET", "/users")


def _mended_but_not_deployed(deployment: Deployment) -> None:
    uri = invoke_uri(deployment.arn)
    deployment.point_to(invoke_uri(deployment.arn.replace(":hello:", ":helo:")))
    for method, path in deployment.routes:
        deployment.patch_integration(path, uri, method=method)


def _deleted_function(deployment: Deployment) -> None:
    deployment.functions.delete_function(FunctionName=deployment.name)


def _policy(*statements: dict[str, Any]) -> Callable[[Deployment], None]:
    def break_it(deployment: Deployment) -> None:
        document = {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke"} | statement for statement in statements],
        }
        deployment.gateway.update_rest_api(
            restApiId=deployment.api_id,
            patchOperations=[{"op": "replace", "path": "/policy", "value": json.dumps(document)}],
        )
        deployment.deploy()

    return break_it


def _policy_mended_but_not_deployed(deployment: Deployment) -> None:
    _policy({"Effect": "Deny", "Principal": "*", "Resource": "execute-api:/*"})(deployment)
    deployment.gateway.update_rest_api(
        restApiId=deployment.api_id, patchOperations=[{"op": "replace", "path": "/policy", "value": ""}]
    )


_EVERYBODY = {"Sid": "All", "Effect": "Allow", "Principal": "*", "Resource": "execute-api:/*"}


def _key_required(deployment: Deployment) -> None:
    gateway = deployment.gateway
    gateway.update_method(
        restApiId=deployment.api_id,
        resourceId=deployment.root_id,
        httpMethod="GET",
        patchOperations=[{"op": "replace", "path": "/apiKeyRequired", "value": "true"}],
    )
    deployment.deploy()
    plan = gateway.create_usage_plan(name="partners")["id"]
    key = gateway.create_api_key(name="partner", enabled=True, value="a-key-of-twenty-characters")["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")


def _ask_with_key(deployment: Deployment) -> Reply:
    return deployment.get("/", **{"x-api-key": "a-key-of-twenty-characters"})


def _disabled(deployment: Deployment) -> None:
    deployment.gateway.update_rest_api(
        restApiId=deployment.api_id,
        patchOperations=[{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}],
    )
    deployment.deploy()


# ── role mode ────────────────────────────────────────────────────────────────────────────────────────────────


def with_role(deployment: Deployment) -> None:
    """Make the deployment call by a role of the API's account, which may invoke the function."""
    iam = deployment.iam(deployment.api_account)
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST_GATEWAY))
    _grant(deployment, deployment.arn)
    role = f"arn:aws:iam::{deployment.api_account}:role/{ROLE}"
    deployment.credentials = role

    def permit(*_: Any, **__: Any) -> None:
        policy = deployment.functions.get_paginator  # the statement is made once, whatever the routes
        del policy
        if not deployment.__dict__.get("named"):
            deployment.__dict__["named"] = True
            name_role(deployment, role)

    deployment.permit = permit  # type: ignore[method-assign]


def name_role(deployment: Deployment, role: str) -> None:
    """The function's own side of role mode."""
    deployment.functions.add_permission(
        FunctionName=deployment.name,
        Qualifier="live",
        StatementId="role",
        Action="lambda:InvokeFunction",
        Principal=role,
    )


def _grant(deployment: Deployment, function: str) -> None:
    statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function}
    deployment.iam(deployment.api_account).put_role_policy(
        RoleName=ROLE,
        PolicyName="call",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def _role_for_plain_function(deployment: Deployment) -> None:
    _grant(deployment, deployment.arn_of(deployment.name))


def _role_without_right(deployment: Deployment) -> None:
    deployment.iam(deployment.api_account).delete_role_policy(RoleName=ROLE, PolicyName="call")


def _role_trusts_lambda(deployment: Deployment) -> None:
    deployment.iam(deployment.api_account).update_assume_role_policy(
        RoleName=ROLE, PolicyDocument=json.dumps(TRUST_LAMBDA)
    )


def _role_not_named(deployment: Deployment) -> None:
    deployment.functions.remove_permission(FunctionName=deployment.name, Qualifier="live", StatementId="role")


def _role_made_again(deployment: Deployment) -> None:
    iam = deployment.iam(deployment.api_account)
    iam.delete_role_policy(RoleName=ROLE, PolicyName="call")
    iam.delete_role(RoleName=ROLE)
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST_GATEWAY))
    _grant(deployment, deployment.arn)


def _role_limited(deployment: Deployment) -> None:
    iam = deployment.iam(deployment.api_account)
    policy = iam.create_policy(
        PolicyName="limit",
        PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
        ),
    )
    iam.put_role_permissions_boundary(RoleName=ROLE, PermissionsBoundary=policy["Policy"]["Arn"])


# ── the function ─────────────────────────────────────────────────────────────────────────────────────────────


def _no_concurrency(deployment: Deployment) -> None:
    deployment.functions.put_function_concurrency(FunctionName=deployment.name, ReservedConcurrentExecutions=0)


def _slow(seconds: float) -> Callable[[Deployment], None]:
    def change(deployment: Deployment) -> None:
        deployment.source = HELLO.replace("    return", f"    import time; time.sleep({seconds})\n    return")

    return change


def _short_integration(deployment: Deployment) -> None:
    deployment.patch_integration("/", "500", at="/timeoutInMillis")
    deployment.deploy()


def _throttled_to_nothing(deployment: Deployment) -> None:
    for name in ("rateLimit", "burstLimit"):
        _patch_stage(deployment, f"/*/*/throttling/{name}", "0")


def _slow_with_forty_seconds(deployment: Deployment) -> None:
    _slow(1.0)(deployment)
    deployment.timeout_s = 40


def _mock_without_answer(deployment: Deployment) -> None:
    where = {"restApiId": deployment.api_id, "resourceId": deployment.resource("/health"), "httpMethod": "GET"}
    deployment.gateway.put_method(**where, authorizationType="NONE")
    template = '{"statusCode": 200}'
    deployment.gateway.put_integration(**where, type="MOCK", requestTemplates={"application/json": template})
    deployment.deploy()


def _slow_with_one_second(deployment: Deployment) -> None:
    _slow(1.3)(deployment)
    deployment.timeout_s = 1


def with_logging(deployment: Deployment) -> None:
    """Execution logs, with the account's role."""
    iam = deployment.iam(deployment.api_account)
    iam.create_role(RoleName="logs", AssumeRolePolicyDocument=json.dumps(TRUST_GATEWAY))
    statement = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    iam.put_role_policy(
        RoleName="logs",
        PolicyName="logs",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    deployment.gateway.update_account(
        patchOperations=[
            {
                "op": "replace",
                "path": "/cloudwatchRoleArn",
                "value": f"arn:aws:iam::{deployment.api_account}:role/logs",
            }
        ]
    )
    _patch_stage(deployment, "/*/*/logging/loglevel", "INFO")


def _source(text: str) -> Callable[[Deployment], None]:
    def change(deployment: Deployment) -> None:
        deployment.source = text

    return change


def _raises_in_json(deployment: Deployment) -> None:
    deployment.source = "def handler(event, context):\n    raise ValueError('no pets')\n"
    deployment.log_format = "JSON"


def _logs_role_deleted(deployment: Deployment) -> None:
    with_logging(deployment)
    iam = deployment.iam(deployment.api_account)
    iam.delete_role_policy(RoleName="logs", PolicyName="logs")
    iam.delete_role(RoleName="logs")


# ── authorizers ──────────────────────────────────────────────────────────────────────────────────────────────

AUTHORIZER = """
def handler(event, context):
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}
    return {"principalId": "ann", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
"""


def with_authorizer(deployment: Deployment) -> None:
    """A TOKEN authorizer in the function's account on `GET /`."""
    deployment.make_function("guard", alias=False, source=AUTHORIZER)
    authorizer = deployment.gateway.create_authorizer(
        restApiId=deployment.api_id,
        name="guard",
        type="TOKEN",
        identitySource="method.request.header.Authorization",
        authorizerUri=invoke_uri(deployment.arn_of("guard")),
        authorizerResultTtlInSeconds=0,
    )["id"]
    deployment.gateway.update_method(
        restApiId=deployment.api_id,
        resourceId=deployment.root_id,
        httpMethod="GET",
        patchOperations=[
            {"op": "replace", "path": "/authorizationType", "value": "CUSTOM"},
            {"op": "replace", "path": "/authorizerId", "value": authorizer},
        ],
    )
    deployment.deploy()
    prefix = f"arn:aws:execute-api:{deployment.function_region}:{deployment.api_account}:{deployment.api_id}"
    deployment.permit(name="guard", qualifier=None, source=f"{prefix}/authorizers/{authorizer}")


def _authorizer_not_permitted(deployment: Deployment) -> None:
    with_authorizer(deployment)
    deployment.forget_permissions(None, "guard")


def _authorizer_permitted_as_route(deployment: Deployment) -> None:
    _authorizer_not_permitted(deployment)
    deployment.permit(name="guard", qualifier=None, source=deployment.source_arn())


def _ask_with_token(deployment: Deployment) -> Reply:
    return deployment.get("/", Authorization="token")


FAULTS = (
    # the article's pitfalls, and every field of the permission
    Fault(name="no permission", hop="permission", cause="no statement that allows anything",
          then=Deployment.forget_permissions),
    Fault(name="permission of another stage", hop="permission", cause="stage prod is not dev",
          then=_only_statement(source=lambda made: made.source_arn(stage="prod"))),
    Fault(name="permission of another path", hop="permission", cause="path users is not none",
          then=_only_statement(source=lambda made: made.source_arn(path="/users"))),
    Fault(name="permission of another method", hop="permission", cause="method POST is not GET",
          then=_only_statement(source=lambda made: made.source_arn("POST"))),
    Fault(name="permission of another API", hop="permission", cause="API a1b2c3d4e5 is not",
          then=_only_statement(source=lambda made: made.source_arn(api_id="a1b2c3d4e5"))),
    Fault(name="permission of another API account", hop="permission", cause=f"account {FOREIGN} is not",
          then=_only_statement(source=lambda made: made.source_arn(api_account=FOREIGN))),
    Fault(name="permission with another SourceAccount", hop="permission", cause="AWS:SourceAccount",
          then=_only_statement(account=FOREIGN)),
    Fault(name="permission in the API's Region", hop="permission", cause="Region us-east-1 is not eu-west-1",
          before=_abroad, then=_api_region_in_source),
    Fault(name="policy full of the API's other statements", hop="permission", cause="(path", before=_many_routes,
          then=_full_policy),
    Fault(name="root principal with a source ARN", hop="permission", cause="never stands for a service",
          then=_only_statement(principal="arn:aws:iam::111111111111:root")),
    Fault(name="permission on the function, URI names the alias", hop="permission",
          cause="that of the unqualified function would", then=_statement_on_function),
    Fault(name="permission on the alias, URI names the function", hop="permission", cause="that of alias live would",
          then=_plain_function),
    # the URI
    Fault(name="wrong function name", hop="integration", cause="there is no function helo", then=_typo),
    Fault(name="wrong function account", hop="integration", cause=f"account {FOREIGN}", then=_other_account),
    Fault(name="the API's Region in the URI", hop="integration", cause="not reachable in this Region",
          before=_abroad, then=_api_region_in_uri),
    Fault(name="wrong function Region", hop="integration", cause="there is no function hello in account",
          then=_function_region),
    Fault(name="alias deleted", hop="integration", cause="has no alias or version live", then=_no_alias),
    Fault(name="alias that never was", hop="integration", cause="has no alias or version prod", then=_other_alias),
    Fault(name="stage variable missing", hop="integration", cause="has no variable fn", then=_variable),
    Fault(name="stage variable wrong", hop="integration", cause="there is no function hallo", then=_wrong_variable),
    Fault(name="function invoked by GET", hop="integration", cause="invoked by POST", then=_get_integration),
    Fault(name="function deleted", hop="integration", cause="there is no function hello", then=_deleted_function,
          code=True),
    # what the stage serves
    Fault(name="route not deployed", hop="deployment", cause="GET /users: not deployed", status=403, then=_new_route,
          ask=lambda made: made.get("/users")),
    Fault(name="mended but not deployed", hop="deployment", cause="uri is arn", then=_mended_but_not_deployed),
    Fault(name="resource policy mended but not deployed", hop="deployment", cause="the resource policy was edited",
          status=403, then=_policy_mended_but_not_deployed),
    Fault(name="default endpoint disabled", hop="stage", cause="default endpoint is disabled", status=403,
          then=_disabled),
    # who may call
    Fault(name="resource policy denies", hop="authorization", cause="statement No of the API's resource policy denies",
          status=403, then=_policy(_EVERYBODY, {"Sid": "No", "Effect": "Deny", "Principal": "*",
                                                "Resource": "execute-api:/dev/GET/*"})),
    Fault(name="resource policy that does nothing but deny", hop="authorization", cause="denies GET / and 1 more",
          status=403, then=_policy({"Effect": "Deny", "Principal": "*", "Resource": "execute-api:/*"})),
    Fault(name="resource policy of another stage", hop="authorization", cause="no statement of the API",
          status=403,
          then=_policy({"Effect": "Allow", "Principal": "*", "Resource": "execute-api:/prod/*"})),
    Fault(name="API key without usage plan", hop="authorization", cause="no usage plan holds stage dev", status=403,
          then=_key_required, ask=_ask_with_key),
    Fault(name="authorizer not permitted", hop="authorization", cause="authorizer guard",
          then=_authorizer_not_permitted,
          ask=_ask_with_token),
    Fault(name="authorizer permitted as a route", hop="authorization", cause="authorizer guard",
          then=_authorizer_permitted_as_route, ask=_ask_with_token),
    # role mode
    Fault(name="role without right", hop="credentials", cause="may not invoke", before=with_role,
          then=_role_without_right),
    Fault(name="role with a right on the function, URI names the alias", hop="credentials", cause="may not invoke",
          before=with_role, then=_role_for_plain_function),
    Fault(name="role that does not trust API Gateway", hop="credentials", cause="does not trust", before=with_role,
          then=_role_trusts_lambda),
    Fault(name="role not named by the function", hop="permission", cause="which is of another account",
          before=with_role, then=_role_not_named),
    Fault(name="role deleted and made again", hop="permission", cause="left of a role that was deleted",
          before=with_role, then=_role_made_again),
    Fault(name="role limited by a boundary", hop="credentials", cause="boundary", before=with_role, then=_role_limited,
          code=True),
    # the function and its answer
    Fault(name="reserved concurrency 0", hop="function", cause="reserved concurrency of 0", then=_no_concurrency),
    Fault(name="function slower than the integration", hop="function", cause="the integration waits 0.5 s", status=504,
          before=_slow(1.0), then=_short_integration),
    Fault(name="function that may run for longer than API Gateway waits", hop="function", cause="may run for 40 s",
          status=504, before=_slow_with_forty_seconds, then=_short_integration),
    Fault(name="throttled to nothing", hop="stage", cause="429 Too Many Requests", status=429,
          then=_throttled_to_nothing),
    Fault(name="mock integration without an answer", hop="route", cause="No match for output mapping",
          then=_mock_without_answer, ask=lambda made: made.get("/health")),
    Fault(name="function slower than its own timeout", hop="result", cause="within its timeout of 1 s", status=502,
          before=_slow_with_one_second),
    Fault(name="malformed answer", hop="result", cause="in a form that API Gateway does not take", status=502,
          before=_source("def handler(event, context):\n    return {'status': 200}\n"), then=with_logging, code=True),
    Fault(name="handler raises", hop="result", cause="ValueError: no pets", status=502,
          before=_source("def handler(event, context):\n    raise ValueError('no pets')\n"), code=True),
    Fault(name="handler raises, seen in the execution log", hop="result", cause="ended its last run with", status=502,
          before=_source("def handler(event, context):\n    raise ValueError('no pets')\n"),
          then=with_logging, code=True),
    Fault(name="handler raises, logged as JSON", hop="result", cause="ended its last run with ValueError", status=502,
          before=_raises_in_json, code=True),
    Fault(name="import fails", hop="result", cause="ImportModuleError", status=502,
          before=_source("import nowhere\n"), code=True),
    Fault(name="logging role deleted", hop="logging", cause="does not exist", status=None, then=_logs_role_deleted),
)  # fmt: skip


def new_code(deployment: Deployment) -> None:
    """What a person does about a fault in the handler's code: a healthy handler under the same alias."""
    functions = deployment.functions
    functions.update_function_code(FunctionName=deployment.name, ZipFile=archive(HELLO))
    version = functions.publish_version(FunctionName=deployment.name)["Version"]
    functions.update_alias(FunctionName=deployment.name, Name="live", FunctionVersion=version)
