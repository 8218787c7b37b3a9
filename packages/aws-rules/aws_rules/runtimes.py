"""Lambda's runtimes: the identifiers with which functions can be created, and the deprecated ones.

Source: Lambda developer guide, "Lambda runtimes" (tables "Supported runtimes" and "Deprecated runtimes"), and
botocore's model of November 2026 for the identifiers in preview. Imports no SDK.
"""

from __future__ import annotations

import datetime as dt

#: The runtimes for the shorthands `nodejs` and `python`.
RUNTIMES = {"nodejs": "nodejs22.x", "python": "python3.13"}

NODE_RUNTIMES = ("nodejs20.x", "nodejs22.x", "nodejs24.x", "nodejs26.x")
PYTHON_RUNTIMES = ("python3.10", "python3.11", "python3.12", "python3.13", "python3.14", "python3.15")
#: Every identifier with which a function can be created.
CREATABLE = (
    *NODE_RUNTIMES,
    *PYTHON_RUNTIMES,
    *("dotnet8", "dotnet10"),
    *("java8.al2", "java8.al2023", "java11.al2023", "java17.al2023", "java11", "java17", "java21", "java25"),
    *("provided.al2", "provided.al2023"),
    *("ruby3.3", "ruby3.4", "ruby4.0"),
)
#: When AWS stopped patching each deprecated runtime. Identifiers that are deprecated but in CREATABLE are still
#: accepted. AWS has postponed the date from which it refuses some of the others (python3.9, nodejs18.x and ruby3.2
#: among them) more than once, most recently to February 2027. New functions must not use them, so they count as
#: refused.
DEPRECATED = {
    "nodejs": dt.date(2016, 10, 31),
    "nodejs4.3": dt.date(2020, 3, 5),
    "nodejs4.3-edge": dt.date(2020, 3, 5),
    "nodejs6.10": dt.date(2019, 8, 12),
    "nodejs8.10": dt.date(2020, 3, 6),
    "nodejs10.x": dt.date(2021, 7, 30),
    "nodejs12.x": dt.date(2023, 3, 31),
    "nodejs14.x": dt.date(2023, 12, 4),
    "nodejs16.x": dt.date(2024, 6, 12),
    "nodejs18.x": dt.date(2025, 9, 1),
    "nodejs20.x": dt.date(2026, 4, 30),
    "python2.7": dt.date(2021, 7, 15),
    "python3.6": dt.date(2022, 7, 18),
    "python3.7": dt.date(2023, 12, 4),
    "python3.8": dt.date(2024, 10, 14),
    "python3.9": dt.date(2025, 12, 15),
    "python3.10": dt.date(2026, 10, 31),
    "java8": dt.date(2024, 1, 8),
    "dotnetcore1.0": dt.date(2019, 6, 27),
    "dotnetcore2.0": dt.date(2019, 5, 30),
    "dotnetcore2.1": dt.date(2022, 1, 5),
    "dotnetcore3.1": dt.date(2023, 4, 3),
    "dotnet5.0": dt.date(2022, 5, 10),
    "dotnet6": dt.date(2024, 12, 20),
    "dotnet7": dt.date(2024, 5, 14),
    "dotnet8": dt.date(2026, 11, 10),
    "ruby2.5": dt.date(2021, 7, 30),
    "ruby2.7": dt.date(2023, 12, 7),
    "ruby3.2": dt.date(2026, 3, 31),
    "go1.x": dt.date(2024, 1, 8),
    "provided": dt.date(2024, 1, 8),
    "provided.al2": dt.date(2026, 7, 31),
}


def creatable(runtime: str) -> bool:
    """True if Lambda creates functions with this identifier."""
    return runtime in CREATABLE


def runtime_fault(runtime: str) -> str | None:
    """Why Lambda would not create a function with this shorthand or identifier, with the fix; None if it would."""
    identifier = RUNTIMES.get(runtime, runtime)
    if creatable(identifier):
        return None
    family = next((family for family in RUNTIMES if identifier.startswith(family)), None)
    use = f"use {family} (which is {RUNTIMES[family]})" if family else f"use one of {', '.join(CREATABLE)}"
    if since := DEPRECATED.get(identifier):
        return f"Lambda no longer creates functions with the runtime {identifier} (deprecated {since}): {use}"
    return f"{identifier} is not a runtime of Lambda: {use}"
