"""A bucket for photos; only imported where one is configured, as what talks to it is optional."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

Plain: Any = S3Storage  # its methods have no types


class PhotoBucket(S3Storage):
    """An S3-compatible bucket that fails as a disk does, by an OSError."""

    def _save(self, name: str, content: Any) -> str:
        with as_a_disk():
            return str(Plain._save(self, name, content))  # noqa: SLF001  # its own

    def _open(self, name: str, mode: str = "rb") -> Any:
        with as_a_disk():
            return Plain._open(self, name, mode)  # noqa: SLF001  # its own

    def delete(self, name: str) -> None:
        """Delete a file; one that is not there is gone already."""
        with as_a_disk():
            Plain.delete(self, name)

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with as_a_disk():
            return bool(Plain.exists(self, name))


@contextmanager
def as_a_disk() -> Iterator[None]:
    """Raise OSError for whatever keeps the bucket from doing it."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"The bucket of photos fails: {error}") from error
