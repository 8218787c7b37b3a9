"""The operations of a provider over the table of resource handlers, in plain values; no gRPC here."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from cross_account_sandbox.engine_plugin.differences import Difference, difference
from cross_account_sandbox.engine_plugin.drift import inputs_after
from cross_account_sandbox.engine_plugin.inputs import checked, imported, stated
from cross_account_sandbox.engine_plugin.instance import SANDBOX, check_instance
from cross_account_sandbox.engine_plugin.package_schema import package_schema
from cross_account_sandbox.engine_plugin.preview import planned_creation, planned_update
from cross_account_sandbox.engine_plugin.unknown import holds_unknown
from cross_account_sandbox.resources.endpoints import EndpointError
from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.handler import Handler
from cross_account_sandbox.resources.made_for import made_for
from cross_account_sandbox.resources.session import ProviderSession, endpoints_of

Properties = dict[str, Any]
Invoke = Callable[["ProviderSession", Properties], Properties]
Login = Callable[[Mapping[str, Any]], "ProviderSession"]
Identify = Callable[[Mapping[str, Any]], "str | None"]

#: A change of these makes a new provider, and with it new resources.
_REPLACES_PROVIDER = frozenset({"region"})
_PROGRAM = "pulumi-resource-aws"


class Plugin:
    """One provider resource of a program: its login, and the handlers that act with it.

    Methods block; several threads may call them at once. They raise HandlerError for what a handler does not
    accept, and botocore's ClientError (operation, code, message) where AWS refuses.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        invokes: Mapping[str, Invoke],
        login: Login,
        identify: Identify = lambda _settings: None,
    ) -> None:
        self._handlers = handlers
        self._identify = identify
        self._instance: str | None = None
        self._invokes = invokes
        self._login = login
        self._session: ProviderSession | None = None

    def schema(self, version: str) -> str:
        """The package schema, as JSON."""
        return package_schema(self._handlers, self._invokes, version)

    def configure(self, settings: Mapping[str, Any]) -> None:
        """Log in as the provider's settings say. Settings that a preview cannot know yet leave it without a login."""
        given = stated(settings)
        if holds_unknown(given):
            return
        try:
            self._instance = self._identify(given)
            self._session = self._login(given)
        except EndpointError as error:
            raise HandlerError(_instead(error)) from None

    def configuration_fault(self, settings: Mapping[str, Any]) -> str | None:
        """Why this plugin must not act for a provider with these settings: its calls could reach AWS."""
        given = stated(settings)
        if holds_unknown(given.get("endpoints")):
            return None
        try:
            endpoints_of(given)
        except EndpointError as error:
            return _instead(error)
        return None

    def configuration_change(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
        """What a change of the provider's own settings means for everything that it made."""
        return difference(old, new, replaces=_REPLACES_PROVIDER)

    def check(self, token: str, name: str, old: Properties, new: Properties, seed: bytes | None = None) -> Properties:
        """The inputs with an automatic name where the type has one."""
        return checked(self._handler(token), name, old, new, seed)

    def diff(
        self,
        token: str,
        old: Properties,
        new: Properties,
        ignored: Iterable[str] = (),
        *,
        outputs: Properties | None = None,
    ) -> Difference:
        """Which inputs differ, and whether that takes a new resource. `old` and `outputs` are the state's.

        Raises HandlerError where the resource was made in a sandbox that has ended.
        """
        handler = self._handler(token)
        known = outputs or {}
        check_instance(known, self._instance)
        answered = {key: known[key] for key in handler.read_back & known.keys() & old.keys()}
        return difference(
            {**old, **answered}, new, replaces=handler.replaces, auto_name=handler.auto_name, ignored=ignored
        )

    def create(self, token: str, inputs: Properties, *, preview: bool = False, urn: str = "") -> tuple[str, Properties]:
        """Create the resource of this URN; in a preview, only tell what is known of it."""
        handler = self._handler(token)
        if preview:
            return "", planned_creation(inputs)
        with made_for(urn):
            identity, outputs = handler.create(self._logged_in(), stated(inputs))
        return identity, self._marked(outputs)

    def read(
        self, token: str, identity: str, inputs: Properties, outputs: Properties
    ) -> tuple[str, Properties, Properties] | None:
        """Id, inputs and outputs as AWS has them, None for a resource that is gone. Without outputs: an import.

        The id is the one that a creation would have given: imports take more where that alone finds nothing.
        """
        handler = self._handler(token)
        found = handler.read(self._logged_in(), identity, stated(outputs))
        if found is None:
            return None
        now = imported(handler, found) if not stated(outputs) else inputs_after(inputs, outputs, found)
        return handler.identity(identity, found), now, self._marked(found)

    def update(
        self,
        token: str,
        identity: str,
        old_inputs: Properties,
        outputs: Properties,
        inputs: Properties,
        *,
        ignored: Iterable[str] = (),
        preview: bool = False,
    ) -> Properties:
        """Bring the resource to the new inputs; in a preview, only tell what is known of it."""
        handler = self._handler(token)
        changes = self.diff(token, old_inputs, inputs, ignored, outputs=outputs).changes
        if preview:
            return planned_update(token, outputs, inputs, changes)
        # Where drift or a half-made resource left the state's inputs behind its outputs, the inputs are what AWS
        # has: a handler that compares old with new must see the difference that led here.
        old = {key: value for key, value in stated(outputs).items() if key not in changes}
        old.update({key: value for key, value in stated(old_inputs).items() if key in changes})
        return self._marked(handler.update(self._logged_in(), identity, old, stated(inputs)))

    def delete(self, token: str, identity: str, outputs: Properties) -> None:
        """Delete; a resource that is gone already is not an error."""
        self._handler(token).delete(self._logged_in(), identity, stated(outputs))

    def invoke(self, token: str, arguments: Properties) -> Properties:
        """Answer a data source."""
        invoke = self._invokes.get(token)
        if invoke is None:
            raise HandlerError(
                f"the sandbox's provider has no function {token!r}: it has {', '.join(sorted(self._invokes))}"
            )
        return invoke(self._logged_in(), stated(arguments))

    def secrets_of(self, token: str) -> frozenset[str]:
        """The outputs of a type that are secret whatever its inputs."""
        return self._handler(token).secrets

    def _marked(self, outputs: Properties) -> Properties:
        """The outputs with the sandbox that the resource is in."""
        return {**outputs, SANDBOX: self._instance} if self._instance else outputs

    def _handler(self, token: str) -> Handler:
        handler = self._handlers.get(token)
        if handler is None:
            raise HandlerError(
                f"the sandbox has no handler for the resource type {token}: it knows {', '.join(self._handlers)}"
            )
        return handler

    def _logged_in(self) -> ProviderSession:
        if self._session is None:
            raise HandlerError("the provider was not configured: its settings were refused, or one is still unknown")
        return self._session


def _instead(error: EndpointError) -> str:
    """The refusal of a provider without a sandbox, and what the user wanted to do instead."""
    found = shutil.which(_PROGRAM)
    folder = f"the folder {Path(found).parent}" if found else f"the folder of {_PROGRAM}"
    return (
        f"this is the sandbox's stand-in for the AWS provider, and it never calls AWS: {error}. To deploy to AWS, "
        f"remove {folder} from PATH, so that Pulumi uses the AWS provider itself. To deploy into a sandbox, use a "
        "stack whose setting `endpoint` is the sandbox's URL: pulumi up --stack sandbox"
    )
