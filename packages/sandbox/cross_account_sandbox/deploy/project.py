"""A Pulumi project and the settings of one of its stacks, read as the Pulumi CLI reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cross_account_sandbox.deploy import type_fixes
from cross_account_sandbox.deploy.config_paths import assign
from cross_account_sandbox.deploy.errors import UsageError
from cross_account_sandbox.deploy.yaml_values import as_config_value, read_mapping

#: Namespaces of settings that do not belong to a project.
_SHARED_NAMESPACES = frozenset({"aws", "pulumi"})
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str, int, float),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


@dataclass(kw_only=True)
class Project:
    """One project at one stack.

    settings   `namespace:key` to the JSON values in the files
    overrides  the settings given with -c, as the command line names them: the text before `=`
    """

    name: str
    stack: str
    directory: Path
    main: Path
    settings: dict[str, Any] = field(default_factory=dict)
    declared: dict[str, dict[str, Any]] = field(default_factory=dict)
    overrides: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, directory: Path, stack: str) -> Project:
        """Read Pulumi.yaml and Pulumi.STACK.yaml. Raises UsageError naming the file or key that is wrong."""
        folder = directory.resolve()
        if not folder.is_dir():
            raise UsageError(f"--dir {directory} is not a directory")
        project_file = folder / "Pulumi.yaml"
        if not project_file.is_file():
            raise UsageError(f"{project_file} does not exist: {_instead_of(directory)}")
        description = read_mapping(project_file)
        name = description.get("name")
        if not isinstance(name, str):
            raise UsageError(f"{project_file} has no `name`")
        main = folder / str(description.get("main") or ".")
        program = main if main.suffix == ".py" else main / "__main__.py"
        if not program.is_file():
            raise UsageError(f"{program} does not exist: it is the program of {project_file}")
        project = cls(name=name, stack=stack, directory=folder, main=program)
        project._declare(_config_of(description, project_file), project_file)
        project._read_stack(folder / f"Pulumi.{stack}.yaml")
        return project

    def set(self, path: str, text: str) -> None:
        """Override a setting, like `pulumi config set --path`. The path can begin with a namespace."""
        namespace, key = self.name, path
        head, colon, tail = path.partition(":")
        if colon and "[" not in head:
            namespace, key = head, tail
        bare = {name.partition(":")[2]: value for name, value in self.settings.items() if _is_in(name, namespace)}
        assign(bare, key, text)
        self.settings.update({f"{namespace}:{name}": value for name, value in bare.items()})

    def value(self, key: str) -> Any:
        """A setting in the project's own namespace; None if it is absent."""
        return self.settings.get(f"{self.name}:{key}")

    def program_config(self) -> dict[str, str]:
        """All settings, as `pulumi.Config` receives them; checked against the types that Pulumi.yaml declares."""
        for name, declaration in self.declared.items():
            self._check(name, declaration)
        return {name: as_config_value(value) for name, value in self.settings.items()}

    def as_json(self) -> dict[str, Any]:
        """The project as JSON, for another process."""
        paths = {"directory": str(self.directory), "main": str(self.main)}
        return {
            "name": self.name,
            "stack": self.stack,
            "settings": self.settings,
            "declared": self.declared,
            "overrides": self.overrides,
            **paths,
        }

    @classmethod
    def from_json(cls, described: dict[str, Any]) -> Project:
        """The project that `as_json` describes."""
        paths = {key: Path(described[key]) for key in ("directory", "main")}
        return cls(**{**described, **paths})

    def _declare(self, config: dict[str, Any], file: Path) -> None:
        for key, declaration in config.items():
            name = key if ":" in key else f"{self.name}:{key}"
            if not isinstance(declaration, dict):
                self.settings[name] = declaration
                continue
            self.declared[name] = declaration
            kind = declaration.get("type")
            if kind is not None and (not isinstance(kind, str) or kind not in _TYPES):
                raise UsageError(f"{file}: config.{key}.type is {kind!r}: expected one of {', '.join(_TYPES)}")
            for source in ("default", "value"):
                if source in declaration:
                    self.settings[name] = declaration[source]

    def _read_stack(self, file: Path) -> None:
        if not file.is_file():
            present = sorted(entry.name[len("Pulumi.") : -len(".yaml")] for entry in file.parent.glob("Pulumi.*.yaml"))
            raise UsageError(f"{file} does not exist: project {self.name} has {_listed(present)}")
        for key, value in _config_of(read_mapping(file), file).items():
            name = key if ":" in key else f"{self.name}:{key}"
            if isinstance(value, dict) and set(value) == {"secure"}:
                raise UsageError(
                    f"{file}: {key} is encrypted, and the sandbox does not have its key: give a value for the sandbox "
                    f"with -c {key}=…"
                )
            self.settings[name] = value

    def _check(self, name: str, declaration: dict[str, Any]) -> None:
        if name not in self.settings:
            if "default" in declaration or declaration.get("optional"):
                return
            key = self._key(name)
            fixes = [
                type_fixes.fix(declaration, key, stack=self.stack, override=override, replaces=False)
                for override in (None, key)
            ]
            raise UsageError(f"Pulumi.{self.stack}.yaml: {name} is required. To fix: {', or '.join(fixes)}")
        kind = str(declaration.get("type") or "string")
        value = self.settings[name]
        if isinstance(value, str) and kind in ("integer", "number", "boolean"):
            value = _read_scalar(value)
        wrong = not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind in ("integer", "number"))
        if wrong and not (kind == "string" and isinstance(value, bool)):
            override = self._override(name)
            where = f"-c {override}" if override else f"Pulumi.{self.stack}.yaml: {name}"
            fix = type_fixes.fix(declaration, self._key(name), stack=self.stack, override=override)
            raise UsageError(f"{where} is {value!r}, and Pulumi.yaml declares it as {kind}. To fix: {fix}")

    def _key(self, name: str) -> str:
        """The name as given on the command line: without the project's own namespace."""
        return name.removeprefix(f"{self.name}:")

    def _override(self, name: str) -> str | None:
        """The text before `=` in the -c that set the whole setting."""
        return next((path for path in self.overrides if path in (name, self._key(name))), None)


def _config_of(content: dict[str, Any], file: Path) -> dict[str, Any]:
    """The `config` of a file. Raises UsageError if it is not a mapping of settings."""
    config = content.get("config") or {}
    if not isinstance(config, dict):
        raise UsageError(f"{file}: config is {config!r}: expected settings by their keys")
    if (wrong := next((key for key in config if not isinstance(key, str)), None)) is not None:
        raise UsageError(f"{file}: config has the key {wrong!r}, which is not text: write it in quotation marks")
    return config


def settings_files(directories: list[Path], stack: str) -> list[Path]:
    """The files that `read_projects` reads."""
    return [folder.resolve() / name for folder in directories for name in ("Pulumi.yaml", f"Pulumi.{stack}.yaml")]


def read_projects(directories: list[Path], stack: str, overrides: list[str]) -> list[Project]:
    """Read the projects in the order of their deployment, and set each `-c` override in the project that it names.

    Raises UsageError for an override without `=`, an override for a project that is not deployed, and two projects with
    the same name.
    """
    projects = [Project.read(directory, stack) for directory in directories]
    names = [project.name for project in projects]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"two of the --dir folders hold a project named {twice!r}: names must differ")
    by_name = {project.name: project for project in projects}
    for override in overrides:
        path, equals, text = override.partition("=")
        if not equals or not path:
            raise UsageError(f"-c {override}: expected key=value")
        namespace, colon, key = path.partition(":")
        if colon and namespace in by_name:
            by_name[namespace].set(key, text)
            by_name[namespace].overrides.append(path)
        elif colon and namespace not in _SHARED_NAMESPACES:
            raise UsageError(f"-c {override}: no project named {namespace!r} is deployed: {_listed(names)}")
        elif not projects:
            raise UsageError(f"-c {override}: nothing is deployed, so there is nothing to set")
        else:
            projects[-1].set(path, text)
            projects[-1].overrides.append(path)
    return projects


def _is_in(name: str, namespace: str) -> bool:
    return name.partition(":")[0] == namespace


def _instead_of(directory: Path) -> str:
    """Suggest what --dir can name if this folder is not a project."""
    found = sorted(file.parent for file in directory.glob("*/Pulumi.yaml"))
    if not found:
        return "--dir must name the folder of a Pulumi project"
    return f"{directory} holds these projects: {', '.join(f'--dir {each}' for each in found)}"


def _listed(names: list[str]) -> str:
    return ", ".join(names) if names else "none"


def _read_scalar(text: str) -> bool | int | float | str:
    if text in ("true", "false"):
        return text == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text
