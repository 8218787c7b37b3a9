"""The pack's rules by name: what each requires, and the function that says what to change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cross_account_policies import access_rules, document_rules, stage_rules
from cross_account_policies.resources import Resource

#: What to change in a resource; nothing if it follows the rule.
Check = Callable[[Resource], Iterator[str]]
#: The same for all resources together: which resource, and what to change. The mapping is the policy's configuration.
StackCheck = Callable[[Sequence[Resource], Mapping[str, object]], Iterator[tuple[Resource, str]]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule about one resource. Pulumi checks it before it creates the resource."""

    name: str
    description: str
    check: Check


@dataclass(frozen=True, kw_only=True)
class StackRule:
    """A rule about all resources together. Pulumi checks it at the end of a preview and of an up."""

    name: str
    description: str
    check: StackCheck


RULES: tuple[Rule, ...] = (
    Rule(
        name="explicit-provider",
        description="Every AWS resource names the provider of its account.",
        check=access_rules.explicit_provider,
    ),
    Rule(
        name="api-gateway-permission-sources",
        description="A permission for API Gateway names the API and its account.",
        check=access_rules.permission_for_api_gateway,
    ),
    Rule(
        name="no-account-root",
        description="No policy allows a whole account.",
        check=access_rules.no_account_root,
    ),
    Rule(
        name="private-api-endpoints",
        description="A private API's policy names the VPC endpoints that can call it.",
        check=access_rules.private_api_names_its_endpoints,
    ),
    Rule(
        name="stage-access-logs",
        description="Every stage writes an access log.",
        check=stage_rules.access_logs,
    ),
    Rule(
        name="log-retention",
        description="Every log group has a retention time.",
        check=stage_rules.log_retention,
    ),
    Rule(
        name="guarded-operations",
        description="An API that guards operations guards all of them, apart from CORS preflights.",
        check=document_rules.every_operation_is_guarded,
    ),
)

STACK_RULES: tuple[StackRule, ...] = (
    StackRule(
        name="permission-no-wider-than-routes",
        description="A permission for API Gateway has no wildcard beyond what its routes need.",
        check=lambda resources, _: document_rules.no_wider_than_its_routes(resources),
    ),
    StackRule(
        name="stage-throttling",
        description="Every stage limits the rate and the burst of requests.",
        check=lambda resources, _: stage_rules.throttling(resources),
    ),
    StackRule(
        name="no-third-account",
        description="An API calls only into accounts of its stack.",
        check=lambda resources, config: document_rules.no_third_account(resources, _accounts(config)),
    ),
)


def _accounts(config: Mapping[str, object]) -> list[str]:
    given = config.get("accounts")
    return [str(account) for account in given] if isinstance(given, Sequence) and not isinstance(given, str) else []
