"""AWS WAF: the sandbox does not evaluate rules, so a stage with a web ACL only returns that error."""

from __future__ import annotations

from typing import Any

from sandbox_testing.build import API_ACCOUNT, Api, add_api, mock

VISIBLE = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}


def protected(sandbox: Any) -> tuple[Api, Any, str]:
    """GET / in two stages, the first with a web ACL that allows everything; the WAF client and the ACL."""
    api = add_api(sandbox.world)
    api.route("/", "GET", mock())
    api.deploy()
    api.deploy("open")
    waf = sandbox.client("wafv2", account=API_ACCOUNT)
    acl: str = waf.create_web_acl(
        Name="w", Scope="REGIONAL", DefaultAction={"Allow": {}}, Rules=[], VisibilityConfig=VISIBLE
    )["Summary"]["ARN"]
    waf.associate_web_acl(WebACLArn=acl, ResourceArn=api.api.stage_arn("dev"))
    return api, waf, acl


def test_a_stage_behind_a_web_acl_is_refused_and_says_so(sandbox: Any) -> None:
    api, _, acl = protected(sandbox)
    reply = sandbox.request("GET", api.url())
    assert reply.status == 501
    assert "AWS WAF" in reply.json()["message"]
    assert acl in reply.json()["message"]
    assert sandbox.request("GET", api.url(stage="open")).status == 200


def test_a_web_acl_comes_before_everything_else(sandbox: Any) -> None:
    api, _, _ = protected(sandbox)
    assert sandbox.request("GET", api.url("/no/such/route")).status == 501


def test_a_stage_whose_web_acl_is_gone_answers_again(sandbox: Any) -> None:
    api, waf, _ = protected(sandbox)
    waf.disassociate_web_acl(ResourceArn=api.api.stage_arn("dev"))
    assert sandbox.request("GET", api.url()).status == 200


def test_get_stage_shows_the_web_acl(sandbox: Any) -> None:
    api, waf, acl = protected(sandbox)
    gateway = sandbox.client("apigateway", account=API_ACCOUNT)
    assert gateway.get_stage(restApiId=api.api.id, stageName="dev")["webAclArn"] == acl
    waf.disassociate_web_acl(ResourceArn=api.api.stage_arn("dev"))
    assert "webAclArn" not in gateway.get_stage(restApiId=api.api.id, stageName="dev")
