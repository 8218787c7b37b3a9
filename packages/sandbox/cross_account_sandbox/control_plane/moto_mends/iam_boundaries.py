"""Permissions boundaries: moto has them only for roles, and accepts any ARN."""

from __future__ import annotations

from typing import Any


def apply() -> None:
    """Change moto's IAM."""
    from moto.iam import models, responses

    _check_those_of_roles(models.IAMBackend)
    _give_users_one(models.User, responses.IamResponse)


def _check(backend: Any, arn: str | None) -> None:
    """A boundary must be an existing managed policy; the message is AWS's, as clients report it."""
    from moto.iam.exceptions import NoSuchEntity, NotFoundException

    if not arn:
        return
    try:
        backend.get_policy(arn)
    except NotFoundException:
        raise NoSuchEntity(f"Scope ARN: {arn} does not exist or is not attachable.") from None


def _check_those_of_roles(backend: Any) -> None:
    create, put = backend.create_role, backend.put_role_permissions_boundary

    def create_role(
        self: Any,
        role_name: str,
        assume_role_policy_document: str,
        path: str,
        permissions_boundary: str | None,
        *rest: Any,
        **named: Any,
    ) -> Any:
        _check(self, permissions_boundary)
        return create(self, role_name, assume_role_policy_document, path, permissions_boundary, *rest, **named)

    def put_role_permissions_boundary(self: Any, role_name: str, permissions_boundary: str) -> None:
        _check(self, permissions_boundary)
        put(self, role_name, permissions_boundary)

    backend.create_role, backend.put_role_permissions_boundary = create_role, put_role_permissions_boundary


def _give_users_one(user: Any, response: Any) -> None:
    """A user can receive a boundary at creation or later; moto ignores the first and does not implement the second."""
    from moto.core.responses import EmptyResult
    from moto.core.serialize import never_return, return_if_not_empty
    from moto.iam.models import Role

    create = response.create_user

    def create_user(self: Any) -> Any:
        boundary = self._get_param("PermissionsBoundary")
        # Checked before the user is created, so that a refused call creates none.
        _check(self.backend, boundary)
        result = create(self)
        self.backend.get_user(self._get_param("UserName")).permissions_boundary_arn = boundary
        return result

    def put_user_permissions_boundary(self: Any) -> Any:
        bounded = self.backend.get_user(self._get_param("UserName"))
        _check(self.backend, self._get_param("PermissionsBoundary"))
        bounded.permissions_boundary_arn = self._get_param("PermissionsBoundary")
        return EmptyResult()

    def delete_user_permissions_boundary(self: Any) -> Any:
        self.backend.get_user(self._get_param("UserName")).permissions_boundary_arn = None
        return EmptyResult()

    user.permissions_boundary_arn = None
    user.permissions_boundary = Role.permissions_boundary
    response.create_user = create_user
    response.put_user_permissions_boundary = put_user_permissions_boundary
    response.delete_user_permissions_boundary = delete_user_permissions_boundary
    response.RESPONSE_KEY_PATH_TO_TRANSFORMER |= {
        "CreateUserResponse.User.PermissionsBoundary": return_if_not_empty,
        "GetUserResponse.User.PermissionsBoundary": return_if_not_empty,
        "ListUsersResponse.Users.User.PermissionsBoundary": never_return,
    }
