"""The accounts that the given credentials can access, each with a reader."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore.exceptions

from cross_account_doctor.calls import Calls, Reader, is_local
from cross_account_doctor.errors import CouldNotLookError, NotAllowedError, NotThereError

if TYPE_CHECKING:
    import boto3

#: The sandbox's conventional keys: the operator's, and an account ID for the administrator of that account.
_OPERATOR_KEY = "test"
_CONVENTIONAL_KEY = re.compile(r"test|[0-9]{12}")
#: They work with any secret.
_SECRET = "test"  # noqa: S105 - documented, not a secret
_SESSION = "doctor"


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """The credentials to use.

    api_profile        profile of the API's account; None: what the AWS configuration gives
    function_profiles  profiles of the functions' accounts
    function_roles     ARNs of roles in such accounts, assumed from the API's profile
    endpoint           of a sandbox; None on AWS
    """

    api_profile: str | None = None
    function_profiles: Sequence[str] = ()
    function_roles: Sequence[str] = ()
    endpoint: str | None = None


class Accounts:
    """A reader for each account, and the login of commands for that account.

    Raises CouldNotLookError for credentials that do not work, and if no Region is given or configured.
    """

    def __init__(self, login: Login, calls: Calls, region: str | None) -> None:
        self._login = login
        self._calls = calls
        self._sessions: dict[str | None, boto3.Session] = {}
        #: The given Region, or that of the API's profile.
        self.region = region or self._configured_region()
        self._flags: dict[str, tuple[str, ...]] = {}
        self._readers: dict[str, Reader] = {}
        self._by_role: set[str] = set()
        #: The sandbox's endpoint, from the option, the environment or the profile; None on AWS.
        self.endpoint = login.endpoint or os.environ.get("AWS_ENDPOINT_URL")
        self.api = self._open(login.api_profile, None)
        self.endpoint = self.endpoint or self._of_profile()
        #: The accounts given for functions; the API's own if none is given.
        self.function_accounts: list[str] = []
        for profile in login.function_profiles:
            self.function_accounts.append(self._open(profile, None).account)
        for role in login.function_roles:
            self.function_accounts.append(self._open(login.api_profile, role).account)

    def of(self, account: str) -> Reader | None:
        """The reader of an account; None without credentials for it."""
        if account not in self._readers and self._opens_every_account:
            self._identified(_administrator(account), None)
        return self._readers.get(account)

    def environment(self, account: str) -> tuple[str, ...]:
        """The variables before a printed command: for a sandbox, the keys of the account's administrator."""
        return (f"AWS_ACCESS_KEY_ID={account}", f"AWS_SECRET_ACCESS_KEY={_SECRET}") if self.endpoint else ()

    def flags(self, account: str) -> tuple[str, ...]:
        """The options of a printed command for this account: the sandbox's endpoint, or the given profile."""
        return ("--endpoint-url", self.endpoint) if self.endpoint else self._flags.get(account, ())

    @property
    def without_profile(self) -> list[str]:
        """The accounts that were given only by a role, for which printed commands need their own credentials."""
        return [
            account for account in self._readers if account in self._by_role - self._flags.keys() and not self.endpoint
        ]

    def close(self) -> None:
        """Close all connections."""
        for reader in self._readers.values():
            reader.close()

    @property
    def _opens_every_account(self) -> bool:
        credentials = self.api.session.get_credentials() if self.endpoint else None
        return credentials is not None and _CONVENTIONAL_KEY.fullmatch(credentials.access_key) is not None

    def _of_profile(self) -> str | None:
        """The `endpoint_url` of the profile, if it is on this machine."""
        url = self.api.endpoint_url
        return url if is_local(url) else None

    def _configured_region(self) -> str:
        region = self._session(self._login.api_profile).region_name
        if not region:
            raise CouldNotLookError("no Region configured: pass --region, or set a Region in the AWS profile")
        return str(region)

    def _session(self, profile: str | None) -> boto3.Session:
        if profile not in self._sessions:
            self._sessions[profile] = _session(profile, self._login.endpoint)
        return self._sessions[profile]

    def _open(self, profile: str | None, role: str | None) -> Reader:
        session = self._session(profile)
        if role:
            session = self._assume(session, role)
        reader = self._identified(session, profile if not role else None)
        if role:
            self._by_role.add(reader.account)
        return reader

    def _identified(self, session: boto3.Session, profile: str | None) -> Reader:
        reader = Reader(session, calls=self._calls, endpoint=self.endpoint)
        try:
            reader.identify(self.region)
        except (NotAllowedError, NotThereError) as error:
            raise CouldNotLookError(str(error)) from error
        self._readers.setdefault(reader.account, reader)
        if profile:
            self._flags.setdefault(reader.account, ("--profile", profile))
        return self._readers[reader.account]

    def _assume(self, session: boto3.Session, role: str) -> boto3.Session:
        import boto3  # noqa: PLC0415 - half a second; bad input is reported before

        reader = Reader(session, calls=self._calls, endpoint=self._login.endpoint)
        try:
            got = reader.ask("sts", self.region, "assume_role", RoleArn=role, RoleSessionName=_SESSION)["Credentials"]
        except (NotAllowedError, NotThereError) as error:
            raise CouldNotLookError(f"{role} could not be assumed: {error}") from error
        return boto3.Session(
            aws_access_key_id=got["AccessKeyId"],
            aws_secret_access_key=got["SecretAccessKey"],
            aws_session_token=got["SessionToken"],
        )


def _session(profile: str | None, endpoint: str | None) -> boto3.Session:
    import boto3  # noqa: PLC0415 - as above

    if endpoint:
        # For profiles that assume a role, botocore uses its own client, which reads this variable.
        os.environ["AWS_ENDPOINT_URL"] = endpoint
    try:
        session = boto3.Session(profile_name=profile)
        found: Any = session.get_credentials()
    except botocore.exceptions.BotoCoreError as error:
        raise CouldNotLookError(" ".join(str(error).split())) from error
    if found is None and endpoint and is_local(endpoint):
        return _administrator(_OPERATOR_KEY)
    if found is None:
        who = f"profile {profile}" if profile else "the AWS configuration"
        raise CouldNotLookError(f"no credentials in {who}: log in, or pass --api-profile and --function-profile")
    return session


def _administrator(key: str) -> boto3.Session:
    """The session of one of the sandbox's conventional keys."""
    import boto3  # noqa: PLC0415 - as above

    return boto3.Session(aws_access_key_id=key, aws_secret_access_key=_SECRET)
