"""Resource policies of REST APIs: who may call, beside or instead of an identity policy. Pure.

`execute-api:/…` stands for the API itself; API Gateway writes its ARN in (developer guide,
apigateway-resource-policies-examples). The component puts a policy into the API's document, which is never read back.
"""

from __future__ import annotations

from collections.abc import Sequence

from aws_rules import arns, policies

_CALL = "execute-api:Invoke"


def callers_policy(callers: Sequence[str], stage: str, routes: Sequence[tuple[str, str]]) -> policies.Document:
    """These roles or users may call these (method, path) pairs of a stage, whose methods ask for AWS_IAM.

    A caller of another account needs its own identity policy as well: across accounts both must allow (developer guide,
    apigateway-authorization-flow). Without AWS_IAM on the method a caller is anonymous, and the statement matches none.
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
    """Requests that came through one of these interface endpoints, and no others.

    The deny is the rule and the allow only lifts the implicit one: an allow with `StringEquals aws:SourceVpce` alone
    would be joined by any other allow, and an identity policy's under AWS_IAM (developer guide,
    apigateway-resource-policies-examples, "Allow private API traffic based on source VPC or VPC endpoint").
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
