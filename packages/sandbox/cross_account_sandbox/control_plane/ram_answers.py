"""Resource shares and their associations as RAM describes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cross_account_sandbox.control_plane.resource_shares import ResourceShare


def describe(share: ResourceShare) -> dict[str, Any]:
    """A share in RAM's form."""
    return {
        "resourceShareArn": share.arn,
        "name": share.name,
        "owningAccountId": share.owner,
        "allowExternalPrincipals": share.external,
        "status": "ACTIVE",
        "tags": [{"key": key, "value": value} for key, value in share.tags.items()],
        "creationTime": share.created,
        "lastUpdatedTime": share.updated,
        "featureSet": "STANDARD",
    }


def associations(
    share: ResourceShare, principals: dict[str, datetime], resources: dict[str, datetime], status: str
) -> list[dict[str, Any]]:
    """Principals and resources of a share, each with its association time."""
    return [
        {
            "resourceShareArn": share.arn,
            "resourceShareName": share.name,
            "associatedEntity": entity,
            "associationType": kind,
            "status": status,
            "creationTime": since,
            "lastUpdatedTime": since,
            "external": kind == "PRINCIPAL" and entity != share.owner,
        }
        for kind, entities in (("PRINCIPAL", principals), ("RESOURCE", resources))
        for entity, since in entities.items()
    ]
