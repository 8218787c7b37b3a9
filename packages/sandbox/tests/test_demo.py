"""`make demo` shows the tutorial's requests, what allowed each of them, and one refusal with its reason."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import pytest

from cross_account_sandbox import demo
from cross_account_sandbox.functions.runtimes import node_available
from cross_account_sandbox.terminal.decision import who_decided
from cross_account_sandbox.trace import Outcome, Trace

if TYPE_CHECKING:
    from collections.abc import Sequence

_GREETING = "→ GET /?name=John&city=Seattle · day: Thursday"


def _blocks(text: str) -> list[Sequence[str]]:
    """The request line, response and deciding hop of each request shown."""
    lines = text.splitlines()
    return [lines[index : index + 3] for index, line in enumerate(lines) if line.startswith("→ ")]


@pytest.fixture(scope="module")
def shown() -> str:
    """The demo's output on a machine without Node.js."""
    with pytest.MonkeyPatch.context() as machine, redirect_stdout(io.StringIO()) as out:
        machine.setattr(demo, "node_available", lambda: False)
        assert demo.run_demo() == 0
    return out.getvalue()


def test_without_node_python_alone_is_shown_and_that_is_said(shown: str) -> None:
    assert "Node.js is not installed: showing only Python" in shown
    assert re.findall(r"─ (\w+) ─", shown) == ["python"]


def test_every_request_is_shown_with_its_answer_and_who_decided(shown: str) -> None:
    blocks = _blocks(shown)
    assert len(blocks) == 7
    for _, answer, decided in blocks:
        assert re.match(r"← \d{3}", answer)
        assert re.match(r"  \w+ (allowed|passed|denied): ", decided)


def test_the_tutorials_request_is_allowed_by_the_statement_on_the_alias(shown: str) -> None:
    request, answer, decided = _blocks(shown)[0]
    assert request == _GREETING
    assert answer.startswith("← 200 ")
    assert "Good day, John of Seattle. Happy Thursday!" in answer
    assert re.search(
        r"permission allowed: .*live.*222222222222.*statement invoke-\w+.*"
        r"SourceArn arn:aws:execute-api:us-east-1:111111111111:\w+/dev/GET/$",
        decided,
    )


def test_the_same_request_is_denied_once_the_permission_is_gone(shown: str) -> None:
    request, answer, decided = _blocks(shown)[-1]
    assert request == _GREETING
    assert answer == '← 500 {"message":"Internal server error"}'
    assert decided.startswith("  permission denied: ")
    assert "no resource policy allows lambda:InvokeFunction" in decided


def test_the_pet_store_that_answers_is_said_to_be_the_sandboxs_own(shown: str) -> None:
    decided = [line for request, _, line in _blocks(shown) if request.startswith("→ GET /pets")]
    assert len(decided) == 2
    for line in decided:
        assert line.startswith(
            "  integration passed: HTTP: the sandbox's own PetStore backend answered 200 to GET http://"
        )


def test_a_request_that_nobody_had_to_allow_tells_what_answered() -> None:
    trace = Trace(request_id="1", request="GET /pets")
    trace.add("route", Outcome.PASSED, "GET /pets")
    trace.add("integration", Outcome.PASSED, "HTTP: GET http://pets answered 200")
    trace.add("response", Outcome.PASSED, "Answered 200")
    assert who_decided(trace) == "integration passed: HTTP: GET http://pets answered 200"


def test_the_line_adds_the_evidence_that_the_summary_leaves_out() -> None:
    trace = Trace(request_id="1", request="GET /")
    trace.add("permission", Outcome.DENIED, "refused", sourceArn="arn:x", statement="one", policy="resource")
    assert who_decided(trace) == "permission denied: refused, sourceArn arn:x, statement one"


def test_every_language_that_can_run_here_is_shown_and_all_answer_alike(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.run_demo() == 0
    out = capsys.readouterr().out
    languages = re.findall(r"─ (\w+) ─", out)
    assert languages == (["nodejs", "python"] if node_available() else ["python"])
    answers = [(request, answer) for request, answer, _ in _blocks(out)]
    assert answers == answers[:7] * len(languages)
