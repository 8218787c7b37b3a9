"""aws.apigateway.DomainNameAccessAssociation: allows a VPC endpoint to access a private custom domain."""

from __future__ import annotations

from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed

_CREATE = {
    "accessAssociationSource": "accessAssociationSource",
    "accessAssociationSourceType": "accessAssociationSourceType",
    "domainNameArn": "domainNameArn",
}


class DomainNameAccessAssociation(GatewayHandler):
    """Belongs to the account of the VPC endpoint. Its ID is its ARN."""

    token = "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation"  # noqa: S105
    inputs = frozenset({*_CREATE, "region", "tags"})
    replaces = frozenset({*_CREATE, "region"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        arguments = renamed(inputs, _CREATE) | self.tagging(session, inputs)
        live = self.client(session, inputs).create_domain_name_access_association(**arguments)
        identity = str(live["domainNameAccessAssociationArn"])
        return identity, self.outputs(session, inputs, {"arn": identity, **self.tags(session, inputs, live)})

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """Find the association among the account's own."""
        live = self.client(session, state).get_domain_name_access_associations(resourceOwner="SELF").get("items", [])
        found = next((item for item in live if item["domainNameAccessAssociationArn"] == identity), None)
        if found is None:
            return None
        names = {name: found.get(name) for name in _CREATE}
        return self.outputs(session, state, {**names, "arn": identity, **self.tags(session, state, found)})

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Only tags change in place."""
        self.retag(session, identity, old, new)
        return self.outputs(session, new, {"arn": identity, **self.tags(session, new, self.tagging(session, new))})

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(
            self.client(session, state).delete_domain_name_access_association,
            domainNameAccessAssociationArn=identity,
        )
