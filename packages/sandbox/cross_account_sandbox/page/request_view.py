"""The view of one request: its hops, the request and response, the function runs, and the doctor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cross_account_sandbox.page import doctor
from cross_account_sandbox.page.hop_view import HopView, hop_views, not_reached
from cross_account_sandbox.page.log_lines import GroupLines, lines_of
from cross_account_sandbox.page.request_list import RequestRow, row
from cross_account_sandbox.trace import FunctionRun, Trace
from cross_account_sandbox.world import World


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestView:
    """Everything about one request.

    cut      bytes of its body that were not kept; a request with such bytes cannot be replayed
    doctor   the command that examines the deployment; empty if no API answered
    """

    row: RequestRow
    target: str
    host: str
    api_id: str
    hops: Sequence[HopView]
    not_reached: Sequence[str]
    sent_headers: Sequence[tuple[str, str]]
    sent_body: str
    cut: int
    answer_headers: Sequence[tuple[str, str]]
    answer_body: str
    runs: Sequence[FunctionRun]
    logs: Sequence[GroupLines]
    doctor: str


async def request_view(world: World, trace: Trace) -> RequestView:
    """Build the view of a trace's request."""
    sent, given = trace.sent, trace.answer
    return RequestView(
        row=row(trace),
        target=trace.request.partition(" ")[2],
        host=sent.header("host") if sent else "",
        api_id=trace.api_id,
        hops=hop_views(trace),
        not_reached=not_reached(trace),
        sent_headers=sent.headers if sent else (),
        sent_body=sent.body.decode("utf-8", "replace") if sent else "",
        cut=sent.unread if sent else 0,
        answer_headers=given.headers if given else (),
        answer_body=given.body if given else "",
        runs=list(trace.runs),
        logs=await lines_of(world, trace),
        doctor=doctor.command(world, trace),
    )
