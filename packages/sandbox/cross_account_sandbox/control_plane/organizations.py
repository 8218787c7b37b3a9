"""Looks up the organization of an account in moto's Organizations, which is empty until its first call.

An organization consists of the account that created it and the accounts created in it; invitations are not supported.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """An account's place in its organization.

    organization  `o-…`
    path          in the form of aws:PrincipalOrgPaths: organization, root and units down to the account's, each
                  followed by a slash
    """

    organization: str
    path: str


def membership(account: str) -> Membership | None:
    """The membership of an account; None if it is not in an organization of this sandbox."""
    # If the module is not loaded, no organization has been created yet.
    module = sys.modules.get("moto.organizations.models")
    for regional in list(getattr(module, "organizations_backends", {}).values()):
        for backend in list(regional.values()):
            found = next((each for each in list(backend.accounts) if each.id == account), None)
            if backend.org is not None and found is not None:
                return Membership(organization=backend.org.id, path=_path(backend, found.parent_id))
    return None


def _path(backend: Any, parent: str | None) -> str:
    units = {unit.id: unit for unit in list(backend.ou)}
    parts: list[str] = []
    while parent in units:
        parts.insert(0, str(parent))
        parent = units[parent].parent_id
    return "".join(f"{part}/" for part in (backend.org.id, *parts))
