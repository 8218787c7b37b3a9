"""This program's settings, namespace `cross-account-api`; docs/settings.md lists them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from aws_rules.arns import is_alias_name
from aws_rules.runtimes import runtime_fault
from cross_account_api.config import TwoAccounts
from cross_account_api.rest import petstore
from cross_account_api.setting_types import Cidr, Url, matches, none_when_empty, refuse


def _alias(value: object) -> object:
    if value in (False, "false"):
        return None
    if value in ("", None):
        refuse("must be the alias's name, or false: the API then calls the function without an alias", fix=False)
    if value in (True, "true") or not isinstance(value, str):
        refuse("must be the alias's name, or false: the API then calls the function without an alias")
    if not is_alias_name(value):
        refuse("must be 1 to 128 letters, digits, - or _, and not only digits; or false")
    return value


def _off(value: object) -> object:
    """YAML 1.1 parsers read an unquoted `off` as false."""
    return "off" if value in (False, "false") else value


def _runtime(value: str) -> str:
    """lambda_src/ has code for Node.js and Python."""
    family = "python" if value.startswith("python") else "nodejs"
    if not value.startswith(family):
        refuse("must be nodejs, python, or the full identifier of one of their runtimes, such as python3.13")
    if fault := runtime_fault(value):
        refuse(f"cannot be used: {fault}", fix=family, quotes=True)
    return value


def _backend_url(value: str) -> str:
    if fault := petstore.backend_url_fault(value):
        refuse(fault, fix=petstore.base_url(value))
    return value


#: The retention times that CloudWatch Logs accepts, in days (API reference of PutRetentionPolicy).
_RETENTION = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


def _retention(value: int) -> int:
    if value not in _RETENTION:
        refuse(f"is not a retention time of CloudWatch Logs: {', '.join(map(str, _RETENTION))} days")
    return value


class Settings(TwoAccounts):
    """What Pulumi.yaml declares."""

    runtime: Annotated[str, AfterValidator(_runtime)] = Field(
        default="nodejs", description="nodejs, python, or a full runtime identifier", examples=["python"]
    )
    endpoint_type: Literal["REGIONAL", "EDGE"] = Field(
        default="REGIONAL", description="endpoint of the API", examples=["REGIONAL"]
    )
    stage_name: Annotated[str, matches(r"[A-Za-z0-9_-]{1,128}", "1 to 128 letters, digits, - or _")] = Field(
        default="dev", description="name of the stage, the first part of every path", examples=["dev"]
    )
    invocation: Literal["permission", "role"] = Field(
        default="permission",
        description="how API Gateway may invoke: by the function's policy alone, or through a role in the API account",
        examples=["permission"],
    )
    permission_scope: Literal["method", "stage", "api"] = Field(
        default="method", description="what one statement of the function's policy covers", examples=["method"]
    )
    authorization: Literal["NONE", "AWS_IAM"] = Field(
        default="NONE",
        description="who may call the API: anybody, or signed requests that IAM allows",
        examples=["AWS_IAM"],
    )
    gateway_logging: Annotated[Literal["existing", "managed", "off"], BeforeValidator(_off)] = Field(
        default="existing",
        description="API Gateway's CloudWatch role of account and Region: is there, is made here "
        "(one stack per account and Region), or nothing is logged",
        examples=["existing"],
    )
    alias: Annotated[str | None, BeforeValidator(_alias)] = Field(
        default="live", description="alias that the API calls, or false: the plain function ARN", examples=["live"]
    )
    backend_url: Annotated[Url, AfterValidator(_backend_url)] = Field(
        default="http://petstore-demo-endpoint.execute-api.com",
        description="base URL of the PetStore backend, without /petstore",
        examples=["https://backend.example.com"],
    )
    function_name: Annotated[
        Annotated[str, matches(r"[A-Za-z0-9-_]{1,64}", "1 to 64 letters, digits, - or _")] | None,
        BeforeValidator(none_when_empty),
    ] = Field(default=None, description="name of the function; automatic when absent", examples=["hello"])
    memory_size: int = Field(default=256, ge=128, le=10240, description="memory of the function, MB", examples=[256])
    timeout: int = Field(default=10, ge=1, le=900, description="timeout of the function, seconds", examples=[10])
    architecture: Literal["arm64", "x86_64"] = Field(
        default="arm64", description="processor of the function", examples=["arm64"]
    )
    log_level: Literal["ERROR", "INFO", "OFF"] = Field(
        default="ERROR", description="level of the stage's execution log", examples=["INFO"]
    )
    log_retention_days: Annotated[int, AfterValidator(_retention)] = Field(
        default=30, description="how long every log group keeps its events, days", examples=[30]
    )
    retain_logs: bool = Field(
        default=False, description="keep the log groups when the stack is destroyed", examples=["true"]
    )
    tracing: bool = Field(default=True, description="X-Ray traces of stage and function", examples=["true"])
    throttling_rate_limit: int = Field(
        default=1000, gt=0, description="steady rate of the stage, requests a second", examples=[1000]
    )
    throttling_burst_limit: int = Field(default=500, gt=0, description="burst of the stage, requests", examples=[500])
    test_invoke: bool = Field(
        default=False,
        description="permit the console's Test button (stage test-invoke-stage) as well",
        examples=["true"],
    )
    allowed_source_ips: tuple[Cidr, ...] = Field(
        default=(), description="addresses that may call the API; all when empty", examples=[["192.0.2.0/24"]]
    )
    deletion_protection: bool = Field(
        default=False, description="Pulumi refuses to delete the API and the function", examples=["true"]
    )

    @property
    def language(self) -> str:
        """The folder of lambda_src/ with the code for the runtime."""
        return "python" if self.runtime.startswith("python") else "nodejs"
