"""Valid parts of a resource's path, and valid base paths of a custom domain. Pure."""

from __future__ import annotations

import re

#: Letters, digits and . _ - : (what API Gateway's refusal lists), a comma (developer guide,
#: api-gateway-known-issues), or one path variable, which is greedy with a plus.
_PATH_PART = re.compile(r"[A-Za-z0-9._:,-]+|\{[A-Za-z0-9._:-]+\+?\}")

#: Letters, digits and $-_.+!*'() between slashes, at most 300 characters (developer guide, rest-api-mappings).
_BASE_PATH = re.compile(r"[A-Za-z0-9$_.+!*'()-]+(?:/[A-Za-z0-9$_.+!*'()-]+)*")
_LONGEST_BASE_PATH = 300


def is_path_part(text: str) -> bool:
    """True if a resource of a REST API can have this path part (tried on AWS: getmoto/moto#6148)."""
    return _PATH_PART.fullmatch(text) is not None


def is_base_path(text: str) -> bool:
    """True if a mapping of a custom domain can have this base path, with one or several levels."""
    return len(text) <= _LONGEST_BASE_PATH and _BASE_PATH.fullmatch(text) is not None


def is_single_level(base_path: str) -> bool:
    """True if a mapping of API Gateway v1 can have this base path; one with a slash needs an API mapping of v2."""
    return "/" not in base_path
