"""All the data of a running sandbox, as one value that is passed to the code that decides."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from cross_account_sandbox.apigateway.model.store import ApiGatewayStore
from cross_account_sandbox.apigatewayv2.model import HttpApiStore
from cross_account_sandbox.control_plane.logs import LogSink
from cross_account_sandbox.control_plane.quotas import ServiceQuotas
from cross_account_sandbox.control_plane.refusals import Refusal
from cross_account_sandbox.control_plane.resource_shares import ResourceShares
from cross_account_sandbox.control_plane.roles import RoleDirectory
from cross_account_sandbox.control_plane.sessions import Sessions
from cross_account_sandbox.control_plane.vpc_endpoints import VpcEndpoints
from cross_account_sandbox.deployments import Deployments
from cross_account_sandbox.events import Events
from cross_account_sandbox.execute_api.state import GatewayState
from cross_account_sandbox.functions.code_archive import CodeFolders
from cross_account_sandbox.functions.invocation import Invoker
from cross_account_sandbox.functions.store import FunctionStore
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.stores import Stores
from cross_account_sandbox.trace import TraceLog

#: The operator's account if no project names one.
DEFAULT_API_ACCOUNT = "111111111111"
DEFAULT_FUNCTION_ACCOUNT = "222222222222"
DEFAULT_REGION = "us-east-1"

#: Returns the response of the deployed API that a request is for; None if it is for none.
DataPlane = Callable[["World", HttpRequest], Awaitable[HttpResponse | None]]


@dataclass(kw_only=True)
class World:
    """The accounts, their resources, and what happened.

    Holds data and protocols; the server creates it and provides the implementations.

    functions         Lambda by account and Region; so too apigateway (API Gateway v1) and http_apis (v2)
    invoker           runs functions
    data_plane        answers requests to deployed APIs, including those of integrations and authorizers
    code_folders      where deployment packages are unpacked
    link_key          signs the links to deployment packages
    operator_account  the account that the keys `test`/`test` administer
    instance          a unique ID, by which a stack of an earlier sandbox is recognized
    endpoint          http://127.0.0.1:PORT once the port is bound
    events            what happens in the sandbox, for listeners such as the terminal
    deployments       the deployments of the development loop and their results
    function_state_delay_s  how long creating or updating a function takes, in seconds
    allow_outbound    whether integrations may call hosts other than loopback addresses
    refusal           set only by tests: which API calls are refused for reasons that the sandbox does not model
    """

    sessions: Sessions
    roles: RoleDirectory
    logs: LogSink
    functions: Stores[FunctionStore]
    invoker: Invoker
    data_plane: DataPlane
    operator_account: str = DEFAULT_API_ACCOUNT
    link_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    instance: str = field(default_factory=lambda: str(uuid.uuid4()))
    endpoint: str = ""
    allow_outbound: bool = False
    function_state_delay_s: float = 0.0
    refusal: Refusal | None = None
    apigateway: Stores[ApiGatewayStore] = field(default_factory=lambda: Stores(ApiGatewayStore))
    http_apis: Stores[HttpApiStore] = field(default_factory=lambda: Stores(HttpApiStore))
    code_folders: CodeFolders = field(default_factory=CodeFolders)
    vpc_endpoints: VpcEndpoints = field(default_factory=VpcEndpoints)
    resource_shares: ResourceShares = field(default_factory=ResourceShares)
    quotas: ServiceQuotas = field(default_factory=ServiceQuotas)
    traces: TraceLog = field(default_factory=TraceLog)
    events: Events = field(default_factory=Events)
    deployments: Deployments = field(default_factory=Deployments)
    gateway: GatewayState = field(default_factory=GatewayState)
