"""Projects and settings are read as the Pulumi CLI reads them, and errors name what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cross_account_sandbox.deploy.errors import UsageError
from cross_account_sandbox.deploy.project import Project, read_projects

if TYPE_CHECKING:
    from sandbox_testing.deploying import Projects


def _config(folder: Path, *overrides: str) -> dict[str, str]:
    return read_projects([folder], "sandbox", list(overrides))[-1].program_config()


def test_settings_reach_the_program_as_text_and_objects_as_json(project: Projects) -> None:
    folder = project(
        "one",
        "",
        stack="""
        config:
          one:account: {id: "111111111111", region: us-east-1, hardened: true}
          one:count: 3
          one:enabled: false
          one:names: [a, b]
          aws:region: eu-west-1
        """,
    )
    config = _config(folder)
    assert json.loads(config.pop("one:account")) == {"id": "111111111111", "region": "us-east-1", "hardened": True}
    assert json.loads(config.pop("one:names")) == ["a", "b"]
    assert config == {
        "one:count": "3",
        "one:enabled": "false",
        "aws:region": "eu-west-1",
        "one:endpoint": "http://127.0.0.1:1",
    }


@pytest.mark.parametrize("text", ["on", "off", "yes", "1:30", "2026-11-21"])
def test_plain_text_that_older_yaml_would_convert_stays_text(project: Projects, text: str) -> None:
    folder = project("one", "", stack=f"config:\n  one:value: {text}\n")
    assert _config(folder)["one:value"] == text


@pytest.mark.parametrize("number", ["012345678901", "011111111111"])
def test_a_number_with_leading_zeros_must_be_quoted(project: Projects, number: str) -> None:
    with pytest.raises(UsageError, match=rf"{number} would lose its leading zeros: put it in quotes.*line 2"):
        _config(project("one", "", stack=f"config:\n  one:account: {{id: {number}}}\n"))
    assert _config(project("two", "", stack=f'config:\n  two:id: "{number}"\n'))["two:id"] == number


def test_keys_without_a_namespace_belong_to_the_project(project: Projects) -> None:
    folder = project("one", "", stack="config:\n  colour: blue\n")
    assert _config(folder)["one:colour"] == "blue"


def test_defaults_of_pulumi_yaml_hold_until_the_stack_sets_them(project: Projects) -> None:
    description = """\
    config:
      colour: {type: string, default: blue}
      size: {type: integer, default: 3}
      shape: round
      aws:region: {value: us-east-1}
    """
    folder = project("one", "", description=description, stack="config:\n  size: 4\n")
    assert _config(folder) == {"one:colour": "blue", "one:size": "4", "one:shape": "round", "aws:region": "us-east-1"}


def test_overrides_follow_paths_and_namespaces(project: Projects) -> None:
    first = project("one", "", stack='config:\n  one:account: {id: "111111111111", region: us-east-1}\n')
    second = project("two", "")
    overrides = ["one:account.region=eu-west-1", "colour=a=b", "account.id=222222222222", "pulumi:x=1"]
    one, two = (entry.program_config() for entry in read_projects([first, second], "sandbox", overrides))
    assert json.loads(one["one:account"]) == {"id": "111111111111", "region": "eu-west-1"}
    assert two["two:colour"] == "a=b"
    assert json.loads(two["two:account"]) == {"id": 222222222222}
    assert two["pulumi:x"] == "1"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("colour", "expected key=value"),
        ("=x", "expected key=value"),
        ("three:colour=x", "no project named 'three' is deployed: one"),
        ("colour.=x", "is not a path"),
        (r'colour["a\x"]=1', "is not a quoted key"),
        ('colour["a\tb"]=1', "is not a quoted key"),
    ],
)
def test_a_wrong_override_is_named(project: Projects, override: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        _config(project("one", ""), override)


def test_a_missing_stack_file_is_named_with_the_stacks_that_are_there(project: Projects) -> None:
    folder = project("one", "", stack=None)
    (folder / "Pulumi.dev.yaml").write_text("config: {}\n")
    with pytest.raises(UsageError, match=r"Pulumi\.sandbox\.yaml does not exist: project one has dev"):
        _config(folder)


def test_a_folder_without_a_project_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Pulumi\.yaml does not exist"):
        _config(tmp_path)
    with pytest.raises(UsageError, match="nowhere is not a directory"):
        _config(tmp_path / "nowhere")


def test_a_project_without_a_program_is_named(project: Projects) -> None:
    folder = project("one", "")
    (folder / "__main__.py").unlink()
    with pytest.raises(UsageError, match=r"__main__\.py does not exist"):
        _config(folder)


def test_broken_yaml_is_named_without_a_traceback(project: Projects) -> None:
    folder = project("one", "", stack="config: [\n")
    with pytest.raises(UsageError, match=r"Pulumi\.sandbox\.yaml is not YAML"):
        _config(folder)


@pytest.mark.parametrize("content", ["config: [1]\n", "config: text\n"])
def test_settings_without_keys_are_named_with_their_file(project: Projects, content: str) -> None:
    with pytest.raises(UsageError, match=r"Pulumi\.sandbox\.yaml: config is .*by their keys"):
        _config(project("one", "", stack=content))
    with pytest.raises(UsageError, match=r"Pulumi\.yaml: config is .*by their keys"):
        _config(project("two", "", description=content))


def test_a_key_that_is_no_text_is_named(project: Projects) -> None:
    with pytest.raises(UsageError, match=r"Pulumi\.sandbox\.yaml: config has the key 1, which is not text"):
        _config(project("one", "", stack="config:\n  1: x\n"))


@pytest.mark.parametrize("kind", ["[string]", "colour", "{}"])
def test_a_declared_type_that_is_none_is_named(project: Projects, kind: str) -> None:
    with pytest.raises(UsageError, match=r"config\.colour\.type is .*expected one of string"):
        _config(project("one", "", description=f"config:\n  colour: {{type: {kind}}}\n"))


def test_an_encrypted_value_is_named_with_the_way_around_it(project: Projects) -> None:
    folder = project("one", "", stack="config:\n  one:token:\n    secure: v1:abc\n")
    with pytest.raises(UsageError, match=r"one:token is encrypted.*-c one:token="):
        _config(folder)


def test_a_declared_setting_that_is_missing_is_named(project: Projects) -> None:
    folder = project("one", "", description="config:\n  colour: {type: string}\n")
    with pytest.raises(UsageError) as caught:
        _config(folder)
    assert str(caught.value) == (
        "Pulumi.sandbox.yaml: one:colour is required. "
        "To fix: pulumi config set --stack sandbox --path colour VALUE, or -c colour=VALUE"
    )


@pytest.mark.parametrize(
    ("declared", "value", "fix", "fix_of_override"),
    [
        ("integer", "three", "set {} colour 1", "colour=1"),
        ("integer, default: 3", "three", "set {} colour 3", "colour=3"),
        ("number", "three", "set {} colour 1", "colour=1"),
        ("boolean", "maybe", "set {} colour true", "colour=true"),
        ("boolean, default: false", "maybe", "set {} colour false", "colour=false"),
        (
            "object",
            "text",
            "rm {} colour && pulumi config set {} colour.NAME VALUE",
            "colour.NAME=VALUE instead of -c colour",
        ),
        (
            "array",
            "text",
            "rm {} colour && pulumi config set {} 'colour[0]' VALUE",
            "'colour[0]=VALUE' instead of -c colour",
        ),
    ],
)
def test_a_setting_of_another_type_than_declared_is_refused_with_its_fix(
    project: Projects, declared: str, value: str, fix: str, fix_of_override: str
) -> None:
    description = f"config:\n  colour: {{type: {declared}}}\n"
    kind = declared.partition(",")[0]
    in_file = project("one", "", description=description, stack=f"config:\n  colour: {value}\n")
    with pytest.raises(UsageError) as caught:
        _config(in_file)
    assert str(caught.value) == (
        f"Pulumi.sandbox.yaml: one:colour is '{value}', and Pulumi.yaml declares it as {kind}. "
        f"To fix: pulumi config {fix.replace('{}', '--stack sandbox --path')}"
    )
    bare = project("two", "", description=description)
    for name in ("colour", "two:colour"):
        with pytest.raises(UsageError) as caught:
            _config(bare, f"{name}={value}")
        override_fix = fix_of_override.replace("colour", name)
        assert str(caught.value) == (
            f"-c {name} is '{value}', and Pulumi.yaml declares it as {kind}. To fix: -c {override_fix}"
        )


def test_a_project_keeps_its_overrides_on_the_way_to_the_process_that_deploys(project: Projects) -> None:
    folders = [project("one", ""), project("two", "")]
    overrides = ["one:account.region=eu-west-1", "colour=a=b", "pulumi:x=1"]
    read = [Project.from_json(each.as_json()) for each in read_projects(folders, "sandbox", overrides)]
    assert [each.overrides for each in read] == [["one:account.region"], ["colour", "pulumi:x"]]


def test_two_projects_of_one_name_are_refused(project: Projects) -> None:
    folder = project("one", "")
    with pytest.raises(UsageError, match="a project named 'one'"):
        read_projects([folder, folder], "sandbox", [])
