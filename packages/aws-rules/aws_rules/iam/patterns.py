"""Compares values of a policy, with wildcards and variables, with values of a request.

Sources: IAM user guide, reference_policies_variables and reference_policies_elements_resource.
Variables exist since policy version 2012-10-17; in 2008-10-17, `${…}` is literal text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from aws_rules.arns import arn_like, wildcard_match
from aws_rules.iam.request import ContextValue

#: The policy version that has variables.
VARIABLES_SINCE = "2012-10-17"
_VERSIONS = ("2008-10-17", VARIABLES_SINCE)

_VARIABLE = re.compile(r"\$\{(?P<inside>[^{}]*)\}")
# During a comparison, literal wildcards are replaced by characters of a private use area.
_LITERAL = str.maketrans({"*": "\ue000", "?": "\ue001"})
_SPECIAL = {"*": "\ue000", "?": "\ue001", "$": "$"}


class NoValueError(Exception):
    """A variable without a value in the request: text that contains it matches nothing.

    `known` tells a missing key from a key that cannot be a variable (it has several values).
    """

    def __init__(self, variable: str, reason: str) -> None:
        super().__init__(f"the variable ${{{variable}}} {reason}")
        self.variable = variable


def is_version(version: object) -> bool:
    """True if this is a version of the policy language."""
    return version in _VERSIONS


def literal(value: str) -> str:
    """Text whose wildcards are literal, as in values of a request."""
    return value.translate(_LITERAL)


def expand(text: str, keys: Mapping[str, ContextValue], *, version: str) -> str:
    """A policy's text with its variables replaced, and with the policy's wildcards.

    `${*}`, `${?}` and `${$}` become the character; `${key, 'default'}` becomes the default if the key is absent. A
    variable's value is literal: a `*` in it is not a wildcard. Raises NoValueError for an absent key.
    """
    if version != VARIABLES_SINCE or "${" not in text:
        return text

    def fill(match: re.Match[str]) -> str:
        return _value(match["inside"], keys)

    return _VARIABLE.sub(fill, text)


def variables(text: str) -> list[str]:
    """The keys, in lower case, of the variables in a policy's text."""
    return [_key(match["inside"]) for match in _VARIABLE.finditer(text)]


def _key(inside: str) -> str:
    return inside.partition(",")[0].strip().lower()


def _value(inside: str, keys: Mapping[str, ContextValue]) -> str:
    if inside in _SPECIAL:
        return _SPECIAL[inside]
    name, comma, default = inside.partition(",")
    value = keys.get(_key(inside))
    if isinstance(value, str) and value:
        return literal(value)
    if value is not None and not isinstance(value, str):
        raise NoValueError(name.strip(), "has several values; only single-valued keys can be variables")
    quoted = default.strip()
    if comma and len(quoted) >= 2 and quoted[0] == quoted[-1] == "'":
        return literal(quoted[1:-1])
    raise NoValueError(name.strip(), "has no value in this request")


def like(pattern: str, value: str) -> bool:
    """StringLike: `*` and `?` match any characters; case-sensitive. `pattern` comes from `expand`."""
    return wildcard_match(pattern, literal(value))


def equal(wanted: str, value: str) -> bool:
    """StringEquals: the policy's wildcards are literal here."""
    return literal(wanted) == literal(value)


def arn_matches(pattern: str, value: str) -> bool:
    """ArnLike and ArnEquals, which behave identically: the six fields one by one."""
    return arn_like(pattern, literal(value))


def action_matches(pattern: str, action: str) -> bool:
    """`service:Operation` with wildcards; case-insensitive."""
    return pattern == "*" or wildcard_match(pattern.lower(), action.lower())


def resource_matches(pattern: str, resource: str) -> bool:
    """The Resource element: wildcards within the colon-separated segments of an ARN.

    A `*` at the end of a segment can match colons. Any other `*`, and `?`, can match them only in the last of the six
    segments, where colons belong to the name.
    """
    value = literal(resource)
    tokens = _tokens(pattern)
    if tokens is None:
        return wildcard_match(pattern, value)
    # All positions in the pattern that the text so far can have reached: quadratic at worst, unlike a regular
    # expression with many stars.
    places = _skip_stars(tokens, {0})
    for character in value:
        following: set[int] = set()
        for place in places:
            if place == len(tokens):
                continue
            kind, colons_too = tokens[place]
            if kind == "*" and (colons_too or character != ":"):
                following.add(place)
            elif kind == character or (kind == "?" and (colons_too or character != ":")):
                following.add(place + 1)
        places = _skip_stars(tokens, following)
    return len(tokens) in places


def _skip_stars(tokens: tuple[tuple[str, bool], ...], places: set[int]) -> set[int]:
    reached = set(places)
    for place in places:
        following = place
        while following < len(tokens) and tokens[following][0] == "*":
            following += 1
            reached.add(following)
    return reached


@lru_cache(maxsize=4096)
def _tokens(pattern: str) -> tuple[tuple[str, bool], ...] | None:
    """Each character, and whether it can match a colon as a wildcard. None if every wildcard can."""
    tokens: list[tuple[str, bool]] = []
    colons = 0
    confined = False
    for index, character in enumerate(pattern):
        colons += character == ":"
        ends = character == "*" and (index + 1 == len(pattern) or pattern[index + 1] == ":")
        free = ends or colons >= 5
        confined = confined or (character in "*?" and not free)
        tokens.append((character, free))
    return tuple(tokens) if confined else None


_ARN_FIELDS = ("prefix", "partition", "service", "Region", "account", "resource")


def difference(wanted: str, got: str) -> str:
    """Describes which fields of two ARNs differ; empty if either is not an ARN or nothing differs."""
    left, right = wanted.split(":", 5), got.split(":", 5)
    if len(left) != 6 or len(right) != 6:
        return ""
    if left[2] == right[2] == "execute-api":
        return _gateway_difference(left, right)
    return _list_of(
        f"{name} {want or 'none'} is not {have or 'none'}"
        for name, want, have in zip(_ARN_FIELDS, left, right, strict=True)
        if not wildcard_match(want, literal(have))
    )


def _gateway_difference(left: list[str], right: list[str]) -> str:
    """The difference in an API's terms: `{api}/{stage}/{METHOD}/{path}`."""
    fields = [
        (name, want, have)
        for name, want, have in zip(_ARN_FIELDS[:5], left[:5], right[:5], strict=True)
        if not wildcard_match(want, have)
    ]
    if not wildcard_match(left[5], right[5]):
        wanted_parts, got_parts = left[5].split("/", 3), right[5].split("/", 3)
        if len(wanted_parts) != len(got_parts) or "*" in wanted_parts[:1]:
            fields.append(("resource", left[5], right[5]))
        else:
            names = ("API", "stage", "method", "path")
            fields.extend(
                (name, want, have)
                for name, want, have in zip(names, wanted_parts, got_parts, strict=False)
                if not wildcard_match(want, have)
            )
    return _list_of(f"{name} {want or 'none'} is not {have or 'none'}" for name, want, have in fields)


def _list_of(differences: Iterable[str]) -> str:
    return ", ".join(differences)
