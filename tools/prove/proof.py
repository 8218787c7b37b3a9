"""Send the same probes to both sites, and compare the responses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tools.prove.probe import Probe
from tools.prove.probes import PROBES
from tools.prove.program import Program
from tools.prove.sites import Answer, Deployed, Site


@dataclass(frozen=True, kw_only=True)
class Result:
    """The responses of both sites to one probe."""

    program: str
    probe: str
    what: str
    page: str
    aws: Answer
    sandbox: Answer

    @property
    def matches(self) -> bool:
        """True if the sandbox responded as AWS did. Probes without a response never match."""
        return self.aws == self.sandbox and "failed" not in self.aws


@dataclass(kw_only=True)
class Proof:
    """A run: its results, the programs that could not be deployed, and what is left on AWS."""

    run: str
    results: list[Result] = field(default_factory=list)
    not_run: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def succeeded(self) -> bool:
        """True if every program was proved, everything matches, and nothing is left."""
        return not (self.not_run or self.left or self.interrupted) and all(result.matches for result in self.results)

    def as_json(self) -> dict[str, Any]:
        """The report as JSON."""
        results = [{**asdict(result), "matches": result.matches} for result in self.results]
        return {
            "run": self.run,
            "succeeded": self.succeeded,
            "interrupted": self.interrupted,
            "results": results,
            "notRun": self.not_run,
            "left": self.left,
        }


def prove(
    proof: Proof, programs: Sequence[Program], *, aws: Site, sandbox: Site, say: Callable[[str], None] = lambda _: None
) -> None:
    """Deploy each program to both sites, probe both, and always remove everything from AWS."""
    try:
        for program in programs:
            say(f"deploying {program.name}")
            try:
                there, here = aws.deploy(program), sandbox.deploy(program)
            except Exception as error:  # noqa: BLE001  any failure of a deployment is a line of the report
                proof.not_run[program.name] = _line(error)
                continue
            for name in program.probes:
                proof.results.append(compare(program.name, PROBES[name], there, here))
                say(f"  {'matches' if proof.results[-1].matches else 'DIFFERS'}  {name}")
    except KeyboardInterrupt:
        proof.interrupted = True
    finally:
        say("removing everything")
        sandbox.remove()
        proof.left = aws.remove()


def compare(program: str, probe: Probe, aws: Deployed, sandbox: Deployed) -> Result:
    """Send the probe to both sites."""
    return result(program, probe, aws=ask(probe, aws), sandbox=ask(probe, sandbox))


def result(program: str, probe: Probe, *, aws: Answer, sandbox: Answer) -> Result:
    """The result of a probe to which both sites have responded."""
    return Result(program=program, probe=probe.name, what=probe.what, page=probe.page, aws=aws, sandbox=sandbox)


def ask(probe: Probe, deployed: Deployed) -> Answer:
    """Send the probe to one site; a failure is a response too."""
    try:
        return probe.ask(deployed)
    except Exception as error:  # noqa: BLE001  what could not be asked is a line of the report
        return {"failed": _line(error)}


def _line(error: Exception) -> str:
    """An error's message; of the engine's output, only the diagnostics from `error:` on."""
    text = " ".join(str(error).rpartition("Diagnostics:")[2].split())
    _, found, said = text.partition("error: ")
    return f"{type(error).__name__}: {(said if found else text)[:300]}"
