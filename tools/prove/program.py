"""A program of the proof: projects that are deployed to two accounts in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import yaml

ROOT = Path(__file__).resolve().parents[2]
#: One of the two accounts.
Who = Literal["api", "function"]
TWO: Mapping[str, Who] = {"apiAccount": "api", "functionAccount": "function"}


@dataclass(frozen=True, kw_only=True)
class Part:
    """A Pulumi project.

    accounts  settings that are accounts, each with one of the two accounts: here a third account is one of them
    settings  the other settings; `{api}`, `{function}`, `{stack}`, `{domain}`, `{zone}`, `{issuer}` and
              `{modulus}` stand for values of the run
    on_aws    additional settings for AWS only
    answers   output with the URL of an issuer that must respond before the next project is deployed; empty: none
    """

    directory: Path
    accounts: Mapping[str, Who] = field(default_factory=lambda: TWO)
    settings: Mapping[str, str] = field(default_factory=dict)
    on_aws: Mapping[str, str] = field(default_factory=dict)
    answers: str = ""

    @property
    def project(self) -> str:
        """The project's name."""
        return str(yaml.safe_load((self.directory / "Pulumi.yaml").read_text("utf-8"))["name"])


@dataclass(frozen=True, kw_only=True)
class Program:
    """One or more projects that are deployed in order, in two accounts.

    creates   what they create, for the question before the deployment
    probes    names of the probes of tools/prove/probes.py
    logging   accounts in which it sets API Gateway's CloudWatch role; an account has one role per Region
    needs     the variable of `make prove` that it requires; empty: none
    """

    name: str
    parts: tuple[Part, ...]
    creates: str
    probes: tuple[str, ...]
    logging: tuple[Who, ...] = ()
    needs: str = ""
