"""The download link in GetFunction's response: it points to the deployment package and is valid for ten minutes.

On AWS it is a presigned URL of a bucket that Lambda owns (API reference, FunctionCodeLocation). Here it is a signed
path on the sandbox's own port; as on AWS, anyone with the link can download the package without credentials.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import time
from urllib.parse import parse_qs, urlencode

from cross_account_sandbox.functions.store import FunctionVersion
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.world import World

PREFIX = "/_aws/lambda-code/"
#: Seconds; Lambda API reference, GetFunction: "a link to download the deployment package that's valid for 10 minutes".
_VALID_S = 600


def code_location(world: World, version: FunctionVersion) -> str:
    """The download link for a version's deployment package."""
    digest = base64.b64decode(version.code_sha256).hex()
    path = f"{PREFIX}{version.account}/{version.function_name}/{digest}"
    expires = str(int(time.time()) + _VALID_S)
    return f"{world.endpoint}{path}?{urlencode({'Expires': expires, 'Signature': _signature(world, path, expires)})}"


async def package(world: World, request: HttpRequest) -> HttpResponse | None:
    """Respond to a download link, with S3's error message if it is rejected; None for any other request."""
    if not request.path.startswith(PREFIX):
        return None
    given = {name: values[0] for name, values in parse_qs(request.query).items()}
    expires = given.get("Expires", "")
    expected = _signature(world, request.path, expires)
    if not hmac.compare_digest(given.get("Signature", "").encode(), expected.encode()):
        message = "The request signature we calculated does not match the signature you provided."
        return _refused(403, "SignatureDoesNotMatch", message)
    if int(expires) < time.time():
        return _refused(403, "AccessDenied", "Request has expired")
    content = await asyncio.to_thread(world.code_folders.archive, request.path.rpartition("/")[2])
    if content is None:
        return _refused(404, "NoSuchKey", "The specified key does not exist.")
    return HttpResponse(status=200, headers=[("Content-Type", "application/zip")], body=content)


def _signature(world: World, path: str, expires: str) -> str:
    return hmac.new(world.link_key, f"{path}\n{expires}".encode(), hashlib.sha256).hexdigest()


def _refused(status: int, code: str, message: str) -> HttpResponse:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return HttpResponse(status=status, headers=[("Content-Type", "application/xml")], body=body.encode())
