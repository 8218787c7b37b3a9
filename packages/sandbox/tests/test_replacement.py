"""One World replaces another: new requests switch at once, and requests in flight finish where they began."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from cross_account_sandbox.http import DEPLOYMENT_HEADER
from cross_account_sandbox.server import RunningSandbox
from sandbox_testing.build import FUNCTION_ACCOUNT, add_api, lambda_proxy, mock, permitted
from sandbox_testing.event_streams import EventStream
from sandbox_testing.functions import TRUST_LAMBDA, zipped
from sandbox_testing.processes import wait_until
from sandbox_testing.server import SandboxUnderTest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cross_account_sandbox.running_world import RunningWorld


@pytest.fixture
def running() -> Iterator[RunningSandbox]:
    with RunningSandbox(port=0) as started:
        yield started


@pytest.fixture
def sandbox(running: RunningSandbox) -> SandboxUnderTest:
    return SandboxUnderTest(running)


def beside(running: RunningSandbox) -> RunningWorld:
    return running.beside(operator_account="111111111111")


def client(sandbox: SandboxUnderTest, service: str, into: RunningWorld) -> Any:
    """A client for deploying into a World that does not receive requests yet."""
    made = sandbox.client(service, shared=False)
    made.meta.events.register(
        "before-call", lambda params, **_: params["headers"].update({DEPLOYMENT_HEADER: into.world.instance})
    )
    return made


def answering(world: Any, status: int) -> str:
    """An API whose root returns this status, with the same ID in every World."""
    api = add_api(world, api_id="same")
    api.route("/", "GET", mock(status))
    api.deploy()
    return api.url()


def test_requests_reach_the_new_world_from_the_switch_on(running: RunningSandbox, sandbox: SandboxUnderTest) -> None:
    url = answering(running.world, 201)
    new = beside(running)
    answering(new.world, 202)
    assert sandbox.request("GET", url).status == 201
    running.replace(new)
    assert sandbox.request("GET", url).status == 202
    assert running.world is new.world
    assert sandbox.request("GET", "/_sandbox/health").json()["instance"] == new.world.instance


def test_one_that_is_discarded_leaves_no_trace(running: RunningSandbox, sandbox: SandboxUnderTest) -> None:
    url = answering(running.world, 201)
    failed = beside(running)
    client(sandbox, "apigateway", failed).create_rest_api(name="half")
    running.discard(failed)
    assert sandbox.request("GET", url).status == 201
    assert [api["id"] for api in sandbox.client("apigateway").get_rest_apis()["items"]] == ["same"]


def test_each_world_has_its_own_resources_under_the_same_names(
    running: RunningSandbox, sandbox: SandboxUnderTest
) -> None:
    """Includes moto's resources: by default, moto has one store per process, in which bucket names are unique."""
    new = beside(running)
    for create in (sandbox.client, lambda service: client(sandbox, service, new)):
        create("iam").create_role(RoleName="caller", AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA))
        create("logs").create_log_group(logGroupName="/one")
        create("s3").create_bucket(Bucket="code")
        create("organizations").create_organization(FeatureSet="ALL")
    client(sandbox, "s3", new).put_object(Bucket="code", Key="new", Body=b"x" * 100_000)
    before = sandbox.client("iam").get_role(RoleName="caller")["Role"]["RoleId"]
    assert sandbox.client("s3").list_objects_v2(Bucket="code")["KeyCount"] == 0
    running.replace(new)
    assert sandbox.client("iam").get_role(RoleName="caller")["Role"]["RoleId"] != before
    assert sandbox.client("s3").get_object(Bucket="code", Key="new")["Body"].read() == b"x" * 100_000
    assert sandbox.client("iam").list_roles()["Roles"][0]["RoleName"] == "caller"


def test_a_link_to_code_outlives_the_world_that_signed_it(running: RunningSandbox, sandbox: SandboxUnderTest) -> None:
    new = beside(running)
    for create in (sandbox.client, lambda service: client(sandbox, service, new)):
        role = create("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA))["Role"]
        create("lambda").create_function(
            FunctionName="hello",
            Runtime="python3.13",
            Handler="index.handler",
            Role=role["Arn"],
            Code={"ZipFile": zipped({"index.py": "def handler(event, context): ..."})},
        )
    location = urlsplit(sandbox.client("lambda").get_function(FunctionName="hello")["Code"]["Location"])
    running.replace(new)
    assert sandbox.request("GET", f"{location.path}?{location.query}").status == 200


def test_a_function_under_way_is_finished_with_its_own_credentials(
    running: RunningSandbox, sandbox: SandboxUnderTest, tmp_path: Path
) -> None:
    begun, go = tmp_path / "begun", tmp_path / "go"
    code = f"""
import boto3, json, os, pathlib, time
def handler(event, context):
    pathlib.Path({str(begun)!r}).touch()
    while not os.path.exists({str(go)!r}):
        time.sleep(0.01)
    return {{"statusCode": 200, "body": boto3.client("sts").get_caller_identity()["Arn"]}}
"""
    iam = sandbox.client("iam", account=FUNCTION_ACCOUNT)
    iam.create_role(RoleName="execution", AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA))
    api = add_api(running.world)
    api.route("/", "GET", lambda_proxy(permitted(sandbox, code)))
    api.deploy()
    old_pool, new = running.pool, beside(running)
    with ThreadPoolExecutor(1) as client:
        under_way = client.submit(sandbox.request, "GET", api.url())
        wait_until(begun.exists)
        running.replace(new)
        assert sandbox.request("GET", api.url()).status == 403  # the new World has no such API
        go.touch()
        reply = under_way.result(60)
    assert (reply.status, reply.body.decode()) == (
        200,
        f"arn:aws:sts::{FUNCTION_ACCOUNT}:assumed-role/execution/hello",
    )
    wait_until(lambda: old_pool.process_count() == 0)


def test_fifty_requests_a_second_notice_nothing(running: RunningSandbox, sandbox: SandboxUnderTest) -> None:
    url, statuses, stop = answering(running.world, 200), [], threading.Event()

    def ask() -> None:
        while not stop.wait(0.1):
            statuses.append(sandbox.request("GET", url).status)

    with ThreadPoolExecutor(5) as clients:
        asking = [clients.submit(ask) for _ in range(5)]
        for _ in range(10):
            new, seen = beside(running), len(statuses)
            answering(new.world, 200)
            running.replace(new)
            wait_until(lambda seen=seen: len(statuses) > seen + 10)
        stop.set()
        for each in asking:
            each.result(60)
    assert set(statuses) == {200}
    wait_until(lambda: not running._others)  # noqa: SLF001 - nothing else shows that the Worlds before are gone


def test_traces_and_streams_go_on(running: RunningSandbox, sandbox: SandboxUnderTest) -> None:
    url = answering(running.world, 201)
    with EventStream(sandbox.endpoint, "/_sandbox/traces") as stream:
        sandbox.request("GET", url)
        new = beside(running)
        answering(new.world, 202)
        running.replace(new)
        sandbox.request("GET", url)
        assert [stream.next().data["status"] for _ in range(2)] == [201, 202]
    listed = sandbox.request("GET", "/_sandbox/traces").json()["traces"]
    assert [trace["status"] for trace in listed] == [202, 201]


def test_it_ends_while_a_request_of_the_world_before_is_under_way(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    code = f"""
import pathlib, time
def handler(event, context):
    pathlib.Path({str(begun)!r}).touch()
    time.sleep(60)
"""
    with RunningSandbox(port=0) as running, ThreadPoolExecutor(1) as client:
        sandbox = SandboxUnderTest(running)
        api = add_api(running.world)
        api.route("/", "GET", lambda_proxy(permitted(sandbox, code)))
        api.deploy()
        client.submit(sandbox.request, "GET", api.url())
        wait_until(begun.exists)
        pool = running.pool
        running.replace(beside(running))
        running.close()
        assert pool.process_count() == 0


def test_two_sandboxes_can_run_in_one_process(sandbox: SandboxUnderTest) -> None:
    with RunningSandbox(port=0) as second:
        other = SandboxUnderTest(second)
        sandbox.client("iam").create_user(UserName="first")
        other.client("iam").create_user(UserName="second")
        assert [user["UserName"] for user in sandbox.client("iam").list_users()["Users"]] == ["first"]
    assert [user["UserName"] for user in sandbox.client("iam").list_users()["Users"]] == ["first"]
