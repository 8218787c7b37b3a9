"""The CloudFront distribution in front of an edge-optimized API: the headers it adds to requests and responses.

Source: events and responses recorded on AWS; CloudFront developer guide, "Add CloudFront request headers". The viewer
is unknown in the sandbox, so every viewer is a desktop in the US, in an autonomous system reserved for documentation
(RFC 5398).
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field

from cross_account_sandbox.http import HttpResponse

_VIEWER = (
    ("CloudFront-Forwarded-Proto", "https"),
    ("CloudFront-Is-Desktop-Viewer", "true"),
    ("CloudFront-Is-Mobile-Viewer", "false"),
    ("CloudFront-Is-SmartTV-Viewer", "false"),
    ("CloudFront-Is-Tablet-Viewer", "false"),
    ("CloudFront-Viewer-ASN", "64496"),
    ("CloudFront-Viewer-Country", "US"),
)
_LOCATION = "IAD12-P1"


@dataclass(frozen=True, kw_only=True, slots=True)
class EdgeRequest:
    """One request's passage through CloudFront: the edge server and CloudFront's request ID, new for each request."""

    via: str = field(default_factory=lambda: f"1.1 {secrets.token_hex(16)}.cloudfront.net (CloudFront)")
    request_id: str = field(default_factory=lambda: base64.urlsafe_b64encode(secrets.token_bytes(40)).decode())

    def headers(self) -> list[tuple[str, str]]:
        """Return the headers that API Gateway gets in addition to the client's."""
        return [*_VIEWER, ("Via", self.via), ("X-Amz-Cf-Id", self.request_id)]

    def stamp(self, response: HttpResponse) -> None:
        """Add the response headers for the client. Nothing is cached: a response is a miss or an error."""
        result = "Error" if response.status >= 400 else "Miss"
        response.headers += [
            ("X-Cache", f"{result} from cloudfront"),
            ("Via", self.via),
            ("X-Amz-Cf-Pop", _LOCATION),
            ("X-Amz-Cf-Id", self.request_id),
        ]
