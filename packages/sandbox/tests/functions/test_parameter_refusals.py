"""Lambda's errors for parameters and payloads that its service model or parser refuses, as recorded on AWS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.control_plane import SOURCE, refused
from sandbox_testing.lambda_refusals import GRANT, broken, longest, pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.functions import Lambda


ARN_PATTERN = (
    r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?:(\d{12})?:(.*)"
)


GRANTS = {
    "StatementId": ("example.com", "statementId", pattern("([a-zA-Z0-9-_]+)")),
    "SourceArn": ("example.com", "sourceArn", pattern(ARN_PATTERN)),
    "SourceAccount": ("1234", "sourceAccount", pattern(r"\d{12}")),
    "Action": ("s3:GetObject", "action", pattern("(lambda:[*]|lambda:[a-zA-Z]+|[*])")),
    "Principal": ("a b", "principal", pattern(r"[^\s]+")),
    "FunctionUrlAuthType": ("ANY", "functionUrlAuthType", "Member must satisfy enum value set: [NONE, AWS_IAM]"),
    "EventSourceToken": ("a b", "eventSourceToken", pattern(r"[a-zA-Z0-9._\-]+")),
}


@pytest.mark.parametrize("name", GRANTS)
def test_add_permission_checks_each_parameter_by_the_services_model(functions: Lambda, client: Any, name: str) -> None:
    functions.create("pets", SOURCE)
    value, where, constraint = GRANTS[name]
    expected = f"1 validation error detected: {broken(value, where, constraint)[0]}"
    given = {**GRANT, name: value}
    assert refused(lambda: client.add_permission(FunctionName="pets", **given)) == (
        "ValidationException",
        400,
        expected,
    )
    assert refused(lambda: client.get_policy(FunctionName="pets"))[0] == "ResourceNotFoundException"


INVALID: dict[str, tuple[Callable[[Any], object], str]] = {
    "two architectures": (
        lambda client: client.update_function_code(FunctionName="pets", ZipFile=b"", Architectures=["x86_64", "arm64"]),
        broken("[x86_64, arm64]", "architectures", longest(1))[0],
    ),
    "function version": (
        lambda client: client.list_functions(FunctionVersion="invalid"),
        broken("invalid", "functionVersion", "Member must satisfy enum value set: [ALL]")[0],
    ),
    "weight": (
        lambda client: client.create_alias(
            FunctionName="pets",
            Name="a",
            FunctionVersion="1",
            RoutingConfig={"AdditionalVersionWeights": {"2": 2.0}},
        ),
        (
            "Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must "
            "satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater "
            "than or equal to 0.0, Member must not be null]"
        ),
    ),
    "$LATEST in a routing": (
        lambda client: client.create_alias(
            FunctionName="pets",
            Name="a",
            FunctionVersion="1",
            RoutingConfig={"AdditionalVersionWeights": {"$LATEST": 0.5}},
        ),
        (
            "Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys "
            "must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length "
            "greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+, Member must not be "
            "null]"
        ),
    ),
    "subnet": (
        lambda client: client.update_function_configuration(
            FunctionName="pets", VpcConfig={"SubnetIds": ["bad-subnet"], "SecurityGroupIds": ["sg-1"]}
        ),
        (
            "Value '[bad-subnet]' at 'vpcConfig.subnetIds' failed to satisfy constraint: Member must satisfy "
            "constraint: [Member must have length less than or equal to 1024, Member must have length greater than or "
            "equal to 0, Member must satisfy regular expression pattern: subnet-[0-9a-z]*, Member must not be null]"
        ),
    ),
}


@pytest.mark.parametrize(("call", "message"), INVALID.values(), ids=INVALID)
def test_a_parameter_that_breaks_the_model_is_refused_before_the_function_is_looked_up(
    client: Any, call: Callable[[Any], object], message: str
) -> None:
    def sentences(text: str) -> list[str]:
        # The order of several constraints of one item differs between recordings.
        return sorted(re.split(r"[\[,] ?(?=Member)", text.removesuffix("]")))

    code, status, found = refused(lambda: call(client))
    assert (code, status) == ("ValidationException", 400)
    assert sentences(found) == sentences(f"1 validation error detected: {message}")


SOURCE_SHOWN = "\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: "


VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


@pytest.mark.parametrize(
    ("payload", "sentence", "column"),
    [
        # The bytes that the AWS CLI sends for a text payload that it decodes as base64.
        (b"n\x87r\x9e\xe9\xb5\xd7I\xee\x9bmt", "Invalid UTF-8 start byte 0x87", 2),
        (b"\xb7\xab", f"Unexpected character ('·' (code 183)): expected a valid value {VALUE}", 1),
        (b"Hello World", f"Unrecognized token 'Hello': was expecting {VALUE}", 6),
        (b"{client_id: 1}", "Unexpected character ('c' (code 99)): was expecting double-quote to start field name", 2),
        (
            b'{"a": 1 "b": 2}',
            "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
            9,
        ),
        (b'{"a": ', "Unexpected end-of-input", 7),
        (b'"abc', "Unexpected end-of-input", 5),
    ],
)
def test_a_payload_that_is_not_json_is_refused_in_the_parsers_words(
    functions: Lambda, payload: bytes, sentence: str, column: int
) -> None:
    functions.create("pets", SOURCE)
    assert refused(lambda: functions.client.invoke(FunctionName="pets", Payload=payload)) == (
        "InvalidRequestContentException",
        400,
        (
            f"Could not parse request body into json: Could not parse payload into json: {sentence}"
            f"{SOURCE_SHOWN}{column}]"
        ),
    )
