"""`/_sandbox/traces`, the API for programs: the filtered list and the stream."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest

from cross_account_sandbox.feed import Feed
from cross_account_sandbox.own_pages import event_stream
from cross_account_sandbox.server import RunningSandbox
from cross_account_sandbox.trace import MOST_TRACES, Trace
from sandbox_testing.build import add_api, add_function, lambda_proxy, mock, permitted
from sandbox_testing.event_streams import EventStream
from sandbox_testing.http_apis import ECHO, deploy

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

TRACES = "/_sandbox/traces"


def pets(sandbox: SandboxUnderTest) -> Any:
    """GET / and POST / return 200 and 201, GET /broken returns 500, and GET /pets/{id} returns 404."""
    api = add_api(sandbox.world, api_id="pets")
    api.route("/", "GET", mock(200))
    api.route("/", "POST", mock(201))
    api.route("/broken", "GET", mock(500))
    api.route("/pets/{id}", "GET", mock(404))
    api.deploy()
    return api


def listed(sandbox: SandboxUnderTest, query: str = "") -> list[dict[str, Any]]:
    reply = sandbox.request("GET", f"{TRACES}?{query}")
    assert reply.status == 200, reply.body
    traces: list[dict[str, Any]] = reply.json()["traces"]
    return traces


def requests_of(traces: list[dict[str, Any]]) -> list[str]:
    return [f"{trace['method']} {trace['path']} {trace['status']}" for trace in traces]


def test_the_list_shows_the_newest_request_first_and_each_leads_to_its_trace(sandbox: SandboxUnderTest) -> None:
    api = pets(sandbox)
    for path in ("/", "/broken", "/pets/1?kind=cat"):
        sandbox.request("GET", api.url(path))
    traces = listed(sandbox)
    assert requests_of(traces) == ["GET /pets/1 404", "GET /broken 500", "GET / 200"]
    assert [trace["time"] for trace in traces] == sorted((trace["time"] for trace in traces), reverse=True)
    newest = traces[0]
    assert (newest["request"], newest["apiId"], newest["stage"]) == ("GET /dev/pets/1?kind=cat", "pets", "dev")
    whole = sandbox.request("GET", f"{TRACES}/{newest['requestId']}").json()
    assert {name: whole[name] for name in ("requestId", "time", "method", "path", "status")} == {
        name: newest[name] for name in ("requestId", "time", "method", "path", "status")
    }
    assert whole["hops"]


def test_an_id_of_an_http_api_s_request_leads_to_its_trace_as_it_is_and_encoded(sandbox: SandboxUnderTest) -> None:
    http_api = deploy(sandbox, "$default")
    # The IDs are base64, so some of them contain a slash.
    while "/" not in (request_id := http_api.call("GET", "/nothing").header("apigw-requestid") or ""):
        pass
    for name in (request_id, quote(request_id, safe="")):
        assert sandbox.request("GET", f"{TRACES}/{name}").json()["requestId"] == request_id
    assert listed(sandbox, "limit=1")[0]["path"] == "/nothing"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["GET /pets/2 404", "GET /pets/1 404", "GET /broken 500", "POST / 201", "GET / 200"]),
        ("limit=2", ["GET /pets/2 404", "GET /pets/1 404"]),
        ("method=post", ["POST / 201"]),
        ("status=500", ["GET /broken 500"]),
        ("status=4xx", ["GET /pets/2 404", "GET /pets/1 404"]),
        ("status=201,5XX", ["GET /broken 500", "POST / 201"]),
        ("path=/pets/1", ["GET /pets/1 404"]),
        ("path=/pets", []),
        ("path=/pets/*", ["GET /pets/2 404", "GET /pets/1 404"]),
        ("path=/pets/?", []),
        ("path=/pets/[12]", []),
        ("path=/&method=GET", ["GET / 200"]),
        ("api=pets&status=500", ["GET /broken 500"]),
        ("api=other", []),
        ("since=2000-01-01T00:00:00Z&status=500", ["GET /broken 500"]),
        ("since=2100-01-01T00:00:00Z", []),
        ("until=2000-01-01", []),
        ("until=4102444800&method=POST", ["POST / 201"]),
        ("method=&api=&limit=1", ["GET /pets/2 404"]),
    ],
)
def test_filters(sandbox: SandboxUnderTest, query: str, wanted: list[str]) -> None:
    api = pets(sandbox)
    sandbox.request("GET", api.url("/"))
    sandbox.request("POST", api.url("/"))
    for path in ("/broken", "/pets/1", "/pets/2"):
        sandbox.request("GET", api.url(path))
    assert requests_of(listed(sandbox, query)) == wanted


def test_the_moment_of_a_trace_divides_the_list(sandbox: SandboxUnderTest) -> None:
    api = pets(sandbox)
    for path in ("/", "/broken"):
        sandbox.request("GET", api.url(path))
    second = sandbox.world.traces.last()
    assert second is not None
    second.started += 60
    divide = f"{second.started - 1}"
    assert requests_of(listed(sandbox, f"since={divide}")) == ["GET /broken 500"]
    assert requests_of(listed(sandbox, f"until={divide}")) == ["GET / 200"]


def test_a_function_is_found_by_name_and_arn_also_where_it_could_not_be_called(sandbox: SandboxUnderTest) -> None:
    allowed, refused = permitted(sandbox, name="hello"), add_function(sandbox.world, name="closed")
    api = add_api(sandbox.world)
    api.route("/hello", "GET", lambda_proxy(allowed))
    api.route("/closed", "GET", lambda_proxy(refused))
    api.route("/none", "GET", mock())
    api.deploy()
    for path in ("/hello", "/closed", "/none"):
        sandbox.request("GET", api.url(path))
    for name in ("hello", allowed.arn):
        assert requests_of(listed(sandbox, f"function={name}")) == ["GET /hello 200"]
    for name in ("closed", refused.arn):
        (found,) = listed(sandbox, f"function={name}")
        assert found["functions"] == [refused.arn]
        assert found["decidedBy"].startswith("permission denied: ")
    assert listed(sandbox, "function=hell") == []
    assert listed(sandbox, f"function={allowed.arn[:-1]}") == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=red", ["colour", "api, function, status"]),
        ("status=6xx", ["status=6xx", "4xx"]),
        ("status=abc", ["status=abc"]),
        ("limit=0", ["limit=0", "1 to 1000"]),
        ("limit=1001", ["limit=1001"]),
        ("limit=many", ["limit=many"]),
        pytest.param(f"limit={'9' * 5000}", ["1 to 1000"], id="more digits than Python converts"),
        ("since=yesterday", ["since=yesterday", "2026-11-30T12:00:00Z"]),
    ],
)
def test_a_query_that_cannot_be_meant_is_400_and_named(sandbox: SandboxUnderTest, query: str, named: list[str]) -> None:
    for accepted in ("application/json", "text/event-stream"):
        reply = sandbox.request("GET", f"{TRACES}?{query}", headers={"Accept": accepted})
        assert reply.status == 400
        assert [part for part in named if part not in reply.json()["message"]] == []


def test_as_many_traces_are_kept_as_the_docs_say(sandbox: SandboxUnderTest) -> None:
    log = sandbox.world.traces
    for number in range(MOST_TRACES + 5):
        trace = Trace(request_id=str(number), request="GET /dev/", path="/")
        log.keep(trace)
        log.finish(trace, 200)
    traces = listed(sandbox, f"limit={MOST_TRACES}")
    assert [trace["requestId"] for trace in traces] == [str(number) for number in range(1004, 4, -1)]


# The stream


def test_the_stream_tells_of_each_request_as_it_is_answered(sandbox: SandboxUnderTest) -> None:
    api = pets(sandbox)
    sandbox.request("GET", api.url("/"))
    with EventStream(sandbox.endpoint, f"{TRACES}?status=4xx,5xx") as stream:
        for path in ("/", "/broken", "/", "/pets/1"):
            sandbox.request("GET", api.url(path))
        events = [stream.next(), stream.next()]
    assert [event.name for event in events] == ["trace", "trace"]
    assert requests_of([event.data for event in events]) == ["GET /broken 500", "GET /pets/1 404"]
    assert [event.data for event in reversed(events)] == listed(sandbox, "status=4xx,5xx")


def test_a_client_goes_on_after_the_last_event_that_it_saw(sandbox: SandboxUnderTest) -> None:
    api = pets(sandbox)
    with EventStream(sandbox.endpoint, TRACES) as stream:
        sandbox.request("GET", api.url("/"))
        seen = stream.next()
    for path in ("/broken", "/pets/1"):
        sandbox.request("GET", api.url(path))
    for again in (
        EventStream(sandbox.endpoint, TRACES, Last_Event_ID=seen.id),
        EventStream(sandbox.endpoint, f"{TRACES}?lastEventId={seen.id}"),
    ):
        with again:
            assert again.id == seen.id
            assert requests_of([again.next().data, again.next().data]) == ["GET /broken 500", "GET /pets/1 404"]


def test_the_list_says_where_the_stream_goes_on(sandbox: SandboxUnderTest) -> None:
    api = pets(sandbox)
    sandbox.request("GET", api.url("/"))
    position = sandbox.request("GET", TRACES).json()["lastEventId"]
    sandbox.request("GET", api.url("/broken"))
    with EventStream(sandbox.endpoint, f"{TRACES}?lastEventId={position}") as stream:
        assert stream.next().data["path"] == "/broken"


@pytest.mark.parametrize("query", ["lastEventId=0a1b2c3d-7", "lastEventId=nonsense", "since=0"])
def test_a_client_of_another_run_gets_all_that_is_kept(sandbox: SandboxUnderTest, query: str) -> None:
    api = pets(sandbox)
    for path in ("/", "/broken"):
        sandbox.request("GET", api.url(path))
    with EventStream(sandbox.endpoint, f"{TRACES}?{query}") as stream:
        assert requests_of([stream.next().data, stream.next().data]) == ["GET / 200", "GET /broken 500"]


def test_a_position_of_more_digits_than_python_converts_is_one_of_another_run() -> None:
    feed: Feed[int] = Feed(most=1)
    assert feed.position_of(feed.id_of(0).replace("-0", f"-{'9' * 5000}")) == 0


def test_what_fell_off_before_a_client_read_it_is_counted() -> None:
    async def read() -> list[bytes]:
        feed: Feed[int] = Feed(most=3)
        parts = event_stream.follow(feed, 0, lambda item: [("number", item)], heartbeat_s=0.01).parts
        first = await anext(parts)
        for number in range(5):
            feed.append(number)
        told = [await anext(parts) for _ in range(5)]
        feed.close()
        return [first, *told, *[part async for part in parts]]

    first, missed, *numbers, heartbeat = asyncio.run(read())
    assert first.endswith(b"-0\n\n")
    assert missed.endswith(b'\nevent: missed\ndata: {"count": 2}\n\n')
    assert [number.splitlines()[1:3] for number in numbers] == [
        [b"event: number", f"data: {number}".encode()] for number in (2, 3, 4)
    ]
    assert heartbeat == b": heartbeat\n\n"


def test_a_client_that_reads_nothing_blocks_nobody(sandbox: SandboxUnderTest) -> None:
    api = pets(sandbox)
    with socket.create_connection(("127.0.0.1", urlsplit(sandbox.endpoint).port or 0), timeout=60) as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        stalled.sendall(f"GET {TRACES} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".encode())
        assert stalled.recv(12) == b"HTTP/1.1 200"
        log = sandbox.world.traces
        with EventStream(sandbox.endpoint, TRACES) as reading:
            # More than the kernel buffers for a client that reads nothing.
            for number in range(500):
                trace = Trace(request_id=str(number), request="GET /dev/" + "x" * 20_000, path="/")
                log.keep(trace)
                log.finish(trace, 200)
                assert reading.next().data["requestId"] == str(number)
        assert sandbox.request("GET", api.url("/")).status == 200


def test_streams_end_with_the_sandbox_and_it_ends_at_once() -> None:
    ended: list[Any] = []
    running = RunningSandbox(port=0).start()
    with EventStream(running.endpoint, TRACES) as stream:
        reading = threading.Thread(target=lambda: ended.append(list(stream)))
        reading.start()
        running.close()
        reading.join(60)
    # The response ended with a last chunk; otherwise the client would have raised IncompleteRead.
    assert ended == [[]]


def test_a_page_of_another_origin_reads_neither(sandbox: SandboxUnderTest) -> None:
    for accepted in ("application/json", "text/event-stream"):
        reply = sandbox.request("GET", TRACES, headers={"Origin": "http://evil.example", "Accept": accepted})
        assert reply.status == 403


def test_traces_cannot_be_changed(sandbox: SandboxUnderTest) -> None:
    reply = sandbox.request("POST", TRACES, headers={"X-Sandbox-Token": sandbox.token})
    assert reply.status == 404


def test_an_http_api_shows_the_path_that_it_routes(sandbox: SandboxUnderTest) -> None:
    http_api = deploy(sandbox, "beta")
    http_api.route("GET /pets/{id}", http_api.function("echo", ECHO))
    http_api.call("GET", "/pets/7?x=1")
    (trace,) = listed(sandbox, "path=/pets/*")
    assert (trace["path"], trace["stage"], trace["request"]) == ("/pets/7", "beta", "GET /beta/pets/7?x=1")
