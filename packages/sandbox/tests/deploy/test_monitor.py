"""Programs run by Pulumi's own SDK create real resources in the sandbox, and fail with readable errors."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cross_account_sandbox.deploy.errors import DeploymentError, UsageError
from sandbox_testing.deploying import LAMBDA_TRUST

if TYPE_CHECKING:
    from sandbox_testing.deploying import Deploy, Projects
    from sandbox_testing.server import SandboxUnderTest

_GROUP = """
b = provider("b", "222222222222", "eu-west-1")
group = aws.cloudwatch.LogGroup("logs", retention_in_days=14, opts=pulumi.ResourceOptions(provider=b))
pulumi.export("arn", group.arn)
"""


def test_a_resource_lands_in_the_account_and_region_of_its_provider(
    sandbox: SandboxUnderTest, up: Deploy, project: Projects
) -> None:
    done = up(project("one", _GROUP))
    name = done[0].outputs["arn"].rpartition(":")[2]
    assert done[0].outputs["arn"] == f"arn:aws:logs:eu-west-1:222222222222:log-group:{name}"
    groups = sandbox.client("logs", "222222222222", "eu-west-1").describe_log_groups()["logGroups"]
    assert [(group["logGroupName"], group["retentionInDays"]) for group in groups] == [(name, 14)]
    assert sandbox.client("logs").describe_log_groups()["logGroups"] == []


def test_an_unset_name_is_automatic(up: Deploy, project: Projects) -> None:
    arn = up(project("one", _GROUP))[0].outputs["arn"]
    prefix, _, digits = arn.rpartition(":")[2].rpartition("-")
    assert prefix == "logs"
    assert len(digits) == 7
    assert int(digits, 16) >= 0


def test_outputs_flow_into_later_resources_and_dependencies_are_kept(
    sandbox: SandboxUnderTest, up: Deploy, project: Projects
) -> None:
    program = f"""
    a = provider("a", "111111111111")
    opts = pulumi.ResourceOptions(provider=a)
    role = aws.iam.Role("role", assume_role_policy={LAMBDA_TRUST!r}, opts=opts)
    policy = aws.iam.RolePolicy(
        "policy",
        role=role.name,
        policy=role.arn.apply(lambda arn: json.dumps({{"Version": "2012-10-17", "Statement": [
            {{"Effect": "Allow", "Action": "iam:GetRole", "Resource": arn}}]}})),
        opts=opts,
    )
    later = aws.cloudwatch.LogGroup("later", opts=pulumi.ResourceOptions(provider=a, depends_on=[policy]))
    pulumi.export("role", role.name)
    """
    done = up(project("one", program))[0]
    name = done.outputs["role"]
    iam = sandbox.client("iam")
    (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
    statement = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"][0]
    assert statement["Resource"] == f"arn:aws:iam::111111111111:role/{name}"
    order = [resource.name for resource in done.resources.values()]
    assert order.index("role") < order.index("policy") < order.index("later")


def test_urns_carry_the_types_of_components_above(up: Deploy, project: Projects) -> None:
    program = """
    class Outer(pulumi.ComponentResource):
        def __init__(self, name, opts=None):
            super().__init__("pkg:index:Outer", name, None, opts)
            inner = pulumi.ComponentResource("pkg:index:Inner", name, None, pulumi.ResourceOptions(parent=self))
            aws.cloudwatch.LogGroup(name, opts=pulumi.ResourceOptions(parent=inner, provider=a))
            self.register_outputs({"x": 1})

    a = provider("a", "111111111111")
    Outer("o")
    """
    urns = set(up(project("one", program))[0].resources)
    assert "urn:pulumi:sandbox::one::pkg:index:Outer$pkg:index:Inner$aws:cloudwatch/logGroup:LogGroup::o" in urns
    assert "urn:pulumi:sandbox::one::pulumi:providers:aws::a" in urns


def test_numbers_booleans_and_objects_come_back_as_exported(up: Deploy, project: Projects) -> None:
    program = """
    pulumi.export("n", 3)
    pulumi.export("f", 1.5)
    pulumi.export("b", True)
    pulumi.export("o", {"a": [1, {"b": None}], "t": "x"})
    """
    assert up(project("one", program))[0].outputs == {"n": 3, "f": 1.5, "b": True, "o": {"a": [1, {}], "t": "x"}}


def test_secret_outputs_stay_secret_in_the_program_and_are_plain_on_this_machine(up: Deploy, project: Projects) -> None:
    first = project(
        "one",
        """
        a = provider("a", "111111111111")
        key = aws.apigateway.ApiKey("key", value="0123456789abcdefghij", opts=pulumi.ResourceOptions(provider=a))
        pulumi.export("value", key.value)
        pulumi.export("isSecret", pulumi.Output.from_input(key.value.is_secret()))
        pulumi.export("mine", pulumi.Output.secret("s"))
        """,
    )
    second = project(
        "two",
        """
        other = pulumi.StackReference("organization/one/sandbox")
        pulumi.export("isSecret", pulumi.Output.from_input(other.get_output("mine").is_secret()))
        pulumi.export("plain", pulumi.Output.from_input(other.get_output("isSecret").is_secret()))
        """,
    )
    one, two = up(first, second)
    assert one.outputs == {"value": "0123456789abcdefghij", "isSecret": True, "mine": "s"}
    assert two.outputs == {"isSecret": True, "plain": False}


@pytest.mark.parametrize("name", ["organization/one/sandbox", "one/sandbox"])
def test_a_later_project_reads_an_earlier_ones_outputs(up: Deploy, project: Projects, name: str) -> None:
    reference = """
    other = pulumi.StackReference("o", stack_name=pulumi.Config().require("reference"))
    pulumi.export("arn", other.require_output("arn"))
    """
    one, two = up(project("one", _GROUP), project("two", reference), config=(f"reference={name}",))
    assert two.outputs["arn"] == one.outputs["arn"]


def test_an_unknown_stack_is_named_with_those_that_are_there(up: Deploy, project: Projects) -> None:
    second = project("two", 'pulumi.StackReference("organization/three/sandbox").require_output("arn")\n')
    with pytest.raises(DeploymentError, match=r"unknown stack 'organization/three/sandbox'.*one/sandbox"):
        up(project("one", _GROUP), second)


def test_a_data_source_answers_for_its_provider(up: Deploy, project: Projects) -> None:
    program = """
    b = pulumi.InvokeOptions(provider=provider("b", "222222222222", "eu-west-1"))
    pulumi.export("account", aws.get_caller_identity_output(opts=b).account_id)
    pulumi.export("region", aws.get_region_output(opts=b).region)
    pulumi.export("suffix", aws.get_partition_output(opts=b).dns_suffix)
    """
    outputs = up(project("one", program))[0].outputs
    assert outputs == {"account": "222222222222", "region": "eu-west-1", "suffix": "amazonaws.com"}


def test_a_resource_that_is_there_already_is_read_by_its_id(
    sandbox: SandboxUnderTest, up: Deploy, project: Projects
) -> None:
    sandbox.client("logs").create_log_group(logGroupName="/there")
    program = """
    opts = pulumi.ResourceOptions(provider=provider("a", "111111111111"))
    pulumi.export("arn", aws.cloudwatch.LogGroup.get("g", "/there", opts=opts).arn)
    """
    outputs = up(project("one", program))[0].outputs
    assert outputs == {"arn": "arn:aws:logs:us-east-1:111111111111:log-group:/there"}


def test_the_wrong_account_is_refused_in_the_vendors_words(up: Deploy, project: Projects) -> None:
    program = 'provider("a", "111111111111", allowed_account_ids=["333333333333"])\n'
    message = "one: pulumi:providers:aws 'a': AWS account ID not allowed: 111111111111"
    with pytest.raises(DeploymentError, match=message):
        up(project("one", program))


def test_another_provider_than_aws_is_refused_by_name(up: Deploy, project: Projects) -> None:
    program = """
    class Random(pulumi.ProviderResource):
        def __init__(self, name):
            super().__init__("random", name, {})

    Random("dice")
    """
    with pytest.raises(DeploymentError, match="the sandbox has no provider 'random'"):
        up(project("one", program))


def test_a_refusal_of_aws_names_the_resource_the_call_and_awss_words(up: Deploy, project: Projects) -> None:
    program = """
    a = pulumi.ResourceOptions(provider=provider("a", "111111111111"))
    first = aws.cloudwatch.LogGroup("first", name="/same", opts=a)
    aws.cloudwatch.LogGroup(
        "second", name="/same", opts=pulumi.ResourceOptions.merge(a, pulumi.ResourceOptions(depends_on=[first]))
    )
    """
    with pytest.raises(DeploymentError) as raised:
        up(project("one", program))
    assert str(raised.value) == (
        "one: aws:cloudwatch/logGroup:LogGroup 'second': CreateLogGroup: ResourceAlreadyExistsException: "
        "The specified log group already exists"
    )


def test_an_input_that_no_handler_knows_is_refused(up: Deploy, project: Projects) -> None:
    program = """
    a = pulumi.ResourceOptions(provider=provider("a", "111111111111"))
    aws.cloudwatch.LogGroup("logs", deletion_protection_enabled=True, opts=a)
    """
    with pytest.raises(DeploymentError, match="does not support the input 'deletionProtectionEnabled'"):
        up(project("one", program))


def test_a_type_without_a_handler_is_refused(up: Deploy, project: Projects) -> None:
    program = 'aws.sqs.Queue("q", opts=pulumi.ResourceOptions(provider=provider("a", "111111111111")))\n'
    with pytest.raises(DeploymentError, match="does not support the resource type aws:sqs/queue:Queue"):
        up(project("one", program))


def test_a_resource_without_an_explicit_provider_is_refused(up: Deploy, project: Projects) -> None:
    with pytest.raises(DeploymentError, match=r"Default provider for 'aws' disabled\. 'logs' must use an explicit"):
        up(project("one", 'aws.cloudwatch.LogGroup("logs")\n'))


def test_two_resources_of_one_urn_are_refused(up: Deploy, project: Projects) -> None:
    program = """
    a = provider("a", "111111111111")
    for _ in range(2):
        aws.cloudwatch.LogGroup("logs", opts=pulumi.ResourceOptions(provider=a))
    """
    with pytest.raises(DeploymentError, match=r"::aws:cloudwatch/logGroup:LogGroup::logs' is registered already"):
        up(project("one", program))


def test_nothing_is_created_after_a_failure(sandbox: SandboxUnderTest, up: Deploy, project: Projects) -> None:
    program = """
    a = provider("a", "111111111111")
    bad = aws.sqs.Queue("bad", opts=pulumi.ResourceOptions(provider=a))
    aws.cloudwatch.LogGroup("after", opts=pulumi.ResourceOptions(provider=a, depends_on=[bad]))
    """
    with pytest.raises(DeploymentError):
        up(project("one", program))
    assert sandbox.client("logs").describe_log_groups()["logGroups"] == []


def test_an_exception_names_the_programs_line_without_a_traceback(up: Deploy, project: Projects) -> None:
    folder = project("one", 'import pulumi\n\n\npulumi.export("x", {}["missing"])\n', helper=False)
    with pytest.raises(DeploymentError) as raised:
        up(folder)
    assert str(raised.value) == "one: __main__.py:4: KeyError: missing"
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_an_exception_inside_apply_fails_the_deployment(up: Deploy, project: Projects) -> None:
    program = _GROUP + 'pulumi.export("x", group.arn.apply(lambda arn: arn.nothing))\n'
    with pytest.raises(DeploymentError, match=r"^one: .*AttributeError: 'str' object has no attribute"):
        up(project("one", program))


def test_a_program_that_refuses_its_settings_is_bad_input(up: Deploy, project: Projects) -> None:
    folder = project("one", "import pulumi\npulumi.Config().require('colour')\n", helper=False)
    with pytest.raises(UsageError, match="one: Missing required configuration variable 'one:colour'"):
        up(folder)


def test_a_refusal_that_names_the_project_names_it_once(up: Deploy, project: Projects) -> None:
    folder = project("one", "import pulumi\nraise pulumi.RunError('one: no such colour')\n", helper=False)
    with pytest.raises(UsageError) as raised:
        up(folder)
    assert str(raised.value) == "one: no such colour"


def test_modules_of_two_projects_do_not_mix(up: Deploy, project: Projects) -> None:
    folders = []
    for name in ("one", "two"):
        folder = project(name, 'import shared\nfrom package import part\npulumi.export("who", shared.WHO + part.WHO)\n')
        (folder / "shared.py").write_text(f"WHO = {name!r}\n")
        (folder / "package").mkdir()
        (folder / "package" / "__init__.py").write_text("")
        (folder / "package" / "part.py").write_text(f"WHO = {name!r}\n")
        folders.append(folder)
    before = (Path.cwd(), list(sys.path))
    assert [done.outputs["who"] for done in up(*folders)] == ["oneone", "twotwo"]
    assert (Path.cwd(), list(sys.path)) == before
    assert not {"shared", "package", "package.part"} & set(sys.modules)


def test_a_program_runs_in_its_own_folder(up: Deploy, project: Projects) -> None:
    folder = project("one", 'from pathlib import Path\npulumi.export("cwd", str(Path.cwd()))\n')
    assert up(folder)[0].outputs["cwd"] == str(folder)


def test_the_endpoint_setting_becomes_the_sandboxs_own(
    sandbox: SandboxUnderTest, up: Deploy, project: Projects
) -> None:
    folder = project("one", 'pulumi.export("endpoint", config.require("endpoint"))\n')
    assert up(folder)[0].outputs["endpoint"] == sandbox.endpoint


def test_messages_of_the_program_reach_the_log(sandbox: SandboxUnderTest, project: Projects) -> None:
    from cross_account_sandbox.deploy.deployment import deploy
    from cross_account_sandbox.deploy.project import read_projects

    heard: list[str] = []
    folder = project("one", 'pulumi.log.info("hello")\npulumi.log.debug("quiet")\npulumi.log.warn("careful")\n')
    deploy(sandbox.world, read_projects([folder], "sandbox", []), log=heard.append)
    assert heard == ["hello", "careful"]


def test_a_function_runs_the_code_of_an_archive(sandbox: SandboxUnderTest, up: Deploy, project: Projects) -> None:
    program = f"""
    b = pulumi.ResourceOptions(provider=provider("b", "222222222222"))
    role = aws.iam.Role("role", assume_role_policy={LAMBDA_TRUST!r}, opts=b)
    function = aws.lambda_.Function(
        "f",
        role=role.arn,
        runtime="python3.13",
        handler="index.handler",
        code=pulumi.AssetArchive({{
            "index.py": pulumi.StringAsset("import more\\ndef handler(event, context): return more.ANSWER"),
            "more.py": pulumi.FileAsset("more.py"),
        }}),
        publish=True,
        opts=b,
    )
    pulumi.export("name", function.name)
    pulumi.export("version", function.version)
    """
    folder = project("one", program)
    (folder / "more.py").write_text("ANSWER = 42\n")
    outputs = up(folder)[0].outputs
    assert outputs["version"] == "1"
    answer = sandbox.client("lambda", "222222222222").invoke(FunctionName=outputs["name"], Qualifier="1")
    assert json.loads(answer["Payload"].read()) == 42
