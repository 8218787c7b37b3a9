"""Requests signed in the way of an AWS SDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

if TYPE_CHECKING:
    from tests.examples.conftest import Up


def signed_headers(
    method: str,
    url: str,
    credentials: Mapping[str, str],
    *,
    region: str = "us-east-1",
    service: str = "execute-api",
    body: bytes = b"",
) -> dict[str, str]:
    """The headers of a SigV4 signature with `Credentials` from STS."""
    request = AWSRequest(method=method, url=url, data=body)
    keys = Credentials(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials.get("SessionToken"))
    SigV4Auth(keys, service, region).add_auth(request)
    return dict(request.headers.items())


def take_role(up: Up, role_arn: str, *, by: Mapping[str, str] | None = None, **extra: str) -> Mapping[str, str]:
    """`Credentials` from STS for a session of this role, assumed by the operator or with the given credentials."""
    sts = up.sandbox.client("sts", credentials=by)
    taken: Mapping[str, str] = sts.assume_role(RoleArn=role_arn, RoleSessionName="tests", **extra)["Credentials"]
    return taken
