"""Verify a Signature Version 4: sign the request again with botocore's signer, and compare.

Sources: IAM user guide, reference_sigv (create a signed request, troubleshooting); re:Post
api-gateway-iam-sigv4-mismatch for API Gateway's messages. Every refusal is a 403.
"""

from __future__ import annotations

import hmac
import time
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, unquote_to_bytes

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.sessions import Sessions, in_partition
from cross_account_sandbox.execute_api.signed_request import (
    EXPIRED_TOKEN,
    INVALID,
    UNRECOGNIZED,
    SignatureRefusal,
    SignedRequest,
    compact,
    read_signature,
)
from cross_account_sandbox.http import HttpRequest

__all__ = ["MISMATCH", "SignatureRefusal", "verify"]

#: The maximum clock difference, in seconds.
CLOCK_SKEW_S = 300
#: The longest lifetime of a presigned URL, in seconds.
LONGEST_PRESIGNED_S = 7 * 24 * 3600
SERVICE = "execute-api"

_INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 - a text, not a token
_EXPIRED_TOKEN = "The security token included in the request is expired"  # noqa: S105 - as above
SCOPE_REGION = "Credential should be scoped to a valid region. "
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


def verify(
    request: HttpRequest,
    *,
    region: str,
    sessions: Sessions,
    service: str = SERVICE,
    now: float | None = None,
    skew_s: int = CLOCK_SKEW_S,
) -> Caller:
    """Return who signed this request for this service and Region. A conventional key is valid with any secret.

    The signature can be in the Authorization header or in the query (presigned). `now` is seconds
    since 1970. Raises SignatureRefusal, which has the status, error type and message of API Gateway's response.
    """
    signed = read_signature(request)
    moment = time.time() if now is None else now
    _check_time(signed, moment, skew_s)
    if "host" not in signed.signed_headers:
        # Unconfirmed: the message for a signature that omits Host. Reason: it is the message of DynamoDB and STS.
        raise SignatureRefusal(INVALID, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    _check_scope(signed, region=region, service=service)
    caller = sessions.caller(signed.access_key)
    if caller is None:
        raise SignatureRefusal(UNRECOGNIZED, _INVALID_TOKEN)
    if caller.conventional:
        return in_partition(caller, region)
    _check_signature(request, signed, caller, region=region, service=service)
    _check_token(signed, caller, moment)
    return caller


def _check_time(signed: SignedRequest, now: float, skew_s: int) -> None:
    lifetime = skew_s
    if signed.expires_s is not None:
        if not 0 < signed.expires_s <= LONGEST_PRESIGNED_S:
            # Unconfirmed: the message for an X-Amz-Expires out of range. Reason: it is the message of S3.
            raise SignatureRefusal(INVALID, f"X-Amz-Expires must be between 1 and {LONGEST_PRESIGNED_S} seconds")
        lifetime = signed.expires_s
    if signed.time_s + lifetime < now:
        earliest = compact(now - lifetime)
        span = f"{lifetime // 60} min." if lifetime % 60 == 0 else f"{lifetime} sec."
        raise SignatureRefusal(
            INVALID, f"Signature expired: {signed.timestamp} is now earlier than {earliest} ({compact(now)} - {span})"
        )
    if signed.time_s - skew_s > now:
        latest = compact(now + skew_s)
        raise SignatureRefusal(
            INVALID,
            f"Signature not yet current: {signed.timestamp} is still later than {latest} "
            f"({compact(now)} + {skew_s // 60} min.)",
        )


def _check_scope(signed: SignedRequest, *, region: str, service: str) -> None:
    faults = []
    if signed.region != region:
        faults.append(SCOPE_REGION)
    if signed.service != service:
        faults.append(f"Credential should be scoped to correct service: '{service}'. ")
    if signed.terminator != "aws4_request":
        faults.append(
            f"Credential should be scoped with a valid terminator: 'aws4_request', not '{signed.terminator}'. "
        )
    if signed.date != signed.timestamp[:8]:
        faults.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{signed.date}' != '{signed.timestamp[:8]}', from '{signed.timestamp}'. "
        )
    if faults:
        raise SignatureRefusal(INVALID, "".join(faults))


def _check_token(signed: SignedRequest, caller: Caller, now: float) -> None:
    """Check that a session's keys come with their token and have not expired."""
    if (signed.token or "") != (caller.session_token or ""):
        raise SignatureRefusal(UNRECOGNIZED, _INVALID_TOKEN)
    if caller.expires is not None and caller.expires <= now:
        raise SignatureRefusal(EXPIRED_TOKEN, _EXPIRED_TOKEN)


def _check_signature(request: HttpRequest, signed: SignedRequest, caller: Caller, *, region: str, service: str) -> None:
    signer = _SignAgainForS3 if service == "s3" else _SignAgain
    again = signer(signed=signed, request=request, secret=caller.secret_key, region=region, service=service).signed()
    if hmac.compare_digest(again.signature.encode(), signed.signature.encode("utf-8", "replace")):
        return
    raise SignatureRefusal(
        INVALID,
        (
            f"{MISMATCH}\n\nThe Canonical String for this request should have been\n'{again.canonical_request}'"
            f"\n\nThe String-to-Sign should have been\n'{again.string_to_sign}'\n"
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Signed:
    canonical_request: str
    string_to_sign: str
    signature: str


class _SignAgain(SigV4Auth):
    """botocore's signer with the headers that the client signed; always hashes the actual body."""

    def __init__(self, *, signed: SignedRequest, request: HttpRequest, secret: str, region: str, service: str) -> None:
        super().__init__(Credentials(signed.access_key, secret), service, region)
        self._signed = signed
        self._request = request

    def signed(self) -> _Signed:
        """Return the canonical request, the string to sign and the signature that this request should have."""
        query = canonical_query(self._request.query, without="X-Amz-Signature" if self._signed.presigned else None)
        # botocore would end the URL at a raw "#", and leave the rest unsigned.
        url = f"https://host.invalid{self._request.path.replace('#', '%23')}" + (f"?{query}" if query else "")
        # No headers here: botocore would trust an x-amz-content-sha256 header instead of hashing the body.
        again = AWSRequest(method=self._request.method, url=url, data=self._request.body)
        again.context["timestamp"] = self._signed.timestamp
        canonical_request = self.canonical_request(again)
        string_to_sign = self.string_to_sign(again, canonical_request)
        return _Signed(
            canonical_request=canonical_request,
            string_to_sign=string_to_sign,
            signature=self.signature(string_to_sign, again),
        )

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:  # noqa: ARG002 - botocore's signature
        headers = HTTPHeaders()
        for name in self._signed.signed_headers:
            for value in self._request.header_values(name):
                headers[name] = value
        return headers

    def payload(self, request: AWSRequest) -> str:  # noqa: ARG002 - as above
        return sha256(self._request.body).hexdigest()


class _SignAgainForS3(_SignAgain):
    """S3 signs the path as sent, and names the signed hash of the body in a header."""

    def _normalize_url_path(self, path: str) -> str:
        return path

    def payload(self, request: AWSRequest) -> str:
        said = self._request.header("x-amz-content-sha256")
        if self._signed.presigned and not said:
            return "UNSIGNED-PAYLOAD"
        # A hash must match the body. Otherwise the body is unsigned, or its chunks are signed, which is not checked
        # here.
        return said if said.startswith(("UNSIGNED-", "STREAMING-")) else super().payload(request)


def canonical_query(query: str, *, without: str | None = None) -> str:
    """Decode every name and value of the query and encode it by SigV4's rules, in the order sent."""
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return "&".join(
        f"{_encoded(name)}={_encoded(value)}" for name, _, value in pairs if without is None or name != without
    )


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="-_.~")
