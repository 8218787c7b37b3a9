"""The settings of a program of two accounts: the only reader of `pulumi.Config`.

`Settings` are those of this project; a project of its own (see examples/) subclasses `TwoAccounts`, adds its keys
and calls `load`. Whatever is wrong is told at once, before anything is created: each line names the key, the bad
value and the command that mends it.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import re
from typing import Annotated, Any, Literal, NoReturn, Self, TypeVar

import pulumi
from pulumi.runtime import config as runtime_config
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from aws_rules import arns
from cross_account_api.setting_faults import fault_line

A = TypeVar("A")
S = TypeVar("S", bound=BaseModel)


class SettingsError(pulumi.RunError):
    """The stack's settings cannot be used; the message has a line for each fault and its mend."""


def _refuse(message: str) -> NoReturn:
    raise PydanticCustomError("setting", "{message}", {"message": message})


def _account_id(value: object) -> object:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and arns.is_account_id(text):
        return text
    hint = ""
    if isinstance(text, str) and text.isdigit() and len(text) < 12:
        hint = "; an id that begins with 0 needs quotes in the YAML file"
    _refuse(f"an account id has exactly 12 digits{hint}")


def _region(value: str) -> str:
    if not arns.is_region(value):
        _refuse("not the name of an AWS Region such as eu-west-1")
    return value


def _matches(pattern: str, meaning: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            _refuse(f"must be {meaning}")
        return value

    return AfterValidator(check)


def _text(value: object) -> object:
    """`pulumi config set --path` makes whole numbers integers, and true and false booleans, whatever they stand for."""
    return json.dumps(value) if isinstance(value, bool | int) else value


def _network(value: str) -> str:
    """IPv4 and IPv6; bits beyond the prefix may be set, a mask or a zone is not what `aws:SourceIp` knows."""
    try:
        if re.fullmatch(r"[0-9a-fA-F.:]+(/[0-9]+)?", value):
            ipaddress.ip_network(value, strict=False)
            return value
    except ValueError:
        pass
    _refuse("must be an IP address or a CIDR block such as 192.0.2.0/24 or 2001:db8::/32")


def _none_when_empty(value: object) -> object:
    return None if value == "" else value


def _alias(value: object) -> object:
    if value is False or value in ("false", "", None):
        return None
    if value is True or value == "true" or not isinstance(value, str):
        _refuse("must be the alias's name, or false for the plain function")
    if not re.fullmatch(r"(?!^\d+$)[A-Za-z0-9-_]{1,128}", value):
        _refuse("must be 1 to 128 letters, digits, - or _, and not a number alone, or false")
    return value


def _off(value: object) -> object:
    """An unquoted `off` is false to a YAML 1.1 reader."""
    return "off" if value in (False, "false") else value


AccountId = Annotated[str, BeforeValidator(_account_id)]
Region = Annotated[str, AfterValidator(_region)]
Url = Annotated[str, _matches(r"https?://[^\s/?#]+[^\s?#]*", "a URL that begins with http:// or https://")]
RoleArn = Annotated[str, _matches(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+", "the ARN of an IAM role")]
Cidr = Annotated[str, AfterValidator(_network)]
Text = Annotated[str, BeforeValidator(_text)]

#: The retention times that CloudWatch Logs accepts, in days (API reference of PutRetentionPolicy).
_RETENTION = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


def _retention(value: int) -> int:
    if value not in _RETENTION:
        _refuse(f"CloudWatch Logs keeps logs for {', '.join(map(str, _RETENTION))} days and no other time")
    return value


class Base(BaseModel):
    """Settings of any program: frozen, camelCase keys, an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class AccountSettings(Base):
    """One account: which it is, and how to log in to it."""

    id: AccountId = Field(description="12 digits", examples=["111111111111"])
    region: Region = Field(
        description="Region of this account's half; its shape gives the partition", examples=["eu-west-1"]
    )
    profile: Text | None = Field(
        default=None, description="profile of the AWS CLI to log in with", examples=["api-account"]
    )
    role_arn: RoleArn | None = Field(
        default=None,
        description="role to assume for the deployment",
        examples=["arn:aws:iam::111111111111:role/deployer"],
    )
    external_id: Text | None = Field(
        default=None, description="ExternalId that the role's trust asks for", examples=["my-secret"]
    )

    @property
    def partition(self) -> str:
        """The partition that the Region belongs to."""
        return arns.partition_of_region(self.region)


class Program(Base):
    """What every program has; the base of an own project's settings where it is not about the two accounts."""

    endpoint: Annotated[Url | None, BeforeValidator(_none_when_empty)] = Field(
        default=None, description="URL of a sandbox; absent on AWS", examples=["http://127.0.0.1:4566"]
    )
    tags: dict[str, Text] = Field(
        default={},
        description="tags of every resource that can carry them, beside project and stack",
        examples=[{"team": "pets"}],
    )

    def fill(self, arguments: type[A], **given: Any) -> A:
        """Arguments of a component: what is given, then every setting that has the name of one of its fields."""
        names = {field.name for field in dataclasses.fields(arguments)} & set(type(self).model_fields)  # type: ignore[arg-type]
        return arguments(**({name: getattr(self, name) for name in names} | given))


class TwoAccounts(Program):
    """What a program of the two accounts needs; the base of an own project's settings."""

    api_account: AccountSettings = Field(
        description="account of the API: {id, region, profile?, roleArn?, externalId?}",
        examples=[{"id": "111111111111", "region": "eu-west-1"}],
    )
    function_account: AccountSettings = Field(
        description="account of the function, the same shape",
        examples=[{"id": "222222222222", "region": "eu-west-1"}],
    )

    @model_validator(mode="after")
    def _two_accounts(self) -> Self:
        api, function = self.api_account, self.function_account
        if api.id == function.id:
            other = "222222222222" if api.id != "222222222222" else "111111111111"
            _refuse_key("functionAccount.id", function.id, "is the API's account too; this program joins two", other)
        if api.partition != function.partition:
            message = (
                f"lies in partition {function.partition}, apiAccount.region {api.region} in {api.partition}; "
                "no permission crosses partitions"
            )
            _refuse_key("functionAccount.region", function.region, message, api.region)
        return self


def _refuse_key(key: str, value: str, message: str, mend: str) -> NoReturn:
    """A rule between two keys is the fault of one of them."""
    context = {"key": key, "value": value, "message": message, "mend": mend}
    raise PydanticCustomError("keys", "{message}", context)


class Settings(TwoAccounts):
    """The settings of this project, namespace `cross-account-api`."""

    runtime: Annotated[
        str,
        _matches(
            r"nodejs|python|nodejs[0-9]+\.x|python3\.[0-9]+",
            "nodejs, python, or a full Lambda runtime identifier such as python3.13",
        ),
    ] = Field(default="nodejs", description="nodejs, python, or a full runtime identifier", examples=["python"])
    endpoint_type: Literal["REGIONAL", "EDGE"] = Field(
        default="REGIONAL", description="endpoint of the API", examples=["REGIONAL"]
    )
    stage_name: Annotated[str, _matches(r"[A-Za-z0-9_-]{1,128}", "1 to 128 letters, digits, - or _")] = Field(
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
    backend_url: Url = Field(
        default="http://petstore-demo-endpoint.execute-api.com",
        description="base URL of the PetStore backend, without /petstore",
        examples=["https://backend.example.com"],
    )
    function_name: Annotated[
        Annotated[str, _matches(r"[A-Za-z0-9-_]{1,64}", "1 to 64 letters, digits, - or _")] | None,
        BeforeValidator(_none_when_empty),
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


def load(model: type[S]) -> S:
    """This stack's settings, those of the project's namespace, as the given model. Raises SettingsError."""
    project = pulumi.get_project()
    config = pulumi.Config()
    values = {key: _decoded(config.get(key) or "") for key in _configured_keys(project)}
    try:
        loaded = model.model_validate(values)
    except ValidationError as error:
        lines = [fault_line(model, details) for details in error.errors()]
        raise SettingsError(
            f"{project}: the settings of stack {pulumi.get_stack()!r} cannot be used:\n" + "\n".join(lines)
        ) from None
    if not isinstance(loaded, Program):
        return loaded
    # Stacks that share the two accounts are told apart by these.
    tags = {"project": project, "stack": pulumi.get_stack()} | loaded.tags
    return loaded.model_copy(update={"tags": tags})


def _configured_keys(project: str) -> list[str]:
    names = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    return sorted(name.removeprefix(f"{project}:") for name in names if name.startswith(f"{project}:"))


def _decoded(text: str) -> Any:
    """Pulumi hands every value over as text; objects and lists as JSON."""
    if text[:1] not in ("{", "["):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
