"""The last run of a function in its log: how it ended, and with which error."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

_START = re.compile(r'START RequestId: \S+|"type":\s*"platform\.start"')
_REPORT = re.compile(r'^REPORT RequestId: |"type":\s*"platform\.report"')
_TIMED_OUT = re.compile(r"Task timed out after ([\d.]+) seconds")
# An error that a handler logs before it returns does not count: the runtime's own lines have another format (`[ERROR]
# Name`, where Python's logger writes a tab), and so do the platform's records in the JSON format.
_FAILED = re.compile(
    r"\[ERROR\] \S|\tERROR\t(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection)"
    r'|Runtime\.[A-Z]\w+|Runtime exited|"status":\s*"(?:error|failure)"|\tStatus: (?:error|timeout)'
)
#: Messages of a kill by the system, and of the languages' allocators (re:Post, lambda-troubleshoot-out-of-memory
#: errors).
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
#: An error as the runtimes write it in JSON: Node.js after `Invoke Error`, the platform in a response.
_AS_JSON = re.compile(r"\{[^{}]*\"errorType\"[^{}]*\}")
#: The execution log has only the error's message.
_MESSAGE = re.compile(r"customer function error:\s*(?:RequestId: \S+ )?(.*?)\.? Lambda request id", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class LastRun:
    """The lines of the newest run, including its init, or of a request in an execution log."""

    text: str

    @classmethod
    def of(cls, messages: Sequence[str]) -> LastRun:
        """The last run in a function's log."""
        starts = [index for index, message in enumerate(messages) if _START.search(message)]
        first = starts[-1] if starts else 0
        # On AWS, an init error is before the START of its run and after the REPORT of the previous run.
        while first > 0 and not _REPORT.search(messages[first - 1]):
            first -= 1
        return cls(text="".join(messages[first:]))

    @property
    def timed_out(self) -> bool:
        """True if Lambda stopped it at the function's timeout."""
        return _TIMED_OUT.search(self.text) is not None

    @property
    def failed(self) -> bool:
        """True if it ended with an error, at init or in the handler."""
        return _FAILED.search(self.text) is not None

    @property
    def ended(self) -> bool:
        """True if it ended without an error."""
        return re.search(_REPORT.pattern, self.text, re.MULTILINE) is not None and not (self.failed or self.timed_out)

    @property
    def memory_used_mb(self) -> int | None:
        """The maximum memory that it used; None if the log does not show it."""
        found = _MEMORY_USED.findall(self.text)
        return int("".join(found[-1])) if found else None

    def out_of_memory(self, size_mb: int) -> bool:
        """True if it ended because it ran out of memory."""
        used = self.memory_used_mb
        return _OUT_OF_MEMORY.search(self.text) is not None or (self.failed and used is not None and used >= size_mb)

    @property
    def error(self) -> str:
        """The error's type and message, as far as they are in the log."""
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
