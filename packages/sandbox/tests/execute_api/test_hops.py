"""A request passes through its list of hops in order."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from cross_account_sandbox.execute_api.base import BaseExchange, BaseRefusal
from cross_account_sandbox.execute_api.hops import Hops, walk
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.trace import Trace
from cross_account_sandbox.world import World

Record = BaseExchange[Any, Any]


def _record() -> Record:
    return BaseExchange(
        world=cast("World", None),
        request=HttpRequest(method="GET", target="/"),
        api=None,
        trace=Trace(request_id="1", request="GET /"),
        extended_request_id="2",
        trace_root="Root=1",
    )


def _passes(_record: Record) -> None:
    return None


async def _answers(_record: Record) -> HttpResponse:
    return HttpResponse(status=200)


def _answers_early(_record: Record) -> HttpResponse:
    return HttpResponse(status=204)


def _refuses(_record: Record) -> None:
    raise BaseRefusal(403, "Forbidden", hop="route", why="No route", path="/")


def _fails(_record: Record) -> None:
    raise BaseRefusal(500, "Internal Server Error", hop="function", why="It broke", denied=False)


def _refused(_record: Record, refusal: BaseRefusal) -> HttpResponse:
    return HttpResponse(status=refusal.status, body=refusal.text)


def _stamp(_record: Record, response: HttpResponse) -> None:
    response.headers.append(("stamped", "yes"))


@pytest.mark.parametrize(
    ("request_hops", "status", "last"),
    [
        ((_passes, _answers), 200, ("response", "passed")),
        ((_answers_early, _refuses), 204, ("response", "passed")),
        ((_refuses, _answers), 403, ("route", "denied")),
        ((_passes, _fails, _answers), 500, ("function", "failed")),
    ],
)
def test_the_first_hop_that_answers_or_refuses_ends_the_request_and_every_answer_is_finished(
    request_hops: tuple[Any, ...], status: int, last: tuple[str, str]
) -> None:
    record = _record()
    hops: Hops[Record] = Hops(request=request_hops, refused=_refused, response=(_stamp,))

    response = asyncio.run(walk(hops, record))

    assert (response.status, response.headers) == (status, [("stamped", "yes")])
    assert [(hop.name, hop.outcome.value) for hop in record.trace.hops] == [last]
    assert (record.refusal is not None) == (status >= 400)
