"""Read a request's signature from the Authorization header or from the query of a presigned URL."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from urllib.parse import unquote

from cross_account_sandbox.http import HttpRequest

ALGORITHM = "AWS4-HMAC-SHA256"
_TIMESTAMP = "%Y%m%dT%H%M%SZ"

# Error names in the header x-amzn-ErrorType.
EXPIRED_TOKEN = "ExpiredTokenException"  # noqa: S105 - a name, not a token
INCOMPLETE = "IncompleteSignatureException"
INVALID = "InvalidSignatureException"
MISSING = "MissingAuthenticationTokenException"
UNRECOGNIZED = "UnrecognizedClientException"


class SignatureRefusal(Exception):  # noqa: N818 - the word the gateway uses
    """A signature that API Gateway does not accept.

    status      of the response, always 403
    error_type  of the header x-amzn-ErrorType
    message     of the body `{"message": …}`
    """

    def __init__(self, error_type: str, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.status = status


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedRequest:
    """The parts of a signature.

    timestamp   as signed, `20261121T094515Z`; `time_s` the same in seconds since 1970
    presigned   True if the query contains the signature
    expires_s   the lifetime of a presigned URL in seconds; None if not given, as in a header
    """

    access_key: str
    date: str
    region: str
    service: str
    terminator: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    time_s: float
    token: str | None
    presigned: bool = False
    expires_s: int | None = None


def compact(moment: float) -> str:
    """Format a time as SigV4 does."""
    return datetime.fromtimestamp(moment, tz=UTC).strftime(_TIMESTAMP)


def read_signature(request: HttpRequest) -> SignedRequest:
    """Read the request's signature. Raises SignatureRefusal if it is missing or incomplete."""
    header = request.header("authorization").strip()
    if header:
        return _from_header(request, header)
    query = {
        unquote(name).lower(): unquote(value)
        for name, _, value in (pair.partition("=") for pair in request.query.split("&"))
    }
    if "x-amz-algorithm" in query or "x-amz-signature" in query:
        return _from_query(query)
    raise SignatureRefusal(MISSING, "Missing Authentication Token")


def _from_header(request: HttpRequest, header: str) -> SignedRequest:
    algorithm, _, rest = header.partition(" ")
    fields: dict[str, str] = {}
    for part in (item.strip() for item in rest.split(",")):
        name, equal, value = part.partition("=")
        if part and not equal:
            raise SignatureRefusal(
                INCOMPLETE,
                (
                    "Invalid key=value pair (missing equal-sign) in Authorization header "
                    f"(hashed with SHA-256 and encoded with Base64): '{_hashed(part)}'."
                ),
            )
        fields[name.strip()] = value.strip()
    timestamp = _http_date(request)
    missing = [
        f"Authorization header requires '{name}' parameter. "
        for name in ("Credential", "Signature", "SignedHeaders")
        if not fields.get(name)
    ]
    if timestamp is None:
        missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
    if missing or timestamp is None:
        raise SignatureRefusal(
            INCOMPLETE,
            f"{''.join(missing)}(Hashed with SHA-256 and encoded with Base64) Authorization={_hashed(header)}",
        )
    return _signed(
        algorithm=algorithm,
        credential=fields["Credential"],
        signed_headers=fields["SignedHeaders"],
        signature=fields["Signature"],
        timestamp=timestamp,
        token=request.header("x-amz-security-token") or None,
    )


def _from_query(query: Mapping[str, str]) -> SignedRequest:
    names = (
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Signature",
        "X-Amz-SignedHeaders",
        "X-Amz-Date",
    )
    missing = [f"AWS query-string parameters must include '{name}'. " for name in names if not query.get(name.lower())]
    if missing:
        # Unconfirmed: the message for a presigned request that lacks parameters. Reason: it is the message of STS and
        # DynamoDB.
        raise SignatureRefusal(INCOMPLETE, f"{''.join(missing)}Re-examine the query-string parameters.")
    # Signing libraries add X-Amz-Expires only for S3.
    # Unconfirmed: that a presigned request without X-Amz-Expires is valid as long as one signed by a header. Reason:
    # this is known only of services other than execute-api.
    expires = query.get("x-amz-expires")
    return _signed(
        algorithm=query["x-amz-algorithm"],
        credential=query["x-amz-credential"],
        signed_headers=query["x-amz-signedheaders"],
        signature=query["x-amz-signature"],
        timestamp=query["x-amz-date"],
        token=query.get("x-amz-security-token"),
        presigned=True,
        expires_s=None if expires is None else int(expires) if re.fullmatch("[0-9]{1,9}", expires) else 0,
    )


def _signed(
    *,
    algorithm: str,
    credential: str,
    signed_headers: str,
    signature: str,
    timestamp: str,
    token: str | None,
    presigned: bool = False,
    expires_s: int | None = None,
) -> SignedRequest:
    try:
        moment = datetime.strptime(timestamp, _TIMESTAMP).replace(tzinfo=UTC)
    except ValueError:
        raise SignatureRefusal(
            INCOMPLETE,
            f"Date must be in ISO-8601 'basic format'. Got '{timestamp}'. See http://en.wikipedia.org/wiki/ISO_8601",
        ) from None
    if algorithm != ALGORITHM:
        # AWS4-ECDSA-P256-SHA256 (SigV4a) is refused as well: only AWS has the keys to verify it.
        raise SignatureRefusal(INCOMPLETE, f"Unsupported AWS 'algorithm': '{algorithm}' (only {ALGORITHM} for now). ")
    elements = credential.strip("/").split("/")
    if len(elements) != 5:
        raise SignatureRefusal(
            INCOMPLETE,
            (
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
                f"got '{credential}'"
            ),
        )
    access_key, date, region, service, terminator = elements
    return SignedRequest(
        access_key=access_key,
        date=date,
        region=region,
        service=service,
        terminator=terminator,
        signed_headers=tuple(dict.fromkeys(name.strip().lower() for name in signed_headers.split(";") if name.strip())),
        signature=signature,
        timestamp=timestamp,
        time_s=moment.timestamp(),
        token=token,
        presigned=presigned,
        expires_s=expires_s,
    )


def _http_date(request: HttpRequest) -> str | None:
    """Return the signing time: X-Amz-Date, or Date in either format."""
    stamp = request.header("x-amz-date").strip()
    if stamp:
        return stamp
    date = request.header("date").strip()
    if not date:
        return None
    try:
        return compact(parsedate_to_datetime(date).timestamp())
    except ValueError:
        return date


def _hashed(text: str) -> str:
    return base64.b64encode(sha256(text.encode("utf-8", "replace")).digest()).decode()
