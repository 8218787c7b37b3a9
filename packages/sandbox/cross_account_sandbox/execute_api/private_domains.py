"""Private custom domains: check the access association and the domain's policy.

Source: API Gateway developer guide, "Custom domain names for private APIs in API Gateway".
"""

from __future__ import annotations

import json

from aws_rules.arns import partition_of_region
from aws_rules.iam.evaluation import Decision, evaluate_policy
from aws_rules.iam.request import AccessRequest, Principal
from aws_rules.iam.request_keys import Client, request_keys
from cross_account_sandbox.apigateway.domain_access import associated
from cross_account_sandbox.apigateway.domain_endpoints import domain_key
from cross_account_sandbox.apigateway.model.domain_name import DomainName
from cross_account_sandbox.apigateway.model.store import ApiGatewayStore
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.stores import Stores

_SHORT = '"execute-api:/'


def refusal(
    stores: Stores[ApiGatewayStore], domain: DomainName, *, account: str, region: str, path: str, client: Client
) -> str:
    """Explain why the domain refuses the request; empty if it allows it."""
    vpce = client.vpce
    if vpce is None:
        return f"The private domain {domain.name} can only be called through a VPC endpoint"
    if not associated(stores, domain, account=account, region=region, vpce=vpce):
        return f"{vpce} has no access association with the private domain {domain.name}"
    if not domain.policy:
        return f"The private domain {domain.name} has no policy, so it allows no calls"
    prefix = f"arn:{partition_of_region(region)}:execute-api:{region}:{account}:/domainnames/{domain_key(domain)}"
    document = json.loads(domain.policy.replace(_SHORT, f'"{prefix}/'))
    request = AccessRequest(
        principal=Principal.anonymous(),
        action="execute-api:Invoke",
        resource=f"{prefix}{path}",
        context=request_keys(region, at=utc_now(), client=client),
    )
    outcome = evaluate_policy(document, request, has_principal=True)
    if outcome.decision is Decision.ALLOW:
        return ""
    if outcome.decision is Decision.DENY:
        return f"Statement {outcome.denying[0].label} of the private domain's policy denies {vpce}"
    return f"No statement of the private domain's policy allows {vpce}"
