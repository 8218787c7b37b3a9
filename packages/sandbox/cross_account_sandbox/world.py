"""Everything a running sandbox holds: one value, passed to whoever decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cross_account_sandbox.apigateway.model.store import ApiGatewayStore
from cross_account_sandbox.control_plane.quotas import ServiceQuotas
from cross_account_sandbox.control_plane.resource_shares import ResourceShares
from cross_account_sandbox.control_plane.vpc_endpoints import VpcEndpoints
from cross_account_sandbox.execute_api.state import GatewayState
from cross_account_sandbox.functions.vpc_doors import VpcDoors
from cross_account_sandbox.trace import TraceLog

if TYPE_CHECKING:
    from cross_account_sandbox.apigatewayv2.model import HttpApiStore
    from cross_account_sandbox.control_plane.logs import LogSink
    from cross_account_sandbox.control_plane.refusals import Refusal
    from cross_account_sandbox.control_plane.roles import RoleDirectory
    from cross_account_sandbox.control_plane.sessions import Sessions
    from cross_account_sandbox.functions.pool import FunctionPool
    from cross_account_sandbox.functions.store import FunctionStore

#: The operator's account where no project names one.
DEFAULT_API_ACCOUNT = "111111111111"
DEFAULT_FUNCTION_ACCOUNT = "222222222222"
DEFAULT_REGION = "us-east-1"


@dataclass(kw_only=True)
class World:
    """The accounts, what is in them, and what happened.

    operator_account  the account that the keys `test`/`test` administer
    endpoint          http://127.0.0.1:PORT once the port is bound
    allow_outbound    whether integrations may call other hosts than loopback ones
    refusal           tests alone set it: which API calls are refused for reasons that the sandbox does not model
    """

    sessions: Sessions
    roles: RoleDirectory
    logs: LogSink
    pool: FunctionPool
    operator_account: str = DEFAULT_API_ACCOUNT
    endpoint: str = ""
    allow_outbound: bool = False
    refusal: Refusal | None = None
    vpc_endpoints: VpcEndpoints = field(default_factory=VpcEndpoints)
    resource_shares: ResourceShares = field(default_factory=ResourceShares)
    quotas: ServiceQuotas = field(default_factory=ServiceQuotas)
    vpc_doors: VpcDoors = field(default_factory=VpcDoors)
    traces: TraceLog = field(default_factory=TraceLog)
    gateway: GatewayState = field(default_factory=GatewayState)
    _apigateway: dict[tuple[str, str], ApiGatewayStore] = field(default_factory=dict)
    _functions: dict[tuple[str, str], FunctionStore] = field(default_factory=dict)
    _http_apis: dict[tuple[str, str], HttpApiStore] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pool.attach(self)

    @classmethod
    def new(cls, *, operator_account: str = DEFAULT_API_ACCOUNT, allow_outbound: bool = False) -> World:
        """An empty world, with everything that decides in it."""
        from cross_account_sandbox.control_plane.logs import LogSink
        from cross_account_sandbox.control_plane.roles import RoleDirectory
        from cross_account_sandbox.control_plane.sessions import Sessions
        from cross_account_sandbox.functions.pool import FunctionPool

        roles = RoleDirectory()
        return cls(
            sessions=Sessions(roles=roles, operator_account=operator_account),
            roles=roles,
            logs=LogSink(),
            pool=FunctionPool(),
            operator_account=operator_account,
            allow_outbound=allow_outbound,
        )

    def apigateway(self, account: str, region: str) -> ApiGatewayStore:
        """API Gateway v1 of an account and Region."""
        key = (account, region)
        if key not in self._apigateway:
            self._apigateway[key] = ApiGatewayStore(account=account, region=region)
        return self._apigateway[key]

    def apigateway_stores(self) -> list[ApiGatewayStore]:
        """API Gateway v1 wherever something is in it."""
        return list(self._apigateway.values())

    def functions(self, account: str, region: str) -> FunctionStore:
        """Lambda of an account and Region."""
        from cross_account_sandbox.functions.store import FunctionStore

        key = (account, region)
        if key not in self._functions:
            self._functions[key] = FunctionStore(account=account, region=region)
        return self._functions[key]

    def function_stores(self) -> list[FunctionStore]:
        """Lambda wherever something is in it."""
        return list(self._functions.values())

    def http_apis(self, account: str, region: str) -> HttpApiStore:
        """API Gateway v2 of an account and Region."""
        from cross_account_sandbox.apigatewayv2.model import HttpApiStore

        key = (account, region)
        if key not in self._http_apis:
            self._http_apis[key] = HttpApiStore(account=account, region=region)
        return self._http_apis[key]

    def http_api_stores(self) -> list[HttpApiStore]:
        """API Gateway v2 wherever something is in it."""
        return list(self._http_apis.values())
