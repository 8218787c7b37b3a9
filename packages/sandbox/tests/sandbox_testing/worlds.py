"""A World without a server, for tests of operations and importers that send no request."""

from __future__ import annotations

from cross_account_sandbox.control_plane.logs import LogSink
from cross_account_sandbox.control_plane.roles import RoleDirectory
from cross_account_sandbox.control_plane.sessions import Sessions
from cross_account_sandbox.execute_api import gateway
from cross_account_sandbox.functions.environment import Platform
from cross_account_sandbox.functions.pool import FunctionPool
from cross_account_sandbox.functions.store import FunctionStore
from cross_account_sandbox.functions.vpc_doors import VpcDoors
from cross_account_sandbox.stores import Stores
from cross_account_sandbox.world import World


def empty_world(operator_account: str = "111111111111") -> World:
    """A new, empty World."""
    roles, functions, logs = RoleDirectory(), Stores(FunctionStore), LogSink()
    sessions = Sessions(roles=roles, operator_account=operator_account)
    pool = FunctionPool(Platform(sessions=sessions, logs=logs, vpc_doors=VpcDoors()), functions=functions)
    return World(
        sessions=sessions, roles=roles, logs=logs, functions=functions, invoker=pool, data_plane=gateway.answer
    )
