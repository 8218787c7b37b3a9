"""The size limits of AWS API calls. The data plane has API Gateway's limits."""

from __future__ import annotations

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service_model import rest_operation
from cross_account_sandbox.http import HttpRequest

#: The largest call of any service, in bytes. On AWS, S3 accepts 5 GB.
LARGEST_CALL = 80 * 1024 * 1024
#: The largest call of Lambda's API, in bytes: an archive of 50 MB as base64, with the surrounding JSON (recorded on
#: AWS).
_LARGEST_OF_LAMBDA = 70_167_211


def check_size(service: str | None, request: HttpRequest) -> None:
    """Raise AwsError (413) for a call that is too large, before its signature is checked."""
    most = _LARGEST_OF_LAMBDA if service == "lambda" else LARGEST_CALL
    if request.size <= most:
        return
    found = rest_operation(service, request.method, request.target) if service == "lambda" else None
    operation = f" for the {found[0].name} operation" if found else ""
    raise AwsError("RequestEntityTooLargeException", f"Request must be smaller than {most} bytes{operation}", 413)
