"""Log groups of both accounts, and the lines that one request wrote to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aws_rules.arns import Arn, ArnError, FunctionArn
from cross_account_sandbox.control_plane.logs import LogLine
from cross_account_sandbox.control_plane.moto_bridge import from_worker, moto_backend
from cross_account_sandbox.execute_api import execution_log
from cross_account_sandbox.trace import FunctionRun, Trace
from cross_account_sandbox.world import World

#: Number of existing lines of a group that are shown before new ones.
LATEST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class LogGroup:
    """A log group: its account, Region and name."""

    account: str
    region: str
    name: str

    @property
    def key(self) -> str:
        """The key of the group in a URL's query."""
        return f"{self.account}/{self.region}/{self.name}"

    @classmethod
    def of_key(cls, key: str) -> LogGroup | None:
        """The group that `key` names; None for any other text."""
        account, _, rest = key.partition("/")
        region, _, name = rest.partition("/")
        return cls(account=account, region=region, name=name) if account.isdecimal() and region and name else None


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupLines:
    """Lines of one group, oldest first."""

    group: LogGroup
    title: str
    lines: tuple[str, ...]


async def groups(world: World, accounts: list[str]) -> list[LogGroup]:
    """Every log group of these accounts."""
    world.logs.flush()
    return await from_worker(_groups, accounts)


async def latest(world: World, group: LogGroup) -> list[LogLine]:
    """The last lines of a group, oldest first."""
    world.logs.flush()
    return await from_worker(_latest, group)


async def lines_of(world: World, trace: Trace) -> list[GroupLines]:
    """The lines that a request wrote to the logs of the API's account and of the functions' accounts."""
    wanted = [*_gateway_groups(world, trace), *_function_groups(world, trace)]
    world.logs.flush()
    return await from_worker(_collect, wanted)


_Picked = tuple[LogGroup, str, Callable[[list[str]], list[str]]]


def _gateway_groups(world: World, trace: Trace) -> Iterator[_Picked]:
    def named(messages: list[str]) -> list[str]:
        return [message for message in messages if trace.request_id in message]

    for store in world.apigateway.all():
        api = store.rest_apis.get(trace.api_id)
        if api is not None and trace.stage in api.stages:
            name = execution_log.group(api.id, trace.stage)
            yield LogGroup(account=api.account, region=api.region, name=name), "execution log of the stage", named
            yield from _access_log(api.stages[trace.stage].access_log_arn, named)
    for http_store in world.http_apis.all():
        http_api = http_store.apis.get(trace.api_id)
        if http_api is not None and trace.stage in http_api.stages:
            settings = http_api.stages[trace.stage].access_log_settings or {}
            yield from _access_log(settings.get("DestinationArn"), named)


def _access_log(text: str | None, pick: Callable[[list[str]], list[str]]) -> Iterator[_Picked]:
    try:
        arn = Arn.parse(text or "")
    except ArnError:
        return
    if arn.service == "logs":
        name = arn.resource.removeprefix("log-group:").removesuffix(":*")
        yield LogGroup(account=arn.account, region=arn.region, name=name), "access log of the stage", pick


def _function_groups(world: World, trace: Trace) -> Iterator[_Picked]:
    for run in trace.runs:
        arn = FunctionArn.parse(run.function)
        function = world.functions(arn.account, arn.region).functions.get(arn.name)
        version = function.resolve(arn.qualifier) if function else None
        if version is not None:
            group = LogGroup(account=arn.account, region=arn.region, name=version.log_group)
            yield group, f"log of function {arn.name}", _of_run(run)


def _of_run(run: FunctionRun) -> Callable[[list[str]], list[str]]:
    def between(messages: list[str]) -> list[str]:
        # An environment runs one event at a time, so every line between the event's first and last line belongs to it.
        places = [place for place, message in enumerate(messages) if run.request_id in message]
        return messages[places[0] : places[-1] + 1] if places else []

    return between


def _collect(wanted: list[_Picked]) -> list[GroupLines]:
    found = []
    for group, title, pick in wanted:
        streams = [[event.message for event in stream.events] for stream in _streams(group)]
        lines = tuple(message for messages in streams for message in pick(messages))
        if lines:
            found.append(GroupLines(group=group, title=title, lines=lines))
    return found


def _latest(group: LogGroup) -> list[LogLine]:
    events = [event for stream in _streams(group) for event in stream.events[-LATEST:]]
    events.sort(key=lambda event: event.timestamp)
    return [
        LogLine(
            account=group.account,
            region=group.region,
            group=group.name,
            timestamp=event.timestamp,
            message=event.message,
        )
        for event in events[-LATEST:]
    ]


def _streams(group: LogGroup) -> list[Any]:
    found = moto_backend("logs", group.account, group.region).groups.get(group.name)
    return list(found.streams.values()) if found else []


def _groups(accounts: list[str]) -> list[LogGroup]:
    from moto.backends import get_backend

    return [
        LogGroup(account=account, region=region, name=name)
        for account in accounts
        if account in get_backend("logs")
        for region, backend in get_backend("logs")[account].items()
        for name in backend.groups
    ]
