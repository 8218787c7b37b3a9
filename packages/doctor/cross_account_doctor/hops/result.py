"""The function's response: what the logs show of the last requests since the last change."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aws_rules.arns import FunctionArn
from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.findings import Finding, HopName, Mend, Note, not_checked, not_opened
from cross_account_doctor.function_calls import FunctionCall, function_calls, labels
from cross_account_doctor.functions import Configuration, FunctionView
from cross_account_doctor.hops.function import reconfigure
from cross_account_doctor.hops.rest.logging import logs
from cross_account_doctor.last_run import LastRun
from cross_account_doctor.log_events import TooLongError, latest, messages_since
from cross_account_doctor.rest_survey import RestSurvey
from cross_account_doctor.survey import Survey

_REQUEST = re.compile(r"^\(([0-9a-fA-F-]{8,})\) ?(.*)", re.DOTALL)
_STATUS = re.compile(r"Method completed with status: (\d+)")
_FORM = (
    "which must be an object with the keys statusCode, headers, multiValueHeaders, body (a string) and "
    "isBase64Encoded, and no others"
)
_RETURN = "in the handler's code: return {'statusCode': 200, 'body': json.dumps(value)}"
#: Lambda developer guide, quotas.
_MOST_MEMORY_MB = 10_240
#: How to fix an error of this type; the handler is the function's `Handler`.
_IN_CODE = {
    "Runtime.HandlerNotFound": "the function's Handler is {handler}: define and export that name, or set Handler to "
    "what the code exports",
    "Runtime.MalformedHandlerName": "the function's Handler is {handler}: set it in the form that its "
    "runtime requires, such as FILE.FUNCTION",
    "Runtime.ImportModuleError": "the function's Handler is {handler}: package that file together with "
    "every module that it imports",
    "Runtime.CallbackHandlerDeprecated": "the runtime {runtime} no longer calls handlers with a callback: make "
    "{handler} an async function that returns its response",
}


def check(survey: Survey) -> Iterator[Finding | Note]:
    """First the execution log of the stage, which only REST APIs have, then the log of each function."""
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
        if view is None:
            yield not_opened(HopName.RESULT, arn, "logs:FilterLogEvents", labels(calls))
            continue
        try:
            configuration = view.configuration(arn.qualifier)
            if configuration is not None and arn not in seen and None not in seen:
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
    """The cause that a failed request's log lines show. Permissions are decided from policies, not from the log."""
    call = _call_in(survey, text)
    arn = call.arn if call else None
    calls = [call] if call else []
    if "Malformed Lambda proxy response" in text:
        return _malformed(arn, calls, text), arn
    if "customer function error" in text:
        view = survey.function(arn) if arn else None
        configuration = view.configuration(arn.qualifier) if view and arn else None
        run = LastRun(text=text)
        if view is None or arn is None or configuration is None:
            return _raised(survey, arn, None, calls, run), arn
        with contextlib.suppress(NotAllowedError, TooLongError):  # the function's log has more details
            own = last_run(view, arn, configuration)
            run = own if own.failed or own.timed_out else run
        if run.timed_out:
            return _timed_out(survey, view, arn, configuration, calls, run.text), arn
        return _ended_by_error(survey, view, arn, configuration, calls, run), arn
    if "status: 429" in text or "TooManyRequests" in text or "Rate Exceeded" in text:
        return _throttled(arn, calls), arn
    return None


def _call_in(survey: Survey, text: str) -> FunctionCall | None:
    """The call of a request: the function in its log lines, or the only function."""
    calls = [call for call in function_calls(survey) if call.arn is not None]
    named = [call for call in calls if str(call.arn) in text]
    routed = [call for call in named or calls if call.route is not None]
    return routed[0] if named or (len({call.arn for call in calls}) == 1 and routed) else None


def _functions_changed(survey: Survey) -> int:
    """When the functions were last changed."""
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
    run = last_run(view, arn, configuration)
    if run.timed_out:
        yield _timed_out(survey, view, arn, configuration, calls, run.text)
    elif run.failed:
        yield _ended_by_error(survey, view, arn, configuration, calls, run)


def last_run(view: FunctionView, arn: FunctionArn, configuration: Configuration) -> LastRun:
    """The last run since the function was changed. Raises NotAllowedError, TooLongError."""
    since = latest(configuration.raw.get("LastModified"))
    return LastRun.of(messages_since(view.reader, arn.region, configuration.log_group, since))


# ── findings ─────────────────────────────────────────────────────────────────────────────────────────────────


def malformed(survey: Survey, call: FunctionCall, evidence: dict[str, Any]) -> Finding:
    """The finding without an execution log, if the response's format is the only remaining cause."""
    name = call.arn.name if call.arn else "the function"
    return Finding(
        hop=HopName.RESULT,
        cause=(
            f"{name} finished without an error, but API Gateway returns {survey.protocol.function_error}: the only "
            f"remaining cause is a malformed Lambda proxy response, {_FORM}"
        ),
        evidence={"function": str(call.arn)} | evidence,
        mend=Mend(setting=_RETURN),
        routes=(call.label,),
    )


def _malformed(arn: FunctionArn | None, calls: list[FunctionCall], text: str) -> Finding:
    return Finding(
        hop=HopName.RESULT,
        cause=(
            f"{arn.name if arn else 'the function'} returns a response that API Gateway does not accept (502, "
            f"Malformed Lambda proxy response), {_FORM}"
        ),
        evidence={"function": str(arn) if arn else None, "log": _line(text, "Malformed")},
        mend=Mend(setting=_RETURN),
        routes=labels(calls),
    )


def _ended_by_error(
    survey: Survey,
    view: FunctionView,
    arn: FunctionArn,
    configuration: Configuration,
    calls: list[FunctionCall],
    run: LastRun,
) -> Finding:
    if not run.out_of_memory(configuration.memory_mb):
        return _raised(survey, arn, configuration, calls, run)
    size = min(_MOST_MEMORY_MB, configuration.memory_mb * 2)
    more = size > configuration.memory_mb
    return Finding(
        hop=HopName.RESULT,
        cause=(
            f"{arn.name} ran out of memory in its last run: it has {configuration.memory_mb} MB, and ended with "
            f"{run.error} ({survey.protocol.function_error})"
        ),
        evidence={
            "function": str(arn),
            "MemorySize": configuration.memory_mb,
            "maxMemoryUsedMB": run.memory_used_mb,
            "log": _shortened(run.text),
        },
        mend=Mend(
            commands=tuple(reconfigure(survey, view, arn, "--memory-size", str(size))) if more else (),
            setting="with this program: the function's memory size; or change the handler to hold less data at a time",
        ),
        routes=labels(calls),
    )


def _raised(
    survey: Survey,
    arn: FunctionArn | None,
    configuration: Configuration | None,
    calls: list[FunctionCall],
    run: LastRun,
) -> Finding:
    raw = configuration.raw if configuration else {}
    advice = _IN_CODE.get(run.error.partition(":")[0], "in the handler's code")
    return Finding(
        hop=HopName.RESULT,
        cause=(
            f"the handler of {arn.name if arn else 'the function'} ended its last run with {run.error} "
            f"({survey.protocol.function_error})"
        ),
        evidence={"function": str(arn) if arn else None, "Handler": raw.get("Handler"), "log": _shortened(run.text)},
        mend=Mend(setting=advice.format(handler=raw.get("Handler"), runtime=raw.get("Runtime"))),
        routes=labels(calls),
    )


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
    longer = seconds > configuration.timeout_s
    commands = tuple(reconfigure(survey, view, arn, "--timeout", str(seconds))) if longer else ()
    return Finding(
        hop=HopName.RESULT,
        cause=(
            f"{arn.name} did not finish within its timeout of {configuration.timeout_s} s in its last run "
            f"({survey.protocol.function_error})"
        ),
        evidence={"function": str(arn), "Timeout": configuration.timeout_s, "log": _line(text, "Task timed out")},
        mend=Mend(
            commands=commands, setting="with this program: the function's timeout; or change the handler to do less"
        ),
        routes=labels(calls),
    )


def _throttled(arn: FunctionArn | None, calls: list[FunctionCall]) -> Finding:
    return Finding(
        hop=HopName.RESULT,
        cause=(
            f"Lambda throttled the last call of {arn.name if arn else 'the function'} (429); API Gateway returns 500 "
            "for it"
        ),
        evidence={"function": str(arn) if arn else None},
        mend=Mend(setting="raise the function's reserved concurrency, or the account's quota"),
        routes=labels(calls),
    )


def _shortened(text: str) -> str:
    return " ".join(text.split())[:500]


def _line(text: str, needle: str) -> str:
    return next((line.strip() for line in text.splitlines() if needle in line), "")
