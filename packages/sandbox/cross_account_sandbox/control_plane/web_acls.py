"""Web ACLs of AWS WAF: which one protects a stage. moto stores associations; the sandbox does not evaluate rules."""

from __future__ import annotations

import sys


def web_acl_of(account: str, region: str, resource_arn: str) -> str | None:
    """The ARN of the web ACL that is associated with a resource; None if there is none."""
    # moto's WAF is imported when the first WAF call arrives; before that there are no web ACLs.
    backends = getattr(sys.modules.get("moto.wafv2.models"), "wafv2_backends", {})
    if account not in list(backends) or region not in list(backends[account]):
        return None
    acls = list(backends[account][region].wacls.values())
    return next((str(acl.arn) for acl in acls if resource_arn in acl.associated_resources), None)
