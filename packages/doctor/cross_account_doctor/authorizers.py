"""An authorizer of a REST or HTTP API."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Authorizer:
    """An authorizer; `uri` and `credentials` as edited, without stage variables substituted.

    calls_lambda  True if a function decides (TOKEN, REQUEST), not an issuer (JWT) or a user pool
    """

    id: str
    name: str
    type: str
    calls_lambda: bool
    uri: str = ""
    credentials: str = ""
