"""The machine on which the figures were measured."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path


def describe() -> str:
    """The processor, cores, memory and versions in one line."""
    node = shutil.which("node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout if node else "no"
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory_gb()} GB; {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, Node.js {version.strip()}"
    )


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _memory_gb() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)
