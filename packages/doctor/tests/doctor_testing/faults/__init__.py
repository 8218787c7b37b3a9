"""Faults of a deployment: each breaks one thing, and names the hop that the doctor must report."""

from __future__ import annotations

from doctor_testing.faults import callers, functions, logs, permissions, roles, stages, uris
from doctor_testing.faults.callers import with_authorizer
from doctor_testing.faults.fault import Fault
from doctor_testing.faults.logs import with_logging
from doctor_testing.faults.roles import with_role

__all__ = ["FAULTS", "Fault", "with_authorizer", "with_logging", "with_role"]

FAULTS = (
    *permissions.FAULTS,
    *uris.FAULTS,
    *stages.FAULTS,
    *callers.FAULTS,
    *roles.FAULTS,
    *functions.FAULTS,
    *logs.FAULTS,
)
