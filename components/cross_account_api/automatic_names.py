"""Names that Pulumi gives by itself, `{resource}-{7 hex}`, and whether AWS takes them. Pure."""

from __future__ import annotations

import re

#: What an automatic name has beside the resource's: a hyphen and 7 hexadecimal digits.
ADDED = 8
#: The longest name of a role, and what it is made of (IAM API reference, CreateRole).
MAX_ROLE_NAME = 64
_ROLE_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")


def role_fault(resource: str, mend: str) -> str | None:
    """Why IAM would refuse the automatic name of the role that is this resource."""
    if not _ROLE_NAME.fullmatch(resource):
        return f"role {resource!r}: IAM takes letters, digits and _+=,.@- in a role's name: {mend}"
    length = len(resource) + ADDED
    if length <= MAX_ROLE_NAME:
        return None
    return (
        f"role {resource!r}: its automatic name would have {length} characters and IAM takes {MAX_ROLE_NAME}: {mend}; "
        f"{length - MAX_ROLE_NAME} fewer will do"
    )
