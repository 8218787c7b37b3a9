"""Ways in which a deployment is broken: each breaks one thing, and says which hop that is."""

from __future__ import annotations

from tests.doctor.faults import callers, functions, logs, permissions, roles, stages, uris
from tests.doctor.faults.callers import with_authorizer
from tests.doctor.faults.fault import Fault
from tests.doctor.faults.logs import with_logging
from tests.doctor.faults.roles import with_role

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
