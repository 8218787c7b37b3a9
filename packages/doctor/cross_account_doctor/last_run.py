"""The last run of a function as its log tells it: how it ended, and the error that ended it."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

_START = re.compile(r'START RequestId: \S+|"type":\s*"platform\.start"')
_REPORT = re.compile(r'^REPORT RequestId: |"type":\s*"platform\.report"')
_TIMED_OUT = re.compile(r"Task timed out after ([\d.]+) seconds")
# An error that a handler logs before it answers does not count: the runtime's own lines end otherwise (`[ERROR] Name`,
# where Python's logger writes a tab), and so do the platform's records of the JSON format.
_FAILED = re.compile(
    r"\[ERROR\] \S|\tERROR\t(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection)"
    r'|Runtime\.[A-Z]\w+|Runtime exited|"status":\s*"(?:error|failure)"|\tStatus: (?:error|timeout)'
)
#: A kill by the system, and what the languages' own allocators say (re:Post, lambda-troubleshoot-out-of-memory errors).
_OUT_OF_MEMORY = re.compile(
    r"Runtime exited with error: (?:signal: killed|exit status 137)|Runtime\.OutOfMemory"
    r"|JavaScript heap out of memory|\[ERROR\] MemoryError|java\.lang\.OutOfMemoryError"
)
_MEMORY_USED = re.compile(r'Max Memory Used: (\d+) MB|"maxMemoryUsedMB":\s*(\d+)')
_EXCEPTION = re.compile(
    r"(?:\[ERROR\]\s*)?(Runtime\.[A-Z]\w+"
    r"|(?:Function\.)?[A-Z]\w*(?:Error|Exception|Exit|Undefined|Unavailable|TooLarge)\w*)"
    r"(?::\s*([^\n\t\"]*))?"
)
#: An error as the runtimes write it in JSON: Node.js behind `Invoke Error`, the platform in an answer.
_AS_JSON = re.compile(r"\{[^{}]*\"errorType\"[^{}]*\}")
#: What an execution log has of an error: its message alone.
_MESSAGE = re.compile(r"customer function error:\s*(?:RequestId: \S+ )?(.*?)\.? Lambda request id", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class LastRun:
    """The lines of the newest run, its init included, or of an execution log's request."""

    text: str

    @classmethod
    def of(cls, messages: Sequence[str]) -> LastRun:
        """The run with which a function's log ends."""
        starts = [index for index, message in enumerate(messages) if _START.search(message)]
        first = starts[-1] if starts else 0
        # On AWS an init error stands before the START of its run, behind the REPORT of the run before.
        while first > 0 and not _REPORT.search(messages[first - 1]):
            first -= 1
        return cls(text="".join(messages[first:]))

    @property
    def timed_out(self) -> bool:
        """Whether Lambda stopped it at the function's timeout."""
        return _TIMED_OUT.search(self.text) is not None

    @property
    def failed(self) -> bool:
        """Whether it ended with an error, at init or in the handler."""
        return _FAILED.search(self.text) is not None

    @property
    def ended(self) -> bool:
        """Whether it ran to its end without an error."""
        return re.search(_REPORT.pattern, self.text, re.MULTILINE) is not None and not (self.failed or self.timed_out)

    @property
    def memory_used_mb(self) -> int | None:
        """The most memory that it used; None where the log does not say."""
        found = _MEMORY_USED.findall(self.text)
        return int("".join(found[-1])) if found else None

    def out_of_memory(self, size_mb: int) -> bool:
        """Whether it ended because it used all its memory."""
        used = self.memory_used_mb
        return _OUT_OF_MEMORY.search(self.text) is not None or (self.failed and used is not None and used >= size_mb)

    @property
    def error(self) -> str:
        """The error's type and message, as far as the log has them."""
        for found in _AS_JSON.finditer(self.text):
            with contextlib.suppress(ValueError):
                error = json.loads(found[0])
                return f"{error['errorType']}: {error.get('errorMessage', '')}".rstrip(": ")
        message = _MESSAGE.search(self.text)
        shown = message[1].strip() if message else self.text
        match = _EXCEPTION.search(shown)
        if match:
            return f"{match[1]}{f': {match[2].strip()}' if match[2] else ''}"
        return f"the error {shown!r}" if message and shown else "an error"
