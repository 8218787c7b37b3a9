"""The Condition element: every operator and key must match; one of a key's values is enough.

Source: IAM user guide, reference_policies_elements_condition_operators,
reference_policies_condition-single-vs-multi-valued-context-keys, reference_policies_variables
("Policy variables with no value").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aws_rules.iam import patterns
from aws_rules.iam.operators import OPERATORS, MalformedValueError, Operator
from aws_rules.iam.outcome import PASSED, Check, Mismatch, Truth
from aws_rules.iam.request import ContextValue

_ALL, _ANY, _IF_EXISTS = "ForAllValues:", "ForAnyValue:", "IfExists"
#: Keys that AWS may set and nobody here does, in lower case: that one is absent says nothing.
_NOT_MODELLED = frozenset(
    {
        "aws:assumedroot",
        "aws:ec2instancesourceprivateipv4",
        "aws:ec2instancesourcevpc",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "aws:sourceidentity",
        "aws:tokenissuetime",
    }
)
_RESOURCE_TAG = "aws:resourcetag/"


def check_conditions(block: object, keys: Mapping[str, ContextValue], *, version: str) -> Iterator[Check]:
    """One check for each operator and key of a Condition element. `keys` are those of AccessRequest.keys()."""
    if not isinstance(block, Mapping):
        yield _unknown("Condition", block, None, "the Condition element is not a JSON object")
        return
    for operator, tests in block.items():
        if not isinstance(tests, Mapping):
            yield _unknown(f"Condition.{operator}", tests, None, f"{operator} holds no JSON object")
            continue
        for key, wanted in tests.items():
            yield _check(str(operator), str(key), wanted, keys, version)


def unknown_operator(policy: Mapping[str, Any]) -> str | None:
    """The first condition operator of a policy document that IAM does not have: AWS refuses to store such a policy."""
    statements = policy.get("Statement")
    for statement in statements if isinstance(statements, list) else [statements]:
        block = statement.get("Condition") if isinstance(statement, Mapping) else None
        for operator in block if isinstance(block, Mapping) else ():
            name = _split(operator)[1].removesuffix(_IF_EXISTS)
            if name not in OPERATORS and operator != "Null":
                return str(operator)
    return None


def _check(operator: str, key: str, wanted: object, keys: Mapping[str, ContextValue], version: str) -> Check:
    field = f"Condition.{operator}.{key}"
    got = keys.get(key.lower())
    values = [_text(value) for value in (wanted if isinstance(wanted, list | tuple) else [wanted])]
    if got is None and (key.lower() in _NOT_MODELLED or key.lower().startswith(_RESOURCE_TAG)):
        return _unknown(field, wanted, None, f"whether the request has {key} is not known here")
    if operator == "Null":
        return _check_null(field, key, values, got)
    qualifier, rest = _split(operator)
    name = rest.removesuffix(_IF_EXISTS)
    known = OPERATORS.get(name)
    if known is None:
        return _unknown(field, wanted, _shown(got), f"the condition operator {operator} is unknown")
    if got is None or (qualifier and _empty(got)):
        # "…IfExists" and ForAllValues are true of nothing; so is a negation, but not under ForAnyValue.
        if rest != name or qualifier == _ALL or (known.negated and qualifier != _ANY):
            return PASSED
        return _no(field, wanted, None, f"the request has no {key}")
    several = [got] if isinstance(got, str) else list(got)
    if not qualifier and len(several) != 1:
        reason = f"{key} has {len(several)} values, and {operator} has neither ForAllValues nor ForAnyValue"
        return _unknown(field, wanted, several, reason)
    try:
        results = [_one(known, values, value, keys, version) for value in several]
    except MalformedValueError as error:
        return _unknown(field, wanted, _shown(got), str(error))
    if any(results) if qualifier == _ANY else all(results):
        return PASSED
    return _no(field, wanted, _shown(got), _reason(key, name, values, several, negated=known.negated))


def _one(operator: Operator, values: Sequence[str], got: str, keys: Mapping[str, ContextValue], version: str) -> bool:
    """Whether a value of the request satisfies the operator: it matches one of the policy's, or none if negated."""
    found = False
    for value in values:
        try:
            wanted = patterns.expand(value, keys, version=version) if operator.variables else value
        except patterns.NoValueError:
            continue  # "effectively null": nothing is equal to it, so a negated operator matches
        # Every value is compared: a malformed one must not hide behind one that matches.
        found = operator.compare(wanted, got) or found
    return found != operator.negated


def _check_null(field: str, key: str, values: Sequence[str], got: ContextValue | None) -> Check:
    """`true`: the key must be absent; `false`: present and with a value."""
    absent = got is None or _empty(got)
    if any(value.lower() not in ("true", "false") for value in values):
        return _unknown(field, values, _shown(got), "Null takes true or false")
    if ("true" if absent else "false") in [value.lower() for value in values]:
        return PASSED
    return _no(field, values, _shown(got), f"{key} must be {'present' if absent else 'absent'}")


def _split(operator: str) -> tuple[str, str]:
    for qualifier in (_ALL, _ANY):
        if operator.startswith(qualifier):
            return qualifier, operator.removeprefix(qualifier)
    return "", operator


def _empty(value: ContextValue) -> bool:
    """The null data set: no value, or only empty text."""
    return all(not item for item in ([value] if isinstance(value, str) else value))


def _text(value: object) -> str:
    """A JSON value of a policy as text: numbers, true and false can be unquoted."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: ContextValue | None) -> str | list[str] | None:
    return value if value is None or isinstance(value, str) else list(value)


def _reason(key: str, name: str, values: Sequence[str], got: Sequence[str], *, negated: bool) -> str:
    have = " and ".join(got)
    listed = " or ".join(values)
    if negated:
        return f"{key} is {have}, which the statement excludes"
    detail = patterns.difference(values[0], got[0]) if len(values) == len(got) == 1 else ""
    return f"{key} is {have}, the statement wants {listed}" + (
        f" ({detail})" if detail and name.startswith("Arn") else ""
    )


def _no(field: str, wanted: Any, got: Any, reason: str) -> Check:
    return Check(truth=Truth.NO, mismatch=Mismatch(field=field, wanted=wanted, got=got, reason=reason))


def _unknown(field: str, wanted: Any, got: Any, reason: str) -> Check:
    return Check(truth=Truth.UNKNOWN, mismatch=Mismatch(field=field, wanted=wanted, got=got, reason=reason))
