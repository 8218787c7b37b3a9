"""The operations of a provider on the resource handlers, with plain values and without gRPC."""

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

#: A change to these settings replaces the provider, and with it all resources.
_REPLACES_PROVIDER = frozenset({"region"})
_PROGRAM = "pulumi-resource-aws"


class Plugin:
    """One provider resource of a program: its session and the handlers that use it.

    Methods block; several threads can call them at once. They raise HandlerError for invalid inputs and botocore's
    ClientError (operation, code, message) for errors from AWS.
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
        """Log in with the provider's settings. If a preview does not know them all yet, there is no login."""
        given = stated(settings)
        if holds_unknown(given):
            return
        try:
            self._instance = self._identify(given)
            self._session = self._login(given)
        except EndpointError as error:
            raise HandlerError(_instead(error)) from None

    def configuration_fault(self, settings: Mapping[str, Any]) -> str | None:
        """The reason to reject these provider settings: calls could reach AWS. None if they are valid."""
        given = stated(settings)
        if holds_unknown(given.get("endpoints")):
            return None
        try:
            endpoints_of(given)
        except EndpointError as error:
            return _instead(error)
        return None

    def configuration_change(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
        """Compare the provider's old and new settings; a replacement also replaces all of its resources."""
        return difference(old, new, replaces=_REPLACES_PROVIDER)

    def check(self, token: str, name: str, old: Properties, new: Properties, seed: bytes | None = None) -> Properties:
        """Check the inputs and add an automatic name if the type has one."""
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
        """Compare inputs, and determine whether changes require a replacement. `old` and `outputs` come from the state.

        Raises HandlerError if the resource was created in a sandbox that has stopped.
        """
        handler = self._handler(token)
        known = outputs or {}
        check_instance(known, self._instance)
        answered = {key: known[key] for key in handler.read_back & known.keys() & old.keys()}
        return difference(
            {**old, **answered}, new, replaces=handler.replaces, auto_name=handler.auto_name, ignored=ignored
        )

    def create(self, token: str, inputs: Properties, *, preview: bool = False, urn: str = "") -> tuple[str, Properties]:
        """Create the resource with this URN; in a preview, only return the known outputs."""
        handler = self._handler(token)
        if preview:
            return "", planned_creation(inputs)
        with made_for(urn):
            identity, outputs = handler.create(self._logged_in(), stated(inputs))
        return identity, self._marked(outputs)

    def read(
        self, token: str, identity: str, inputs: Properties, outputs: Properties
    ) -> tuple[str, Properties, Properties] | None:
        """Read the ID, inputs and outputs from AWS; None if the resource is gone. A read without outputs is an import.

        The returned ID is the one that a creation would have returned; an import ID can contain more parts to find the
        resource.
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
        """Update the resource to the new inputs; in a preview, only return the known outputs."""
        handler = self._handler(token)
        changes = self.diff(token, old_inputs, inputs, ignored, outputs=outputs).changes
        if preview:
            return planned_update(token, outputs, inputs, changes)
        # After drift or a partly failed creation, the state's inputs can differ from its outputs. Then the inputs match
        # AWS, and a handler that compares old and new values must see the difference that caused this update.
        old = {key: value for key, value in stated(outputs).items() if key not in changes}
        old.update({key: value for key, value in stated(old_inputs).items() if key in changes})
        return self._marked(handler.update(self._logged_in(), identity, old, stated(inputs)))

    def delete(self, token: str, identity: str, outputs: Properties) -> None:
        """Delete the resource. It is not an error if the resource no longer exists."""
        self._handler(token).delete(self._logged_in(), identity, stated(outputs))

    def invoke(self, token: str, arguments: Properties) -> Properties:
        """Invoke a data source."""
        invoke = self._invokes.get(token)
        if invoke is None:
            raise HandlerError(
                f"the sandbox's provider does not support the function {token!r}: it "
                f"supports {', '.join(sorted(self._invokes))}"
            )
        return invoke(self._logged_in(), stated(arguments))

    def secrets_of(self, token: str) -> frozenset[str]:
        """The outputs of a type that are always secret."""
        return self._handler(token).secrets

    def _marked(self, outputs: Properties) -> Properties:
        """Add the ID of the resource's sandbox to the outputs."""
        return {**outputs, SANDBOX: self._instance} if self._instance else outputs

    def _handler(self, token: str) -> Handler:
        handler = self._handlers.get(token)
        if handler is None:
            raise HandlerError(
                f"the sandbox does not support the resource type {token}: it supports {', '.join(self._handlers)}"
            )
        return handler

    def _logged_in(self) -> ProviderSession:
        if self._session is None:
            raise HandlerError("the provider is not configured: its settings were rejected or are still unknown")
        return self._session


def _instead(error: EndpointError) -> str:
    """The error for a provider without a sandbox endpoint, and how to deploy to AWS or to a sandbox."""
    found = shutil.which(_PROGRAM)
    folder = f"the folder {Path(found).parent}" if found else f"the folder of {_PROGRAM}"
    return (
        f"this is the sandbox's replacement for the AWS provider, which never calls AWS: {error}. To deploy to AWS, "
        f"remove {folder} from PATH, so that Pulumi uses the real AWS provider. To deploy to a sandbox, use a "
        "stack whose setting `endpoint` is the sandbox's URL: pulumi up --stack sandbox"
    )
