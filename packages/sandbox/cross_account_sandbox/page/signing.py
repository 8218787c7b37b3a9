"""Signs requests as a principal of either account: an administrator, a user, or a session of a role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aws_rules.arns import is_account_id
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.page.accounts import account_ids
from cross_account_sandbox.world import World

_SESSION_NAME = "sandbox-page"
_SESSION_S = 3600


class UnknownSignerError(ValueError):
    """There is no signer with this name; the message names it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signer:
    """A principal that can sign: an account's ID for its administrator, or the ARN of a user or role."""

    value: str
    label: str


def signers(world: World) -> list[Signer]:
    """Every signer, account by account."""
    listed = []
    for account in account_ids(world):
        listed.append(Signer(value=account, label=f"administrator of {account}"))
        listed += [Signer(value=user.arn, label=f"user {user.name} ({account})") for user in world.roles.users(account)]
        listed += [Signer(value=role.arn, label=f"role {role.name} ({account})") for role in world.roles.roles(account)]
    return listed


def signed_headers(
    world: World,
    signer: str,
    *,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    service: str,
    region: str,
) -> dict[str, str]:
    """Add a Signature Version 4 to the headers. Raises UnknownSignerError."""
    caller = _caller(world, signer)
    request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
    credentials = Credentials(caller.access_key, caller.secret_key, caller.session_token)
    SigV4Auth(credentials, service, region).add_auth(request)
    return dict(request.headers.items())


def _caller(world: World, signer: str) -> Caller:
    if is_account_id(signer) and (administrator := world.sessions.caller(signer)) is not None:
        return administrator
    found = world.roles.by_arn(signer)
    if found is None:
        raise UnknownSignerError(f"{signer} is not a role or user of this sandbox")
    if ":role/" in signer:
        return world.sessions.assume(found, session_name=_SESSION_NAME)
    user = Caller(
        account=found.account,
        arn=found.arn,
        user_id=found.unique_id,
        unique_id=found.unique_id,
        access_key="",
        secret_key="",
        partition=found.arn.split(":")[1],
    )
    return world.sessions.open(user, duration_s=_SESSION_S)
