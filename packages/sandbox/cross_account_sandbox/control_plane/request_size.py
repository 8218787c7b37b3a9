"""How large an AWS API call may be. The data plane takes what API Gateway takes."""

from __future__ import annotations

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service_model import rest_operation
from cross_account_sandbox.http import HttpRequest

#: Bytes of any service's call here. S3 takes 5 GB on AWS.
LARGEST_CALL = 80 * 1024 * 1024
#: Bytes of a call of Lambda's API: an archive of 50 MB as base64, with what is around it (recorded on AWS).
_LARGEST_OF_LAMBDA = 70_167_211


def check_size(service: str | None, request: HttpRequest) -> None:
    """Raise AwsError (413) for a call that is too large, before its signature is checked."""
    most = _LARGEST_OF_LAMBDA if service == "lambda" else LARGEST_CALL
    if request.size <= most:
        return
    found = rest_operation(service, request.method, request.target) if service == "lambda" else None
    operation = f" for the {found[0].name} operation" if found else ""
    raise AwsError("RequestEntityTooLargeException", f"Request must be smaller than {most} bytes{operation}", 413)
