"""What every session and client of botocore would work out again, shared by all of a process.

A test has a new sandbox, and so new clients: without this, creating them takes as long as their calls. Nothing here
depends on a test: descriptions of services, the methods of clients, and botocore's own handlers of events.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any

import botocore.session
from botocore.client import ClientCreator
from botocore.hooks import EventAliaser, HierarchicalEmitter
from botocore.model import ServiceModel
from botocore.session import Session


def share(replace: Callable[[object, str, object], None] = setattr) -> None:
    """Share them from now on. `replace` sets an attribute: pytest's own undoes it at the end."""
    replace(botocore.session, "create_loader", cache(botocore.session.create_loader))
    for name in ("_create_methods", "_create_name_mapping"):
        replace(ClientCreator, name, _once_per_service(getattr(ClientCreator, name)))
    replace(EventAliaser, "__init__", _with_known_names(EventAliaser.__init__))
    replace(Session, "__init__", _with_copied_handlers(Session.__init__))


def _once_per_service(create: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    known: dict[tuple[str, str], dict[str, Any]] = {}

    def attributes(self: ClientCreator, service_model: ServiceModel) -> dict[str, Any]:
        key = service_model.service_name, service_model.api_version
        if key not in known:
            known[key] = create(self, service_model)
        return dict(known[key])

    return attributes


def _with_known_names(create: Callable[..., None]) -> Callable[..., None]:
    known: dict[str, str] = {}

    def init(self: Any, event_emitter: Any, event_aliases: Any = None) -> None:
        create(self, event_emitter, event_aliases)
        self._alias_name_cache = known

    return init


def _with_copied_handlers(create: Callable[..., None]) -> Callable[..., None]:
    @cache
    def handlers() -> HierarchicalEmitter:
        registered = HierarchicalEmitter()
        create(Session.__new__(Session), event_hooks=registered)
        return registered

    def init(self: Session, session_vars: Any = None, event_hooks: Any = None, **more: Any) -> None:
        if event_hooks is None and more.get("include_builtin_handlers", True):
            event_hooks = copy(handlers())
            more["include_builtin_handlers"] = False
        create(self, session_vars, event_hooks, **more)

    return init
