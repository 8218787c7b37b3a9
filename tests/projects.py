"""Run this repository's program on mocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cross_account_api.testing import Recording, record_project

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "cross-account-api"


def record_main(stack_file: str | None = None, **options: Any) -> Recording:
    """Run `__main__.py` with a stack's settings file (none: just the `overrides`); see `record_project`."""
    return record_project(ROOT, stack_file=ROOT / stack_file if stack_file else None, **options)
