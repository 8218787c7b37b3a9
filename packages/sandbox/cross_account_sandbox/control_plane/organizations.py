"""Which organization an account belongs to: read from moto's Organizations, which is empty until it is asked.

An organization has the account that created it and the accounts created in it; invitations are not answered.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """An account's place in its organization.

    organization  `o-…`
    path          as aws:PrincipalOrgPaths has it: organization, root and units down to the account's, each with a slash
    """

    organization: str
    path: str


def membership(account: str) -> Membership | None:
    """Where the account is; None where it is in no organization of this sandbox."""
    # Without the module nobody has created an organization yet.
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
