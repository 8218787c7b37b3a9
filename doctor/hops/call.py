"""One harmless GET, sent only when asked for, and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import botocore.exceptions
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from components.arns import dns_suffix
from doctor.errors import CouldNotLookError
from doctor.findings import Finding, HopName, Mend, Note, Status
from doctor.routes import DEFAULT_ROUTE, matching, sample_path

if TYPE_CHECKING:
    from doctor.routes import Route
    from doctor.survey import Survey

#: API Gateway's own limit, and a little more for the way.
_TIMEOUT_S = 35
#: An HTTP API's stage that answers without a stage in the path.
_ROOT_STAGE = "$default"
_ANSWER_GET = ("GET", "ANY", DEFAULT_ROUTE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back."""

    url: str
    route: str
    status: int
    body: str
    error_type: str = ""


def send(survey: Survey, endpoint: str | None) -> Answer | None:
    """Send the request; None where the API has no GET to send it to. Raises CouldNotLookError."""
    route, path = _chosen(survey)
    if route is None:
        return None
    url = _address(survey, endpoint, path)
    request = AWSRequest(method="GET", url=url, headers={"user-agent": "doctor"})
    if route.authorization == "AWS_IAM":
        credentials = survey.accounts.api.session.get_credentials()
        if credentials is not None:
            SigV4Auth(credentials.get_frozen_credentials(), "execute-api", survey.region).add_auth(request)
    try:
        response = URLLib3Session(timeout=_TIMEOUT_S).send(request.prepare())
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.HTTPClientError) as error:
        message = f"GET {url} got no answer: {' '.join(str(error).split())}"
        raise CouldNotLookError(message) from error
    text = response.content.decode("utf-8", "replace")
    return Answer(
        url=url,
        route=route.name,
        status=response.status_code,
        body=text[:300],
        error_type=response.headers.get("x-amzn-errortype", ""),
    )


def check(answer: Answer | None, explained: bool) -> Iterator[Finding | Note]:  # noqa: FBT001 - one fact
    """An answer of the API itself that no hop explains is a finding; what a handler answers is not."""
    if answer is None:
        yield Note(hop=HopName.CALL, text="no request was sent: the API has no route that answers GET")
        return
    said = f"GET {answer.url} was answered {answer.status}"
    if answer.status < 500 and not (answer.status == 403 and answer.error_type):
        yield Note(hop=HopName.CALL, text=said)
        return
    if explained:
        yield Note(hop=HopName.CALL, text=f"{said}, which the findings explain")
        return
    yield Finding(
        hop=HopName.CALL,
        status=Status.BROKEN,
        cause=f"{said} ({answer.error_type or 'no error type'}), and no hop before explains it",
        evidence={
            "url": answer.url,
            "status": answer.status,
            "body": answer.body,
            "x-amzn-errortype": answer.error_type,
        },
        mend=Mend(setting="switch execution logging on and look again; 403 may be the caller's own rights"),
        routes=(answer.route,),
    )


def _chosen(survey: Survey) -> tuple[Route | None, str]:
    """The route asked for if it answers GET, else the first that does."""
    if survey.target.route is not None:
        method, path = survey.target.route
        route = matching(survey.edited, "GET", path) if method in _ANSWER_GET else None
        return route, sample_path(path)
    for route in sorted(survey.edited, key=lambda item: (item.path.count("{"), item.path)):
        if route.method in _ANSWER_GET:
            return route, sample_path(route.path)
    return None, "/"


def _address(survey: Survey, endpoint: str | None, path: str) -> str:
    target = survey.target
    tail = quote(path, safe="/")
    if endpoint:
        return f"{endpoint.rstrip('/')}/_aws/execute-api/{target.api_id}/{target.stage}{tail}"
    if target.url and not survey.endpoint_disabled:
        return f"{target.url.rstrip('/')}{tail}"
    host = f"{target.api_id}.execute-api.{survey.region}.{dns_suffix(survey.partition)}"
    return f"https://{host}{'' if target.stage == _ROOT_STAGE else f'/{target.stage}'}{tail}"
