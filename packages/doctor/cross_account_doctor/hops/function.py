"""The function: whether it is ready, has concurrency, and does not run longer than the integration waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from aws_rules.arns import FunctionArn
from aws_rules.runtimes import DEPRECATED
from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.findings import Finding, HopName, Mend, Note, not_checked, not_opened
from cross_account_doctor.function_calls import FunctionCall, function_calls, labels
from cross_account_doctor.functions import Configuration, FunctionView
from cross_account_doctor.survey import Survey


def check(survey: Survey) -> Iterator[Finding | Note]:
    """Every function that exists with a URI's qualifier."""
    groups: dict[FunctionArn, list[FunctionCall]] = defaultdict(list)
    for call in function_calls(survey):
        if call.arn is not None:
            groups[call.arn].append(call)
    for arn, calls in groups.items():
        view = survey.function(arn)
        if view is None:
            yield not_opened(HopName.FUNCTION, arn, "lambda:GetFunction", labels(calls))
            continue
        try:
            configuration = view.configuration(arn.qualifier)
        except NotAllowedError as error:
            yield not_checked(HopName.FUNCTION, f"the function {arn}", error.right, error.account)
            continue
        if configuration is not None:
            yield from _check(survey, view, arn, configuration, calls)
        elif view.exists:
            # The integration hop fixes the qualifier; this would still break requests.
            yield from _throttled_to_nothing(survey, arn, view.configuration(None), calls)


def _check(
    survey: Survey, view: FunctionView, arn: FunctionArn, configuration: Configuration, calls: list[FunctionCall]
) -> Iterator[Finding | Note]:
    raw = configuration.raw
    yield from _state(survey, arn, raw.get("State"), raw.get("StateReason"), calls)
    if raw.get("LastUpdateStatus") == "Failed":
        yield Finding(
            hop=HopName.FUNCTION,
            cause=f"the last update of {arn.name} failed: {raw.get('LastUpdateStatusReason') or 'no reason given'}",
            evidence={"function": str(arn), "LastUpdateStatus": "Failed"},
            mend=Mend(setting="resolve the reason, then update the function again"),
            routes=labels(calls),
        )
    yield from _throttled_to_nothing(survey, arn, configuration, calls)
    yield from _timeouts(survey, view, arn, configuration, calls)
    if raw.get("Runtime") in DEPRECATED:
        yield Note(
            hop=HopName.FUNCTION,
            text=(
                f"{arn.name} runs on {raw['Runtime']}, which is deprecated: it still runs, but without patches, and "
                "Lambda may block updates until it uses a supported runtime"
            ),
        )


def _throttled_to_nothing(
    survey: Survey, arn: FunctionArn, configuration: Configuration | None, calls: list[FunctionCall]
) -> Iterator[Finding]:
    if configuration is not None and configuration.reserved_concurrency == 0:
        yield Finding(
            hop=HopName.FUNCTION,
            cause=(
                f"{arn.name} has a reserved concurrency of 0: Lambda throttles every call, and API Gateway returns 500"
            ),
            evidence={"function": str(arn), "ReservedConcurrentExecutions": 0},
            mend=Mend(commands=(survey.commands.function(arn, "delete-function-concurrency"),)),
            routes=labels(calls),
        )


def _state(
    survey: Survey, arn: FunctionArn, state: str | None, reason: str | None, calls: list[FunctionCall]
) -> Iterator[Finding | Note]:
    if state == "Inactive":
        yield Note(
            hop=HopName.FUNCTION, text=f"{arn.name} is Inactive: its next call reactivates it, and can fail meanwhile"
        )
    if state not in ("Failed", "Pending"):
        return
    wait = (survey.commands.wait(arn, "function-active-v2"),) if state == "Pending" else ()
    yield Finding(
        hop=HopName.FUNCTION,
        cause=f"{arn.name} is {state}: {reason or 'no reason given'}",
        evidence={"function": str(arn), "State": state, "StateReason": reason},
        mend=Mend(commands=wait, setting="" if wait else "resolve the reason, then create the function again"),
        routes=labels(calls),
    )


def _timeouts(
    survey: Survey, view: FunctionView, arn: FunctionArn, configuration: Configuration, calls: list[FunctionCall]
) -> Iterator[Finding]:
    """A function whose timeout is longer than API Gateway waits: the client gets 504 while it still runs."""
    needed = configuration.timeout_s * 1000
    short = [
        call
        for call in calls
        if call.route is not None and call.route.integration and call.route.integration.timeout_ms < needed
    ]
    if not short:
        return
    waits = [call.route.integration.timeout_ms for call in short if call.route and call.route.integration]
    given = min(waits)
    # If an integration waits longer than the default quota, the account's quota was raised.
    longest = max(survey.protocol.longest_integration_ms, *waits)
    enough = min(needed, longest)
    commands = [
        survey.commands.set_integration_timeout(call.route, enough)
        for call in short
        if call.route and call.route.integration and call.route.integration.timeout_ms < enough
    ]
    if commands:
        commands.extend(survey.commands.deploy())
    if needed > longest:
        commands.extend(reconfigure(survey, view, arn, "--timeout", str(longest // 1000)))
    yield Finding(
        hop=HopName.FUNCTION,
        cause=(
            f"{arn.name} can run for {configuration.timeout_s} s, but the integration only waits {given / 1000:g} s: "
            f"for a longer run, the client gets {survey.protocol.timed_out} while the function is still running"
        ),
        evidence={"function": str(arn), "Timeout": configuration.timeout_s, "timeoutInMillis": given},
        mend=Mend(
            commands=tuple(dict.fromkeys(commands)),
            setting="with this program: the route's integration timeout, or the function's",
        ),
        routes=labels(short),
    )


def reconfigure(survey: Survey, view: FunctionView, arn: FunctionArn, *words: str) -> Iterator[str]:
    """Change a setting of the function; if an alias points to a version, publish one and move the alias to it.

    No command if that would release other code than the alias serves now, or for a version, which cannot change.
    """
    commands = survey.commands
    version = view.aliases.get(arn.qualifier or "", arn.qualifier)
    if version in (None, "$LATEST"):
        yield commands.function(arn, "update-function-configuration", *words)
        return
    served, newest = view.configuration(arn.qualifier), view.configuration(None)
    if arn.qualifier not in view.aliases or served is None or newest is None or served.release != newest.release:
        return
    yield commands.function(arn, "update-function-configuration", *words)
    yield commands.wait(arn, "function-updated-v2")
    yield commands.function(arn, "publish-version", "--code-sha256", str(served.raw["CodeSha256"]))
    # AWS numbers versions in order; if the newest ones were deleted, publish-version prints another number.
    following = (view.versions[-1] if view.versions else 0) + 1
    yield commands.function(arn, "update-alias", "--name", str(arn.qualifier), "--function-version", str(following))
