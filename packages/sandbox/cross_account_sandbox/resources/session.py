"""A provider's identity on AWS: logs in as `pulumi:providers:aws` describes, and provides botocore clients.

The inputs are those of pulumi-aws. Nested values are JSON text, because providers accept only strings and booleans. As
in the AWS provider, account IDs are checked before anything is created.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping, Sequence
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_rules.arns import partition_of_region
from cross_account_sandbox.resources.endpoints import Endpoints
from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.login_call import call_sts
from cross_account_sandbox.resources.made_for import name_purpose

if TYPE_CHECKING:
    from botocore.hooks import HierarchicalEmitter
    from botocore.session import Session

#: The supported inputs of `pulumi:providers:aws`; others are rejected.
PROVIDER_INPUTS = frozenset(
    {
        "accessKey",
        "allowedAccountIds",
        "assumeRoles",
        "defaultTags",
        "endpoints",
        "forbiddenAccountIds",
        "maxRetries",
        "profile",
        "region",
        "retryMode",
        "s3UsePathStyle",
        "secretKey",
        "sharedConfigFiles",
        "sharedCredentialsFiles",
        "skipCredentialsValidation",
        "skipMetadataApiCheck",
        "skipRegionValidation",
        "skipRequestingAccountId",
        "stsRegion",
        "token",
        "version",
    }
)
_ROLE_ARN = re.compile(r"^arn:[^:]+:iam::(?P<account>\d{12}):role/.+$")
_DEFAULT_SESSION_NAME = "pulumi-sandbox"


class ProviderSession:
    """One login: account, Region, default tags, and a client for each service. Thread-safe."""

    def __init__(
        self,
        *,
        region: str,
        account: str,
        endpoints: Endpoints,
        credentials: Mapping[str, str],
        default_tags: Mapping[str, str] | None = None,
        retries: int = 2,
    ) -> None:
        self.region = region
        self.account = account
        self.partition = partition_of_region(region)
        self.default_tags = dict(default_tags or {})
        self._endpoints = endpoints
        self._credentials = dict(credentials)
        self._retries = retries
        self._clients: dict[tuple[str, str], Any] = {}
        self._botocore: Session | None = None
        self._lock = threading.Lock()

    @classmethod
    def from_provider_inputs(cls, inputs: Mapping[str, Any]) -> ProviderSession:
        """Log in with the provider's inputs, assuming the roles in order.

        Raises EndpointError, before any call, if the provider could reach AWS; HandlerError for an unsupported input or
        an account that is not allowed (`AWS account ID not allowed: …`, the AWS provider's message); botocore's
        ClientError for errors from STS.
        """
        endpoints = endpoints_of(inputs)
        unknown = sorted(set(inputs) - PROVIDER_INPUTS)
        if unknown:
            known = ", ".join(sorted(PROVIDER_INPUTS))
            raise HandlerError(f"pulumi:providers:aws: the input {unknown[0]!r} is not supported: use {known}")
        region = inputs.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        if not region:
            raise HandlerError("pulumi:providers:aws: region is required: set the provider's `region`, or AWS_REGION")
        session = cls(
            region=str(region),
            account="",
            endpoints=endpoints,
            credentials=_static_credentials(inputs),
            default_tags=(_decoded(inputs.get("defaultTags")) or {}).get("tags"),
            retries=int(_decoded(inputs.get("maxRetries")) or 2),
        )
        for role in _sequence(_decoded(inputs.get("assumeRoles"))):
            session = session._assuming(role, str(inputs.get("stsRegion") or region))
        if not session.account and not _decoded(inputs.get("skipRequestingAccountId")):
            session.account = session.look_up_account()
        _refuse_other_accounts(session.account, inputs)
        return session

    def client(self, service: str, region: str | None = None) -> Any:
        """The client of a service, by botocore's name, in the given Region or the provider's."""
        key = (service, region or self.region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._make_client(*key)
            return self._clients[key]

    def _make_client(self, service: str, region: str) -> Any:
        from botocore.config import Config

        options = Config(
            retries={"total_max_attempts": self._retries + 1, "mode": "standard"},
            max_pool_connections=20,
            # Without "regional", botocore looks up the Region of S3's global endpoint, and the shared loader has none.
            s3={"addressing_style": "path", "us_east_1_regional_endpoint": "regional"},
        )
        # A session takes longer to create than a client.
        self._botocore = self._botocore or _botocore_session(self._credentials.get("profile"))
        client = self._botocore.create_client(
            service,
            region_name=region,
            endpoint_url=self._endpoints.of(service),
            aws_access_key_id=self._credentials.get("accessKey"),
            aws_secret_access_key=self._credentials.get("secretKey"),
            aws_session_token=self._credentials.get("token"),
            config=options,
        )
        client.meta.events.register("before-call", name_purpose)
        return client

    def _assuming(self, role: Mapping[str, Any], sts_region: str) -> ProviderSession:
        arn = str(role.get("roleArn", ""))
        match = _ROLE_ARN.match(arn)
        if match is None:
            raise HandlerError(
                f"assumeRoles: {arn!r} is not the ARN of a role: expected arn:partition:iam::account:role/name"
            )
        request = {"RoleArn": arn, "RoleSessionName": str(role.get("sessionName") or _DEFAULT_SESSION_NAME)}
        if role.get("externalId"):
            request["ExternalId"] = str(role["externalId"])
        if role.get("policy"):
            request["Policy"] = str(role["policy"])
        keys = self._call_sts("AssumeRole", request, region=sts_region)
        if keys is None:
            keys = self.client("sts", sts_region).assume_role(**request)["Credentials"]
        return ProviderSession(
            region=self.region,
            account=match["account"],
            endpoints=self._endpoints,
            credentials={
                "accessKey": keys["AccessKeyId"],
                "secretKey": keys["SecretAccessKey"],
                "token": keys["SessionToken"],
            },
            default_tags=self.default_tags,
            retries=self._retries,
        )

    def look_up_account(self) -> str:
        """The account of the keys, by STS."""
        found = self._call_sts("GetCallerIdentity", {}, region=self.region)
        return str((found or self.client("sts").get_caller_identity())["Account"])

    def _call_sts(self, action: str, request: Mapping[str, str], *, region: str) -> Mapping[str, Any] | None:
        return call_sts(self._endpoints.of("sts"), action, request, credentials=self._credentials, region=region)


def endpoints_of(inputs: Mapping[str, Any]) -> Endpoints:
    """The endpoints of a provider with these inputs. Raises EndpointError."""
    named: dict[str, str] = {}
    for entry in _sequence(_decoded(inputs.get("endpoints"))):
        named.update({str(name).rstrip("_"): str(url) for name, url in entry.items() if url})
    return Endpoints(named)


#: Allowed sources of access keys. Botocore's other sources (a profile's role, SSO, a process, instance metadata) call
#: AWS, directly or indirectly.
_KEYS_AT_HAND = ("env", "shared-credentials-file", "config-file")


def _botocore_session(profile: str | None) -> Session:
    from botocore.session import Session

    from cross_account_sandbox.service_descriptions import shared_loader

    session = Session(profile=profile, event_hooks=copy(_handlers()), include_builtin_handlers=False)
    session.register_component("data_loader", shared_loader())
    resolver = session.get_component("credential_provider")
    resolver.providers = [each for each in resolver.providers if each.METHOD in _KEYS_AT_HAND]
    return session


@cache
def _handlers() -> HierarchicalEmitter:
    """Return botocore's event handlers, to be copied: registering them is most of the work of creating a session."""
    from botocore.hooks import HierarchicalEmitter
    from botocore.session import Session

    handlers = HierarchicalEmitter()
    Session(event_hooks=handlers)
    return handlers


def warm(services: Sequence[str]) -> None:
    """Parse the models of these services, so that the first call of a deployment does not have to."""
    session = _botocore_session(None)
    for service in services:
        session.create_client(
            service,
            region_name="us-east-1",
            endpoint_url="http://127.0.0.1:9",
            aws_access_key_id="warm",
            aws_secret_access_key="warm",  # noqa: S106 - never sent
        )


def _static_credentials(inputs: Mapping[str, Any]) -> dict[str, str]:
    names = ("accessKey", "secretKey", "token", "profile")
    return {name: str(inputs[name]) for name in names if inputs.get(name)}


def _refuse_other_accounts(account: str, inputs: Mapping[str, Any]) -> None:
    allowed = [str(entry) for entry in _sequence(_decoded(inputs.get("allowedAccountIds")))]
    forbidden = [str(entry) for entry in _sequence(_decoded(inputs.get("forbiddenAccountIds")))]
    if (allowed and account not in allowed) or account in forbidden:
        raise HandlerError(f"AWS account ID not allowed: {account}")


def _decoded(value: object) -> Any:
    """Decode a provider input: values other than strings are JSON text."""
    if not isinstance(value, str):
        return _camel(value)
    try:
        return _camel(json.loads(value))
    except ValueError:
        return value


def _camel(value: object) -> Any:
    """Convert keys to camel case: programs that pass plain dictionaries send Python's snake_case keys."""
    if isinstance(value, dict):
        return {
            re.sub(r"_([a-z])", lambda part: part[1].upper(), str(key)): _camel(item) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_camel(item) for item in value]
    return value


def _sequence(value: object) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
