"""A REST API written resource by resource, as in most programs for API Gateway."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.policy_document import policy_document

if TYPE_CHECKING:
    from sandbox_testing.deploying import Deploy, Projects
    from sandbox_testing.server import SandboxUnderTest

PROGRAM = """
    aws_provider = provider("api", "111111111111")
    own = pulumi.ResourceOptions(provider=aws_provider)
    asked = pulumi.InvokeOptions(provider=aws_provider)
    caller = aws.get_caller_identity(opts=asked)
    region = aws.get_region(opts=asked)
    partition = aws.get_partition(opts=asked)

    trust = aws.iam.get_policy_document(
        statements=[
            aws.iam.GetPolicyDocumentStatementArgs(
                actions=["sts:AssumeRole"],
                principals=[
                    aws.iam.GetPolicyDocumentStatementPrincipalArgs(
                        type="Service", identifiers=["lambda.amazonaws.com"]
                    )
                ],
            )
        ],
        opts=asked,
    )
    role = aws.iam.Role("pets", assume_role_policy=trust.json, opts=own)
    function = aws.lambda_.Function(
        "pets",
        runtime="python3.12",
        handler="index.handler",
        role=role.arn,
        code=pulumi.AssetArchive({"index.py": pulumi.StringAsset(
            "import json\\ndef handler(event, context):\\n"
            "    return {'statusCode': 201, 'body': json.dumps({'made': json.loads(event['body'])})}\\n"
        )}),
        opts=own,
    )

    api = aws.apigateway.RestApi("pets", opts=own)
    model = aws.apigateway.Model(
        "pet",
        rest_api=api.id,
        name="Pet",
        content_type="application/json",
        schema=json.dumps({"type": "object", "required": ["name"]}),
        opts=own,
    )
    validator = aws.apigateway.RequestValidator(
        "body", rest_api=api.id, validate_request_body=True, validate_request_parameters=True, opts=own
    )
    pets = aws.apigateway.Resource(
        "pets", rest_api=api.id, parent_id=api.root_resource_id, path_part="pets", opts=own
    )
    at = {"rest_api": api.id, "resource_id": pets.id}

    post = aws.apigateway.Method(
        "post",
        **at,
        http_method="POST",
        authorization="NONE",
        request_models={"application/json": model.name},
        request_validator_id=validator.id,
        opts=own,
    )
    posting = aws.apigateway.Integration(
        "post",
        **at,
        http_method=post.http_method,
        type="AWS_PROXY",
        integration_http_method="POST",
        uri=function.invoke_arn,
        opts=own,
    )
    aws.lambda_.Permission(
        "post",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="apigateway.amazonaws.com",
        source_arn=pulumi.Output.format(
            "arn:{0}:execute-api:{1}:{2}:{3}/*/POST/pets", partition.partition, region.region, caller.account_id, api.id
        ),
        opts=own,
    )

    get = aws.apigateway.Method(
        "get",
        **at,
        http_method="GET",
        authorization="NONE",
        request_parameters={"method.request.querystring.kind": True},
        request_validator_id=validator.id,
        opts=own,
    )
    mock = aws.apigateway.Integration(
        "get",
        **at,
        http_method=get.http_method,
        type="MOCK",
        request_templates={"application/json": '{"statusCode": 200}'},
        opts=own,
    )
    ok = aws.apigateway.MethodResponse(
        "get",
        **at,
        http_method=get.http_method,
        status_code="200",
        response_parameters={"method.response.header.X-Kind": True},
        opts=own,
    )
    answer = aws.apigateway.IntegrationResponse(
        "get",
        **at,
        http_method=get.http_method,
        status_code=ok.status_code,
        response_parameters={"method.response.header.X-Kind": "'pets'"},
        response_templates={"application/json": '{"kind": "$input.params("kind")"}'},
        opts=pulumi.ResourceOptions(provider=aws_provider, depends_on=[mock]),
    )

    policy = aws.apigateway.RestApiPolicy(
        "open",
        rest_api_id=api.id,
        policy=aws.iam.get_policy_document_output(
            statements=[
                aws.iam.GetPolicyDocumentStatementArgs(
                    actions=["execute-api:Invoke"],
                    principals=[aws.iam.GetPolicyDocumentStatementPrincipalArgs(type="*", identifiers=["*"])],
                    resources=[pulumi.Output.concat(api.execution_arn, "/*")],
                )
            ],
            opts=asked,
        ).json,
        opts=own,
    )
    deployment = aws.apigateway.Deployment(
        "pets",
        rest_api=api.id,
        triggers={"redeployment": "1"},
        opts=pulumi.ResourceOptions(provider=aws_provider, depends_on=[posting, answer, policy, model]),
    )
    stage = aws.apigateway.Stage(
        "dev", rest_api=api.id, deployment=deployment.id, stage_name="dev", opts=own
    )
    pulumi.export("url", stage.invoke_url)
"""


def test_an_api_that_is_written_resource_by_resource_answers(
    sandbox: SandboxUnderTest, up: Deploy, project: Projects
) -> None:
    (done,) = up(project("pets", PROGRAM))
    url = f"{done.outputs['url']}/pets"

    found = sandbox.request("GET", f"{url}?kind=cat")
    assert (found.status, found.header("X-Kind"), found.json()) == (200, "pets", {"kind": "cat"})
    assert sandbox.request("GET", url).status == 400

    json_type = {"Content-Type": "application/json"}
    made = sandbox.request("POST", url, headers=json_type, body='{"name": "Tom"}')
    assert (made.status, made.json()) == (201, {"made": {"name": "Tom"}})
    assert sandbox.request("POST", url, headers=json_type, body="{}").status == 400


def document(**arguments: Any) -> Any:
    return json.loads(policy_document(None, arguments)["json"])  # type: ignore[arg-type]


def test_a_policy_document_is_written_as_the_vendors_provider_writes_it() -> None:
    """The example and its rendered JSON come from the Terraform documentation of `aws_iam_policy_document`."""
    statements = [
        {"sid": "1", "actions": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"], "resources": ["arn:aws:s3:::*"]},
        {
            "actions": ["s3:ListBucket"],
            "resources": ["arn:aws:s3:::bucket"],
            "conditions": [
                {"test": "StringLike", "variable": "s3:prefix", "values": ["", "home/", "home/&{aws:username}/"]}
            ],
        },
    ]
    assert document(statements=statements) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "1",
                "Effect": "Allow",
                "Action": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"],
                "Resource": "arn:aws:s3:::*",
            },
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": "arn:aws:s3:::bucket",
                "Condition": {"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}},
            },
        ],
    }


def test_statements_of_other_documents_are_put_together_by_sid() -> None:
    first = json.dumps(document(statements=[{"sid": "a", "actions": ["x:One"]}, {"sid": "b", "actions": ["x:Two"]}]))
    over = json.dumps(document(statements=[{"sid": "b", "effect": "Deny", "actions": ["x:Three"]}]))
    whole = document(
        sourcePolicyDocuments=[first],
        statements=[{"sid": "a", "actions": ["x:Own"]}],
        overridePolicyDocuments=[over],
    )
    assert [(each["Sid"], each["Effect"], each["Action"]) for each in whole["Statement"]] == [
        ("a", "Allow", "x:Own"),
        ("b", "Deny", "x:Three"),
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"version": "2020-01-01"}, "2020-01-01"),
        ({"statements": [{"sid": "a", "actions": ["x:y"]}] * 2}, "'a' twice"),
        ({"sourcePolicyDocuments": ["no"]}, "not a policy document"),
    ],
)
def test_a_policy_document_that_cannot_be_written_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(HandlerError, match=message):
        document(**arguments)
