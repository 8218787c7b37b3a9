"""Tags of a function, identified by its unqualified ARN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules.arns import ArnError, FunctionArn
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.call_permission import check_granted
from cross_account_sandbox.functions.errors import invalid, not_found, unsupported
from cross_account_sandbox.functions.store import Function

_MOST = 50


def tag_resource(call: Call) -> None:
    """TagResource. Adds tags to the existing ones."""
    function = _tagged(call)
    tags = function.tags | dict(call.params["Tags"])
    if len(tags) > _MOST:
        raise invalid("Number of tags exceeds resource tag limit.")
    function.tags = tags


def untag_resource(call: Call) -> None:
    function = _tagged(call)
    function.tags = {key: value for key, value in function.tags.items() if key not in call.params["TagKeys"]}


def list_tags(call: Call) -> Mapping[str, Any]:
    return {"Tags": _tagged(call).tags}


def _tagged(call: Call) -> Function:
    text = str(call.params["Resource"])
    try:
        arn = FunctionArn.parse(text)
    except ArnError:
        raise unsupported(f"{call.operation}: this sandbox supports tags only on functions, not on {text}") from None
    if arn.qualifier is not None:
        raise invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.")
    function = call.world.functions(arn.account, arn.region).functions.get(arn.name)
    if arn.account != call.account:
        return check_granted(call, function, arn=text, qualifier=None)
    if function is None or arn.region != call.region:
        raise not_found(text)
    return function
