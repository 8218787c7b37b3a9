"""What a program of the proof is: projects, deployed in order into two accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import yaml

ROOT = Path(__file__).resolve().parents[2]
#: Which of the two accounts.
Who = Literal["api", "function"]
TWO: Mapping[str, Who] = {"apiAccount": "api", "functionAccount": "function"}


@dataclass(frozen=True, kw_only=True)
class Part:
    """A Pulumi project.

    accounts  settings that are accounts, and which of the two each is: a third account is one of them here
    settings  the other settings; `{api}`, `{function}`, `{stack}`, `{domain}`, `{zone}`, `{issuer}` and
              `{modulus}` stand for values of the run
    on_aws    further settings, which only AWS gets
    answers   output with the URL of an issuer that has to answer before the next project is deployed; empty: none
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

    creates   what they create, for the question before they do
    probes    names of the probes of tools/prove/probes.py
    logging   accounts whose CloudWatch role of API Gateway it sets, of which an account has one for each Region
    needs     the variable of `make prove` without which it is left out; empty: none
    """

    name: str
    parts: tuple[Part, ...]
    creates: str
    probes: tuple[str, ...]
    logging: tuple[Who, ...] = ()
    needs: str = ""
