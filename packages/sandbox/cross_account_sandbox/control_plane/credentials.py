"""The credentials of a signed request: its access key, service and Region."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.sessions import Sessions
from cross_account_sandbox.http import HttpRequest

_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
#: The signer of an S3 URL presigned with Signature Version 2, which SDKs still use by default in us-east-1.
S3_QUERY_KEY = re.compile(r"(?:^|&)AWSAccessKeyId=([A-Za-z0-9]+)(?=&|$)")
_EXPIRED = {"query": "ExpiredToken", "rest-xml": "ExpiredToken", "ec2": "RequestExpired"}
_UNKNOWN = {"query": "InvalidClientTokenId", "rest-xml": "InvalidClientTokenId", "ec2": "AuthFailure"}


@dataclass(frozen=True, kw_only=True, slots=True)
class CredentialScope:
    """The credential scope of a signature (SigV4): `key/date/region/service/aws4_request`."""

    access_key: str
    region: str
    service: str
    session_token: str | None

    @classmethod
    def of(cls, request: HttpRequest) -> CredentialScope | None:
        """The scope in the Authorization header, or in the query of a presigned URL; None for an unsigned request."""
        match = _CREDENTIAL.search(request.header("Authorization"))
        query = parse_qs(request.query) if "X-Amz-Credential" in request.query else {}
        text = match[1] if match else query.get("X-Amz-Credential", [""])[0]
        token = request.header("X-Amz-Security-Token") or query.get("X-Amz-Security-Token", [""])[0]
        if not text and (older := S3_QUERY_KEY.search(request.query)):
            token = parse_qs(request.query).get("x-amz-security-token", [""])[0]
            return cls(access_key=older[1], region="us-east-1", service="s3", session_token=token or None)
        # An access key cannot contain slashes; a scope of another length is not a SigV4 scope.
        fields = text.split("/")
        if len(fields) != 5:
            return None
        return cls(access_key=fields[0], region=fields[2], service=fields[3].lower(), session_token=token or None)

    def in_header(self, request: HttpRequest) -> HttpRequest:
        """Return the request with this scope in an Authorization header, which moto reads; presigned URLs have none."""
        if request.header("Authorization"):
            return request
        credential = f"{self.access_key}/00000000/{self.region}/{self.service}/aws4_request"
        header = ("Authorization", f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0")
        return replace(request, headers=(*request.headers, header))


def authenticate(sessions: Sessions, scope: CredentialScope, protocol: str) -> Caller:
    """Return the holder of the key and token; `signatures.check_signature` verifies that the holder signed.

    Raises AwsError, as the service's protocol words it, for an unknown key, a wrong token or an expired session.
    """
    caller = sessions.caller(scope.access_key)
    if caller is None or caller.session_token != scope.session_token:
        # Clients with a conventional key can send a leftover session token from their environment; it is ignored.
        if caller is not None and caller.conventional:
            return caller
        code = _UNKNOWN.get(protocol, "UnrecognizedClientException")
        raise AwsError(code, "The security token included in the request is invalid.", _status(protocol, 401))
    if caller.expires is not None and caller.expires <= time.time():
        code = _EXPIRED.get(protocol, "ExpiredTokenException")
        raise AwsError(code, "The security token included in the request is expired", _status(protocol, 400))
    return caller


def _status(protocol: str, ec2: int) -> int:
    return {"json": 400, "ec2": ec2}.get(protocol, 403)
