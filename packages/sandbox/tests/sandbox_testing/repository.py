"""The paths of the project: its program, examples and docs."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
EXAMPLES = ROOT / "examples"
#: The examples that consist of one project, by name.
EXAMPLE_NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/Pulumi.sandbox.yaml"))
