"""Resolves names in private hosted zones as a VPC's resolver does.

Source: Route 53 developer guide, "Working with private hosted zones" (of overlapping zones, the most specific one
answers).
"""

from __future__ import annotations

import sys
from typing import Any


def target(vpc_id: str, name: str) -> str | None:
    """The name to which an alias or CNAME record points `name` within a VPC; None if no zone of the VPC has one.

    Wildcard records are ignored.
    """
    wanted = _plain(name)
    zones = [zone for zone in _zones_of(vpc_id) if f".{wanted}".endswith(f".{_plain(zone.name)}")]
    if not zones:
        return None
    zone = max(zones, key=lambda each: len(each.name))
    for record in zone.rrsets:
        if _plain(record.name) != wanted:
            continue
        if record.type in ("A", "AAAA") and record.alias_target:
            return _plain(record.alias_target["DNSName"])
        if record.type == "CNAME" and record.records:
            first = record.records[0]
            return _plain(first["Value"] if isinstance(first, dict) else first)
    return None


def _zones_of(vpc_id: str) -> list[Any]:
    # moto's Route 53 is imported when its first call arrives; before that there are no zones.
    module = sys.modules.get("moto.route53.models")
    accounts = getattr(module, "route53_backends", {})
    return [
        zone
        for backends in list(accounts.values())
        for backend in list(backends.values())
        for zone in list(backend.zones.values())
        if zone.private_zone and any(vpc.get("vpc_id") == vpc_id for vpc in zone.vpcs)
    ]


def _plain(name: str) -> str:
    return name.rstrip(".").lower()
