"""Runs functions directly from the folders of their code, so that a saved change is live at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from aws_rules.arns import FunctionArn
from cross_account_sandbox.deploy.programs import Finished
from cross_account_sandbox.functions.store import FunctionStore
from cross_account_sandbox.stores import Stores

_FUNCTION = "aws:lambda/function:Function"


def sources(done: Iterable[Finished]) -> dict[str, str]:
    """The folder of each function whose code is a folder, by the function's ARN."""
    return {
        resource.outputs["arn"]: str(folder)
        for finished in done
        for resource in finished.resources.values()
        if resource.kind == _FUNCTION
        and (folder := source_folder(resource.outputs.get("code"), finished.project.directory)) is not None
    }


def bind_sources(stores: Stores[FunctionStore], folders: Mapping[str, str]) -> None:
    """Run each function from its folder."""
    for arn, folder in folders.items():
        name = FunctionArn.parse(arn)
        stores(name.account, name.region).functions[name.name].bind_source(folder)


def source_folder(code: object, base: Path) -> Path | None:
    """The folder that an archive packages; None if the archive has other contents."""
    path = getattr(code, "path", None)
    if path is not None:
        folder = base / path
        return folder if folder.is_dir() else None
    assets = getattr(code, "assets", None)
    if not isinstance(assets, Mapping):
        return None
    files = {name: getattr(asset, "path", None) for name, asset in assets.items()}
    roots = {
        str(base / file)[: -len(name) - 1] if file and str(base / file).endswith(os.sep + name) else None
        for name, file in files.items()
    }
    root = roots.pop() if len(roots) == 1 else None
    return Path(root) if root else None
