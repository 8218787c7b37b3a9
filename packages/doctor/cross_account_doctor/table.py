"""The report for people: a table of hops, then each cause with its evidence and the commands that fix it."""

from __future__ import annotations

import json
from typing import TextIO

from rich.console import Console
from rich.table import Table

from cross_account_doctor.findings import Finding, HopName, Status
from cross_account_doctor.report import Report

_MARKS = {Status.OK: "✓", Status.BROKEN: "✗", Status.UNKNOWN: "?"}
_STYLES = {Status.OK: "green", Status.BROKEN: "red", Status.UNKNOWN: "yellow"}
_LONGEST_EVIDENCE = 400


def show(report: Report, file: TextIO) -> None:
    """Print the report. Commands are on their own lines and are never wrapped."""
    console = Console(file=file, highlight=False, soft_wrap=True)
    console.print(
        f"{report.protocol} API {report.api_id}, stage {report.stage}, account {report.account}, {report.region}: "
        f"{report.routes} routes",
        markup=False,
    )
    table = Table(box=None, show_header=False, pad_edge=False)
    for hop in report.hops:
        status = report.status(hop)
        causes = [finding.cause for finding in report.findings if finding.hop is hop]
        notes = [note.text for note in report.notes if note.hop is hop]
        if hop is HopName.PERMISSION and report.allowed:
            notes = [_allowed(report), *notes]
        text = (causes or notes or ["" if status is Status.OK else status.value])[0]
        table.add_row(f"[{_STYLES[status]}]{_MARKS[status]}[/]", hop.value, _short(text))
    console.print(table, soft_wrap=False)
    for number, finding in enumerate(report.findings, 1):
        _show_finding(console, number, finding)
    if report.notes:
        console.print("\nNotes", style="bold")
        for note in report.notes:
            console.print(f"  {note.hop.value}: {note.text}", markup=False)
    console.print(f"\n{_conclusion(report)}", markup=False)


def _show_finding(console: Console, number: int, finding: Finding) -> None:
    console.print(f"\n{_MARKS[finding.status]} {number}. {finding.hop.value}", style=f"bold {_STYLES[finding.status]}")
    console.print(f"   {finding.cause}", markup=False)
    if finding.routes:
        shown = ", ".join(finding.routes[:5]) + (
            f" and {len(finding.routes) - 5} more" if len(finding.routes) > 5 else ""
        )
        console.print(f"   routes: {shown}", markup=False)
    for name, value in finding.evidence.items():
        text = value if isinstance(value, str) else json.dumps(value, default=str)
        cut = f"{text[:_LONGEST_EVIDENCE]}…" if len(text) > _LONGEST_EVIDENCE else text
        console.print(f"   {name}: {cut}", markup=False)
    if finding.mend.commands:
        console.print("   fix:", markup=False)
        for command in finding.mend.commands:
            console.print(command, markup=False)
    if finding.mend.setting:
        console.print(f"   {'or' if finding.mend.commands else 'fix:'} {finding.mend.setting}", markup=False)


def _allowed(report: Report) -> str:
    """The first route and its statement; the JSON report has all of them."""
    route, by = next(iter(report.allowed.items()))
    others = len(report.allowed) - 1
    return f"{route} by {by}" + (f", and {others} more" if others else "")


def _short(text: str) -> str:
    from rich.markup import escape  # noqa: PLC0415 - beside its only use

    return escape(text if len(text) <= 120 else f"{text[:117]}…")


def _conclusion(report: Report) -> str:
    broken = sum(finding.status is Status.BROKEN for finding in report.findings)
    unknown = len(report.findings) - broken
    if broken:
        return f"{broken} broken" + (f", {unknown} not checked" if unknown else "")
    return f"nothing broken was found, {unknown} not checked" if unknown else "healthy"
