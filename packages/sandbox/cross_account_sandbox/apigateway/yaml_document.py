"""Read YAML with JSON's types, as in OpenAPI documents: dates stay text, and keys become text.

A large document is read in a separate process with limits that the operating system enforces: libyaml is ten times as
fast as Python's parser, but it blocks all other threads meanwhile and crashes on some deeply nested documents.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from typing import Any

import yaml

from cross_account_sandbox.bounded import bounded, check

#: Minimum size in bytes for which a separate process pays off.
_LARGE = 100_000
#: Limits of that process: seconds of CPU time and bytes of memory.
_PROCESS_S = 30
_PROCESS_BYTES = 1024**3


async def read_yaml(text: str) -> Any:
    """Return the document. Raises ValueError for invalid YAML, or if aliases expand it beyond its size in bytes."""
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
        raise ValueError("it is not valid YAML, or it is too large to be read")
    return await bounded(_parsed, answer)


def _parsed(answer: bytes) -> Any:
    # No other thread runs meanwhile, and garbage collection would double the time.
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
    """Raise ValueError for a document with more values than this. A document that contains itself is infinite."""
    waiting, seen = [document], 0
    while waiting:
        value = waiting.pop()
        seen += 1
        if seen > most:
            raise ValueError("aliases expand it beyond its written size")
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
