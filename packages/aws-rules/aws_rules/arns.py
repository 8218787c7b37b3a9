"""Builds, parses and compares Amazon Resource Names. Pure.

The rules are those of the Lambda developer guide ("Using AWS Lambda with Amazon API Gateway") and
of the API Gateway developer guide ("arn-format-reference").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_REGION = re.compile(r"(?P<prefix>[a-z]{2,4}(?:-[a-z]+)*)-(?P<area>[a-z]+)-(?P<number>[0-9]{1,2})")
_ACCOUNT = re.compile(r"[0-9]{12}")
_FUNCTION_RESOURCE = re.compile(
    r"function:(?P<name>[A-Za-z0-9-_]{1,140})(?::(?P<qualifier>\$LATEST|[A-Za-z0-9-_]{1,128}))?"
)

# The longest prefix wins: us-gov before us, us-iso and us-isob before us.
_PARTITIONS = (
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
    ("cn-", "aws-cn"),
)
_DNS_SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-us-gov": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
    "aws-eusc": "amazonaws.eu",
}
_DUAL_STACK_SUFFIXES = ("api.aws", "api.amazonwebservices.com.cn")


class ArnError(ValueError):
    """Text that is not a valid ARN, Region or account ID; the message has the value and the expected form."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arn:
    """The six fields of an ARN. Region and account are empty if the service's ARNs do not have them."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Raises ArnError for text without six colon-separated fields, of which the first is `arn`."""
        fields = text.split(":", 5)
        if len(fields) != 6 or fields[0] != "arn" or not fields[1] or not fields[2] or not fields[5]:
            raise ArnError(f"{text!r} is not an ARN: expected arn:partition:service:region:account:resource")
        return cls(partition=fields[1], service=fields[2], region=fields[3], account=fields[4], resource=fields[5])

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionArn:
    """The ARN of a Lambda function, its version or its alias."""

    partition: str
    region: str
    account: str
    name: str
    qualifier: str | None = None

    @classmethod
    def parse(cls, text: str) -> FunctionArn:
        """Raises ArnError for an ARN that is not a function's."""
        arn = Arn.parse(text)
        match = _FUNCTION_RESOURCE.fullmatch(arn.resource)
        if arn.service != "lambda" or match is None or not _ACCOUNT.fullmatch(arn.account) or not arn.region:
            raise ArnError(
                f"{text!r} is not the ARN of a Lambda function: expected "
                "arn:partition:lambda:region:account:function:name[:qualifier]"
            )
        return cls(
            partition=arn.partition,
            region=arn.region,
            account=arn.account,
            name=match["name"],
            qualifier=match["qualifier"],
        )

    @property
    def unqualified(self) -> FunctionArn:
        """The same function without version or alias."""
        return FunctionArn(partition=self.partition, region=self.region, account=self.account, name=self.name)

    def qualified(self, qualifier: str | None) -> FunctionArn:
        """The same function with this version or alias."""
        return FunctionArn(
            partition=self.partition, region=self.region, account=self.account, name=self.name, qualifier=qualifier
        )

    def __str__(self) -> str:
        tail = f":{self.qualifier}" if self.qualifier else ""
        return f"arn:{self.partition}:lambda:{self.region}:{self.account}:function:{self.name}{tail}"


@lru_cache(maxsize=256)
def partition_of_region(region: str) -> str:
    """The partition of a Region, derived from its name. Raises ArnError for text that is not a Region's name."""
    if not is_region(region):
        raise ArnError(f"{region!r} is not an AWS Region: expected a name such as eu-west-1")
    return next((partition for prefix, partition in _PARTITIONS if region.startswith(prefix)), "aws")


def foreign_partition(text: str, partition: str) -> str | None:
    """The other partition that an ARN or invoke URI names, directly or by a Region; None if there is none.

    Permissions, roles and certificates cannot cross partitions. `${…}` in a document counts as the document's own
    partition.
    """
    for part in text.split("/functions/"):
        fields = part.split(":")
        if fields[0] != "arn" or len(fields) < 4:
            continue
        named = [field for field in (fields[1], _partition_of_field(fields[3])) if field and "${" not in field]
        if other := next((each for each in named if each != partition), None):
            return other
    return None


def _partition_of_field(region: str) -> str | None:
    return partition_of_region(region) if is_region(region) else None


def is_region(text: str) -> bool:
    """True if the text has the form of a Region's name."""
    return _REGION.fullmatch(text) is not None


def is_account_id(text: str) -> bool:
    """True if the text is an account ID: exactly 12 digits."""
    return _ACCOUNT.fullmatch(text) is not None


def is_aws_name(host: str) -> bool:
    """True if a lower-case host name is in a domain of AWS's endpoints, in any partition."""
    return host.endswith(tuple(f".{suffix}" for suffix in (*_DNS_SUFFIXES.values(), *_DUAL_STACK_SUFFIXES)))


def dns_suffix(partition: str) -> str:
    """The DNS suffix of a partition's service endpoints."""
    try:
        return _DNS_SUFFIXES[partition]
    except KeyError:
        raise ArnError(f"{partition!r} is not an AWS partition: expected one of {', '.join(_DNS_SUFFIXES)}") from None


def function_arn(*, region: str, account: str, name: str, qualifier: str | None = None) -> str:
    """The ARN of a function, version or alias."""
    return str(
        FunctionArn(
            partition=partition_of_region(region), region=region, account=account, name=name, qualifier=qualifier
        )
    )


def role_arn(*, partition: str, account: str, name: str) -> str:
    """The ARN of an IAM role without a path."""
    return f"arn:{partition}:iam::{account}:role/{name}"


def invoke_uri(function: str) -> str:
    """The integration (or authorizer) URI by which API Gateway invokes this function ARN.

    The Region in the URI is the FUNCTION's, whatever the API's: API Gateway refuses
    "Functions from '…' are not reachable in this region" otherwise.
    """
    return invoke_uri_in(FunctionArn.parse(function).region, function)


def invoke_uri_in(region: str, function: str) -> str:
    """The same for a function whose Region is known; the ARN is not parsed."""
    partition = partition_of_region(region)
    return f"arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations"


_INVOKE_URI = re.compile(
    r"arn:(?P<partition>[^:]+):apigateway:(?P<region>[^:]+):lambda:path/2015-03-31/functions/(?P<function>arn:[^/]+)/invocations"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class InvokeUri:
    """A parsed integration URI: the Region that API Gateway calls, and the function."""

    partition: str
    region: str
    function: FunctionArn

    @classmethod
    @lru_cache(maxsize=1024)
    def parse(cls, text: str) -> InvokeUri:
        """Raises ArnError for a URI that does not invoke a Lambda function."""
        match = _INVOKE_URI.fullmatch(text)
        if match is None:
            raise ArnError(
                f"{text!r} does not invoke a Lambda function: expected "
                "arn:partition:apigateway:region:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations"
            )
        return cls(partition=match["partition"], region=match["region"], function=FunctionArn.parse(match["function"]))


def api_execution_arn(*, partition: str, region: str, account: str, api_id: str) -> str:
    """The execution ARN of an API, without a stage."""
    return f"arn:{partition}:execute-api:{region}:{account}:{api_id}"


def rest_api_arn(*, partition: str, region: str, api_id: str) -> str:
    """The management ARN of a REST API (it contains no account)."""
    return f"arn:{partition}:apigateway:{region}::/restapis/{api_id}"


def stage_arn(*, partition: str, region: str, api_id: str, stage: str) -> str:
    """The management ARN of a REST API's stage."""
    return f"{rest_api_arn(partition=partition, region=region, api_id=api_id)}/stages/{stage}"


def log_group_arn(*, partition: str, region: str, account: str, name: str) -> str:
    """The ARN of a log group, without the `:*` for its streams."""
    return f"arn:{partition}:logs:{region}:{account}:log-group:{name}"


def is_alias_name(text: str) -> bool:
    """True if an alias can have this name: digits alone are a version's (Lambda API reference, CreateAlias)."""
    return re.fullmatch(r"(?![0-9]+$)[A-Za-z0-9_-]{1,128}", text) is not None


_PATH_PARAMETER = re.compile(r"\{[^/{}]+\}")

#: The key of a document for every HTTP method.
ANY = "ANY"
#: The stage name with which the console's "Test" button calls.
TEST_INVOKE_STAGE = "test-invoke-stage"


def method_tail(*, stage: str, method: str, path: str) -> str:
    """The part of a method's ARN after the API's ID: `{stage}/{METHOD}/{path}`.

    ANY becomes `*`, each path parameter (greedy or not) becomes `*`, and the root keeps its trailing
    slash: `dev/GET/`. Source: Lambda developer guide, services-apigateway; aws-cdk restapi arnForExecuteApi.
    """
    if not path.startswith("/"):
        raise ArnError(f"{path!r} is not a route's path: it must begin with a slash")
    verb = "*" if method.upper() in (ANY, "*") else method.upper()
    return f"{stage}/{verb}{_PATH_PARAMETER.sub('*', path)}"


def source_arn(*, function_region: str, api_account: str, api_id: str, tail: str) -> str:
    """The aws:SourceArn that API Gateway sends when it invokes a function, or a pattern of it.

    Its Region is the FUNCTION's, not the API's (Lambda developer guide, services-apigateway).
    `tail` is what follows the API's id: `method_tail(…)`, `{stage}/*`, `*`, `authorizers/{id}`.
    """
    partition = partition_of_region(function_region)
    return (
        f"{api_execution_arn(partition=partition, region=function_region, account=api_account, api_id=api_id)}/{tail}"
    )


def arn_like(pattern: str, value: str) -> bool:
    """IAM's ArnLike: compares six fields one by one; `*` and `?` match a colon only in the last field.

    A value or pattern with fewer than six fields matches only an equal value.
    """
    wanted, got = pattern.split(":", 5), value.split(":", 5)
    if len(wanted) != 6 or len(got) != 6:
        return pattern == value
    return all(wildcard_match(want, have) for want, have in zip(wanted, got, strict=True))


def wildcard_match(pattern: str, value: str) -> bool:
    """True if the pattern, with `*` (any characters) and `?` (one character), matches the value; case-sensitive."""
    if "*" not in pattern and "?" not in pattern:
        return pattern == value
    position, star, mark = 0, -1, 0
    index = 0
    while index < len(value):
        if position < len(pattern) and pattern[position] == "*":
            star, mark = position, index
            position += 1
        elif position < len(pattern) and pattern[position] in ("?", value[index]):
            position += 1
            index += 1
        elif star >= 0:
            mark += 1
            position, index = star + 1, mark
        else:
            return False
    return all(character == "*" for character in pattern[position:])
