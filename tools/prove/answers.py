"""The compared parts of a response: they show AWS's decision, but nothing of one request or deployment."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tools.prove.sites import Answer, Deployed

#: Response headers that depend on the decision; the other headers have IDs and times.
_HEADERS = (
    "content-type",
    "www-authenticate",
    "x-amzn-errortype",
    "access-control-allow-origin",
    "access-control-allow-methods",
)
#: Keys of an event whose values are IDs, times and addresses of a single request.
_OF_THIS_REQUEST = (
    "x-forwarded-for",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-amzn-trace-id",
    "resourceid",
    "extendedrequestid",
    "requesttime",
    "requesttimeepoch",
    "deploymentid",
    "sourceip",
)
_OF_THIS_DEPLOYMENT = (
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "(uuid)"),
    (re.compile(r"invoke-[0-9a-f-]+|terraform-[0-9]+[0-9a-f]*"), "(statement)"),
    (re.compile(r"User: \S+"), "User: (caller)"),
    (re.compile(r"\b(vpce?)-[0-9a-f]{8,17}\b"), r"\1-(id)"),
    # The suffix that Pulumi adds to names.
    (re.compile(r"-[0-9a-f]{7}\b"), "-(suffix)"),
)


def seen(deployed: Deployed, reply: tuple[int, dict[str, str], bytes]) -> Answer:
    """The compared parts of a response, with placeholders for the IDs of this deployment."""
    status, headers, body = reply
    text = body.decode("utf-8", "replace")
    try:
        content: object = json.loads(text)
    except ValueError:
        content = text
    kept = {name: headers[name] for name in _HEADERS if name in headers}
    answer: Answer = named({"status": status, "headers": kept, "body": content}, deployed)
    return answer


def named(value: Any, deployed: Deployed) -> Any:
    """The value with placeholders for values of this request or this deployment."""
    if isinstance(value, Mapping):
        return {
            key: "(of this request)" if key.lower() in _OF_THIS_REQUEST else named(each, deployed)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [named(each, deployed) for each in value]
    if not isinstance(value, str):
        return value
    for output in ("functionName", "apiId", "secondApiId"):
        if known := deployed.outputs.get(output):
            value = value.replace(str(known), f"({output})")
    for pattern, name in _OF_THIS_DEPLOYMENT:
        value = pattern.sub(name, value)
    return value
