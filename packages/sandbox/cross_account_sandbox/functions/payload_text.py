"""Lambda's error message for a payload that is not JSON: the messages of Jackson, the parser that Lambda uses.

Sources: recorded responses and users' reports (an unexpected character, an unrecognized token, a field name without
quotes, bytes that are not UTF-8).
"""

from __future__ import annotations

import json
import re

_VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
_TOKEN = re.compile(r"[\w$]+")
#: Python's messages and their equivalents in Jackson.
_EXPECTED = {
    "Expecting property name enclosed in double quotes": "was expecting double-quote to start field name",
    "Illegal trailing comma before end of object": "was expecting double-quote to start field name",
    "Expecting ':' delimiter": "was expecting a colon to separate field name and value",
}


def payload_problem(payload: bytes) -> str:
    """The message for a payload that is not JSON."""
    try:
        text, broken = payload.decode(), len(payload)
    except UnicodeDecodeError as error:
        # Decode each byte as one character, so that positions in bytes and text are equal.
        text, broken = payload.decode("latin-1"), error.start
    sentence, place = _problem(text, broken)
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    source = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"
    return (
        f"Could not parse request body into json: Could not parse payload into json: {sentence}\n"
        f" at [Source: {source}; line: {line}, column: {column}]"
    )


def _problem(text: str, broken: int) -> tuple[str, int]:
    """The message and its position; `broken` is the position of the first byte that is not UTF-8."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        kind, place = error.msg, error.pos
    except RecursionError:
        # Unconfirmed: the message for a payload that is nested too deeply. Reason: none is recorded.
        return "Document nesting depth exceeds the maximum allowed", 0
    else:
        kind, place = "", broken
    token = _TOKEN.match(text[:broken], place)
    end = token.end() if token else place
    if kind == "" or place > broken or place < end == broken < len(text):
        return f"Invalid UTF-8 start byte 0x{ord(text[broken]):x}", broken
    if kind.startswith("Unterminated"):
        place = len(text)
    if place >= len(text):
        # Unconfirmed: the message for a payload that ends too early. Reason: Jackson's message depends on the open
        # element.
        return "Unexpected end-of-input", place
    unexpected = f"Unexpected character ('{text[place]}' (code {ord(text[place])})): "
    if kind in _EXPECTED:
        return f"{unexpected}{_EXPECTED[kind]}", place
    if kind == "Expecting ',' delimiter":
        # Unconfirmed: that the message for a missing comma names an Object even within an Array. Reason: only the one
        # for an Object is reported.
        return f"{unexpected}was expecting comma to separate Object entries", place
    if token and not token[0][0].isdecimal():
        return f"Unrecognized token '{token[0]}': was expecting {_VALUES}", end
    # Unconfirmed: the message for text after a payload's complete value, and for errors within strings. Reason: none is
    # recorded.
    return f"{unexpected}expected a valid value {_VALUES}", place
