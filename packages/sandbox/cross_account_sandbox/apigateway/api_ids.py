"""Ids of APIs of both versions: as the tag `_custom_id_` says, else by the Pulumi resource, else by chance.

A resource has the same id from one start of the sandbox to the next, so that URLs keep working. Where that one is
taken, as by the API that a replacement has yet to delete, the resource gets its next one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.identifiers import LONG, stable_id
from cross_account_sandbox.control_plane.service import Call

#: The tag by which local AWS stand-ins let a client choose an API's id.
CUSTOM_ID_TAG = "_custom_id_"
#: What stands for an API in a host name; with a hyphen begins the id of a VPC endpoint there.
_CUSTOM_ID = re.compile(r"[a-z0-9]{1,63}")


def new_api_id(call: Call, tags: Mapping[str, str] | None) -> str:
    """The id of an API that the call creates. Raises BadRequestException for a `_custom_id_` that cannot be one."""
    world = call.world
    # Across accounts and Regions: a host name without a Region leads to one API.
    taken = {api_id for store in world.apigateway.all() for api_id in store.rest_apis}
    taken |= {api_id for store in world.http_apis.all() for api_id in store.apis}
    custom = (tags or {}).get(CUSTOM_ID_TAG)
    if custom is None:
        return stable_id(call.resource, LONG, taken=taken)
    if not _CUSTOM_ID.fullmatch(custom):
        raise bad_request(f"Tag {CUSTOM_ID_TAG}: {custom!r} cannot be an API's id: use 1 to 63 of a-z and 0-9")
    if custom in taken:
        raise bad_request(
            f"Tag {CUSTOM_ID_TAG}: an API with the id {custom!r} exists: delete it first, or choose another"
        )
    return custom
