"""IDs of REST and HTTP APIs: from the tag `_custom_id_`, else derived from the Pulumi resource, else random.

A resource keeps its ID when the sandbox restarts, so that URLs keep working. If that ID is taken, for example by the
API that a replacement has not deleted yet, the resource gets its next one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.identifiers import LONG, stable_id
from cross_account_sandbox.control_plane.service import Call

#: The tag with which clients of local AWS emulators choose an API's ID.
CUSTOM_ID_TAG = "_custom_id_"
#: No hyphen: in a host name, it separates an API ID from the ID of a VPC endpoint.
_CUSTOM_ID = re.compile(r"[a-z0-9]{1,63}")


def new_api_id(call: Call, tags: Mapping[str, str] | None) -> str:
    """Return the ID for the API that the call creates. Raises BadRequestException for an invalid `_custom_id_`."""
    world = call.world
    # Unique across accounts and Regions, because a host name without a Region must identify one API.
    taken = {api_id for store in world.apigateway.all() for api_id in store.rest_apis}
    taken |= {api_id for store in world.http_apis.all() for api_id in store.apis}
    custom = (tags or {}).get(CUSTOM_ID_TAG)
    if custom is None:
        return stable_id(call.resource, LONG, taken=taken)
    if not _CUSTOM_ID.fullmatch(custom):
        raise bad_request(f"Tag {CUSTOM_ID_TAG}: {custom!r} is not a valid API ID: use 1 to 63 of a-z and 0-9")
    if custom in taken:
        raise bad_request(
            f"Tag {CUSTOM_ID_TAG}: an API with the ID {custom!r} already exists: delete it first, or choose another ID"
        )
    return custom
