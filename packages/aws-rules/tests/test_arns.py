"""Build, parse and compare ARNs, with generated names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_rules import arns
from aws_rules.arns import Arn, ArnError, FunctionArn, InvokeUri

REGIONS = {
    "eu-west-1": "aws",
    "ap-southeast-7": "aws",
    "us-gov-west-1": "aws-us-gov",
    "cn-northwest-1": "aws-cn",
    "us-iso-east-1": "aws-iso",
    "us-isob-east-1": "aws-iso-b",
    "eusc-de-east-1": "aws-eusc",
}
accounts = st.from_regex(r"[0-9]{12}", fullmatch=True)
names = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
regions = st.sampled_from(sorted(REGIONS))
qualifiers = st.none() | st.just("$LATEST") | st.from_regex(r"[A-Za-z0-9_-]{1,128}", fullmatch=True)
segments = st.one_of(
    st.from_regex(r"[a-z0-9._-]{1,8}", fullmatch=True),
    st.from_regex(r"\{[a-z]{1,6}\}", fullmatch=True),
)
paths = st.lists(segments, max_size=5).map(lambda parts: "/" + "/".join(parts))
texts = st.text(st.characters(codec="ascii", exclude_characters=":*?", min_codepoint=33), min_size=1, max_size=12)


@given(regions, accounts, names, qualifiers)
def test_parsing_a_function_arn_reverses_building_it(
    region: str, account: str, name: str, qualifier: str | None
) -> None:
    text = arns.function_arn(region=region, account=account, name=name, qualifier=qualifier)
    parsed = FunctionArn.parse(text)

    assert str(parsed) == text
    assert (parsed.partition, parsed.region, parsed.account) == (REGIONS[region], region, account)
    assert (parsed.name, parsed.qualifier) == (name, qualifier)
    assert str(parsed.unqualified.qualified(qualifier)) == text


@given(regions, accounts, names, qualifiers)
def test_an_invoke_uri_has_the_functions_region_and_can_be_parsed(
    region: str, account: str, name: str, qualifier: str | None
) -> None:
    function = arns.function_arn(region=region, account=account, name=name, qualifier=qualifier)
    uri = InvokeUri.parse(arns.invoke_uri(function))

    assert (uri.partition, uri.region, str(uri.function)) == (REGIONS[region], region, function)


@given(st.text(max_size=40).filter(lambda text: text.count(":") < 5))
def test_text_with_fewer_than_six_fields_is_refused_and_shown(text: str) -> None:
    with pytest.raises(ArnError) as caught:
        Arn.parse(text)

    assert repr(text) in str(caught.value)


@given(st.sampled_from(["GET", "POST", "ANY"]), paths)
def test_a_methods_source_arn_matches_its_requests(method: str, path: str) -> None:
    """The pattern of a route matches the literal ARN of its requests."""
    pattern = arns.source_arn(
        function_region="eu-west-1",
        api_account="111111111111",
        api_id="a1b2c3d4e5",
        tail=arns.method_tail(stage="dev", method=method, path=path),
    )
    request = "/".join("42" if part.startswith("{") else part for part in path.split("/"))
    verb = "PATCH" if method == "ANY" else method

    assert arns.arn_like(pattern, f"arn:aws:execute-api:eu-west-1:111111111111:a1b2c3d4e5/dev/{verb}{request}")
    assert not arns.arn_like(pattern, f"arn:aws:execute-api:eu-west-1:111111111111:a1b2c3d4e5/prod/{verb}{request}")
    assert not arns.arn_like(pattern, f"arn:aws:execute-api:us-east-1:111111111111:a1b2c3d4e5/dev/{verb}{request}")


@given(texts, texts)
def test_a_pattern_without_wildcards_matches_only_itself(one: str, other: str) -> None:
    assert arns.wildcard_match(one, one)
    assert arns.wildcard_match(one, other) == (one == other)


@given(texts, texts, texts)
def test_a_star_is_any_run_of_characters(start: str, middle: str, end: str) -> None:
    assert arns.wildcard_match(f"{start}*{end}", f"{start}{middle}{end}")
    assert arns.wildcard_match(f"{start}*{end}", f"{start}{end}")
    assert arns.wildcard_match("*", middle)


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ("a1/dev/*", "a1/dev/GET/pets/42", True),
        ("a1/*/pets", "a1/dev/GET/pets", True),
        ("a1/dev/GET/*", "a1/dev/GET/", True),
        ("a1/dev/*/pets", "a1/dev//pets", True),
        ("a1/dev/*/pets", "a1/dev/pets", False),
        ("a1/dev*", "a1/dev/GET/", True),
        ("*", "a/b/c", True),
        ("a?b", "a/b", True),
    ],
)
def test_a_wildcard_takes_slashes_as_any_other_character(pattern: str, value: str, matches: bool) -> None:
    assert arns.wildcard_match(pattern, value) == matches


@given(st.text("/*?:ab", max_size=10), st.text("/:ab", max_size=12))
def test_wildcards_match_what_the_same_regular_expression_does(pattern: str, value: str) -> None:
    translated = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")

    assert arns.wildcard_match(pattern, value) == (re.fullmatch(translated, value) is not None)


@given(texts)
def test_a_question_mark_is_one_character(text: str) -> None:
    assert arns.wildcard_match("?" * len(text), text)
    assert not arns.wildcard_match("?" * (len(text) + 1), text)


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ("arn:aws:execute-api:*:1:a/dev/*", "arn:aws:execute-api:eu-west-1:1:a/dev/GET/x/y", True),
        ("arn:aws:execute-api:*", "arn:aws:execute-api:eu-west-1:1:a", False),
        ("arn:aws:*:eu-west-1:1:a", "arn:aws:s3:eu-west-1:eu-west-1:1:a", False),
        ("*", "arn:aws:s3:::b", False),
        ("arn:aws:s3:::b*", "arn:aws:s3:::bucket:x", True),
    ],
)
def test_a_star_never_crosses_a_colon_but_in_the_last_field(pattern: str, value: str, *, matches: bool) -> None:
    assert arns.arn_like(pattern, value) is matches


@pytest.mark.parametrize(("region", "partition"), REGIONS.items())
def test_a_regions_shape_gives_its_partition(region: str, partition: str) -> None:
    assert arns.partition_of_region(region) == partition
    assert arns.dns_suffix(partition)


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:lambda:eu-west-1:1:function:f",
        "arn:aws:lambda::222222222222:function:f",
        "arn:aws:lambda:eu-west-1:222222222222:layer:f",
        "arn:aws:lambda:eu-west-1:222222222222:function:f:a:b",
        "arn:aws:lambda:eu-west-1:222222222222:function:",
        "hello",
    ],
)
def test_an_arn_that_is_not_a_functions_is_refused(text: str) -> None:
    with pytest.raises(ArnError, match="is not"):
        FunctionArn.parse(text)


@pytest.mark.parametrize("text", ["111111111111\n", "\u0661" * 12, "\uff11" * 12, " 111111111111"])
def test_an_account_id_is_twelve_ascii_digits_and_nothing_else(text: str) -> None:
    assert not arns.is_account_id(text)
    with pytest.raises(ArnError):
        FunctionArn.parse(f"arn:aws:lambda:eu-west-1:{text}:function:f")


@pytest.mark.parametrize("text", ["eu-west-1\n", "eu-west-\u0661", "eu-west-"])
def test_a_region_ends_in_an_ascii_number(text: str) -> None:
    assert not arns.is_region(text)


@pytest.mark.parametrize("tail", ["function:f\n", "function:f:live\n"])
def test_a_function_arn_ends_with_the_function(tail: str) -> None:
    text = f"arn:aws:lambda:eu-west-1:222222222222:{tail}"
    with pytest.raises(ArnError):
        FunctionArn.parse(text)
    with pytest.raises(ArnError):
        InvokeUri.parse(arns.invoke_uri_in("eu-west-1", text.strip()) + "\n")


@pytest.mark.parametrize(
    ("text", "held"),
    # Lambda API reference, CreateAlias: 1 to 128 characters, `(?!^[0-9]+$)([a-zA-Z0-9-_]+)`.
    [
        ("live", True),
        ("v1_2-3", True),
        ("1a", True),
        ("a" * 128, True),
        ("a" * 129, False),
        ("", False),
        ("12", False),
        ("$LATEST", False),
        ("a.b", False),
        ("é", False),
        ("live\n", False),
    ],
)
def test_an_alias_has_lambdas_characters_and_is_not_a_version(text: str, held: bool) -> None:
    assert arns.is_alias_name(text) is held
