"""HTTP APIs with every form of route key and every authorization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from cross_account_api import HttpApiArgs, HttpRoute, JwtAuthorizer, RequestAuthorizer
from cross_account_api.http.cors import Cors

if TYPE_CHECKING:
    from cross_account_api.accounts import Account
    from cross_account_api.function.targets import FunctionTarget

_KEYS = (
    "GET /cats",
    "GET /pets",
    "ANY /pets",
    "ANY /pets/{petId}",
    "PATCH /pets/{petId}",
    "ANY /store/{proxy+}",
    "OPTIONS /store/{proxy+}",
    "OPTIONS /{proxy+}",
    "$default",
)
#: The authorizer of each authorization that needs one.
AUTHORIZERS = {"JWT": "tokens", "CUSTOM": "gate"}
ORIGIN = "https://app.example.com"


@dataclass(frozen=True, kw_only=True)
class HttpCase:
    """`routes`: authorization by route key."""

    routes: dict[str, str]
    cors: bool

    def args(self, account: Account, function: FunctionTarget, guard: FunctionTarget, issuer: str) -> HttpApiArgs:
        """The component's arguments."""
        return HttpApiArgs(
            account=account,
            functions={"hello": function, "decides": guard},
            routes=[
                HttpRoute(
                    key=key,
                    function="hello",
                    authorizer=AUTHORIZERS.get(authorization),
                    authorization="AWS_IAM" if authorization == "AWS_IAM" else "NONE",
                )
                for key, authorization in self.routes.items()
            ],
            permission_scope="api",
            authorizers={
                AUTHORIZERS["JWT"]: JwtAuthorizer(issuer=issuer, audience=["orders"]),
                AUTHORIZERS["CUSTOM"]: RequestAuthorizer(function="decides"),
            },
            cors=Cors(allow_origins=[ORIGIN]) if self.cors else None,
        )

    @property
    def refusing_preflights(self) -> list[str]:
        """The catch-all routes with authorization and without an open OPTIONS route for the same path."""
        if not self.cors:
            return []
        beside = {
            key: "OPTIONS /{proxy+}" if key == "$default" else key.replace("ANY", "OPTIONS")
            for key in self.routes
            if key.startswith(("$", "ANY"))
        }
        return [
            key for key, options in beside.items() if self.routes[key] != "NONE" and self.routes.get(options) != "NONE"
        ]


@st.composite
def http_cases(draw: st.DrawFn, *, deployable: bool = False) -> HttpCase:
    """Generate any routes; `deployable` adds CORS only if the component accepts it."""
    routes = draw(
        st.dictionaries(
            st.sampled_from(_KEYS), st.sampled_from(["NONE", "AWS_IAM", "JWT", "CUSTOM"]), min_size=1, max_size=4
        )
    )
    case = HttpCase(routes=routes, cors=draw(st.booleans()))
    return HttpCase(routes=routes, cors=False) if deployable and case.refusing_preflights else case
