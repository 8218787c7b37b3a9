"""The workflows: each job's permissions and pinned actions; pull requests never get a deploy role."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.projects import ROOT

_FILES = sorted([*(ROOT / ".github/workflows").glob("*.yml"), *(ROOT / ".github/actions").glob("*/action.yml")])
_TEXTS = {str(file.relative_to(ROOT / ".github")): file.read_text() for file in _FILES}
#: YAML 1.1 reads the key `on` as true.
_WORKFLOWS: dict[str, Any] = {
    name.removeprefix("workflows/"): yaml.safe_load(text)
    for name, text in _TEXTS.items()
    if name.startswith("workflows/")
}
_JOBS = [
    pytest.param(name, job, id=f"{name} {key}")
    for name, flow in _WORKFLOWS.items()
    for key, job in flow["jobs"].items()
]


@pytest.mark.parametrize("name", _TEXTS)
def test_every_action_is_pinned_by_commit_with_its_version_beside_it(name: str) -> None:
    used = re.findall(r"uses: (\S+)(.*)", _TEXTS[name])

    assert [
        action
        for action, comment in used
        if not action.startswith("./")
        and not (re.search(r"@[0-9a-f]{40}$", action) and re.fullmatch(r" # v\d+\.\d+\.\d+", comment))
    ] == []


def test_an_action_has_the_same_pin_everywhere() -> None:
    pins = set(re.findall(r"uses: (\S+)@(\S+)", "\n".join(_TEXTS.values())))

    assert sorted(action for action, _ in pins) == sorted({action for action, _ in pins})


@pytest.mark.parametrize("name", _WORKFLOWS)
def test_a_workflow_grants_nothing_to_all_of_its_jobs(name: str) -> None:
    assert _WORKFLOWS[name]["permissions"] == {}


@pytest.mark.parametrize(("name", "job"), _JOBS)
def test_a_job_has_no_permission_that_its_work_does_not_need(name: str, job: dict[str, Any]) -> None:
    needed = {
        "ci.yml": {"contents": "read"},
        "preview.yml": {"contents": "read", "id-token": "write", "pull-requests": "write"},
        "up.yml": {"contents": "read", "id-token": "write"},
        "up-stack.yml": {"contents": "read", "id-token": "write"},
        "drift.yml": {"contents": "read", "id-token": "write"},
    }

    assert job["permissions"] == needed[name]


@pytest.mark.parametrize("name", _TEXTS)
def test_no_aws_key_is_stored_and_no_script_contains_an_expression(name: str) -> None:
    text = _TEXTS[name]
    scripts = [step["run"] for step in _steps(yaml.safe_load(text)) if "run" in step]

    assert "aws-access-key-id" not in text
    assert set(re.findall(r"secrets\.(\w+)", text)) <= {"PULUMI_CONFIG_PASSPHRASE", "passphrase"}
    assert [script for script in scripts if "${{" in script] == []


def _steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    jobs = document.get("jobs", {}).values()
    return [*document.get("runs", {}).get("steps", []), *(step for job in jobs for step in job.get("steps", []))]


def _access(job: dict[str, Any]) -> set[str]:
    return {step["with"]["access"] for step in job.get("steps", []) if step.get("uses", "").endswith("actions/log-in")}


def test_only_the_job_of_an_environment_logs_in_to_deploy() -> None:
    jobs = [(name, job) for name, flow in _WORKFLOWS.items() for job in flow["jobs"].values() if _access(job)]

    assert {name: _access(job) for name, job in jobs} == {
        "preview.yml": {"preview"},
        "drift.yml": {"preview"},
        "up-stack.yml": {"deploy"},
    }
    assert {name for name, job in jobs if "environment" in job} == {"up-stack.yml"}
    assert [name for name, flow in _WORKFLOWS.items() if "pull_request_target" in (flow.get(True) or {})] == []


def test_deployments_only_start_from_main() -> None:
    assert _WORKFLOWS["up.yml"][True]["push"] == {"branches": ["main"]}
    assert "github.ref == 'refs/heads/main'" in _WORKFLOWS["up.yml"]["jobs"]["dev"]["if"]
    assert _WORKFLOWS["up.yml"]["jobs"]["prod"]["needs"] == "dev"
    assert set(_WORKFLOWS["up-stack.yml"][True]) == {"workflow_call"}


def test_one_operation_of_a_stack_at_a_time_and_no_up_is_cancelled() -> None:
    up = _WORKFLOWS["up-stack.yml"]["jobs"]["up"]["concurrency"]
    drift = _WORKFLOWS["drift.yml"]["jobs"]["drift"]["concurrency"]
    preview = _WORKFLOWS["preview.yml"]["jobs"]["preview"]["concurrency"]

    assert up == {"group": "up-${{ inputs.stack }}", "cancel-in-progress": False}
    assert drift == {"group": "drift-${{ matrix.stack }}", "cancel-in-progress": False}
    assert "${{ matrix.stack }}" in preview["group"]
    assert preview["cancel-in-progress"] is True


def test_previews_and_ups_apply_the_policy_pack_and_a_preview_comments() -> None:
    calls = {
        name: step["with"]
        for name in ("preview.yml", "up-stack.yml", "drift.yml")
        for step in _steps(_WORKFLOWS[name])
        if step.get("uses", "").startswith("pulumi/actions@")
    }

    assert {name: call["command"] for name, call in calls.items()} == {
        "preview.yml": "preview",
        "up-stack.yml": "up",
        "drift.yml": "preview",
    }
    assert calls["preview.yml"]["policyPacks"] == calls["up-stack.yml"]["policyPacks"] == "policies"
    assert (ROOT / "policies/PulumiPolicy.yaml").exists()
    assert calls["preview.yml"]["comment-on-pr"] is True
    assert calls["drift.yml"]["refresh"] is True
    assert calls["drift.yml"]["expect-no-changes"] is True
    assert "cross-account-doctor check" in _steps(_WORKFLOWS["drift.yml"])[-1]["run"]


def test_the_stacks_of_the_workflows_have_settings_and_every_folder_with_pins_is_updated() -> None:
    flow = _WORKFLOWS["up.yml"]["jobs"]
    stacks = {job["with"]["stack"] for job in flow.values()}
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    modules = {f"/{file.parent.relative_to(ROOT)}" for file in (ROOT / "tools").rglob("go.mod")}

    assert stacks == set(_WORKFLOWS["preview.yml"]["jobs"]["preview"]["strategy"]["matrix"]["stack"])
    assert stacks == set(_WORKFLOWS["drift.yml"]["jobs"]["drift"]["strategy"]["matrix"]["stack"])
    assert all((ROOT / f"Pulumi.{stack}.yaml").exists() for stack in stacks)
    assert {each for update in updates if update["package-ecosystem"] == "gomod" for each in update["directories"]} == (
        modules
    )
