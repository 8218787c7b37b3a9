"""The package's components and their argument classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cross_account_api as library

PACKAGE = "cross-account-api"


@dataclass(frozen=True, kw_only=True, slots=True)
class Component:
    """The class of a component resource and the class of its arguments."""

    kind: Any
    args: Any

    @property
    def token(self) -> str:
        """The type of its resources in the state, in every language."""
        return f"{PACKAGE}:index:{self.kind.__name__}"


COMPONENTS = (
    Component(kind=library.ApiVpcEndpoint, args=library.ApiVpcEndpointArgs),
    Component(kind=library.CallerRole, args=library.CallerRoleArgs),
    Component(kind=library.Consumer, args=library.ConsumerArgs),
    Component(kind=library.CrossAccountApi, args=library.CrossAccountApiArgs),
    Component(kind=library.CustomDomain, args=library.CustomDomainArgs),
    Component(kind=library.Function, args=library.FunctionArgs),
    Component(kind=library.HttpApi, args=library.HttpApiArgs),
    Component(kind=library.Preauthorization, args=library.PreauthorizationArgs),
    Component(kind=library.PrivateDomain, args=library.PrivateDomainArgs),
)
