"""The IDs that API Gateway gives each request."""

from __future__ import annotations

import base64
import re
import time

from cross_account_sandbox.unique_ids import random_hex, random_uuid

_ROOT = re.compile(r"Root=(1-[0-9a-f]{8}-[0-9a-f]{24})")


def request_id() -> str:
    """`x-amzn-RequestId` and `$context.requestId`."""
    return random_uuid()


def extended_request_id() -> str:
    """`x-amz-apigw-id` and `$context.extendedRequestId`: 16 characters of base64."""
    return base64.b64encode(bytes.fromhex(random_hex(22))).decode()


def trace_root(header: str) -> str:
    """`Root=1-…`: from the caller's X-Amzn-Trace-Id if it has one, otherwise new."""
    match = _ROOT.search(header) if header else None
    if match:
        return f"Root={match[1]}"
    return f"Root=1-{int(time.time()):08x}-{random_hex(24)}"
