"""Reads deployment packages, hashes them as Lambda does, and unpacks them for the processes that run them."""

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
from cross_account_sandbox.functions.errors import invalid, too_large, unsupported
from cross_account_sandbox.functions.temporary_folder import TemporaryFolder

#: Bytes; Lambda developer guide, "Lambda quotas".
MAX_ZIPPED = 52_428_800
MAX_UNZIPPED = 262_144_000
#: Seconds of CPU time per archive. Lambda does not limit the number of files: 60,000 take a third of this time.
UNPACK_S = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """An unpacked deployment package. `sha256` is the base64-encoded hash of the archive."""

    folder: str
    sha256: str
    size: int


class CodeFolders:
    """Stores archives in a temporary folder of this sandbox and unpacks each into a subfolder."""

    def __init__(self) -> None:
        self._root = TemporaryFolder()
        self._lock = threading.Lock()  # guards only the root: one archive must not wait for another

    def unpack(self, archive: bytes) -> Code:
        """Unpack an archive; identical archives are unpacked once.

        Raises AwsError for an archive that Lambda does not accept.
        """
        digest = hashlib.sha256(archive)
        if not archive:
            raise invalid("Uploaded file must be a non-empty zip")
        folder = self._folder(digest.hexdigest())
        if not folder.is_dir():
            _extract(archive, folder)
            folder.with_suffix(".zip").write_bytes(archive)
        return Code(folder=str(folder), sha256=base64.b64encode(digest.digest()).decode(), size=len(archive))

    def archive(self, digest: str) -> bytes | None:
        """The archive with this hexadecimal SHA-256 digest; None if it has not been unpacked."""
        path = self._folder(digest).with_suffix(".zip")
        return path.read_bytes() if path.is_file() else None

    def close(self) -> None:
        """Delete all archives and their folders."""
        self._root.close()

    def _folder(self, digest: str) -> Path:
        with self._lock:
            return self._root.path / digest


def archive_of(code: Mapping[str, Any], *, account: str) -> bytes:
    """Read the archive that a `Code` parameter, or UpdateFunctionCode's parameters, refer to. Raises AwsError.

    An archive in S3 can be larger than a direct upload: only its unpacked size is limited.
    """
    if code.get("ZipFile") is not None:
        uploaded = bytes(code["ZipFile"])
        if len(uploaded) > MAX_ZIPPED:
            raise too_large(f"Zipped size must be smaller than {MAX_ZIPPED} bytes")
        return uploaded
    if code.get("S3Bucket") and code.get("S3Key"):
        return _from_s3(account, code["S3Bucket"], code["S3Key"], code.get("S3ObjectVersion"))
    if code.get("ImageUri"):
        raise unsupported("This sandbox runs functions from .zip file archives and does not support container images")
    raise invalid("Please provide a source for function code.")


def _extract(archive: bytes, folder: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as package:
            if sum(entry.file_size for entry in package.infolist()) > MAX_UNZIPPED:
                raise invalid(f"Unzipped size must be smaller than {MAX_UNZIPPED} bytes")
            partial = Path(tempfile.mkdtemp(prefix="partial-", dir=folder.parent))
            for entry in package.infolist():
                check()
                _set_executable(Path(package.extract(entry, partial)), entry)
        _put_in_place(partial, folder)
    except TooMuchWorkError as problem:
        shutil.rmtree(partial, ignore_errors=True)
        raise invalid(f"Could not unzip uploaded file: {problem}") from None
    except zipfile.BadZipFile:
        raise invalid("Could not unzip uploaded file. Please check your file, then try to upload again.") from None


def _set_executable(path: Path, entry: zipfile.ZipInfo) -> None:
    # zipfile drops file modes, but the script that AWS_LAMBDA_EXEC_WRAPPER names must be executable.
    if entry.external_attr >> 16 & 0o111 and path.is_file():
        path.chmod(0o755)


def _put_in_place(partial: Path, folder: Path) -> None:
    try:
        partial.rename(folder)
    except OSError:
        # Another call has unpacked the same archive in the meantime.
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
