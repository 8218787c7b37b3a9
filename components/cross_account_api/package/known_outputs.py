"""Outputs whose values are already known: an object arrives as one Output if it contains a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.output import _OutputData


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Known:
    """A value from such an object. `output` is the same value as an Output: secret, or with its dependencies."""

    value: Any
    output: pulumi.Output[Any]


async def opened(value: Any) -> Any:
    """The value with Outputs of objects and lists replaced by their contents, as Known."""
    if isinstance(value, Mapping):
        return {key: await opened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [await opened(item) for item in value]
    if isinstance(value, pulumi.Output) and await value.is_known():
        content: Any = await value.future()
        if isinstance(content, Mapping | list):
            return _spread(content, await value.resources(), secret=await value.is_secret())
    return value


def _spread(value: Any, resources: set[pulumi.Resource], *, secret: bool) -> Any:
    if isinstance(value, Mapping):
        return {key: _spread(item, resources, secret=secret) for key, item in value.items()}
    if isinstance(value, list):
        return [_spread(item, resources, secret=secret) for item in value]
    if not (secret or resources):
        return value
    data: asyncio.Future[_OutputData[Any]] = asyncio.Future()
    data.set_result(_OutputData(resources=resources, value=value, is_known=True, is_secret=secret))
    return Known(value=value, output=pulumi.Output._from_data(data))  # noqa: SLF001 - as the SDK's own servicer does
