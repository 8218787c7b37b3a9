"""The accounts that the given credentials open, each with a reader."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.exceptions

from cross_account_doctor.calls import Calls, Reader
from cross_account_doctor.errors import CouldNotLookError, NotAllowedError, NotThereError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import boto3

#: The sandbox's documented keys: they open every account there, under any role's name.
_OPERATOR_KEY = "test"
_OPERATOR_ROLE = "sandbox-operator"
_SESSION = "doctor"


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """With which credentials to look.

    api_profile, api_role  the API's account: a profile of the AWS configuration, a role to assume from it
    functions              (profile, role) for each account that functions live in; an empty text is none
    endpoint               of a sandbox; None on AWS
    """

    api_profile: str | None = None
    api_role: str | None = None
    function_profiles: Sequence[str] = ()
    function_roles: Sequence[str] = ()
    endpoint: str | None = None


class Accounts:
    """A reader an account, and how commands for that account log in."""

    def __init__(self, login: Login, calls: Calls, region: str) -> None:
        self._login = login
        self._calls = calls
        self._region = region
        self._flags: dict[str, tuple[str, ...]] = {}
        self._readers: dict[str, Reader] = {}
        self._by_role: set[str] = set()
        self.api = self._open(login.api_profile, login.api_role)
        #: The accounts given for functions; the API's own is added where none is given.
        self.function_accounts: list[str] = []
        for profile in login.function_profiles:
            self.function_accounts.append(self._open(profile, None).account)
        for role in login.function_roles:
            self.function_accounts.append(self._open(login.api_profile, role).account)

    def of(self, account: str) -> Reader | None:
        """The reader of an account; None where no given credentials open it."""
        if account not in self._readers and self._is_operator:
            partition = self.api.partition
            self._open(self._login.api_profile, f"arn:{partition}:iam::{account}:role/{_OPERATOR_ROLE}")
        return self._readers.get(account)

    def flags(self, account: str) -> tuple[str, ...]:
        """What a printed command carries so that it logs in to this account."""
        endpoint = ("--endpoint-url", self._login.endpoint) if self._login.endpoint else ()
        return (*self._flags.get(account, ()), *endpoint)

    @property
    def without_profile(self) -> list[str]:
        """The accounts that were opened by a role, for which a printed command needs credentials of its own."""
        return [account for account in self._readers if account in self._by_role]

    def close(self) -> None:
        """Let go of every connection."""
        for reader in self._readers.values():
            reader.close()

    @property
    def _is_operator(self) -> bool:
        credentials = self.api.session.get_credentials()
        return credentials is not None and credentials.access_key == _OPERATOR_KEY

    def _open(self, profile: str | None, role: str | None) -> Reader:
        session = _session(profile, self._login.endpoint)
        if role:
            session = self._assume(session, role)
        reader = Reader(session, calls=self._calls, endpoint=self._login.endpoint)
        try:
            reader.identify(self._region)
        except (NotAllowedError, NotThereError) as error:
            raise CouldNotLookError(str(error)) from error
        if role and reader.account not in self._readers:
            self._by_role.add(reader.account)
        self._readers.setdefault(reader.account, reader)
        self._flags.setdefault(reader.account, ("--profile", profile) if profile and not role else ())
        return self._readers[reader.account]

    def _assume(self, session: boto3.Session, role: str) -> boto3.Session:
        import boto3  # noqa: PLC0415 - half a second; bad input is told before

        reader = Reader(session, calls=self._calls, endpoint=self._login.endpoint)
        try:
            got = reader.ask("sts", self._region, "assume_role", RoleArn=role, RoleSessionName=_SESSION)["Credentials"]
        except (NotAllowedError, NotThereError) as error:
            raise CouldNotLookError(f"{role} may not be assumed: {error}") from error
        return boto3.Session(
            aws_access_key_id=got["AccessKeyId"],
            aws_secret_access_key=got["SecretAccessKey"],
            aws_session_token=got["SessionToken"],
        )


def region_of(profile: str | None, endpoint: str | None) -> str:
    """The Region that the AWS configuration names. Raises CouldNotLookError where it names none."""
    region = _session(profile, endpoint).region_name
    if not region:
        raise CouldNotLookError("no Region: give --region, or set one in the AWS profile")
    return str(region)


def _session(profile: str | None, endpoint: str | None) -> boto3.Session:
    import boto3  # noqa: PLC0415 - as above

    if endpoint:
        # Profiles that assume a role do so by a client of botocore's own, which reads this variable.
        os.environ["AWS_ENDPOINT_URL"] = endpoint
    try:
        session = boto3.Session(profile_name=profile)
        found: Any = session.get_credentials()
    except botocore.exceptions.BotoCoreError as error:
        raise CouldNotLookError(" ".join(str(error).split())) from error
    if found is None and endpoint and urlsplit(endpoint).hostname in ("127.0.0.1", "localhost", "::1"):
        return boto3.Session(aws_access_key_id=_OPERATOR_KEY, aws_secret_access_key=_OPERATOR_KEY)
    if found is None:
        who = f"profile {profile}" if profile else "the AWS configuration"
        raise CouldNotLookError(f"no credentials in {who}: log in, or give --api-profile and --function-profile")
    return session
