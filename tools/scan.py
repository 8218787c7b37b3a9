"""Run Checkov over the resources of the program and every example, and compare its findings with docs/security.md.

    .venv/bin/python -m tools.scan

Checkov pins old libraries, so it is installed separately into .cache/checkov, from requirements/checkov.txt. It reads a
Terraform plan: each registered resource is written with the names of the Terraform provider. Its CKV2 checks follow
references between resources, which a recording does not have; they are skipped. A check that fails must have a row on
the page; a check that is met by default according to the page must not fail for the program. Exit 0, or 1 with a line
for each difference.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.upgrade.registrations import Registration, registered_by
from tools import set_up
from tools.upgrade.cases import cases

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".cache/checkov"
LOCK = ROOT / "requirements/checkov.txt"
#: Modules with another name in Terraform; EC2's resources have none.
_MODULES = {"apigateway": "api_gateway_", "ec2": "", "cloudwatch": "cloudwatch_"}
#: Properties that are maps of names and values; every other object is a block, which is a list in a plan.
_MAPS = frozenset({"tags", "variables"})
#: A failed check with its program or example.
Finding = tuple[str, str]


def main() -> int:
    """Install, record, scan, compare."""
    plan = {"format_version": "1.2", "terraform_version": "1.9.0", **_plan(_resources())}
    failed = _checkov(plan)
    differences = compare(failed, (ROOT / "docs/security.md").read_text("utf-8"))
    for difference in differences:
        print(f"scan: {difference}", file=sys.stderr)
    if not differences:
        found = sorted({check for check, _ in failed})
        print(f"scan: {len(found)} checks of checkov fail, each for a reason in docs/security.md: {', '.join(found)}")
    return 1 if differences else 0


def compare(failed: Iterable[Finding], page: str) -> list[str]:
    """The differences between the findings and the page's tables."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| (default|prod|argument|no) \|", page, re.MULTILINE)
    kinds = {control: kind for controls, kind in rows for control in controls.split(", ")}
    found = sorted(set(failed))
    unknown = {check: where for check, where in reversed(found) if check not in kinds}
    broken = [(check, where) for check, where in found if where == "." and kinds.get(check) == "default"]
    return [
        *(f"{check} fails for {where} and has no row in docs/security.md" for check, where in sorted(unknown.items())),
        *(f"{check} fails for the program, and docs/security.md says that it is met by default" for check, _ in broken),
    ]


def _resources() -> Iterable[tuple[str, Registration]]:
    """(directory and case, resource) of every case that the upgrade tests record, except the program's variants."""
    for name, case in cases(ROOT):
        if case.directory == "." and name != "dev":
            continue
        for each in registered_by(ROOT, case).registrations.values():
            if each.custom and each.type.startswith("aws:"):
                yield f"{case.directory} {name}", each


def _plan(resources: Iterable[tuple[str, Registration]]) -> dict[str, Any]:
    planned, changes = [], []
    for number, (where, each) in enumerate(resources):
        kind = terraform_type(each.type)
        label = f"{re.sub('[^a-z0-9]', '_', where)}__{number}"
        address = f"{kind}.{label}"
        values = terraform_values(each.inputs)
        named = {"address": address, "mode": "managed", "type": kind, "name": label}
        planned.append({**named, "values": values})
        changes.append({**named, "change": {"actions": ["create"], "before": None, "after": values}})
    return {"planned_values": {"root_module": {"resources": planned}}, "resource_changes": changes}


def terraform_type(token: str) -> str:
    """`aws:apigateway/restApi:RestApi` → `aws_api_gateway_rest_api`."""
    module, name = token.split(":")[1].split("/")
    return f"aws_{_MODULES.get(module, f'{module}_')}{_snake(name)}"


def terraform_values(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a Pulumi resource as the attributes and blocks of the Terraform resource behind it."""
    return {_snake(key): value if key in _MAPS else _value(value) for key, value in inputs.items()}


def _value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return [terraform_values(value)]
    if isinstance(value, list):
        return [terraform_values(each) if isinstance(each, Mapping) else each for each in value]
    # Pulumi's numbers are floats; Checkov treats 30.0 as an unknown value.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])[A-Z]", lambda match: f"_{match[0]}", name).lower()


def _checkov(plan: Mapping[str, Any]) -> list[Finding]:
    """Every failed check, with the directory of the program."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        file.write_text(json.dumps(plan), encoding="utf-8")
        words = ["--file", str(file), "--framework", "terraform_plan", "--output", "json", "--quiet", "--compact"]
        command = [str(_installed()), *words, "--skip-check", "CKV2_*", "--skip-download", "--soft-fail"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    report = json.loads(done.stdout)
    places = {re.sub("[^a-z0-9]", "_", f"{case.directory} {name}"): case.directory for name, case in cases(ROOT)}
    return [
        (each["check_id"], places[each["resource"].partition(".")[2].rpartition("__")[0]])
        for each in report["results"]["failed_checks"]
    ]


def _installed() -> Path:
    """Install the Checkov version that the lock file pins; returns its executable."""
    checkov, stamp = FOLDER / "bin/checkov", FOLDER / "lock.txt"
    if not checkov.exists() or not stamp.exists() or stamp.read_bytes() != LOCK.read_bytes():
        python = set_up.environment(FOLDER)
        set_up.install(python, ["--require-hashes", "--requirement", str(LOCK)], uv=set_up.find_uv(python))
        stamp.write_bytes(LOCK.read_bytes())
    return checkov


if __name__ == "__main__":
    sys.exit(main())
