"""The types of a program's settings, each with its check: account IDs, Regions, URLs, ARNs, secrets.

A check reports an error with `refuse`, or with `refuse_key` if a rule involves several keys; `setting_faults` formats
both.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from typing import Annotated, NoReturn, get_args

import pulumi
from pydantic import AfterValidator, BaseModel, BeforeValidator, PlainValidator
from pydantic_core import PydanticCustomError

from aws_rules import arns
from aws_rules.account_login import is_role_arn


def refuse(message: str, *, fix: object = None, quotes: bool = False) -> NoReturn:
    """Report the value under validation.

    fix     a value that the key accepts; by default the key's example
    quotes  the message contains a part of the value, so it is not shown for a secret
    """
    raise PydanticCustomError("setting", "{message}", {"message": message, "fix": fix, "quotes": quotes})


def refuse_key(
    key: str, value: object, message: str, *, fix: object, others: tuple[str, ...] = (), quotes: bool = False
) -> NoReturn:
    """Report a violated rule about several keys at one of them; `others` are the other keys of the rule.

    Keys are relative to the model whose validator reports the fault.
    """
    context = {"message": message, "key": key, "value": value, "fix": fix, "others": others, "quotes": quotes}
    raise PydanticCustomError("keys", "{message}", context)


def matches(pattern: str, meaning: str) -> AfterValidator:
    """Text that matches the whole pattern; `meaning` completes "must be …"."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            refuse(f"must be {meaning}")
        return value

    return AfterValidator(check)


def none_when_empty(value: object) -> object:
    """An empty text counts as absent: Pulumi.yaml has no other default for an optional key."""
    return None if value == "" else value


def _account_id(value: object) -> object:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and arns.is_account_id(text):
        return text
    hint = ""
    if isinstance(text, str) and text.isdigit() and len(text) < 12:
        hint = "; in the YAML file, an ID that begins with 0 needs quotes"
    refuse(f"must be an account ID of exactly 12 digits{hint}")


def _region(value: str) -> str:
    if not arns.is_region(value):
        refuse("must be the name of an AWS Region such as eu-west-1")
    return value


def _role_arn(value: str) -> str:
    if not is_role_arn(value):
        refuse("must be the ARN of an IAM role")
    return value


def _text(value: object) -> object:
    """`pulumi config set --path` converts whole numbers to integers, and true and false to booleans."""
    return json.dumps(value) if isinstance(value, bool | int) else value


def _network(value: str) -> str:
    """IPv4 and IPv6. Bits beyond the prefix can be set; `aws:SourceIp` does not accept a netmask or a zone."""
    try:
        if re.fullmatch(r"[0-9a-fA-F.:]+(/[0-9]+)?", value):
            ipaddress.ip_network(value, strict=False)
            return value
    except ValueError:
        pass
    refuse("must be an IP address or a CIDR block such as 192.0.2.0/24 or 2001:db8::/32")


def _secret(value: object) -> pulumi.Output[str]:
    if isinstance(value, pulumi.Output):
        return value
    text = _text(value)
    if not isinstance(text, str):
        refuse("must be text")
    return pulumi.Output.secret(text)


AccountId = Annotated[str, BeforeValidator(_account_id)]
Region = Annotated[str, AfterValidator(_region)]
Url = Annotated[str, matches(r"https?://[^\s/?#]+[^\s?#]*", "a URL that begins with http:// or https://")]
RoleArn = Annotated[str, AfterValidator(_role_arn)]
Cidr = Annotated[str, AfterValidator(_network)]
Text = Annotated[str, BeforeValidator(_text)]
#: Text that stays encrypted in the state, in every input that contains it. A key that is stored with `--secret` must
#: have this type: all other values are passed on in plain text.
Secret = Annotated[pulumi.Output[str], PlainValidator(_secret)]


def takes_secret(annotation: object) -> bool:
    """True if a field with this annotation keeps its value secret."""
    return annotation == pulumi.Output[str] or any(takes_secret(part) for part in get_args(annotation))


def holds_secret(value: object) -> bool:
    """True if a loaded setting contains a value of type Secret."""
    if isinstance(value, BaseModel):
        value = vars(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return any(holds_secret(item) for item in value)
    return isinstance(value, pulumi.Output)
