"""The complete report, for people and as JSON (packages/doctor/cross_account_doctor/report.schema.json)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cross_account_doctor.findings import Finding, HopName, Note, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The report on one deployment."""

    protocol: str
    api_id: str
    stage: str
    account: str
    region: str
    routes: int
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...] = ()
    hops: tuple[HopName, ...] = field(default_factory=lambda: tuple(HopName))
    allowed: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)

    @property
    def healthy(self) -> bool:
        """True if no hop is broken. Hops that could not be checked do not count, but are reported."""
        return not any(finding.status is Status.BROKEN for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """0: healthy. 1: broken. 2: nothing broken was found, but something could not be checked."""
        if not self.healthy:
            return 1
        return 2 if self.findings else 0

    def status(self, hop: HopName) -> Status:
        """The status of a hop: that of its worst finding."""
        found = {finding.status for finding in self.findings if finding.hop is hop}
        return next((status for status in (Status.BROKEN, Status.UNKNOWN) if status in found), Status.OK)

    def as_json(self) -> dict[str, Any]:
        """The report according to its schema."""
        return {
            "api": {
                "id": self.api_id,
                "protocol": self.protocol,
                "stage": self.stage,
                "account": self.account,
                "region": self.region,
            },
            "routes": self.routes,
            "healthy": self.healthy,
            "exitCode": self.exit_code,
            "hops": [
                {
                    "name": hop.value,
                    "status": self.status(hop).value,
                    "notes": [note.text for note in self.notes if note.hop is hop],
                }
                for hop in self.hops
            ],
            "findings": [
                {
                    "hop": finding.hop.value,
                    "status": finding.status.value,
                    "cause": finding.cause,
                    "evidence": finding.evidence,
                    "routes": list(finding.routes),
                    "mend": {"commands": list(finding.mend.commands), "setting": finding.mend.setting},
                }
                for finding in self.findings
            ],
            "allowed": dict(self.allowed),
            "calls": dict(sorted(self.calls.items())),
        }
