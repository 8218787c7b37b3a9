"""The policy of a VPC endpoint recognizes the signer, by header or by query."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth

from sandbox_testing.build import API_ACCOUNT, add_api, mock
from sandbox_testing.signing import session, signed

CALLER = f"arn:aws:iam::{API_ACCOUNT}:role/caller"
EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def endpoint(sandbox: Any, *statements: dict[str, Any]) -> str:
    ec2 = sandbox.client("ec2", account=API_ACCOUNT)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName="com.amazonaws.us-east-1.execute-api",
        VpcEndpointType="Interface",
        PolicyDocument=document(*statements),
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


@pytest.mark.parametrize("signer", [SigV4Auth, SigV4QueryAuth])
@pytest.mark.parametrize("authorization", ["AWS_IAM", "NONE"])
@pytest.mark.parametrize(
    ("statements", "status"),
    [
        ([EVERYTHING], 200),
        ([EVERYTHING | {"Principal": {"AWS": CALLER}}], 200),
        ([EVERYTHING | {"Principal": {"AWS": f"{CALLER}-other"}}], 403),
        ([EVERYTHING | {"Condition": {"StringEquals": {"aws:PrincipalAccount": API_ACCOUNT}}}], 200),
        ([EVERYTHING, EVERYTHING | {"Effect": "Deny", "Principal": {"AWS": CALLER}}], 403),
        (
            [
                EVERYTHING,
                EVERYTHING | {"Effect": "Deny", "Condition": {"StringEquals": {"aws:PrincipalAccount": API_ACCOUNT}}},
            ],
            403,
        ),
    ],
)
def test_a_statement_about_the_signer_decides_however_it_signed(
    sandbox: Any, statements: list[dict[str, Any]], status: int, signer: type, authorization: str
) -> None:
    api = add_api(sandbox.world, endpoint_type="PRIVATE")
    api.route("/", "GET", mock(), authorization_type=authorization)
    api.definition.policy = document(EVERYTHING)
    api.deploy()
    keys = session(sandbox, document({"Effect": "Allow", "Action": "*", "Resource": "*"}))
    through = {"x-sandbox-source-vpce": endpoint(sandbox, *statements)}
    assert signed(sandbox, api, keys, signer=signer, headers=through).status == status


def test_a_wrong_signature_names_nobody(sandbox: Any) -> None:
    api = add_api(sandbox.world, endpoint_type="PRIVATE")
    api.route("/", "GET", mock())
    api.definition.policy = document(EVERYTHING)
    api.deploy()
    keys = {**session(sandbox, None), "SecretAccessKey": "guessed"}
    through = {"x-sandbox-source-vpce": endpoint(sandbox, EVERYTHING | {"Principal": {"AWS": CALLER}})}
    assert signed(sandbox, api, keys, signer=SigV4QueryAuth, headers=through).status == 403
