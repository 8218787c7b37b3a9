"""Rules about access, for one resource at a time: providers, permissions for API Gateway, principals, private APIs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aws_rules import arns, policies
from cross_account_policies.resources import UNKNOWN, Json, Resource, listed, parsed, statements

#: For each resource type whose principals are checked, the property that contains the policy.
_POLICIES = {
    "aws:iam/role:Role": "assumeRolePolicy",
    "aws:apigateway/restApi:RestApi": "policy",
    "aws:apigateway/restApiPolicy:RestApiPolicy": "policy",
    "aws:apigateway/domainName:DomainName": "policy",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "policy",
}
_PRIVATE = ("aws:apigateway/restApi:RestApi", "aws:apigateway/domainName:DomainName")
_ENDPOINT_KEYS = ("aws:sourcevpce", "aws:sourcevpc")
_API_POLICY = "x-amazon-apigateway-policy"


def explicit_provider(resource: Resource) -> Iterator[str]:
    """A default provider uses whichever account is logged in."""
    if resource.is_in_aws and not resource.provider:
        yield (
            f"{resource.name} has no explicit provider, so it is created in whichever account is logged in. "
            "Set ResourceOptions(provider=…) to the provider of its account"
        )


def permission_for_api_gateway(resource: Resource) -> Iterator[str]:
    """Without both sources, an API in any account could invoke the function (confused deputy)."""
    if not resource.is_a("lambda/permission:Permission") or resource.known("principal") != policies.API_GATEWAY:
        return
    if resource.lacks("sourceAccount"):
        yield (
            f"{resource.name} allows API Gateway without sourceAccount. Set sourceAccount to the ID of the API's "
            "account"
        )
    if resource.lacks("sourceArn"):
        yield (
            f"{resource.name} allows every API: it has no sourceArn. Set sourceArn to "
            "arn:aws:execute-api:FUNCTION_REGION:API_ACCOUNT:API_ID/STAGE/METHOD/PATH"
        )
    source, account = resource.known("sourceArn"), resource.known("sourceAccount")
    if not isinstance(source, str) or not source:
        return
    fields = source.split(":", 5)
    if len(fields) < 6 or fields[2] != "execute-api":
        yield f"{resource.name}: sourceArn {source} is not the ARN of an API. Name the API: arn:aws:execute-api:…"
        return
    api = fields[5].partition("/")[0]
    for what, value in (("Region", fields[3]), ("account", fields[4]), ("API", api)):
        if "*" in value or "?" in value:
            yield (
                f"{resource.name}: sourceArn {source} has a wildcard for the {what}. Name the one {what} that can "
                "invoke the function"
            )
    if isinstance(account, str) and account and "*" not in fields[4] and account != fields[4]:
        yield (
            f"{resource.name}: sourceAccount {account} is not the account of sourceArn {source}, so the statement "
            f"matches no request. Set sourceAccount to {fields[4]}"
        )


def no_account_root(resource: Resource) -> Iterator[str]:
    """An account as principal allows everyone to whom that account's administrators give the permission."""
    if resource.is_a("lambda/permission:Permission"):
        principal = resource.known("principal")
        if _is_account(principal):
            yield (
                f"{resource.name} allows all of account {principal} to invoke the function. API Gateway does not call "
                f"as an account: set principal to {policies.API_GATEWAY} with sourceArn and sourceAccount, or to a "
                "role's ARN"
            )
    for policy in _policies_of(resource):
        for statement in statements(policy):
            if statement.get("Effect") != "Allow" or not isinstance(statement.get("Principal"), Mapping):
                continue
            for principal in listed(statement["Principal"].get("AWS")):
                if _is_account(principal):
                    yield (
                        f"{resource.name}: statement {statement.get('Sid', '(no Sid)')} lets all of account "
                        f"{principal} in. Name the role that calls: arn:aws:iam::ACCOUNT:role/NAME"
                    )


def private_api_names_its_endpoints(resource: Resource) -> Iterator[str]:
    """A private API that any VPC endpoint can call is open to VPCs of every account (API Gateway developer guide)."""
    if resource.type not in _PRIVATE or "PRIVATE" not in _endpoint_types(resource):
        return
    if any(resource.properties.get(key) is UNKNOWN for key in ("policy", "body")):
        return
    allowed = [each for policy in _policies_of(resource) for each in statements(policy)]
    closed = any(each.get("Effect") == "Deny" and _names_endpoints(each, negated=True) for each in allowed)
    opened = [each for each in allowed if each.get("Effect") == "Allow" and not _names_endpoints(each, negated=False)]
    if not allowed or (opened and not closed):
        yield (
            f"{resource.name} is private, but its policy names no VPC endpoint, so every VPC of every account can call "
            "it. Add a Deny of execute-api:Invoke with the condition StringNotEquals aws:SourceVpce [your endpoints], "
            f"in `policy` or in the document's {_API_POLICY}"
        )


def _policies_of(resource: Resource) -> Iterator[Json]:
    key = _POLICIES.get(resource.type)
    if key and (policy := resource.document(key)):
        yield policy
    body = resource.document("body") if resource.is_a("apigateway/restApi:RestApi") else None
    if body and (policy := parsed(body.get(_API_POLICY))):
        yield policy


def _endpoint_types(resource: Resource) -> list[str]:
    configuration = resource.known("endpointConfiguration")
    return [str(each) for each in listed(configuration.get("types"))] if isinstance(configuration, Mapping) else []


def _names_endpoints(statement: Json, *, negated: bool) -> bool:
    conditions = statement.get("Condition")
    for operator, keys in conditions.items() if isinstance(conditions, Mapping) else ():
        if ("Not" in operator) is negated and isinstance(keys, Mapping):
            for key, values in keys.items():
                if key.lower() in _ENDPOINT_KEYS and "*" not in map(str, listed(values)):
                    return True
    return False


def _is_account(principal: object) -> bool:
    text = str(principal)
    return arns.is_account_id(text) or (text.startswith("arn:") and text.endswith(":root"))
