"""Verifies signatures of AWS API calls like those of deployed APIs; errors have each protocol's codes and messages.

Sources: IAM user guide, "Troubleshoot Signature Version 4"; STS, Lambda and EC2 API references, "Common Errors".
"""

from __future__ import annotations

import hmac
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.auth import HmacV1QueryAuth
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from aws_rules.arns import is_region
from cross_account_sandbox.control_plane.credentials import S3_QUERY_KEY, CredentialScope
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.sessions import Sessions
from cross_account_sandbox.execute_api.signed_request import INVALID, SignatureRefusal, read_signature
from cross_account_sandbox.execute_api.sigv4 import MISMATCH, SCOPE_REGION, verify
from cross_account_sandbox.http import HttpRequest

#: Allowed clock skew in seconds: 15 minutes, but 5 for services with REST and JSON (seen in reports of both).
_SKEW_S = {"rest-json": 300}
_OTHER_SKEW_S = 900
#: Codes for a wrong signature, with their status; all other protocols use InvalidSignatureException with 403.
_WRONG = {
    "query": ("SignatureDoesNotMatch", 403),
    "rest-xml": ("SignatureDoesNotMatch", 403),
    "json": (INVALID, 400),
}
_NOT_VALIDATED = "AWS was not able to validate the provided access credentials"


def check_signature(sessions: Sessions, request: HttpRequest, scope: CredentialScope, protocol: str) -> None:
    """Raise AwsError unless the holder of the scope's key signed this request."""
    if _version_2(request):
        _check_version_2(sessions, request, scope)
        return
    try:
        signed = read_signature(request)
        skew_s = _SKEW_S.get(protocol, _OTHER_SKEW_S)
        verify(request, region=signed.region, service=signed.service, sessions=sessions, skew_s=skew_s)
    except SignatureRefusal as refusal:
        raise _in_words_of(protocol, refusal) from None
    if signed.access_key != scope.access_key:
        raise AwsError("IncompleteSignature", "The Authorization header names more than one access key.", 403)


def check_region(scope: CredentialScope, protocol: str) -> None:
    """Raise AwsError if the scope names something that cannot be a Region."""
    # Unconfirmed: the text for a scope whose Region no AWS service has. Reason: it is known from deployed APIs.
    if scope.region and not is_region(scope.region):
        raise _in_words_of(protocol, SignatureRefusal(INVALID, SCOPE_REGION))


def _version_2(request: HttpRequest) -> bool:
    unsigned = not request.header("Authorization") and "X-Amz-Credential" not in request.query
    return unsigned and S3_QUERY_KEY.search(request.query) is not None


def _check_version_2(sessions: Sessions, request: HttpRequest, scope: CredentialScope) -> None:
    """Verify a presigned S3 URL with the older algorithm. Source: S3 user guide, "Signing requests (SigV2)"."""
    query = {name: values[-1] for name, values in parse_qs(request.query).items()}
    expires = query.get("Expires", "")
    if not expires.isdecimal() or int(expires) < time.time():
        raise AwsError("AccessDenied", "Request has expired", 403)
    said = {name.lower(): value for name, value in (*query.items(), *request.headers)}
    headers: Any = HTTPHeaders()
    for name, value in said.items():
        if name in ("content-md5", "content-type") or name.startswith("x-amz-"):
            headers[name] = value
    signer = _SignAgainByVersion2(Credentials(scope.access_key, sessions.secret(scope.access_key) or ""), int(expires))
    # Values that the signer moved from headers into the query are signed only as headers.
    pairs = [pair for pair in request.query.split("&") if not pair.lower().startswith("x-amz-")]
    url = urlsplit(f"http://host.invalid{request.path.replace('#', '%23')}?{'&'.join(pairs)}")
    again = signer.get_signature(request.method, url, headers)
    if not hmac.compare_digest(again.encode(), query.get("Signature", "").encode("utf-8", "replace")):
        raise AwsError("SignatureDoesNotMatch", MISMATCH, 403)


class _SignAgainByVersion2(HmacV1QueryAuth):
    def __init__(self, credentials: Credentials, expires: int) -> None:
        super().__init__(credentials, expires)
        self.expires = expires

    def _get_date(self) -> str:
        return str(self.expires)


def _in_words_of(protocol: str, refusal: SignatureRefusal) -> AwsError:
    if protocol == "ec2":
        return AwsError("AuthFailure", _NOT_VALIDATED, 401)
    if refusal.error_type == INVALID:
        code, status = _WRONG.get(protocol, (INVALID, 403))
        return AwsError(code, refusal.message, status)
    code = refusal.error_type if protocol in ("json", "rest-json") else refusal.error_type.removesuffix("Exception")
    return AwsError(code, refusal.message, 400 if protocol == "json" else 403)
