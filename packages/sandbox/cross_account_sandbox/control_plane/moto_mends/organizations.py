"""Organizations: refuses policies that would limit callers, because the sandbox does not evaluate them.

The membership of accounts belongs to a sandbox, not to the process.
"""

from __future__ import annotations

from typing import Any

from cross_account_sandbox.control_plane.moto_stores import separate_directory

#: Types of policies that limit the permissions of accounts.
_LIMITING = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def apply() -> None:
    """Change moto's Organizations."""
    from moto.organizations import models

    create_policy = models.OrganizationsBackend.create_policy

    def checked(self: Any, **params: Any) -> Any:
        if params.get("Type") in _LIMITING:
            raise NotImplementedError(f"the sandbox does not evaluate a {params['Type']}")
        return create_policy(self, **params)

    models.OrganizationsBackend.create_policy = checked  # type: ignore[method-assign]
    separate_directory(models.OrganizationsBackendDict, "master_accounts")
