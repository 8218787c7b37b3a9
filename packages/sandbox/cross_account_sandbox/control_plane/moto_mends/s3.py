"""S3: makes bucket names unique per sandbox, not per process."""

from __future__ import annotations

from cross_account_sandbox.control_plane.moto_stores import separate_directory


def apply() -> None:
    """Change moto's S3."""
    from moto.s3.models import S3BackendDict

    separate_directory(S3BackendDict, "bucket_accounts")
