"""Faults of the integration's URI."""

from __future__ import annotations

from aws_rules.arns import invoke_uri
from doctor_testing.deployments import Deployment
from doctor_testing.faults.fault import Fault
from doctor_testing.faults.permissions import FOREIGN, abroad


def _typo(deployment: Deployment) -> None:
    deployment.point_to(invoke_uri(deployment.arn.replace(":hello:", ":helo:")))


def _other_account(deployment: Deployment) -> None:
    deployment.point_to(invoke_uri(deployment.arn.replace(deployment.function_account, FOREIGN)))


def _api_region_in_uri(deployment: Deployment) -> None:
    # API Gateway rejects such a URI today; an older API can still have it.
    store = deployment.sandbox.world.apigateway(deployment.api_account, deployment.region)
    for resource in store.rest_apis[deployment.api_id].definition.resources.values():
        for method in resource.methods.values():
            assert method.integration is not None
            method.integration.uri = invoke_uri(deployment.arn).replace("apigateway:eu-west-1", "apigateway:us-east-1")
    deployment.deploy()


def _function_region(deployment: Deployment) -> None:
    deployment.point_to(invoke_uri(deployment.arn.replace("lambda:us-east-1", "lambda:eu-west-1")))


def _no_alias(deployment: Deployment) -> None:
    deployment.forget_permissions()
    deployment.functions.delete_alias(FunctionName=deployment.name, Name="live")


def _other_alias(deployment: Deployment) -> None:
    deployment.point_to(invoke_uri(deployment.arn_of(deployment.name, "prod")))


def _variable(deployment: Deployment) -> None:
    uri = invoke_uri(deployment.arn).replace(":hello:", ":${stageVariables.fn}:")
    deployment.point_to(uri)


def _one_account(deployment: Deployment) -> None:
    # A stage variable can only name functions of the API's own account.
    deployment.function_account = deployment.api_account


def _variable_abroad(deployment: Deployment) -> None:
    _variable(deployment)
    deployment.set_variable("fn", deployment.name)


def _wrong_variable(deployment: Deployment) -> None:
    _variable(deployment)
    deployment.set_variable("fn", "hallo")


def _get_integration(deployment: Deployment) -> None:
    deployment.patch_integration("/", "GET", at="/httpMethod")
    deployment.deploy()


def _deleted_function(deployment: Deployment) -> None:
    deployment.functions.delete_function(FunctionName=deployment.name)


def _deleted_beside_another(deployment: Deployment) -> None:
    deployment.make_function(f"{deployment.name}-v2")
    _deleted_function(deployment)


def _no_alias_of_two_versions(deployment: Deployment) -> None:
    deployment.functions.update_function_configuration(FunctionName=deployment.name, Timeout=5)
    deployment.functions.publish_version(FunctionName=deployment.name)
    _no_alias(deployment)


def _no_version(deployment: Deployment) -> None:
    deployment.functions.update_function_configuration(FunctionName=deployment.name, Timeout=5)
    version = deployment.functions.publish_version(FunctionName=deployment.name)["Version"]
    deployment.functions.update_alias(FunctionName=deployment.name, Name="live", FunctionVersion=version)
    deployment.functions.delete_function(FunctionName=deployment.name, Qualifier="1")
    deployment.point_to(invoke_uri(deployment.arn_of(deployment.name, "1")))


FAULTS = (
    Fault(name="wrong function name", hop="integration", cause="there is hello in account", then=_typo, code=True),
    Fault(name="wrong function account", hop="integration", cause=f"account {FOREIGN}", then=_other_account,
          code=True),
    Fault(name="the API's Region in the URI", hop="integration", cause="not reachable in this Region",
          before=abroad, then=_api_region_in_uri),
    Fault(name="wrong function Region", hop="integration", cause="no function hello exists in account",
          then=_function_region, code=True),
    Fault(name="alias deleted", hop="integration", cause="has no alias or version live", then=_no_alias),
    Fault(name="alias that never existed", hop="integration", cause="has no alias or version prod", then=_other_alias),
    Fault(name="stage variable missing", hop="integration", cause="has no variable fn", before=_one_account,
          then=_variable, code=True),
    Fault(name="stage variable wrong", hop="integration", cause="no function hallo exists", before=_one_account,
          then=_wrong_variable, code=True),
    Fault(name="stage variable for another account's function", hop="integration",
          cause="uses a stage variable for a function of account 222222222222", then=_variable_abroad),
    Fault(name="stage variable missing for another account's function", hop="integration",
          cause="uses a stage variable for a function of account 222222222222", then=_variable, code=True),
    Fault(name="function invoked by GET", hop="integration", cause="invoked with POST", then=_get_integration),
    Fault(name="function deleted", hop="integration", cause="no function hello exists", then=_deleted_function,
          code=True),
    Fault(name="function deleted, and one with a similar name left", hop="integration",
          cause="there is hello-v2 in account 222222222222", then=_deleted_beside_another, code=True),
    Fault(name="alias deleted, of a function with two versions", hop="integration", cause="its aliases: none",
          then=_no_alias_of_two_versions, code=True),
    Fault(name="version deleted", hop="integration", cause="has no alias or version 1; its aliases: live",
          then=_no_version, code=True),
)  # fmt: skip
