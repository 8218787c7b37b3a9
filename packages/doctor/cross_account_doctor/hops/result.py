"""The result contract: what the logs say of the last requests since anything was changed."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.findings import Finding, HopName, Mend, Note, not_checked
from cross_account_doctor.function_calls import FunctionCall, function_calls, labels
from cross_account_doctor.hops.function import set_timeout
from cross_account_doctor.hops.rest.logging import logs
from cross_account_doctor.log_events import TooLongError, latest, messages_since
from cross_account_doctor.rest_survey import RestSurvey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_rules.arns import FunctionArn
    from cross_account_doctor.functions import Configuration, FunctionView
    from cross_account_doctor.survey import Survey

_REQUEST = re.compile(r"^\(([0-9a-fA-F-]{8,})\) ?(.*)", re.DOTALL)
_STATUS = re.compile(r"Method completed with status: (\d+)")
_START = re.compile(r'START RequestId: \S+|"type":\s*"platform\.start"')
_TIMED_OUT = re.compile(r"Task timed out after ([\d.]+) seconds")
# What a handler logs as an error and then answers is none: the runtime's own lines end otherwise (`[ERROR] Name`, where
# Python's logger writes a tab), and so do the platform's records of the JSON format.
_RAISED = re.compile(
    r"\[ERROR\] \S|\tERROR\t(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection)"
    r'|Runtime\.[A-Z]\w+|Runtime exited|"status":\s*"(?:error|failure)"'
)
_EXCEPTION = re.compile(
    r"(?:\[ERROR\]\s*)?((?:Runtime\.|Function\.)?[A-Z]\w*(?:Error|Exception|Exit|Undefined|Unavailable|TooLarge)\w*)"
    r"(?::\s*([^\n\t\"]*))?"
)
#: An error as the runtimes write it in JSON: Node.js behind `Invoke Error`, the platform in an answer.
_AS_JSON = re.compile(r"\{[^{}]*\"errorType\"[^{}]*\}")
#: What an execution log has of an error: its message alone.
_MESSAGE = re.compile(r"customer function error:\s*(?:RequestId: \S+ )?(.*?)\.? Lambda request id", re.DOTALL)


def check(survey: Survey) -> Iterator[Finding | Note]:
    """The execution log of the stage first, which REST APIs alone have, then the log of each function."""
    seen: set[FunctionArn | None] = set()
    try:
        for finding, arn in _execution_log(survey) if isinstance(survey, RestSurvey) else ():
            seen.add(arn)
            yield finding
    except NotAllowedError as error:
        yield not_checked(HopName.RESULT, "the stage's execution log", error.right, error.account)
    except TooLongError as error:
        yield Note(hop=HopName.RESULT, text=str(error))
    functions: dict[FunctionArn, list[FunctionCall]] = {}
    for call in function_calls(survey):
        if call.arn is not None:
            functions.setdefault(call.arn, []).append(call)
    for arn, calls in functions.items():
        view = survey.function(arn)
        try:
            configuration = view.configuration(arn.qualifier) if view else None
            if view is not None and configuration is not None and arn not in seen and None not in seen:
                yield from _function_log(survey, view, arn, configuration, calls)
        except NotAllowedError as error:
            yield not_checked(HopName.RESULT, f"the log of {arn.name}", error.right, error.account)
        except TooLongError as error:
            yield Note(hop=HopName.RESULT, text=str(error))


# ── the execution log ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(kw_only=True, slots=True)
class _Request:
    """The lines of one request."""

    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def status(self) -> int:
        match = _STATUS.search(self.text)
        return int(match[1]) if match else 0


def _execution_log(survey: RestSurvey) -> Iterator[tuple[Finding, FunctionArn | None]]:
    if not logs(survey):
        return
    group = f"API-Gateway-Execution-Logs_{survey.target.api_id}/{survey.target.stage}"
    since = latest(survey.stage.get("lastUpdatedDate"), survey.deployment.get("createdDate"))
    messages = messages_since(survey.accounts.api, survey.region, group, max(since, _functions_changed(survey)))
    requests: dict[str, _Request] = {}
    for message in messages:
        match = _REQUEST.match(message)
        if match:
            requests.setdefault(match[1], _Request()).lines.append(match[2])
    finished = [request for request in requests.values() if request.status]
    if not finished or finished[-1].status < 500:
        return
    found = _judged(survey, finished[-1].text)
    if found is not None:
        yield found


def _judged(survey: Survey, text: str) -> tuple[Finding, FunctionArn | None] | None:
    """What the lines of a failed request say. Permissions are decided by policies, not by their shadow in a log."""
    call = _call_in(survey, text)
    arn = call.arn if call else None
    calls = [call] if call else []
    if "Malformed Lambda proxy response" in text:
        return _malformed(arn, calls, text), arn
    if "customer function error" in text:
        view = survey.function(arn) if arn else None
        configuration = view.configuration(arn.qualifier) if view and arn else None
        if view is not None and arn is not None and configuration is not None and _TIMED_OUT.search(text):
            return _timed_out(survey, view, arn, configuration, calls, text), arn
        return _raised(survey, arn, calls, text), arn
    if "status: 429" in text or "TooManyRequests" in text or "Rate Exceeded" in text:
        return _throttled(arn, calls), arn
    return None


def _call_in(survey: Survey, text: str) -> FunctionCall | None:
    """Which call a request made: the function that its lines name, or the only one there is."""
    calls = [call for call in function_calls(survey) if call.arn is not None]
    named = [call for call in calls if str(call.arn) in text]
    routed = [call for call in named or calls if call.route is not None]
    return routed[0] if named or (len({call.arn for call in calls}) == 1 and routed) else None


def _functions_changed(survey: Survey) -> int:
    """When the youngest of the functions was changed."""
    moments = []
    for arn in {call.arn for call in function_calls(survey) if call.arn is not None}:
        view = survey.function(arn)
        try:
            configuration = view.configuration(arn.qualifier) if view else None
        except NotAllowedError:
            continue
        if configuration is not None:
            moments.append(latest(configuration.raw.get("LastModified")))
    return max(moments, default=0)


# ── the function's log ───────────────────────────────────────────────────────────────────────────────────────


def _function_log(
    survey: Survey, view: FunctionView, arn: FunctionArn, configuration: Configuration, calls: list[FunctionCall]
) -> Iterator[Finding]:
    since = latest(configuration.raw.get("LastModified"))
    messages = messages_since(view.reader, arn.region, configuration.log_group, since)
    starts = [index for index, message in enumerate(messages) if _START.search(message)]
    # The log ends with the newest invocation; an init error stands before its START.
    last = "".join(messages[starts[-1] :] if starts else messages)
    before = "".join(messages[max(0, starts[-1] - 3) : starts[-1]]) if starts else ""
    if _TIMED_OUT.search(last):
        yield _timed_out(survey, view, arn, configuration, calls, last)
    elif _RAISED.search(last) or ("ImportModuleError" in before and "REPORT" not in before):
        yield _raised(survey, arn, calls, last if _RAISED.search(last) else before)


# ── findings ─────────────────────────────────────────────────────────────────────────────────────────────────


def _malformed(arn: FunctionArn | None, calls: list[FunctionCall], text: str) -> Finding:
    return Finding(
        hop=HopName.RESULT,
        cause=(
            f"{arn.name if arn else 'the function'} answers in a form that API Gateway does not take (502, Malformed "
            "Lambda proxy response): an object of statusCode, headers, multiValueHeaders, body (a text) and "
            "isBase64Encoded, and no other key"
        ),
        evidence={"function": str(arn) if arn else None, "log": _line(text, "Malformed")},
        mend=Mend(setting="in the handler's code: return {'statusCode': 200, 'body': json.dumps(value)}"),
        routes=labels(calls),
    )


def _raised(survey: Survey, arn: FunctionArn | None, calls: list[FunctionCall], text: str) -> Finding:
    what = _error_in(text)
    return Finding(
        hop=HopName.RESULT,
        cause=(
            f"the handler of {arn.name if arn else 'the function'} ended its last run with {what} "
            f"({survey.protocol.function_error})"
        ),
        evidence={"function": str(arn) if arn else None, "log": " ".join(text.split())[:500]},
        mend=Mend(setting="in the handler's code"),
        routes=labels(calls),
    )


def _error_in(text: str) -> str:
    """The error's type and message, as far as the log has them."""
    for found in _AS_JSON.finditer(text):
        with contextlib.suppress(ValueError):
            error = json.loads(found[0])
            return f"{error['errorType']}: {error.get('errorMessage', '')}".rstrip(": ")
    message = _MESSAGE.search(text)
    shown = message[1].strip() if message else text
    match = _EXCEPTION.search(shown)
    if match:
        return f"{match[1]}{f': {match[2].strip()}' if match[2] else ''}"
    return f"the error {shown!r}" if message and shown else "an error"


def _timed_out(
    survey: Survey,
    view: FunctionView,
    arn: FunctionArn,
    configuration: Configuration,
    calls: list[FunctionCall],
    text: str,
) -> Finding:
    given = [call.route.integration.timeout_ms for call in calls if call.route and call.route.integration]
    longest = min(given, default=survey.protocol.longest_integration_ms) // 1000
    seconds = min(longest, max(10, configuration.timeout_s * 3))
    commands = tuple(set_timeout(survey, view, arn, seconds)) if seconds > configuration.timeout_s else ()
    return Finding(
        hop=HopName.RESULT,
        cause=(
            f"{arn.name} did not finish within its timeout of {configuration.timeout_s} s in its last run "
            f"({survey.protocol.function_error})"
        ),
        evidence={"function": str(arn), "Timeout": configuration.timeout_s, "log": _line(text, "Task timed out")},
        mend=Mend(commands=commands, setting="by this program: the function's timeout; or let the handler do less"),
        routes=labels(calls),
    )


def _throttled(arn: FunctionArn | None, calls: list[FunctionCall]) -> Finding:
    return Finding(
        hop=HopName.RESULT,
        cause=(
            f"Lambda throttled the last call of {arn.name if arn else 'the function'} (429), which API Gateway answers "
            "with 500"
        ),
        evidence={"function": str(arn) if arn else None},
        mend=Mend(setting="raise the function's reserved concurrency, or the account's quota"),
        routes=labels(calls),
    )


def _line(text: str, needle: str) -> str:
    return next((line.strip() for line in text.splitlines() if needle in line), "")
