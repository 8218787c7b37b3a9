"""Fixtures of these tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doctor_testing.command import aws, aws_cli, deployment, doctor, examined, profile_of, profiles
from sandbox_testing.server import sandbox
from sandbox_testing.shared_botocore import share

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["aws", "aws_cli", "deployment", "doctor", "examined", "profile_of", "profiles", "sandbox"]


@pytest.fixture(scope="session", autouse=True)
def shared_by_all_sessions() -> Iterator[None]:
    """Every run of the doctor has new sessions and clients, and creating them is most of its work."""
    with pytest.MonkeyPatch.context() as patch:
        share(patch.setattr)
        yield
