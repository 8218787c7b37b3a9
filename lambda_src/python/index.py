"""The tutorial's "hello world" behind a REST API with Lambda proxy integration (payload 1.0).

../nodejs/index.mjs answers every event with the same status, headers and body, byte for byte.

name and city come from the query, day from the header `day`, time from the JSON body. The answer is the
greeting as `message` and the event as `input`. Changed on purpose from the tutorial: credentials in `input`
and in the log are REDACTED, a base64 body is decoded, and a body that is not JSON is the caller's 400.
"""

import base64
import json
import math
import re

SECRET_HEADERS = frozenset({"authorization", "cookie", "x-api-key", "x-amz-security-token"})
REDACTED = "REDACTED"
# What both languages' parsers take without running out of stack.
DEEPEST_BODY = 200


class BadBodyError(ValueError):
    """A request body that cannot be read; the message is for the caller."""


print("Loading hello world function")


def handler(event, _context):
    """Greet the caller and echo the event; a body that is no JSON is answered with 400."""
    event_json = stringify(redacted(event))
    print(f"request: {event_json}")
    try:
        message = greeting(event)
    except BadBodyError as error:
        return answer(400, f'{{"message":{stringify(str(error))}}}')
    return answer(200, f'{{"message":{stringify(message)},"input":{event_json}}}')


def answer(status_code, body):
    print(f"response: {body}")
    return {"statusCode": status_code, "headers": {"x-custom-header": "my custom header value"}, "body": body}


def greeting(event):
    query = member(event, "queryStringParameters")
    name = either(member(query, "name"), "you")
    city = either(member(query, "city"), "World")
    day = either(member(member(event, "headers"), "day"), None)
    time = either(member(body_of(event), "time"), "day")
    message = f"Good {text(time)}, {text(name)} of {text(city)}."
    return message if day is None else f"{message} Happy {text(day)}!"


def body_of(event):
    body = either(member(event, "body"), None)
    if body is None:
        return None
    if not isinstance(body, str):
        raise BadBodyError("The request body is not text.")
    source = decoded(body) if member(event, "isBase64Encoded") is True else body
    if depth(source) > DEEPEST_BODY:
        raise BadBodyError(f"The request body is nested more than {DEEPEST_BODY} levels deep.")
    try:
        # Numbers as JavaScript reads them; NaN and Infinity are Python's own extension of JSON.
        return json.loads(source, parse_int=float, parse_constant=not_json)
    except ValueError:
        raise BadBodyError("The request body is not valid JSON.") from None


def not_json(name):
    raise ValueError(name)


def decoded(body):
    if len(body) % 4 or re.search(r"[^A-Za-z0-9+/]", re.sub(r"={1,2}\Z", "", body)):
        raise BadBodyError("The request body is not valid base64.")
    try:
        return base64.b64decode(body).decode("utf-8")
    except UnicodeDecodeError:
        raise BadBodyError("The request body is not UTF-8 text.") from None


def depth(source):
    without_strings = re.sub(r'"[^"\\]*(?:\\.[^"\\]*)*"?', "", source, flags=re.DOTALL)
    level = deepest = 0
    for mark in re.findall(r"[\[\]{}]", without_strings):
        level += 1 if mark in "[{" else -1
        deepest = max(deepest, level)
    return deepest


def redacted(event):
    if not isinstance(event, dict):
        return event
    return {
        field: without_secrets(value)
        if field in ("headers", "multiValueHeaders") and isinstance(value, dict)
        else value
        for field, value in event.items()
    }


def without_secrets(headers):
    return {name: hidden(value) if name.lower() in SECRET_HEADERS else value for name, value in headers.items()}


def hidden(value):
    return [REDACTED for _ in value] if isinstance(value, list) else REDACTED


def member(value, key):
    return value.get(key) if isinstance(value, dict) else None


def either(value, default):
    """The value, or the default where JavaScript finds the value false: `{}` and `[]` are true there."""
    return default if value is None or value is False or value == "" or is_zero(value) else value


def is_zero(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == 0


def text(value):
    """The value as a template literal of JavaScript shows it."""
    if isinstance(value, list):
        return ",".join("" if item is None else text(item) for item in value)
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, (bool, type(None))):
        return stringify(value)
    return number(value) if isinstance(value, (int, float)) else value


def stringify(value):
    """JSON as JavaScript's JSON.stringify writes it: no spaces, its number format, its order of keys.

    Half a surrogate pair cannot be encoded, and is written as an escape.
    """
    whole = "".join(written(value))
    paired = whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", paired)


def written(value):
    if isinstance(value, dict):
        separator = "{"
        for key in sorted(value, key=place):
            yield f"{separator}{json.dumps(key, ensure_ascii=False)}:"
            yield from written(value[key])
            separator = ","
        yield "}" if value else "{}"
    elif isinstance(value, list):
        separator = "["
        for item in value:
            yield separator
            yield from written(item)
            separator = ","
        yield "]" if value else "[]"
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        shown = number(value)
        yield "null" if "Infinity" in shown else shown
    else:
        yield json.dumps(value, ensure_ascii=False)


def place(key):
    """JavaScript lists the keys that are array indices first, by value, and the others as they were added."""
    is_index = re.fullmatch(r"0|[1-9][0-9]{0,9}", key) and int(key) < 2**32 - 1
    return (0, int(key)) if is_index else (1, 0)


def number(value):
    """A number as ECMAScript's Number::toString writes it (every number is a double there)."""
    try:
        double = float(value)
    except OverflowError:
        double = math.inf if value > 0 else -math.inf
    if math.isinf(double):
        return "Infinity" if double > 0 else "-Infinity"
    if double == 0:
        return "0"
    sign = "-" if double < 0 else ""
    mantissa, _, exponent = repr(abs(double)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    leading = (whole + fraction).lstrip("0")
    point = len(leading) - len(fraction) + int(exponent or 0)
    digits = leading.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = f"e{point - 1:+d}"
    return f"{sign}{digits[0]}.{digits[1:]}{power}" if len(digits) > 1 else f"{sign}{digits}{power}"
