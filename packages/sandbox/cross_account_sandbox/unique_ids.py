"""The random part of request IDs: unique, but no secret, so it may be predictable.

Each request needs several; `uuid.uuid4` and `secrets` ask the operating system each time, which takes longer.
"""

from __future__ import annotations

from random import getrandbits

#: The bits of a UUID that RFC 9562 fixes for version 4: the version and the variant.
_FIXED_BITS = (0xF << 76) | (0x3 << 62)
_VERSION_4 = (0x4 << 76) | (0x2 << 62)


def random_hex(digits: int) -> str:
    """Return this many hexadecimal digits."""
    return f"{getrandbits(4 * digits):0{digits}x}"


def random_uuid() -> str:
    """Return a UUID of version 4."""
    text = f"{getrandbits(128) & ~_FIXED_BITS | _VERSION_4:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
