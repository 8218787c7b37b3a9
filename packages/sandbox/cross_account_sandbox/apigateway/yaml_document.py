"""YAML of JSON's types, as OpenAPI documents are written in: dates stay text, keys become text.

A large document is read by its own process, with limits that the system enforces: libyaml reads it ten times as
fast as Python does, but lets no other thread run meanwhile, and does not survive every nesting.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from typing import Any

import yaml

from cross_account_sandbox.bounded import bounded, check

#: Bytes from which on a process is worth its start.
_LARGE = 100_000
#: Seconds of processor time, and bytes of memory, of that process.
_PROCESS_S = 30
_PROCESS_BYTES = 1024**3


async def read_yaml(text: str) -> Any:
    """The document. Raises ValueError for what is not a YAML, or makes more of itself by aliases than it has bytes."""
    if len(text) < _LARGE:
        return await bounded(_loaded, text, _loader(yaml.SafeLoader))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        answer, _ = await process.communicate(text.encode())
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode:
        raise ValueError("it is not YAML, or too large to be read")
    return await bounded(_parsed, answer)


def _parsed(answer: bytes) -> Any:
    # No other thread runs meanwhile, and looking for garbage would double the time.
    gc.disable()
    try:
        return json.loads(answer)
    finally:
        gc.enable()


def _loaded(text: str, loader: Any) -> Any:
    try:
        document = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, RecursionError) as problem:
        raise ValueError(str(problem)) from None
    check_size(document, len(text))
    return document


def check_size(document: Any, most: int) -> None:
    """Raise ValueError for a document of more values than this: one that contains itself has no end of them."""
    waiting, seen = [document], 0
    while waiting:
        value = waiting.pop()
        seen += 1
        if seen > most:
            raise ValueError("aliases make it larger than it is written")
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _loader(base: Any) -> Any:
    class Loader(base):  # type: ignore[misc]  # either of yaml's safe loaders
        yaml_implicit_resolvers = {  # noqa: RUF012 - yaml's own name
            first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
            for first, resolvers in base.yaml_implicit_resolvers.items()
        }

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
            return {str(key): value for key, value in super().construct_mapping(node, deep=deep).items()}

        def compose_node(self, *args: Any) -> Any:
            check()
            return super().compose_node(*args)

    return Loader


def _main() -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESS_S, _PROCESS_S))
    resource.setrlimit(resource.RLIMIT_AS, (_PROCESS_BYTES, _PROCESS_BYTES))
    try:
        document = _loaded(sys.stdin.read(), _loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        sys.stdout.write(json.dumps(document))
    except (ValueError, TypeError, RecursionError, MemoryError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
