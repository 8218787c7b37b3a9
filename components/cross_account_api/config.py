"""Typed settings of a program: models to subclass, and `load`, the only reader of `pulumi.Config`.

A program subclasses `TwoAccounts` (or `Program`), adds its keys and calls `load`, which reports all errors together
before anything is created. Each line names the key, the bad value and the command that fixes it.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Self, TypeVar

import pulumi
from pulumi.runtime import config as runtime_config
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from aws_rules import arns
from aws_rules.account_login import role_fault, role_in
from cross_account_api.setting_faults import fault_line, secret_line
from cross_account_api.setting_fixes import OVERRIDES, Sources
from cross_account_api.setting_types import (
    AccountId,
    Region,
    RoleArn,
    Secret,
    Text,
    Url,
    holds_secret,
    none_when_empty,
    refuse_key,
)

S = TypeVar("S", bound=BaseModel)


class SettingsError(pulumi.RunError):
    """The stack's settings are invalid; the message has a line for each error, with its fix."""


class Base(BaseModel):
    """Base of all settings: frozen, with camelCase keys; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class AccountSettings(Base):
    """An account, and how to log in to it."""

    id: AccountId = Field(description="12 digits", examples=["111111111111"])
    region: Region = Field(
        description="Region of this account's half; its shape gives the partition", examples=["eu-west-1"]
    )
    profile: Text | None = Field(
        default=None, description="profile of the AWS CLI to log in with", examples=["api-account"]
    )
    role_arn: RoleArn | None = Field(
        default=None,
        description="role of this account to assume for the deployment",
        examples=["arn:aws:iam::111111111111:role/deployer"],
    )
    external_id: Secret | None = Field(
        default=None,
        description="ExternalId that the role's trust policy requires; always encrypted in the state",
        examples=["my-secret"],
    )

    @property
    def partition(self) -> str:
        """The partition that the Region belongs to."""
        return arns.partition_of_region(self.region)

    @model_validator(mode="after")
    def _login(self) -> Self:
        if self.role_arn is None:
            if self.external_id is not None:
                role = arns.role_arn(partition=self.partition, account=self.id, name="deployer")
                refuse_key(
                    "roleArn", None, "is required with externalId, which is sent when a role is assumed", fix=role
                )
        elif fault := role_fault(self.role_arn, account=self.id, partition=self.partition):
            right = role_in(self.role_arn, account=self.id, partition=self.partition)
            refuse_key("roleArn", self.role_arn, fault, fix=right, others=("id", "region"), quotes=True)
        return self


class Program(Base):
    """The settings that every program has; the base for programs without the two accounts."""

    endpoint: Annotated[Url | None, BeforeValidator(none_when_empty)] = Field(
        default=None, description="URL of a sandbox; absent on AWS", examples=["http://127.0.0.1:4566"]
    )
    tags: dict[str, Text] = Field(
        default={},
        description="tags of every resource that can carry them, beside project and stack",
        examples=[{"team": "pets"}],
    )


class TwoAccounts(Program):
    """The settings of a program with the two accounts."""

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
            refuse_key(
                "functionAccount.id",
                function.id,
                "is also the API's account; this program connects two accounts",
                fix="222222222222" if api.id != "222222222222" else "111111111111",
                others=("apiAccount.id",),
            )
        if api.partition != function.partition:
            refuse_key(
                "functionAccount.region",
                function.region,
                f"is in partition {function.partition}, and apiAccount.region is in {api.partition}; "
                "no permission crosses partitions",
                fix=api.region,
                others=("apiAccount.region",),
                quotes=True,
            )
        return self


def load(model: type[S]) -> S:
    """Load this stack's settings in the project's namespace into the given model. Raises SettingsError."""
    project = pulumi.get_project()
    config = pulumi.Config()
    values = {key: _decoded(config.get(key) or "") for key in _configured_keys(project)}
    overrides = runtime_config.get_config(OVERRIDES)
    sources = Sources(
        project=project,
        stack=pulumi.get_stack() if overrides is not None else None,
        secrets=frozenset(key for key in values if runtime_config.is_config_secret(f"{project}:{key}")),
        overrides=tuple(json.loads(overrides or "[]")),
    )
    try:
        loaded = model.model_validate(values)
    except ValidationError as error:
        raise _error(project, [fault_line(model, details, sources) for details in error.errors()]) from None
    kept = {str(field.alias): getattr(loaded, name) for name, field in model.model_fields.items()}
    if shown := [key for key in sorted(sources.secrets) if not holds_secret(kept[key])]:
        raise _error(project, [secret_line(key, values[key]) for key in shown])
    if not isinstance(loaded, Program):
        return loaded
    # They tell stacks apart that share the two accounts.
    tags = {"project": project, "stack": pulumi.get_stack()} | loaded.tags
    return loaded.model_copy(update={"tags": tags})


def _error(project: str, lines: list[str]) -> SettingsError:
    head = f"{project}: the settings of stack {pulumi.get_stack()!r} are invalid:"
    return SettingsError("\n".join([head, *lines]))


def _configured_keys(project: str) -> list[str]:
    names = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    return sorted(name.removeprefix(f"{project}:") for name in names if name.startswith(f"{project}:"))


def _decoded(text: str) -> Any:
    """Pulumi passes every value as text, and objects and lists as JSON."""
    if text[:1] not in ("{", "["):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
