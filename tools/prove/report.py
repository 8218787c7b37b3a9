"""The report of a proof, for a terminal, as Markdown and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from tools.prove.proof import Proof, Result


def summary(proof: Proof) -> str:
    """The text for a terminal: each difference, what was not proved, and what is left."""
    lines = [
        f"DIFFERS  {each.program}: {each.what}\n  AWS:     {_short(each.aws)}\n  sandbox: {_short(each.sandbox)}"
        for each in proof.results
        if not each.matches
    ]
    lines += [f"NOT RUN  {name}: {why}" for name, why in proof.not_run.items()]
    lines += [f"LEFT     {each}" for each in proof.left]
    matching = sum(each.matches for each in proof.results)
    lines.append(f"{matching} of {len(proof.results)} responses match{'; interrupted' if proof.interrupted else ''}")
    return "\n".join(lines)


def markdown(proof: Proof) -> str:
    """A table of all probes, and both responses of each probe that differs."""
    rows = [
        f"| {each.program} | {each.probe} | {each.what} | {_short(each.aws)} | {_short(each.sandbox)} "
        f"| {'yes' if each.matches else '**no**'} |"
        for each in proof.results
    ]
    head = ["| program | probe | request | AWS | sandbox | match |", "|---|---|---|---|---|---|"]
    different = [each for each in proof.results if not each.matches]
    parts = [f"# Proof {proof.run}", "\n".join([*head, *rows])]
    parts += [_both(each) for each in different]
    if proof.not_run:
        parts.append("## Not run\n" + "\n".join(f"- {name}: {why}" for name, why in proof.not_run.items()))
    parts.append("## Left in the accounts\n" + ("\n".join(f"- {each}" for each in proof.left) or "Nothing."))
    return "\n\n".join(parts) + "\n"


def write(proof: Proof, folder: Path) -> tuple[Path, Path]:
    """Write report.md and report.json into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    page, data = folder / "report.md", folder / "report.json"
    page.write_text(markdown(proof), encoding="utf-8")
    data.write_text(json.dumps(proof.as_json(), indent=2) + "\n", encoding="utf-8")
    return page, data


def _both(result: Result) -> str:
    shown = json.dumps({"AWS": result.aws, "sandbox": result.sandbox}, indent=2)
    return f"## {result.program}: {result.probe}\n{result.what} ({result.page})\n\n```json\n{shown}\n```"


def _short(answer: dict[str, object]) -> str:
    """A response, shortened for a table cell."""
    text = json.dumps(answer.get("body", answer)) if "status" in answer else json.dumps(answer)
    status = f"{answer['status']} " if "status" in answer else ""
    return (status + (text if len(text) <= 100 else text[:99] + "…")).replace("|", "\\|")
