"""One harmless GET request, sent only with --call, and its response."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import botocore.exceptions
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from aws_rules.arns import dns_suffix
from cross_account_doctor.errors import CouldNotLookError, NotAllowedError
from cross_account_doctor.findings import Finding, HopName, Mend, Note, Status
from cross_account_doctor.function_calls import FunctionCall, route_calls
from cross_account_doctor.hops import result
from cross_account_doctor.hops.rest.refusals import why_refused
from cross_account_doctor.log_events import TooLongError
from cross_account_doctor.rest_survey import RestSurvey
from cross_account_doctor.routes import DEFAULT_ROUTE, Route, matching, sample_path
from cross_account_doctor.survey import Survey

#: API Gateway's own limit, plus some time for the network.
_TIMEOUT_S = 35
#: The stage of an HTTP API whose URL has no stage in its path.
_ROOT_STAGE = "$default"
#: HTTP APIs' own error responses; REST APIs' error responses have an error type.
_OWN_BODIES = ('{"message":"Internal Server Error"}', '{"message":"Service Unavailable"}')
#: API Gateway's messages for a request that policies do not allow, or that a Deny statement refuses.
_ACCESS_DENIED = "AccessDeniedException"
_EXPLICIT = "explicit deny"
_SERVER_ERROR = 500
_USER_AGENT = "doctor"
_ANSWER_GET = ("GET", "ANY", DEFAULT_ROUTE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The response."""

    url: str
    route: str
    status: int
    body: str
    error_type: str = ""

    @property
    def is_of_gateway(self) -> bool:
        """True if API Gateway itself failed; a handler's response has no error type, and its own body."""
        return self.status >= 500 and (bool(self.error_type) or self.body in _OWN_BODIES)


def send(survey: Survey, endpoint: str | None) -> Answer | str:
    """Send the request, or return text that says why it was not sent. Raises CouldNotLookError."""
    route, path = _chosen(survey)
    if route is None:
        return "the API has no route for GET"
    if survey.private:
        return "the API is private and can only be reached through a VPC endpoint"
    if survey.endpoint_disabled and not survey.target.url:
        return "the default endpoint is disabled; to send the request to the custom domain, pass the stack's outputs"
    url = _address(survey, endpoint, path)
    request = AWSRequest(method="GET", url=url, headers={"user-agent": _USER_AGENT})
    if route.authorization == "AWS_IAM":
        credentials = survey.accounts.api.session.get_credentials()
        if credentials is not None:
            SigV4Auth(credentials.get_frozen_credentials(), "execute-api", survey.region).add_auth(request)
    try:
        response = URLLib3Session(timeout=_TIMEOUT_S).send(request.prepare())
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.HTTPClientError) as error:
        raise CouldNotLookError(f"GET {url} received no response: {' '.join(str(error).split())}") from error
    text = response.content.decode("utf-8", "replace")
    return Answer(
        url=url,
        route=route.name,
        status=response.status_code,
        body=text[:300],
        error_type=response.headers.get("x-amzn-errortype", ""),
    )


def check(survey: Survey, answer: Answer | str, *, explained: bool) -> Iterator[Finding | Note]:
    """A failure of the API itself that no hop explains is a finding; an error response from a handler is not.

    Whatever depends on the caller (a key, a token, a signature, an address) is a note that names what decided.
    """
    if isinstance(answer, str):
        yield Note(hop=HopName.CALL, text=f"no request was sent: {answer}")
        return
    said = f"GET {answer.url} returned {answer.status}{f' ({answer.error_type})' if answer.error_type else ''}"
    if not answer.is_of_gateway:
        why = _refusal(survey, answer)
        yield Note(hop=HopName.CALL, text=f"{said}: {why}" if why else said)
        return
    if explained:
        yield Note(hop=HopName.CALL, text=f"{said}; the findings explain why")
        return
    evidence = {
        "url": answer.url,
        "status": answer.status,
        "body": answer.body,
        "x-amzn-errortype": answer.error_type,
    }
    malformed = _malformed(survey, answer)
    if malformed:
        yield result.malformed(survey, malformed, evidence)
        return
    yield Finding(
        hop=HopName.CALL,
        status=Status.BROKEN,
        cause=f"{said}, and no other hop explains it",
        evidence=evidence,
        mend=Mend(setting="turn logging on, and run the doctor again"),
        routes=(answer.route,),
    )


def _refusal(survey: Survey, answer: Answer) -> str:
    """Why API Gateway denied the request, if its resource policy decides."""
    if answer.status != 403 or answer.error_type != _ACCESS_DENIED or not isinstance(survey, RestSurvey):
        return ""
    route = next(route for route in survey.edited if route.name == answer.route)
    return why_refused(survey, route, explicit_deny=_EXPLICIT in answer.body, user_agent=_USER_AGENT)


def _malformed(survey: Survey, answer: Answer) -> FunctionCall | None:
    """The call whose function ended without an error although the client got a function error."""
    called = [call for call in route_calls(survey) if call.label == answer.route and call.arn is not None]
    if answer.status != survey.protocol.function_error or not called:
        return None
    (call,) = called
    guarded = call.route is not None and call.route.authorizer_id
    if guarded and answer.status == _SERVER_ERROR:
        return None  # perhaps the authorizer failed
    view = survey.function(call.arn) if call.arn else None
    try:
        configuration = view.configuration(call.arn.qualifier) if view and call.arn else None
        if view is None or call.arn is None or configuration is None:
            return None
        return call if result.last_run(view, call.arn, configuration).ended else None
    except (NotAllowedError, TooLongError):
        return None  # the result hop reports it


def _chosen(survey: Survey) -> tuple[Route | None, str]:
    """The requested route if it answers GET, or else the first that does, preferably one without authorization."""
    if survey.target.route is not None:
        method, path = survey.target.route
        route = matching(survey.edited, "GET", path) if method in _ANSWER_GET else None
        return route, sample_path(path)
    answering = [route for route in survey.edited if route.method in _ANSWER_GET]
    for route in sorted(answering, key=lambda item: (item.is_guarded, item.path.count("{"), item.path)):
        return route, sample_path(route.path)
    return None, "/"


def _address(survey: Survey, endpoint: str | None, path: str) -> str:
    """The stack's URL if there is one, otherwise the default endpoint; for a sandbox, the URL by path."""
    target = survey.target
    tail = quote(path, safe="/")
    host = f"{target.api_id}.execute-api.{survey.region}.{dns_suffix(survey.partition)}"
    stage = "" if target.stage == _ROOT_STAGE else f"/{target.stage}"
    url = target.url.rstrip("/") or f"https://{host}{stage}"
    if endpoint:
        named, base = urlsplit(url).netloc, urlsplit(url).path
        place = f"execute-api/{target.api_id}" if ".execute-api." in named else f"domain-names/{named}"
        return f"{endpoint.rstrip('/')}/_aws/{place}{base}{tail}"
    return f"{url}{tail}"
