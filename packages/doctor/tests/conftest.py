"""Fixtures of these tests."""

from doctor_testing.command import aws, deployment, doctor, examined, profile_of, profiles
from sandbox_testing.server import sandbox

__all__ = ["aws", "deployment", "doctor", "examined", "profile_of", "profiles", "sandbox"]
