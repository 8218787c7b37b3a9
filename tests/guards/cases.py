"""Documents in every form that API Gateway imports, and the authorization that the arguments require for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from hypothesis import assume
from hypothesis import strategies as st

from cross_account_api import PermissionArgs, RestApiArgs
from cross_account_api.rest.authorizer import LambdaAuthorizer
from cross_account_api.rest.cross_account_api import CrossAccountApiArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.routes import Route

if TYPE_CHECKING:
    from cross_account_api.accounts import Account
    from cross_account_api.function.targets import FunctionTarget

Json = dict[str, Any]
Operation = tuple[str, str]

ANY = "x-amazon-apigateway-any-method"
AUTH = "x-amazon-apigateway-auth"
INTEGRATION = "x-amazon-apigateway-integration"
#: The name of the authorizer in the arguments.
GATE = "gate"

_INVOKE = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:333333333333:function:own/invocations"
)
_SCOPES = {"read:pets": "read"}
_HEADER = {"type": "apiKey", "name": "Authorization", "in": "header"}
#: Schemes that API Gateway enforces (developer guide: authtype, authorizer and API key extensions).
ENFORCED: dict[str, Json] = {
    "token": _HEADER
    | {
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": _INVOKE},
    },
    "request": _HEADER
    | {
        "x-amazon-apigateway-authorizer": {
            "type": "request",
            "authorizerUri": _INVOKE,
            "identitySource": "method.request.header.X-Who",
        },
    },
    "cognito": _HEADER
    | {
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {
            "type": "cognito_user_pools",
            "providerARNs": ["arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_abcdefghi"],
        },
    },
    "sigv4": _HEADER | {"x-amazon-apigateway-authtype": "awsSigv4"},
}
API_KEYS: dict[str, Json] = {
    "x-api-key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
    "X-API-Key": {"type": "apiKey", "name": "X-API-Key", "in": "header"},
}
#: Schemes that a document can declare, but that API Gateway does not enforce.
_IGNORED: dict[str, Json] = {
    "header key": {"type": "apiKey", "name": "api_key", "in": "header"},
    "query key": {"type": "apiKey", "name": "token", "in": "query"},
    "custom without authorizer": _HEADER | {"x-amazon-apigateway-authtype": "custom"},
}
IGNORED: dict[str, dict[str, Json]] = {
    "openapi": _IGNORED
    | {
        "oauth2": {
            "type": "oauth2",
            "flows": {"implicit": {"authorizationUrl": "https://a.example", "scopes": _SCOPES}},
        },
        "bearer": {"type": "http", "scheme": "bearer"},
        "basic": {"type": "http", "scheme": "basic"},
        "openIdConnect": {"type": "openIdConnect", "openIdConnectUrl": "https://a.example/.well-known"},
        "cookie key": {"type": "apiKey", "name": "session", "in": "cookie"},
    },
    "swagger": _IGNORED
    | {
        "oauth2": {"type": "oauth2", "flow": "implicit", "authorizationUrl": "https://a.example", "scopes": _SCOPES},
        "basic": {"type": "basic"},
    },
}
_NAMES = ("first", "second", "third", "sigv4", GATE)
_PATHS = ("/", "/pets", "/pets/{petId}", "/pets/mine", "/store/{proxy+}", "/{proxy+}")
_VERBS = ("get", "post", "put", "delete", "head", "patch", "options", ANY)
_MOCK = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
    "responses": {"default": {"statusCode": "200"}},
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A document and the arguments.

    kinds   the kinds of the document's security schemes by name: keys of ENFORCED, API_KEYS and IGNORED
    routes  (METHOD, path, authorizer)
    """

    document: Json
    kinds: dict[str, str]
    routes: list[tuple[str, str, str | None]]
    authorization: Literal["NONE", "AWS_IAM"]
    authorizer: Literal["token", "request"] = "token"

    @property
    def operations(self) -> dict[Operation, Json]:
        """Every operation of the document by (METHOD, path)."""
        found: dict[Operation, Json] = {}
        for path, item in self.document["paths"].items():
            whole = self.document["x-items"][item["$ref"].rpartition("/")[2]] if "$ref" in item else item
            found |= {("ANY" if key == ANY else key.upper(), path): whole[key] for key in whole if key in _VERBS}
        return found

    @property
    def asked(self) -> dict[Operation, str]:
        """The required authorization of an operation: AWS_IAM or the authorizer's name. None for a mock OPTIONS."""
        named = {(method, path): authorizer for method, path, authorizer in self.routes}
        asked: dict[Operation, str] = {}
        for operation, node in self.operations.items():
            preflight = operation[0] == "OPTIONS" and operation not in named and node[INTEGRATION]["type"] == "mock"
            if (authorizer := named.get(operation)) is not None:
                asked[operation] = authorizer
            elif self.authorization == "AWS_IAM" and not preflight:
                asked[operation] = "AWS_IAM"
        return asked

    def guards_of_the_document(self, operation: Operation) -> set[str]:
        """The document's own authorization of an operation that API Gateway enforces: AWS_IAM or authorizers' names."""
        node = self.operations[operation]
        own = node.get("security")
        names = [name for one in (self.document.get("security") if own is None else own) or [] for name in one]
        given = {GATE} if any(authorizer for *_, authorizer in self.routes) else set()
        found = {name for name in names if self.kinds.get(name) in ("token", "request", "cognito") or name in given}
        signed = own is not None and any(self.kinds.get(name) == "sigv4" for name in names)
        if signed or str(node.get(AUTH, {}).get("type")).upper() == "AWS_IAM":
            found.add("AWS_IAM")
        return found

    def args(self, account: Account, function: FunctionTarget, guard: FunctionTarget) -> CrossAccountApiArgs:
        """The component's arguments; every route calls the function."""
        named = any(authorizer for *_, authorizer in self.routes)
        return CrossAccountApiArgs(
            account=account,
            functions={"hello": function, "decides": guard} if named else {"hello": function},
            api=RestApiArgs(document=self.document),
            routes=[
                Route(method=method, path=path, function="hello", authorizer=authorizer)
                for method, path, authorizer in self.routes
            ],
            authorization=self.authorization,
            # One statement per API: the statements of all cases must fit into the functions' policies.
            permission=PermissionArgs(scope="api"),
            authorizers={GATE: LambdaAuthorizer(function="decides", kind=self.authorizer)} if named else {},
            logging=GatewayLoggingArgs(gateway_logging="off"),
        )


def operation(integration: str = "mock", **members: Any) -> Json:
    """An operation with a mock integration or an integration with another host."""
    backend = {"type": "http_proxy", "httpMethod": "GET", "uri": "https://example.com/"}
    return {
        "responses": {"200": {"description": "ok"}},
        INTEGRATION: _MOCK if integration == "mock" else backend,
        **members,
    }


def document(form: str, paths: Json, schemes: Json, **members: Any) -> Json:
    """An OpenAPI 3.0 or Swagger 2.0 document."""
    version = {"swagger": "2.0"} if form == "swagger" else {"openapi": "3.0.1"}
    where = {"securityDefinitions": schemes} if form == "swagger" else {"components": {"securitySchemes": schemes}}
    return {**version, "info": {"title": "generated", "version": "1"}, "paths": paths, **where, **members}


@st.composite
def cases(draw: st.DrawFn, *, enforced: bool = True, all_routed: bool = False) -> Case:
    """Generate any document and any authorization.

    enforced    the document's schemes include ones that API Gateway enforces, so it can contradict the arguments
    all_routed  the function gets every operation except mock OPTIONS
    """
    form = draw(st.sampled_from(["openapi", "swagger"]))
    known = IGNORED[form] | API_KEYS | (ENFORCED if enforced else {})
    kinds = draw(st.dictionaries(st.sampled_from(_NAMES), st.sampled_from(sorted(known)), max_size=4))
    if not enforced and kinds.get(GATE) in API_KEYS:
        del kinds[GATE]
    requirement: st.SearchStrategy[Json] = st.dictionaries(
        st.sampled_from([*_NAMES[:4], "undefined", *kinds]), st.just([]), max_size=2
    )
    security = st.none() | st.lists(requirement, max_size=2)
    auth = st.sampled_from(["NONE", "none", *(["AWS_IAM", "aws_iam"] if enforced else [])])
    paths: Json = {}
    items: Json = {}
    for path in draw(st.lists(st.sampled_from(_PATHS), min_size=1, max_size=4, unique=True)):
        item: Json = {}
        for verb in draw(st.lists(st.sampled_from(_VERBS), min_size=1, max_size=3, unique=True)):
            node = operation(draw(st.sampled_from(["mock", "http"])))
            if draw(st.booleans()):
                node["security"] = draw(security)
            if draw(st.integers(0, 4)) == 0:
                node[AUTH] = {"type": draw(auth)}
            item[verb] = node
        if draw(st.integers(0, 4)) == 0:
            items[str(len(items))] = item
            item = {"$ref": f"#/x-items/{len(items) - 1}"}
        paths[path] = item
    root = {"security": draw(security)} if draw(st.booleans()) else {}
    whole = document(form, paths, {name: known[kind] for name, kind in kinds.items()}, **root, **{"x-items": items})
    unrouted = Case(document=whole, kinds=kinds, routes=[], authorization="NONE")
    every = [
        one
        for one, node in unrouted.operations.items()
        if not all_routed or one[0] != "OPTIONS" or node[INTEGRATION]["type"] != "mock"
    ]
    assume(every)  # An API needs a route.
    taken = every if all_routed else draw(st.lists(st.sampled_from(every), min_size=1, unique=True))
    guard = st.sampled_from([None, GATE])
    return Case(
        document=whole,
        kinds=kinds,
        routes=[(method, path, draw(guard)) for method, path in taken],
        authorization=draw(st.sampled_from(["NONE", "AWS_IAM"])),
        authorizer=draw(st.sampled_from(["token", "request"])),
    )
