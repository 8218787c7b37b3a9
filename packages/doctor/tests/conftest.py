"""Fixtures of these tests."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import botocore.session
import pytest

from doctor_testing.command import aws, aws_cli, deployment, doctor, examined, profile_of, profiles
from sandbox_testing.server import sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["aws", "aws_cli", "deployment", "doctor", "examined", "profile_of", "profiles", "sandbox"]


@pytest.fixture(scope="session", autouse=True)
def service_models() -> Iterator[None]:
    """Let all sessions share the service models in memory: every run of the doctor would parse them again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", functools.cache(botocore.session.create_loader))
        yield
