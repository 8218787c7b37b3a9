"""Changes to airspeed where it differs from API Gateway's Velocity.

A null or unknown reference renders as nothing, and is null in an expression (recorded on AWS). For null, operators and
`#set` follow Velocity's rules: a comparison is false, arithmetic returns null, and setting a member of an undefined
reference has no effect (Velocity user guide).
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

from cross_account_sandbox import bounded
from cross_account_sandbox.execute_api.velocity_values import (
    LiteralList,
    VelocityBool,
    VelocityList,
    VelocityMap,
    rendered,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def teach(airspeed: Any) -> None:
    """Apply the changes to airspeed, once per process."""
    methods = airspeed.__additional_methods__
    if VelocityMap in methods:
        return
    _add_methods(methods)
    _render_null_as_nothing(airspeed)
    _compute_with_null(airspeed)
    _make_literals(airspeed)
    _set_by_index(airspeed)
    _limit(airspeed)


#: API Gateway developer guide, "Quotas for configuring and running a REST API": iterations of a #foreach.
_ITERATIONS = 1_000
#: Integers with more bits far exceed a Java long.
_INTEGER_BITS = 256
#: Python string methods that Java does not have, and that expand a short text or reach beyond it.
_NOT_JAVA = frozenset(("center", "expandtabs", "format", "format_map", "join", "ljust", "rjust", "zfill"))


def _limit(airspeed: Any) -> None:
    """The limits of a template: iterations, processor time, and intermediate text."""
    element, stream, name = airspeed._Element, airspeed.StoppableStream, airspeed.NameOrCall  # noqa: SLF001 - as above
    parse, evaluate, write, calculate = element.__init__, element.evaluate, stream.write, name.calculate

    def begin(self: Any, *args: Any) -> None:
        bounded.check()
        parse(self, *args)

    def checked(self: Any, *args: Any) -> Any:
        bounded.check()
        return evaluate(self, *args)

    def limited_write(self: Any, text: str) -> None:
        bounded.check(len(text))
        write(self, text)

    def call(self: Any, current: Any, loader: Any, top: Any) -> Any:
        if self.name.startswith("__") or (isinstance(current, str) and self.name in _NOT_JAVA):
            return None
        if isinstance(current, str) and self.parameters is not None and self.name in _MAKING_TEXT:
            found = _MAKING_TEXT[self.name](current, *self.parameters.calculate(top, loader))
        else:
            found = calculate(self, current, loader, top)
        bounded.check(len(found) if isinstance(found, str) else 0)
        return found

    element.__init__, element.evaluate, stream.write, name.calculate = begin, checked, limited_write, call
    airspeed.ForeachDirective.evaluate_raw = _each(airspeed.LocalNamespace)


def _replaced(text: str, old: str, new: str) -> str:
    bounded.check(text.count(old) * len(new))
    return text.replace(old, new)


_MAKING_TEXT: dict[str, Callable[..., Any]] = {
    "replace": _replaced,
    "replaceAll": lambda text, pattern, new: bounded.replace_all(pattern, new, text),
    "matches": lambda text, pattern: VelocityBool(bounded.fullmatch(pattern, text)),
}


def _each(namespace_type: Any) -> Callable[..., None]:
    def evaluate_raw(self: Any, stream: Any, namespace: Any, loader: Any) -> None:
        values = self.value.calculate(namespace, loader)
        if values is None:
            return
        if isinstance(values, str) or not hasattr(values, "__len__"):
            raise ValueError(f"value for ${self.loop_var_name} is not iterable in #foreach: {rendered(values)[:80]}")
        length = len(values)
        if length > _ITERATIONS:
            # Unconfirmed: the response for a #foreach over more than 1,000 values. Reason: only the limit is
            # documented.
            raise ValueError(f"#foreach over {length} values: API Gateway allows {_ITERATIONS} iterations")
        for index, value in enumerate(values):
            local = namespace_type(namespace)
            last = index + 1 == length
            local["velocityCount"], local["velocityHasNext"] = index + 1, not last
            local["foreach"] = {
                "count": index + 1,
                "index": index,
                "hasNext": not last,
                "first": index == 0,
                "last": last,
            }
            local[self.loop_var_name] = value
            self.block.evaluate(stream, local, loader)

    return evaluate_raw


def _add_methods(methods: dict[type, dict[str, Callable[..., Any]]]) -> None:
    """Add Java's methods of strings, lists and maps that templates call."""
    methods[str] = methods[str] | {
        "equals": lambda self, other: VelocityBool(self == other),
        "isEmpty": lambda self: VelocityBool(not self),
        "toString": str,
        "toUpperCase": lambda self: self.upper(),
        "toLowerCase": lambda self: self.lower(),
        "trim": lambda self: self.strip(),
        "substring": lambda self, start, end=None: self[start:end],
        "indexOf": lambda self, text: self.find(text),
        "endsWith": lambda self, text: VelocityBool(self.endswith(text)),
    }
    maps = methods[dict] | {
        "size": len,
        "put": _put,
        "entrySet": lambda self: [VelocityMap(key=key, value=value) for key, value in self.items()],
        "keySet": lambda self: list(self.keys()),
        "containsKey": lambda self, key: VelocityBool(key in self),
        "isEmpty": lambda self: VelocityBool(not self),
        "toString": str,
    }
    lists = methods[list] | {"isEmpty": lambda self: VelocityBool(not self), "add": _add}
    methods |= {dict: maps, VelocityMap: maps, list: lists, VelocityList: lists, LiteralList: lists}


def _put(values: dict[str, Any], key: str, value: Any) -> Any:
    """`Map.put` returns the previous value."""
    before = values.get(key)
    values[key] = value
    return before


def _add(values: list[Any], value: Any) -> VelocityBool:
    """`List.add` returns true."""
    values.append(value)
    return VelocityBool(1)


def _render_null_as_nothing(airspeed: Any) -> None:
    name, sub, reference = airspeed.NameOrCall, airspeed.SubExpression, airspeed.FormalReference
    call, step = name.calculate, sub.calculate

    def calculate(self: Any, current: Any, loader: Any, top: Any) -> Any:
        found = call(self, current, loader, top)
        # A Python attribute such as `items` is not a field of a JSON object.
        return None if callable(found) and self.parameters is None and self.index is None else found

    def descend(self: Any, current: Any, loader: Any, top: Any) -> Any:
        try:
            return None if current is None else step(self, current, loader, top)
        except (KeyError, IndexError, TypeError):
            if isinstance(self.expression, airspeed.ArrayIndex):
                return None
            raise

    def evaluate_raw(self: Any, stream: Any, namespace: Any, loader: Any) -> None:
        if self.expression is None:
            stream.write(self.my_text())
            return
        value = self.expression.calculate(namespace, loader)
        if value is None and self.alternate is not None:
            value = self.alternate.calculate(namespace, loader)
        stream.write(rendered(value))

    name.calculate, sub.calculate, reference.evaluate_raw = calculate, descend, evaluate_raw


def _compute_with_null(airspeed: Any) -> None:
    operators = airspeed.BinaryOperator.OPERATORS
    for sign, function in list(operators.items()):
        if function in (operator.gt, operator.ge, operator.lt, operator.le):
            operators[sign] = _of_values(function, otherwise=False)
        elif function in (operator.mod, operator.add, operator.sub, operator.mul, operator.floordiv):
            operators[sign] = _of_values(_computed(function), otherwise=None)


def _computed(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def compute(one: Any, other: Any) -> Any:
        texts = [value for value in (one, other) if isinstance(value, str)]
        if texts and function is not operator.add:
            # Java cannot multiply text, and Python's % would format it.
            raise TypeError(f"{texts[0][:80]!r} is not a number")
        bounded.check(sum(map(len, texts)))
        found = function(one, other)
        if isinstance(found, int) and found.bit_length() > _INTEGER_BITS:
            raise OverflowError(f"a number of {found.bit_length()} bits")
        return found

    return compute


def _of_values(function: Callable[[Any, Any], Any], *, otherwise: Any) -> Callable[[Any, Any], Any]:
    return lambda one, other: otherwise if one is None or other is None else function(one, other)


def _make_literals(airspeed: Any) -> None:
    """Make `[…]` and `{…}` in a template lists and maps like any other."""
    array, dictionary = airspeed.ArrayLiteral, airspeed.DictionaryLiteral
    parse, calculate = array.parse, dictionary.calculate

    def parse_array(self: Any) -> None:
        parse(self)
        values = self.calculate
        self.calculate = lambda namespace, loader: _listed(values(namespace, loader))

    array.parse = parse_array
    dictionary.calculate = lambda self, namespace, loader: VelocityMap(calculate(self, namespace, loader))


def _listed(values: Any) -> LiteralList:
    # A range is small until it becomes a list.
    bounded.check(len(values) * 64)
    return LiteralList(list(values))


_START = re.compile(r"\s*\$(\{?)([a-z_][a-z0-9_]*)", re.IGNORECASE)
_FIELD = re.compile(r"\.([a-z_][a-z0-9_]*)", re.IGNORECASE)
_BRACE = re.compile(r"\}")


def _set_by_index(airspeed: Any) -> None:
    """Support `#set($map["key"] = …)` in addition to `#set($map.key = …)`."""
    directive, no_match = airspeed.SetDirective, airspeed.NoMatch

    def parse(self: Any) -> None:
        self.identity_match(self.START)
        brace, first = self.require_match(_START, "place")
        self.steps = [first]
        while True:
            field = self.next_match(_FIELD)
            try:
                self.steps.append(field[0] if field else self.next_element(airspeed.ArrayIndex))
            except no_match:
                break
        if brace:
            self.require_match(_BRACE, "}")
        self.require_match(self.EQUALS, "=")
        self.value = self.require_next_element(airspeed.Expression, "expression")
        self.require_match(self.END, "closing paren")

    def evaluate_raw(self: Any, _stream: Any, namespace: Any, loader: Any) -> None:
        value = self.value.calculate(namespace, loader)
        first, *keys = [step if isinstance(step, str) else step.calculate(namespace, loader) for step in self.steps]
        if not keys:
            namespace.set_inherited(first, value)
            return
        try:
            place: Any = namespace[first]
            for key in keys[:-1]:
                place = place[key]
            if place is not None:
                place[keys[-1]] = value
        except (KeyError, IndexError, TypeError):
            return

    directive.parse, directive.evaluate_raw = parse, evaluate_raw
