"""Resource policies of REST APIs: who can call, in addition to or instead of an identity policy. Pure.

`execute-api:/…` stands for the API itself; API Gateway replaces it with the ARN (developer guide,
apigateway-resource-policies-examples). The component puts the policy into the API's document, which the provider never
reads back.
"""

from __future__ import annotations

from collections.abc import Sequence

from aws_rules import arns, policies

_CALL = "execute-api:Invoke"


def callers_policy(callers: Sequence[str], stage: str, routes: Sequence[tuple[str, str]]) -> policies.Document:
    """Allows these roles or users to call these (method, path) pairs of a stage, whose methods require AWS_IAM.

    A caller in another account also needs an identity policy: across accounts both must allow (developer guide,
    apigateway-authorization-flow). Without AWS_IAM on the method, callers are anonymous, and the statement never
    matches.
    """
    tails = dict.fromkeys(arns.method_tail(stage=stage, method=method, path=path) for method, path in routes)
    return policies.document(
        {
            "Sid": "NamedCallers",
            "Effect": "Allow",
            "Principal": {"AWS": list(callers)},
            "Action": _CALL,
            "Resource": [f"execute-api:/{tail}" for tail in tails],
        }
    )


def vpc_endpoints_policy(endpoint_ids: Sequence[str], *, resource: str = "execute-api:/*") -> policies.Document:
    """Allows only requests through one of these interface endpoints.

    The deny is the rule, and the allow only lifts the implicit deny: with just an allow with `StringEquals
    aws:SourceVpce`, any other allow would also admit requests, such as an identity policy's under AWS_IAM (developer
    guide, apigateway-resource-policies-examples, "Allow private API traffic based on source VPC or VPC endpoint").
    """
    everything = {"Principal": "*", "Action": _CALL, "Resource": resource}
    return policies.document(
        {
            "Sid": "OtherEndpoints",
            "Effect": "Deny",
            **everything,
            "Condition": {"StringNotEquals": {"aws:SourceVpce": list(endpoint_ids)}},
        },
        {"Sid": "Call", "Effect": "Allow", **everything},
    )
