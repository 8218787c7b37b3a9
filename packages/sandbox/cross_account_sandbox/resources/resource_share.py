"""aws.ram.ResourceShare, ResourceAssociation and PrincipalAssociation: sharing resources with other accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import HandlerError, or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import TagCalls
from cross_account_sandbox.resources.values import changed, renamed

_GONE = ("DELETING", "DELETED", "DISASSOCIATED")
_CREATE = {"name": "name", "allowExternalPrincipals": "allowExternalPrincipals", "permissionArns": "permissionArns"}


class ResourceShare(AwsHandler):
    """A resource share, initially empty. Its ID is its ARN."""

    token = "aws:ram/resourceShare:ResourceShare"  # noqa: S105
    service = "ram"
    tag_calls = TagCalls(target="resourceShareArn", pair=("key", "value"))
    inputs = frozenset({*_CREATE, "region", "tags"})
    replaces = frozenset({"permissionArns", "region"})
    auto_name = "name"
    #: Unlike RAM, the provider by default does not allow principals outside the organization.
    defaults: ClassVar[Mapping[str, Any]] = {"allowExternalPrincipals": False}

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        arguments = renamed(inputs, _CREATE) | self.tagging(session, inputs)
        live = self.client(session, inputs).create_resource_share(**arguments)["resourceShare"]
        identity = str(live["resourceShareArn"])
        return identity, self._state(session, identity, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetResourceShares for the account's own shares."""
        live = find_share(self.client(session, state), identity, owner="SELF")
        return None if live is None else self._state(session, identity, state, live)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateResourceShare and tags."""
        client = self.client(session, new)
        if changed(old, new, "name", "allowExternalPrincipals"):
            arguments = renamed(new, {name: name for name in ("name", "allowExternalPrincipals")})
            client.update_resource_share(resourceShareArn=identity, **arguments)
        self.retag(session, identity, old, new)
        return self._state(session, identity, new, find_share(client, identity, owner="SELF") or {})

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_resource_share, resourceShareArn=identity)

    def _state(
        self, session: ProviderSession, identity: str, stated: Properties, live: Mapping[str, Any]
    ) -> Properties:
        permissions = self.client(session, stated).list_resource_share_permissions(resourceShareArn=identity)
        return self.outputs(
            session,
            stated,
            {
                "name": live["name"],
                "allowExternalPrincipals": live["allowExternalPrincipals"],
                "permissionArns": [permission["arn"] for permission in permissions["permissions"]],
                "arn": identity,
                **self.tags(session, stated, live),
            },
        )


class _Association(AwsHandler):
    """A resource or principal of a share, in the share's account. Its ID is `SHARE-ARN,MEMBER`.

    member     the input that identifies it, also the filter of GetResourceShareAssociations
    kind       RAM's associationType
    argument   the parameter of AssociateResourceShare for a list of them
    """

    service = "ram"
    member: ClassVar[str]
    kind: ClassVar[str]
    argument: ClassVar[str]

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """AssociateResourceShare. Like the AWS provider, rejects an association that already exists."""
        share, member = str(inputs["resourceShareArn"]), str(inputs[self.member])
        identity = f"{share},{member}"
        client = self.client(session, inputs)
        if self._find(client, share, member) is not None:
            raise HandlerError(
                f"{self.token}: {member} is already associated with {share}: import or delete that association"
            )
        client.associate_resource_share(resourceShareArn=share, **{self.argument: [member]})
        return identity, self.outputs(session, inputs, {})

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        share, _, member = identity.partition(",")
        if self._find(self.client(session, state), share, member) is None:
            return None
        return self.outputs(session, state, {"resourceShareArn": share, self.member: member})

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        share, _, member = identity.partition(",")
        or_none(
            self.client(session, state).disassociate_resource_share,
            resourceShareArn=share,
            **{self.argument: [member]},
        )

    def _find(self, client: Any, share: str, member: str) -> Mapping[str, Any] | None:
        answer = or_none(
            client.get_resource_share_associations,
            associationType=self.kind,
            resourceShareArns=[share],
            **{self.member: member},
        )
        found = (answer or {}).get("resourceShareAssociations", [])
        return next((each for each in found if each["status"] not in _GONE), None)


class ResourceAssociation(_Association):
    """The association of a resource with a share."""

    token = "aws:ram/resourceAssociation:ResourceAssociation"  # noqa: S105
    inputs = frozenset({"region", "resourceArn", "resourceShareArn"})
    replaces = inputs
    member = "resourceArn"
    kind = "RESOURCE"
    argument = "resourceArns"


class PrincipalAssociation(_Association):
    """The association of an account, organization or OU with a share; accounts outside the organization are invited."""

    token = "aws:ram/principalAssociation:PrincipalAssociation"  # noqa: S105
    inputs = frozenset({"principal", "region", "resourceShareArn"})
    replaces = inputs
    member = "principal"
    kind = "PRINCIPAL"
    argument = "principals"


def find_share(client: Any, arn: str, *, owner: str) -> Mapping[str, Any] | None:
    """Find a share among the account's own (SELF) or those shared with it (OTHER-ACCOUNTS)."""
    answer = or_none(client.get_resource_shares, resourceOwner=owner, resourceShareArns=[arn])
    shares = (answer or {}).get("resourceShares", [])
    return next((share for share in shares if share["status"] not in _GONE), None)
