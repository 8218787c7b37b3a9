"""docs/security.md agrees with the registered resources: each met control is proven, each wildcard listed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from aws_rules.runtimes import RUNTIMES
from cross_account_api.testing import Recording
from tests.projects import ROOT, record_main

PAGE = (ROOT / "docs/security.md").read_text()
Proof = Callable[[Recording], bool]
#: Lambda.2's list, for the two languages that the settings name without a version.
SUPPORTED = {"nodejs20.x", "nodejs22.x", "nodejs24.x", *(f"python3.{minor}" for minor in range(10, 15))}


def _settings(made: Recording) -> dict[str, Any]:
    found: dict[str, Any] = made.one("MethodSettings").inputs["settings"]
    assert made.one("MethodSettings").inputs["methodPath"] == "*/*"
    return found


def _function(made: Recording) -> dict[str, Any]:
    return made.one("lambda/function:Function").inputs


def _logs_execution(made: Recording) -> bool:
    return _settings(made)["loggingLevel"] in ("ERROR", "INFO")


def _traces(made: Recording) -> bool:
    stage: bool = made.one("Stage").inputs["xrayTracingEnabled"]
    return stage and _function(made)["tracingConfig"] == {"mode": "Active"}


def _caches_nothing(made: Recording) -> bool:
    stage = made.one("Stage").inputs
    return "cacheClusterEnabled" not in stage and "cachingEnabled" not in _settings(made)


def _logs_access(made: Recording) -> bool:
    log = made.one("Stage").inputs["accessLogSettings"]
    return "integrationError" in json.loads(log["format"]) and ":logs:" in log["destinationArn"]


def _creates_before_it_deletes(made: Recording) -> bool:
    return not any(resource.deletes_before_replace for resource in made.resources)


def _is_throttled(made: Recording) -> bool:
    return all(_settings(made)[limit] > 0 for limit in ("throttlingRateLimit", "throttlingBurstLimit"))


def _authorizes_every_method(made: Recording) -> bool:
    document = made.one("RestApi").document()
    operations = [
        operation
        for item in document["paths"].values()
        for method, operation in item.items()
        if method not in ("options", "parameters")
    ]
    return bool(operations) and all(operation.get("security") == [{"sigv4": []}] for operation in operations)


def _keeps_logs_for_a_year(made: Recording) -> bool:
    return {group.inputs["retentionInDays"] for group in made.all("LogGroup")} == {365}


def _has_no_public_policy(made: Recording) -> bool:
    statements = [permission.inputs for permission in made.all("lambda/permission:Permission")]
    return bool(statements) and all(
        each["principal"] == "apigateway.amazonaws.com"
        and re.fullmatch(r"\d{12}", each["sourceAccount"])
        and "*" not in each["sourceArn"]
        for each in statements
    )


def _is_tagged(made: Recording) -> bool:
    return {"project", "stack"} <= set(_function(made)["tags"])


def _makes_no_url(made: Recording) -> bool:
    return made.all("FunctionUrl") == []


def _names_its_sources(made: Recording) -> bool:
    statements = [permission.inputs for permission in made.all("lambda/permission:Permission")]
    return bool(statements) and all(each.get("sourceArn") and each.get("sourceAccount") for each in statements)


PROOFS: dict[str, Proof] = {
    **dict.fromkeys(("APIGateway.1", "AwsSolutions-APIG6", "CKV2_AWS_4"), _logs_execution),
    **dict.fromkeys(("APIGateway.3", "CKV_AWS_73", "CKV_AWS_50", "Lambda.7"), _traces),
    **dict.fromkeys(("APIGateway.5", "CKV_AWS_308"), _caches_nothing),
    **dict.fromkeys(("AwsSolutions-APIG1", "CKV_AWS_76"), _logs_access),
    "CKV_AWS_276": lambda made: _settings(made)["dataTraceEnabled"] is False,
    **dict.fromkeys(("CKV_AWS_217", "CKV_AWS_237"), _creates_before_it_deletes),
    "APIGWDefaultThrottling": _is_throttled,
    **dict.fromkeys(("AwsSolutions-APIG4", "CKV_AWS_59", "CKV2_AWS_70"), _authorizes_every_method),
    **dict.fromkeys(("CKV_AWS_66", "CKV_AWS_338"), _keeps_logs_for_a_year),
    **dict.fromkeys(("Lambda.1", "CKV_AWS_301", "CKV_AWS_364"), _has_no_public_policy),
    "awslambda_function_not_publicly_accessible": _names_its_sources,
    **dict.fromkeys(("Lambda.2", "CKV_AWS_363"), lambda made: _function(made)["runtime"] in SUPPORTED),
    "Lambda.6": _is_tagged,
    **dict.fromkeys(("CKV_AWS_45", "CKV_AWS_173"), lambda made: "environment" not in _function(made)),
    **dict.fromkeys(("CKV_AWS_258", "CKV2_AWS_75"), _makes_no_url),
}


def _said(*kinds: str) -> list[str]:
    """The controls with one of these values in their row."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| (default|prod|argument|no) \|", PAGE, re.MULTILINE)
    return [control for controls, kind in rows if kind in kinds for control in controls.split(", ")]


@cache
def _made(stack: str) -> Recording:
    return record_main(f"Pulumi.{stack}.yaml", stack=stack)


def test_every_met_control_has_a_proof_and_no_control_is_listed_twice() -> None:
    assert sorted(_said("default", "prod")) == sorted(PROOFS)
    named = _said("default", "prod", "argument", "no")
    assert len(named) == len(set(named))


@pytest.mark.parametrize("control", _said("default"))
def test_controls_met_by_default_are_met(control: str) -> None:
    assert PROOFS[control](_made("dev"))


@pytest.mark.parametrize("control", _said("default", "prod"))
def test_controls_met_by_the_prod_stack_are_met(control: str) -> None:
    assert PROOFS[control](_made("prod"))


@pytest.mark.parametrize("control", _said("prod"))
def test_controls_that_need_the_prod_stack_are_not_met_by_default(control: str) -> None:
    assert not PROOFS[control](_made("dev"))


def test_both_names_of_a_language_stand_for_a_supported_runtime() -> None:
    assert set(RUNTIMES.values()) <= SUPPORTED


@pytest.mark.parametrize(
    "overrides",
    [
        {"gatewayLogging": "managed"},
        {"gatewayLogging": "managed", "invocation": "role"},
        {"gatewayLogging": "managed", "allowedSourceIps": '["192.0.2.0/24"]', "authorization": "AWS_IAM"},
    ],
    ids=["default", "role", "addresses"],
)
def test_every_statement_with_a_wildcard_is_on_the_page(overrides: dict[str, str]) -> None:
    made = record_main("Pulumi.dev.yaml", overrides=overrides)
    documents = [role.document() for role in made.all("RolePolicy") if "body" in role.inputs]
    documents += [role.document("policy") for role in made.all("RolePolicy")]
    documents += [role.document("assumeRolePolicy") for role in made.all("iam/role:Role")]
    wide = {
        statement.get("Sid", str(statement))
        for document in documents
        for statement in document["Statement"]
        if "*" in json.dumps([statement.get(key) for key in ("Principal", "Action", "Resource")])
    }

    assert wide == {"WriteTraces", "WriteOwnLogGroup", "PushLogs"}
    assert all(f"`{sid}` on" in PAGE for sid in wide)


def test_no_caller_is_allowed_by_account() -> None:
    for stack in ("dev", "prod"):
        for overrides in ({}, {"invocation": "role"}):
            made = record_main(f"Pulumi.{stack}.yaml", stack=stack, overrides=overrides)
            inputs = [resource.inputs for resource in made.in_aws]
            assert ":root" not in json.dumps(inputs, default=str)
