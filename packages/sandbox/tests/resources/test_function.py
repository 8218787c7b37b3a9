"""Function, Alias and Permission: versions, drift, and statements written one at a time."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.table import handler

if TYPE_CHECKING:
    from cross_account_sandbox.resources.handler import Properties
    from cross_account_sandbox.resources.session import ProviderSession
    from sandbox_testing.resources import Login

TOKEN = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def _code(text: str) -> pulumi.AssetArchive:
    return pulumi.AssetArchive({"index.py": pulumi.StringAsset(f"def handler(e, c): return {text!r}")})


def _inputs(session: ProviderSession, **more: Any) -> Properties:
    role = handler("aws:iam/role:Role")
    _, made = role.create(session, {"name": "role", "assumeRolePolicy": json.dumps(TRUST)})
    return handler(TOKEN).check(
        {
            "name": "f",
            "role": made["arn"],
            "runtime": "python3.13",
            "handler": "index.handler",
            "code": _code("one"),
            **more,
        }
    )


def _answer(session: ProviderSession, qualifier: str) -> Any:
    answer = session.client("lambda").invoke(FunctionName="f", Qualifier=qualifier)
    return json.loads(answer["Payload"].read())


def test_publish_makes_a_version_of_new_code_and_of_new_configuration_and_of_nothing_else(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    inputs = _inputs(session, publish=True)
    identity, state = row.create(session, inputs)
    assert (state["version"], state["qualifiedArn"]) == ("1", f"{state['arn']}:1")

    inputs = {**inputs, "code": _code("two")}
    state = row.update(session, identity, state, inputs)
    assert state["version"] == "2"
    inputs = {**inputs, "memorySize": 512}
    state = row.update(session, identity, state, inputs)
    assert state["version"] == "3"
    inputs = {**inputs, "tags": {"a": "1"}, "reservedConcurrentExecutions": 3}
    state = row.update(session, identity, state, inputs)
    assert state["version"] == "3"
    assert [_answer(session, version) for version in ("1", "2", "3")] == ["one", "two", "two"]


def test_without_publish_there_is_the_latest_code_alone(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    inputs = _inputs(session)
    identity, state = row.create(session, inputs)
    assert (state["version"], state["qualifiedArn"]) == ("$LATEST", f"{state['arn']}:$LATEST")
    state = row.update(session, identity, state, {**inputs, "publish": True})
    assert state["version"] == "1"


def test_invoke_arns_are_what_an_integration_takes(login: Login) -> None:
    session = login("222222222222", "eu-west-1")
    _, state = handler(TOKEN).create(session, _inputs(session, publish=True))
    function = "arn:aws:lambda:eu-west-1:222222222222:function:f"
    assert state["invokeArn"] == (
        f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{function}/invocations"
    )
    assert state["qualifiedInvokeArn"].endswith(f"/functions/{function}:1/invocations")


def test_code_changed_behind_pulumis_back_is_drift_and_is_put_back(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    inputs = _inputs(session, publish=True)
    identity, state = row.create(session, inputs)
    from cross_account_sandbox.resources.archives import zipped

    session.client("lambda").update_function_code(FunctionName="f", ZipFile=zipped(_code("theirs")))
    found = row.read(session, identity, state)
    assert found is not None
    assert "code" not in found
    assert found["codeSha256"] != state["codeSha256"]

    mended = row.update(session, identity, found, inputs)
    assert mended["codeSha256"] == state["codeSha256"]
    assert _answer(session, mended["version"]) == "one"


def test_configuration_changed_behind_pulumis_back_is_drift(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    identity, state = row.create(session, _inputs(session, timeout=10))
    session.client("lambda").update_function_configuration(FunctionName="f", Timeout=20)
    found = row.read(session, identity, state)
    assert found is not None
    assert found["timeout"] == 20


def test_a_container_image_and_a_function_without_code_are_refused(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    with pytest.raises(HandlerError, match="packageType 'Image' is not supported"):
        row.check({"packageType": "Image"})
    inputs = {key: value for key, value in _inputs(session).items() if key != "code"}
    with pytest.raises(HandlerError, match="the code is missing"):
        row.create(session, inputs)


def test_an_alias_moved_behind_pulumis_back_is_drift_and_is_moved_back(login: Login) -> None:
    session, row, alias = login(), handler(TOKEN), handler("aws:lambda/alias:Alias")
    inputs = _inputs(session, publish=True)
    identity, state = row.create(session, inputs)
    row.update(session, identity, state, {**inputs, "code": _code("two")})
    stated = {"name": "live", "functionName": "f", "functionVersion": "2"}
    arn, made = alias.create(session, stated)
    assert made["invokeArn"].endswith(":function:f:live/invocations")
    session.client("lambda").update_alias(FunctionName="f", Name="live", FunctionVersion="1")
    found = alias.read(session, arn, made)
    assert found is not None
    assert found["functionVersion"] == "1"
    alias.update(session, arn, found, stated)
    assert _answer(session, "live") == "two"


def _statement(number: int, **more: Any) -> Properties:
    return {
        "function": "f",
        "action": "lambda:InvokeFunction",
        "principal": "apigateway.amazonaws.com",
        "statementId": f"s{number}",
        "sourceArn": f"arn:aws:execute-api:us-east-1:111111111111:abc/dev/GET/{number}",
        "sourceAccount": "111111111111",
        **more,
    }


def test_statements_written_at_once_are_all_there(login: Login) -> None:
    session, row = login(), handler(PERMISSION)
    handler(TOKEN).create(session, _inputs(session))
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: row.create(session, _statement(number)), range(16)))
    policy = json.loads(session.client("lambda").get_policy(FunctionName="f")["Policy"])
    assert {statement["Sid"] for statement in policy["Statement"]} == {identity for identity, _ in made}


def test_a_statement_belongs_to_its_qualifier(login: Login) -> None:
    session, row = login(), handler(PERMISSION)
    handler(TOKEN).create(session, _inputs(session, publish=True))
    handler("aws:lambda/alias:Alias").create(session, {"name": "live", "functionName": "f", "functionVersion": "1"})
    identity, state = row.create(session, _statement(1, qualifier="live"))
    assert row.read(session, identity, state) == state
    unqualified = {key: value for key, value in state.items() if key != "qualifier"}
    assert row.read(session, identity, unqualified) is None


def test_the_same_statement_made_twice_from_a_prefix_has_two_ids(login: Login) -> None:
    session, row = login(), handler(PERMISSION)
    handler(TOKEN).create(session, _inputs(session))
    stated = {**_statement(1), "statementIdPrefix": "invoke-"}
    del stated["statementId"]

    (first, state), (second, _) = row.create(session, stated), row.create(session, stated)

    policy = json.loads(session.client("lambda").get_policy(FunctionName="f")["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == [first, second]
    assert first != second
    assert re.fullmatch(r"invoke-[0-9a-f]{26}", first)
    assert row.read(session, first, state) == state


def test_a_statement_has_an_id_or_a_prefix() -> None:
    with pytest.raises(HandlerError, match="statementId conflicts with statementIdPrefix"):
        handler(PERMISSION).check({**_statement(1), "statementIdPrefix": "invoke-"})


def test_a_deleted_statement_is_gone_and_a_changed_one_is_drift(login: Login) -> None:
    session, row = login(), handler(PERMISSION)
    handler(TOKEN).create(session, _inputs(session))
    identity, state = row.create(session, _statement(1))
    client = session.client("lambda")
    client.remove_permission(FunctionName="f", StatementId="s1")
    assert row.read(session, identity, state) is None
    client.add_permission(
        FunctionName="f", StatementId="s1", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    found = row.read(session, identity, state)
    assert found is not None
    assert "sourceArn" not in found


def test_an_account_as_principal_is_no_drift(login: Login) -> None:
    session, row = login(), handler(PERMISSION)
    handler(TOKEN).create(session, _inputs(session))
    stated = {"function": "f", "action": "lambda:InvokeFunction", "principal": "333333333333", "statementId": "s"}
    identity, state = row.create(session, stated)
    assert row.read(session, identity, state) == state


def test_a_statement_is_imported_by_function_qualifier_and_id(login: Login) -> None:
    session, row = login(), handler(PERMISSION)
    handler(TOKEN).create(session, _inputs(session, publish=True))
    row.create(session, _statement(1, qualifier="1"))
    found = row.read(session, "f:1/s1", {})
    assert found is not None
    assert found == {**_statement(1, qualifier="1"), "region": "us-east-1"}
