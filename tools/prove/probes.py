"""All probes by name."""

from __future__ import annotations

from collections.abc import Mapping

from tools.prove.probe import Probe
from tools.prove.tables.errors import ERROR_PROBES
from tools.prove.tables.http_calls import HTTP_CALLS
from tools.prove.tables.lambda_calls import LAMBDA_CALLS
from tools.prove.tables.permissions import PERMISSIONS
from tools.prove.tables.requests import REQUESTS
from tools.prove.tables.rest_calls import REST_CALLS
from tools.prove.tables.signed import SIGNED

_CALLS = (*REST_CALLS, *LAMBDA_CALLS, *HTTP_CALLS)
PROBES: Mapping[str, Probe] = {
    probe.name: probe for probe in (*REQUESTS, *PERMISSIONS, *SIGNED, *ERROR_PROBES, *_CALLS)
}
