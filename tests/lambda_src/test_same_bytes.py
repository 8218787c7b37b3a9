"""Node.js and Python answer the same event with the same bytes, through AWS's runtime clients."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cross_account_sandbox.functions.pool import InvocationOutcome
from cross_account_sandbox.functions.runtimes import node_available
from cross_account_sandbox.functions.store import LATEST, Function, FunctionVersion
from cross_account_sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2] / "lambda_src"
FOLDERS = {"nodejs22.x": ROOT / "nodejs", "python3.13": ROOT / "python"}


class Pair:
    """The function in each language, in a pool of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._world = World.new()
        self._functions = [_function(runtime, str(folder)) for runtime, folder in _runnable().items()]

    def answers(self, event_json: str) -> list[Any]:
        """Each language's answer, parsed: the clients' own JSON differs in spaces, what API Gateway reads does not."""
        return self._loop.run_until_complete(self._ask_all(event_json.encode()))

    def close(self) -> None:
        """No process is left."""
        self._loop.run_until_complete(self._world.pool.close())
        self._world.logs.close()
        self._loop.close()

    async def _ask_all(self, event: bytes) -> list[Any]:
        return [await self._ask(function, event) for function in self._functions]

    async def _ask(self, function: Function, event: bytes) -> Any:
        result = await self._world.pool.invoke(function, function.latest, event, invoked_arn=function.arn)
        assert result.outcome is InvocationOutcome.OK, result.payload
        return json.loads(result.payload)


def _runnable() -> dict[str, Path]:
    # Where Node.js is missing, Python alone is held to the expectations below.
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


# What the languages write differently if one lets them.
text = st.one_of(
    st.sampled_from(["", "John", "İ", "ß", "😀", "\ud83d", "\ude00", "\x00", "\x7f", "\u2028", '"', "\\", "</a>", "é"]),
    st.text(max_size=6),
)
numbers = st.one_of(
    st.integers(-(10**25), 10**25).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["-0", "1.0", "1e21", "1e-7", "0.000001", "1e400", "-1e400", "9007199254740993", "5e-324", "1E5"]),
)
keys = st.one_of(text, st.sampled_from(["10", "2", "01", "4294967294", "4294967295", "__proto__", "toString", "time"]))


def _list(items: list[str]) -> str:
    return f"[{','.join(items)}]"


def _object(items: dict[str, str]) -> str:
    return "{" + ",".join(f"{json.dumps(key)}:{value}" for key, value in items.items()) + "}"


json_text = st.recursive(
    st.one_of(st.sampled_from(["null", "true", "false"]), numbers, text.map(json.dumps)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(_list), st.dictionaries(keys, inner, max_size=3).map(_object)
    ),
    max_leaves=6,
)
broken = st.sampled_from(["{", "NaN", "[Infinity]", "\ufeff{}", "01", "1.", "'a'", '"\\', "[[", "\u00a01", "[" * 9999])
deep = st.sampled_from(["[" * depth + "]" * depth for depth in (199, 200, 201, 5000)])
bodies = st.one_of(json_text.map(lambda time: f'{{"time":{time}}}'), json_text, broken, deep)


@st.composite
def sent_body(draw: st.DrawFn) -> dict[str, str]:
    """A body as API Gateway passes it on: text, or base64 (sometimes damaged)."""
    body = draw(bodies)
    if draw(st.booleans()):
        return {"body": json.dumps(body), "isBase64Encoded": "false"}
    encoded = base64.b64encode(body.encode("utf-8", "surrogatepass")).decode()
    damage = draw(st.sampled_from(["", "", "=", "\n", "-", "A"]))
    return {"body": json.dumps(encoded + damage), "isBase64Encoded": "true"}


header_names = st.sampled_from(
    ["day", "Day", "Authorization", "aUTHORIZATION", "COOKIE", "coo\u212aie", "x-api-key", "X-Amz-Security-Token", "7"]
)
headers = st.dictionaries(header_names, text.map(json.dumps), max_size=4).map(_object)
multi_headers = st.dictionaries(header_names, st.lists(text.map(json.dumps), max_size=2).map(_list), max_size=4)
optional = st.one_of(st.just("null"), json_text)


@st.composite
def proxy_event(draw: st.DrawFn) -> str:
    """The JSON of an event: well formed as API Gateway's, or with any JSON in its fields."""
    fields = {
        "headers": draw(st.one_of(headers, optional)),
        "multiValueHeaders": draw(st.one_of(multi_headers.map(_object), optional)),
        "queryStringParameters": draw(
            st.one_of(st.dictionaries(st.sampled_from(["name", "city", "5"]), json_text).map(_object), optional)
        ),
        "requestContext": draw(json_text),
        **draw(sent_body()),
    }
    kept = draw(st.permutations(sorted(fields)))[: draw(st.integers(1, len(fields)))]
    return _object({name: fields[name] for name in kept})


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(event=st.one_of(proxy_event(), json_text))
def test_both_languages_answer_every_event_with_the_same_status_headers_and_body(pair: Pair, event: str) -> None:
    first, *others = pair.answers(event)
    assert [other["body"].encode() for other in others] == [first["body"].encode()] * len(others)
    assert others == [first] * len(others)
    assert set(first) == {"statusCode", "headers", "body"}
    assert first["headers"] == {"x-custom-header": "my custom header value"}
    assert list(json.loads(first["body"])) == (["message", "input"] if first["statusCode"] == 200 else ["message"])


def test_credentials_never_leave_in_either_header_map_in_any_spelling(pair: Pair) -> None:
    secrets = {"Authorization": "s3cret", "COOKIE": "s3cret", "x-Api-Key": "s3cret", "X-AMZ-security-token": "s3cret"}
    event = {"headers": {**secrets, "day": "Monday"}, "multiValueHeaders": {key: [v, v] for key, v in secrets.items()}}
    for answer in pair.answers(json.dumps(event)):
        echoed = json.loads(answer["body"])["input"]
        assert echoed["headers"] == {**dict.fromkeys(secrets, "REDACTED"), "day": "Monday"}
        assert echoed["multiValueHeaders"] == {key: ["REDACTED", "REDACTED"] for key in secrets}
        assert "s3cret" not in json.dumps(answer)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({}, "Good day, you of World."),
        ({"queryStringParameters": None, "headers": None, "body": None}, "Good day, you of World."),
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
        ({"body": "null"}, "Good day, you of World."),
        ({"body": '{"time":[1.0,null,1e21]}'}, "Good 1,,1e+21, you of World."),
        ({"body": '{"time":{"toString":1}}'}, "Good [object Object], you of World."),
        ({"body": "eyJ0aW1lIjoibmlnaHQifQ==", "isBase64Encoded": True}, "Good night, you of World."),
    ],
)
def test_the_greeting_follows_the_tutorial(pair: Pair, event: dict[str, Any], message: str) -> None:
    for answer in pair.answers(json.dumps(event)):
        assert answer["statusCode"] == 200
        assert json.loads(answer["body"]) == {"message": message, "input": event}


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"body": "{time: evening}"}, "The request body is not valid JSON."),
        ({"body": "{}=", "isBase64Encoded": True}, "The request body is not valid base64."),
        ({"body": "/w==", "isBase64Encoded": True}, "The request body is not UTF-8 text."),
        ({"body": {"time": "evening"}}, "The request body is not text."),
        ({"body": "[" * 201 + "]" * 201}, "The request body is nested more than 200 levels deep."),
    ],
)
def test_a_body_that_cannot_be_read_is_the_callers_mistake(pair: Pair, event: dict[str, Any], message: str) -> None:
    for answer in pair.answers(json.dumps(event)):
        assert answer["statusCode"] == 400
        assert json.loads(answer["body"]) == {"message": message}


def test_the_folders_hold_the_functions_and_nothing_else() -> None:
    found = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()}
    assert found == {"nodejs/index.mjs", "python/index.py"}
