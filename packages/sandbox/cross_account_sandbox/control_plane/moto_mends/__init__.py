"""Fixes for differences between moto and AWS: one module per service, which patches moto once, at its first use."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from cross_account_sandbox.control_plane.moto_stores import separate

#: moto's service name → the module here that fixes it.
_MENDED = {
    "iam": "iam",
    "logs": "logs",
    "ec2": "ec2",
    "organizations": "organizations",
    "route53": "route53",
    "s3": "s3",
}
_done: set[str] = set()


def mend_core() -> None:
    """Patch every service: separate stores per World, and one Message in an XML error (recorded on AWS), not two."""
    from moto.core import serialize

    separate()
    unmended = serialize.BaseXMLSerializer._serialize_error_metadata  # noqa: SLF001 - where moto makes every XML error

    def metadata(self: Any, serialized: Any, error: Exception, shape: Any) -> None:
        unmended(self, serialized, error, shape)
        if "Message" in serialized:
            serialized.pop("message", None)

    serialize.BaseXMLSerializer._serialize_error_metadata = metadata  # type: ignore[method-assign]  # noqa: SLF001


def mend(service: str) -> None:
    """Fix a service of moto before its first call."""
    module = _MENDED.get(service)
    if module is not None and module not in _done:
        _done.add(module)
        import_module(f"cross_account_sandbox.control_plane.moto_mends.{module}").apply()
