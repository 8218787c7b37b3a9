"""The plugin in the engine: logins, imports, secrets, and errors before anything is created."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest
from pulumi.automation import CommandError

from cross_account_sandbox.engine_plugin.launcher import write_launcher
from cross_account_sandbox.server import RunningSandbox
from tests.engine.inventory import client, inventory
from tests.engine.stacks import Engine, Stack

_ACCOUNT = "222222222222"


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin as users start it, not a fork."""
    return write_launcher(tmp_path_factory.mktemp("plugin"))


@pytest.fixture
def stack(engine: Engine, sandbox: RunningSandbox, tmp_path: Path) -> Stack:
    """An empty project; each test writes its program."""
    project = tmp_path / "own"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: own\nruntime: python\n", "utf-8")
    (project / "Pulumi.sandbox.yaml").write_text("config: {}\n", "utf-8")
    return engine.stack(endpoint=sandbox.endpoint, project=project, name=f"sandbox-{tmp_path.name}")


def _provider(endpoint: str, *, role_account: str = _ACCOUNT) -> pulumi.ResourceOptions:
    provider = aws.Provider(
        "account",
        region="us-east-1",
        access_key="test",
        secret_key="test",
        assume_roles=[
            aws.ProviderAssumeRoleArgs(
                role_arn=f"arn:aws:iam::{role_account}:role/sandbox-operator", session_name="engine-tests"
            )
        ],
        allowed_account_ids=[_ACCOUNT],
        endpoints=[
            aws.ProviderEndpointArgs(
                apigateway=endpoint,
                apigatewayv2=endpoint,
                ec2=endpoint,
                iam=endpoint,
                lambda_=endpoint,
                logs=endpoint,
                sts=endpoint,
            )
        ],
        skip_credentials_validation=True,
        skip_metadata_api_check=True,
        max_retries=2,
    )
    return pulumi.ResourceOptions(provider=provider)


def test_a_login_to_another_account_is_refused_before_anything_is_made(stack: Stack, sandbox: RunningSandbox) -> None:
    before = inventory(sandbox, ("111111111111", _ACCOUNT))

    def program() -> None:
        aws.cloudwatch.LogGroup("group", opts=_provider(sandbox.endpoint, role_account="111111111111"))

    stack.program = program

    with pytest.raises(CommandError, match="AWS account ID not allowed: 111111111111"):
        stack.up()
    assert inventory(sandbox, ("111111111111", _ACCOUNT)) == before
    stack.destroy()


def test_a_resource_is_imported_by_its_id_and_is_pulumi_s_from_then_on(stack: Stack, sandbox: RunningSandbox) -> None:
    logs = client(sandbox, "logs", _ACCOUNT)
    logs.create_log_group(logGroupName="/made/by/hand")
    logs.put_retention_policy(logGroupName="/made/by/hand", retentionInDays=7)

    def program() -> None:
        options = _provider(sandbox.endpoint)
        options.import_ = "/made/by/hand"
        aws.cloudwatch.LogGroup("group", name="/made/by/hand", retention_in_days=7, opts=options)

    stack.program = program
    assert stack.up().touched == {"aws account": "create", "LogGroup group": "import"}
    assert stack.up().touched == {}
    stack.destroy()
    assert logs.describe_log_groups(logGroupNamePrefix="/made/by/hand")["logGroups"] == []


def test_imports_by_a_compound_id_give_the_resource_s_own_id_to_what_depends_on_them(
    stack: Stack, sandbox: RunningSandbox
) -> None:
    gateway, http, ec2 = (client(sandbox, service, _ACCOUNT) for service in ("apigateway", "apigatewayv2", "ec2"))
    api = gateway.create_rest_api(name="made-by-hand")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    gateway.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    deployment = gateway.create_deployment(restApiId=api)["id"]
    gateway.create_stage(restApiId=api, stageName="dev", deploymentId=deployment)
    http_api = http.create_api(Name="made-by-hand", ProtocolType="HTTP")["ApiId"]
    integration = http.create_integration(
        ApiId=http_api,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="GET",
        IntegrationUri="https://example.com",
        PayloadFormatVersion="1.0",
    )["IntegrationId"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="made-by-hand", Description="by hand", VpcId=vpc)["GroupId"]
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    [rule] = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[https])["SecurityGroupRules"]

    def program() -> None:
        options = _provider(sandbox.endpoint)

        def imported(identity: str, *unread: str) -> pulumi.ResourceOptions:
            return pulumi.ResourceOptions.merge(
                options, pulumi.ResourceOptions(import_=identity, ignore_changes=list(unread))
            )

        served = aws.apigateway.Deployment(
            "deployment", rest_api=api, triggers={"hash": "1"}, opts=imported(f"{api}/{deployment}", "triggers")
        )
        aws.apigateway.Stage("dev", rest_api=api, deployment=served.id, stage_name="dev", opts=imported(f"{api}/dev"))
        aws.apigateway.Stage("next", rest_api=api, deployment=served.id, stage_name="next", opts=options)
        target = aws.apigatewayv2.Integration(
            "integration",
            api_id=http_api,
            integration_type="HTTP_PROXY",
            integration_method="GET",
            integration_uri="https://example.com",
            payload_format_version="1.0",
            opts=imported(f"{http_api}/{integration}"),
        )
        aws.apigatewayv2.Route(
            "route",
            api_id=http_api,
            route_key="GET /pets",
            target=target.id.apply(lambda own: f"integrations/{own}"),
            opts=options,
        )
        aws.vpc.SecurityGroupIngressRule(
            "rule",
            security_group_id=group,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            cidr_ipv4="10.0.0.0/16",
            opts=imported(rule["SecurityGroupRuleId"]),
        )

    stack.program = program
    assert stack.up().touched == {
        "aws account": "create",
        "Deployment deployment": "import",
        "Stage dev": "import",
        "Stage next": "create",
        "Integration integration": "import",
        "Route route": "create",
        "SecurityGroupIngressRule rule": "import",
    }
    assert gateway.get_stage(restApiId=api, stageName="next")["deploymentId"] == deployment
    assert [route["Target"] for route in http.get_routes(ApiId=http_api)["Items"]] == [f"integrations/{integration}"]
    assert stack.up().touched == {}
    assert stack.refresh().touched == {}

    stack.destroy()
    assert gateway.get_stages(restApiId=api)["item"] == gateway.get_deployments(restApiId=api)["items"] == []
    assert http.get_integrations(ApiId=http_api)["Items"] == []
    [left] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert left["IpPermissions"] == []


def test_a_secret_input_is_encrypted_in_the_state(stack: Stack, sandbox: RunningSandbox) -> None:
    def program() -> None:
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
        aws.iam.Policy(
            "policy",
            description=pulumi.Output.secret("nobody may read this"),
            policy=json.dumps(policy),
            opts=_provider(sandbox.endpoint),
        )

    stack.program = program
    stack.up()

    assert "nobody may read this" not in stack.state_file.read_text("utf-8")
    assert stack.resource("Policy")["outputs"]["name"].startswith("policy-")
    assert stack.up().touched == {}
    stack.destroy()


def test_a_type_without_a_handler_is_named_with_the_similar_types(stack: Stack, sandbox: RunningSandbox) -> None:
    def program() -> None:
        aws.sqs.Queue("queue", opts=_provider(sandbox.endpoint))

    stack.program = program

    with pytest.raises(CommandError, match="does not support the resource type aws:sqs/queue:Queue"):
        stack.preview()


def test_a_resource_on_the_default_provider_is_refused(stack: Stack) -> None:
    def program() -> None:
        aws.cloudwatch.LogGroup("group")

    stack.program = program

    with pytest.raises(CommandError, match="Default provider for 'aws' disabled"):
        stack.up()


def test_a_caller_s_identity_is_that_of_the_provider_s_account(stack: Stack, sandbox: RunningSandbox) -> None:
    def program() -> None:
        options = _provider(sandbox.endpoint)
        provider = options.provider
        assert isinstance(provider, pulumi.ProviderResource)
        identity = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=provider))
        pulumi.export("account", identity.account_id)

    stack.program = program
    stack.up()

    assert stack.outputs["account"] == _ACCOUNT
    stack.destroy()


def test_a_stack_for_aws_is_refused_before_any_call_with_the_fix(cli: Path, plugin: Path, tmp_path: Path) -> None:
    engine = Engine(cli, tmp_path, plugin)
    with socket.create_server(("127.0.0.1", 0)) as internet:
        internet.setblocking(False)
        # Every call to AWS would arrive here.
        engine.environment |= {
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "HTTPS_PROXY": f"http://127.0.0.1:{internet.getsockname()[1]}",
        }
        prod = engine.stack(endpoint="", name="prod", base="prod")
        for operation in (prod.preview, prod.up):
            with pytest.raises(CommandError) as refused:
                operation()

            said = str(refused.value)
            assert f"To deploy to AWS, remove the folder {plugin.parent} from PATH" in said
            assert "pulumi up --stack sandbox" in said
            assert "Traceback" not in said
        with pytest.raises(BlockingIOError):
            internet.accept()
    assert [resource["type"] for resource in prod.resources if resource["custom"]] == []


def test_an_api_that_is_written_resource_by_resource_is_made_changed_and_destroyed(
    stack: Stack, sandbox: RunningSandbox
) -> None:
    kind = "cat"

    def program() -> None:
        options = _provider(sandbox.endpoint)
        api = aws.apigateway.RestApi("pets", opts=options)
        path = aws.apigateway.Resource(
            "pets", rest_api=api.id, parent_id=api.root_resource_id, path_part="pets", opts=options
        )
        method = aws.apigateway.Method(
            "get", rest_api=api.id, resource_id=path.id, http_method="GET", authorization="NONE", opts=options
        )
        aws.apigateway.Integration(
            "get",
            rest_api=api.id,
            resource_id=path.id,
            http_method=method.http_method,
            type="MOCK",
            request_templates={"application/json": f'{{"statusCode": 200, "kind": "{kind}"}}'},
            opts=options,
        )
        document = aws.iam.get_policy_document(
            statements=[aws.iam.GetPolicyDocumentStatementArgs(actions=["logs:*"], resources=["*"])],
            opts=pulumi.InvokeOptions(provider=options.provider),
        )
        assert json.loads(document.json)["Statement"] == [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]

    stack.program = program
    stack.up()
    assert stack.up().touched == {}
    kind = "dog"
    assert stack.up().touched == {"Integration get": "update"}
    gateway = client(sandbox, "apigateway", _ACCOUNT)
    [api] = [item for item in gateway.get_rest_apis()["items"] if item["name"].startswith("pets")]
    [path] = [item for item in gateway.get_resources(restApiId=api["id"])["items"] if item["path"] == "/pets"]
    live = gateway.get_integration(restApiId=api["id"], resourceId=path["id"], httpMethod="GET")
    assert live["requestTemplates"] == {"application/json": '{"statusCode": 200, "kind": "dog"}'}
    stack.destroy()
    assert api["id"] not in [item["id"] for item in gateway.get_rest_apis()["items"]]
