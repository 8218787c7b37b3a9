"""botocore's descriptions of AWS services, read once per process and shared by clients and the control plane.

None of these clients may reach AWS: each is given its endpoint.
"""

from __future__ import annotations

import os
import threading
from functools import cache
from pathlib import Path
from typing import Any

from botocore.loaders import Loader

_NO_ENDPOINTS = ({"version": 3, "partitions": []}, "")


class SharedLoader(Loader):
    """A thread-safe loader, without the endpoints of AWS.

    botocore's own loader lists the folder of every service, again for every kind of description, before it reads one
    (0.1 s of a start), and two threads that want the same description both parse it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._reading = threading.RLock()
        self._names: list[str] = []

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's signature
        """Every service that has a folder; which kinds of description it has is known only when one is read."""
        with self._reading:
            if not self._names:
                folders = [path for path in self.search_paths if Path(path).is_dir()]
                entries = [entry for folder in folders for entry in os.scandir(folder)]
                self._names = sorted({entry.name for entry in entries if entry.is_dir()})
            return self._names

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """Load a description; a second thread that wants it waits for the first to load it."""
        with self._reading:
            return super().load_service_model(service_name, type_name, api_version)

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """Load a file of botocore's, except the list of AWS's endpoints.

        Parsing it takes longer than the rest of a provider's login.
        """
        return _NO_ENDPOINTS if name == "endpoints" else super().load_data_with_path(name)


@cache
def shared_loader() -> SharedLoader:
    """The loader that the whole process shares."""
    return SharedLoader()
