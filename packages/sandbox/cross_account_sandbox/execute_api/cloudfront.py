"""The CloudFront distribution in front of an edge-optimised API: what it adds to requests and to answers.

Source: events and answers recorded on AWS; CloudFront developer guide, "Add CloudFront request headers". Who views from
where is not known here: a desktop in the US, in an autonomous system reserved for documentation (RFC 5398).
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
    """One request's way through CloudFront: the server that took it, and CloudFront's id for it. New for each."""

    via: str = field(default_factory=lambda: f"1.1 {secrets.token_hex(16)}.cloudfront.net (CloudFront)")
    request_id: str = field(default_factory=lambda: base64.urlsafe_b64encode(secrets.token_bytes(40)).decode())

    def headers(self) -> list[tuple[str, str]]:
        """What API Gateway gets beside the client's own headers."""
        return [*_VIEWER, ("Via", self.via), ("X-Amz-Cf-Id", self.request_id)]

    def stamp(self, response: HttpResponse) -> None:
        """Add what the client gets. Nothing is cached: an answer is a miss or an error."""
        result = "Error" if response.status >= 400 else "Miss"
        response.headers += [
            ("X-Cache", f"{result} from cloudfront"),
            ("Via", self.via),
            ("X-Amz-Cf-Pop", _LOCATION),
            ("X-Amz-Cf-Id", self.request_id),
        ]
