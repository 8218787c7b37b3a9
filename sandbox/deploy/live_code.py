"""Functions that run from the folders that their code was taken from, so that a saved change is live at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from components.arns import FunctionArn
from sandbox.resources.lambda_function import Function

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.deploy.deployment import Deployed
    from sandbox.world import World


def bind_sources(world: World, done: Iterable[Deployed]) -> list[Path]:
    """Let each deployed function whose code is one folder run from there; answers the folders."""
    folders = []
    for deployed in done:
        for resource in deployed.resources.values():
            folder = source_folder(resource.outputs.get("code"), deployed.project.directory)
            if resource.kind != Function.token or folder is None:
                continue
            arn = FunctionArn.parse(resource.outputs["arn"])
            world.functions(arn.account, arn.region).functions[arn.name].bind_source(str(folder))
            folders.append(folder)
    return folders


def source_folder(code: object, base: Path) -> Path | None:
    """The folder that an archive is a picture of, None where it is put together otherwise."""
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
