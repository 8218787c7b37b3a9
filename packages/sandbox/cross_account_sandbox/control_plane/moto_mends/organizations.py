"""Organizations: what would limit callers, and is evaluated nowhere here, is refused by name.

Which account is in which organization is known of a sandbox, not of the process.
"""

from __future__ import annotations

from typing import Any

from cross_account_sandbox.control_plane.moto_stores import separate_directory

#: Types of policies that take rights away from accounts.
_LIMITING = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def apply() -> None:
    """Change moto's Organizations."""
    from moto.organizations import models

    create_policy = models.OrganizationsBackend.create_policy

    def checked(self: Any, **params: Any) -> Any:
        if params.get("Type") in _LIMITING:
            raise NotImplementedError(f"no decision here is limited by a {params['Type']}")
        return create_policy(self, **params)

    models.OrganizationsBackend.create_policy = checked  # type: ignore[method-assign]
    separate_directory(models.OrganizationsBackendDict, "master_accounts")
