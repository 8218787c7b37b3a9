"""Node.js and Python return the same response to the same event, through AWS's runtime clients."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cross_account_sandbox.control_plane.logs import LogSink
from cross_account_sandbox.control_plane.roles import RoleDirectory
from cross_account_sandbox.control_plane.sessions import Sessions
from cross_account_sandbox.functions.environment import Platform
from cross_account_sandbox.functions.invocation import InvocationOutcome
from cross_account_sandbox.functions.pool import FunctionPool
from cross_account_sandbox.functions.runtimes import node_available
from cross_account_sandbox.functions.store import LATEST, Function, FunctionStore, FunctionVersion
from cross_account_sandbox.functions.vpc_doors import VpcDoors
from cross_account_sandbox.stores import Stores

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2] / "lambda_src"
FOLDERS = {"nodejs22.x": ROOT / "nodejs", "python3.13": ROOT / "python"}


class Pair:
    """The function in both languages, each in its own pool."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        sessions = Sessions(roles=RoleDirectory(), operator_account="222222222222")
        self._logs = LogSink()
        self._pool = FunctionPool(
            Platform(sessions=sessions, logs=self._logs, vpc_doors=VpcDoors()), functions=Stores(FunctionStore)
        )
        self._functions = [_function(runtime, str(folder)) for runtime, folder in _runnable().items()]

    def answers(self, event_json: str) -> list[Any]:
        """Each language's response."""
        return self._loop.run_until_complete(self._ask_all(event_json.encode()))

    def close(self) -> None:
        """Stop all processes."""
        self._loop.run_until_complete(self._pool.close())
        self._logs.close()
        self._loop.close()

    async def _ask_all(self, event: bytes) -> list[Any]:
        return [await self._ask(function, event) for function in self._functions]

    async def _ask(self, function: Function, event: bytes) -> Any:
        result = await self._pool.invoke(function, function.latest, event, invoked_arn=function.arn)
        assert result.outcome is InvocationOutcome.OK, result.payload
        return json.loads(result.payload)


def _runnable() -> dict[str, Path]:
    # Without Node.js, only Python is compared with the expectations below.
    return {runtime: folder for runtime, folder in FOLDERS.items() if node_available() or runtime.startswith("python")}


def _function(runtime: str, folder: str) -> Function:
    arn = f"arn:aws:lambda:us-east-1:222222222222:function:{runtime.partition('.')[0]}"
    version = FunctionVersion(
        account="222222222222",
        region="us-east-1",
        function_name=runtime.partition(".")[0],
        version=LATEST,
        arn=arn,
        runtime=runtime,
        handler="index.handler",
        role="arn:aws:iam::222222222222:role/none",
        code_dir=folder,
        code_sha256="",
        code_size=0,
        timeout_s=30,
    )
    return Function(name=version.function_name, account="222222222222", region="us-east-1", arn=arn, latest=version)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    both = Pair()
    yield both
    both.close()


text = st.one_of(
    st.sampled_from(["", "John", "İ", "ß", "😀", "\x00", "\u2028", '"', "\\", "</a>"]), st.text(max_size=6)
)
#: Integers that both languages represent exactly: events have no others.
scalars = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), text)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(text, inner, max_size=3)),
    max_leaves=6,
)
broken = st.sampled_from(["{", "NaN", "[Infinity]", "\ufeff{}", "01", "1.", "'a'", '"\\', "[[", "{time: evening}"])
documents = st.one_of(text.map(lambda time: {"time": time}), values).map(json.dumps)
header_names = st.sampled_from(["day", "Day", "Authorization", "aUTHORIZATION", "COOKIE", "x-api-key", "7"])


@st.composite
def proxy_event(draw: st.DrawFn) -> dict[str, Any]:
    """An event as API Gateway creates it: every field is present, and null if the request has no value for it."""
    body = draw(st.one_of(st.none(), documents, broken))
    encoded = body is not None and draw(st.booleans())
    headers = draw(st.one_of(st.none(), st.dictionaries(header_names, text, max_size=4)))
    return {
        "httpMethod": draw(st.sampled_from(["GET", "POST"])),
        "headers": headers,
        "multiValueHeaders": None if headers is None else {name: [value] for name, value in headers.items()},
        "queryStringParameters": draw(
            st.one_of(st.none(), st.dictionaries(st.sampled_from(["name", "city", "5"]), text, min_size=1))
        ),
        "requestContext": draw(st.dictionaries(text, values, max_size=3)),
        "body": base64.b64encode(body.encode()).decode() if body is not None and encoded else body,
        "isBase64Encoded": encoded,
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(event=proxy_event())
def test_both_languages_give_every_event_the_same_answer(pair: Pair, event: dict[str, Any]) -> None:
    answers = pair.answers(json.dumps(event))
    parsed = [{**each, "body": json.loads(each["body"])} for each in answers]
    assert parsed == [parsed[0]] * len(parsed)
    assert parsed[0]["headers"] == {"x-custom-header": "my custom header value"}
    assert list(parsed[0]["body"]) == (["message", "input"] if parsed[0]["statusCode"] == 200 else ["message"])


def test_credentials_never_leave_in_either_header_map_in_any_spelling(pair: Pair) -> None:
    secrets = {"Authorization": "s3cret", "COOKIE": "s3cret", "x-Api-Key": "s3cret", "X-AMZ-security-token": "s3cret"}
    event = {"headers": {**secrets, "day": "Monday"}, "multiValueHeaders": {key: [v, v] for key, v in secrets.items()}}
    for answer in pair.answers(json.dumps(event)):
        echoed = json.loads(answer["body"])["input"]
        assert echoed["headers"] == {**dict.fromkeys(secrets, "REDACTED"), "day": "Monday"}
        assert echoed["multiValueHeaders"] == {key: ["REDACTED"] for key in secrets}
        assert "s3cret" not in json.dumps(answer)


NOTHING = {"queryStringParameters": None, "headers": None, "multiValueHeaders": None, "body": None}


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({}, "Good day, you of World."),
        (
            {
                "queryStringParameters": {"name": "John", "city": "Seattle"},
                "headers": {"day": "Thursday"},
                "body": '{"time":"evening"}',
            },
            "Good evening, John of Seattle. Happy Thursday!",
        ),
        ({"headers": {"Day": "Thursday"}}, "Good day, you of World."),
        ({"queryStringParameters": {"name": "", "city": ""}}, "Good day, you of World."),
        ({"body": '{"time":0}'}, "Good day, you of World."),
        ({"body": '{"time":["evening"]}'}, "Good day, you of World."),
        ({"body": "null"}, "Good day, you of World."),
        ({"body": "eyJ0aW1lIjoibmlnaHQifQ==", "isBase64Encoded": True}, "Good night, you of World."),
    ],
)
def test_the_greeting_follows_the_tutorial(pair: Pair, event: dict[str, Any], message: str) -> None:
    whole = NOTHING | event
    for answer in pair.answers(json.dumps(whole)):
        assert answer["statusCode"] == 200
        assert json.loads(answer["body"]) == {"message": message, "input": whole}


@pytest.mark.parametrize(
    "event",
    [
        {"body": "{time: evening}"},
        {"body": "NaN"},
        {"body": "/w==", "isBase64Encoded": True},  # not UTF-8
    ],
)
def test_a_body_that_is_not_json_is_answered_400(pair: Pair, event: dict[str, Any]) -> None:
    for answer in pair.answers(json.dumps(NOTHING | event)):
        assert answer["statusCode"] == 400
        assert json.loads(answer["body"]) == {"message": "The request body is not valid JSON."}


def test_the_folders_hold_the_functions_and_nothing_else() -> None:
    found = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()}
    assert found == {"nodejs/index.mjs", "python/index.py"}
