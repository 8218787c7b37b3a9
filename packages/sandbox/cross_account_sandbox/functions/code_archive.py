"""Deployment packages: read, hashed as Lambda hashes them, and unpacked where processes can run them."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cross_account_sandbox.bounded import TooMuchWorkError, check
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.functions.errors import invalid, unsupported
from cross_account_sandbox.functions.temporary_folder import TemporaryFolder

#: Bytes; Lambda developer guide, "Lambda quotas".
MAX_ZIPPED = 52_428_800
MAX_UNZIPPED = 262_144_000
#: Seconds of processor time for an archive. Lambda has no limit of files: 60,000 take a third of it.
UNPACK_S = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """An unpacked deployment package. `sha256` is of the archive's bytes, base64."""

    folder: str
    sha256: str
    size: int


class CodeFolders:
    """Unpacks archives into a temporary folder of this sandbox, one subfolder for each content."""

    def __init__(self) -> None:
        self._root = TemporaryFolder()
        self._lock = threading.Lock()  # of the root alone: one archive must not wait for another

    def unpack(self, archive: bytes) -> Code:
        """Unpack an archive, once for the same bytes. Raises AwsError for what Lambda does not take."""
        digest = hashlib.sha256(archive)
        if not archive:
            raise invalid("Uploaded file must be a non-empty zip")
        if len(archive) > MAX_ZIPPED:
            raise AwsError(
                "RequestEntityTooLargeException",
                f"Request must be smaller than {MAX_ZIPPED} bytes for the CreateFunction operation",
                413,
            )
        with self._lock:
            folder = self._root.path / digest.hexdigest()
        if not folder.is_dir():
            _extract(archive, folder)
        return Code(folder=str(folder), sha256=base64.b64encode(digest.digest()).decode(), size=len(archive))

    def close(self) -> None:
        """Remove everything unpacked."""
        self._root.close()


def archive_of(code: Mapping[str, Any], *, account: str) -> bytes:
    """The archive that a `Code` parameter (or UpdateFunctionCode's own) names. Raises AwsError."""
    if code.get("ZipFile") is not None:
        return bytes(code["ZipFile"])
    if code.get("S3Bucket") and code.get("S3Key"):
        return _from_s3(account, code["S3Bucket"], code["S3Key"], code.get("S3ObjectVersion"))
    if code.get("ImageUri"):
        raise unsupported("This sandbox runs functions from zip archives; it has no container images")
    raise invalid("Please provide a source for function code.")


def _extract(archive: bytes, folder: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as package:
            if sum(entry.file_size for entry in package.infolist()) > MAX_UNZIPPED:
                raise invalid(f"Unzipped size must be smaller than {MAX_UNZIPPED} bytes")
            partial = Path(tempfile.mkdtemp(prefix="partial-", dir=folder.parent))
            for entry in package.infolist():
                check()
                package.extract(entry, partial)
        _put_in_place(partial, folder)
    except TooMuchWorkError as problem:
        shutil.rmtree(partial, ignore_errors=True)
        raise invalid(f"Could not unzip uploaded file: {problem}") from None
    except zipfile.BadZipFile:
        raise invalid("Could not unzip uploaded file. Please check your file, then try to upload again.") from None


def _put_in_place(partial: Path, folder: Path) -> None:
    try:
        partial.rename(folder)
    except OSError:
        # Somebody else has unpacked the same archive meanwhile.
        if not folder.is_dir():
            raise
        shutil.rmtree(partial, ignore_errors=True)


def _from_s3(account: str, bucket: str, key: str, version: str | None) -> bytes:
    from cross_account_sandbox.control_plane.moto_bridge import moto_backend

    prefix = "Error occurred while GetObject. S3 Error Code:"
    backend = moto_backend("s3", account, "aws")
    if bucket not in backend.buckets:
        raise invalid(f"{prefix} NoSuchBucket. S3 Error Message: The specified bucket does not exist")
    found = backend.get_object(bucket, key, version_id=version)
    if found is None:
        raise invalid(f"{prefix} NoSuchKey. S3 Error Message: The specified key does not exist.")
    return bytes(found.value)
