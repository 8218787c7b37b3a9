"""AWS WAF in front of a stage: the sandbox evaluates no rules, so it refuses requests that WAF might block.

WAF is evaluated before everything else (API Gateway developer guide, "Use AWS WAF to protect your REST APIs").
"""

from __future__ import annotations

from cross_account_sandbox.control_plane.web_acls import web_acl_of
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.refusal import Unsupported


def check(exchange: Exchange) -> None:
    """Raises Unsupported (501) if a web ACL is associated with the stage."""
    api = exchange.api
    found = web_acl_of(api.account, api.region, api.stage_arn(exchange.stage.name))
    if found is not None:
        what = f"AWS WAF: {found} is associated with stage {exchange.stage.name}, and its rules are not evaluated here"
        raise Unsupported(what=what, hop="waf", webAcl=found)
