"""The tutorial's "hello world" behind an API Gateway REST API (Lambda proxy integration, payload 1.0)."""

import base64
import json

# The answer and the log repeat the event, without the credentials in it.
SECRET_HEADERS = {"authorization", "cookie", "x-api-key", "x-amz-security-token"}

print("Loading hello world function")


def handler(event, _context):
    """Greet the caller and echo the event; 400 if the body is not JSON."""
    shown = {
        **event,
        "headers": redacted(event.get("headers"), "REDACTED"),
        "multiValueHeaders": redacted(event.get("multiValueHeaders"), ["REDACTED"]),
    }
    print("request:", json.dumps(shown))
    query = event.get("queryStringParameters") or {}
    day = (event.get("headers") or {}).get("day")
    try:
        time = time_in(event)
    except (ValueError, RecursionError):
        return answer(400, {"message": "The request body is not valid JSON."})
    greeting = f"Good {time}, {query.get('name') or 'you'} of {query.get('city') or 'World'}."
    return answer(200, {"message": f"{greeting} Happy {day}!" if day else greeting, "input": shown})


def time_in(event):
    body = event.get("body") or "{}"
    text = base64.b64decode(body, validate=True).decode() if event.get("isBase64Encoded") else body
    parsed = json.loads(text, parse_constant=int)  # int() refuses NaN and Infinity, which are not JSON
    time = parsed.get("time") if isinstance(parsed, dict) else None
    return time if time and isinstance(time, str) else "day"


def redacted(headers, stand_in):
    return headers and {name: stand_in if name.lower() in SECRET_HEADERS else headers[name] for name in headers}


def answer(status_code, content):
    body = json.dumps(content)
    print("response:", body)
    return {"statusCode": status_code, "headers": {"x-custom-header": "my custom header value"}, "body": body}
