"""Files of doors as streams: opened, decompressed, decoded, and how far they have been read."""

from __future__ import annotations

import bz2
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from territories.importing.encodings import encoding_of
from territories.importing.errors import Damaged, EmptyFile, FileMissing, UnknownEncoding

GZIP_MAGIC = b"\x1f\x8b"
BZIP2_MAGIC = b"BZh"
KIB = 1024


class SourceFile:
    """A file of doors on disk, whatever it is called: compression is told by its first bytes.

    Raises FileMissing or EmptyFile. Reading raises Damaged where the file breaks off.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw: BinaryIO | None = None
        try:
            self.size = path.stat().st_size
            with path.open("rb") as file:
                magic = file.read(4)
        except OSError as error:
            raise FileMissing(f"The file {path.name} does not exist or cannot be read.") from error
        if not magic:
            raise EmptyFile
        self.compression = compression_of(magic)

    @property
    def size_kib(self) -> int:
        """The file's size."""
        return -(-self.size // KIB)

    @property
    def read_kib(self) -> int:
        """How much of the file has been read, for showing progress."""
        if self._raw is None or self._raw.closed:
            return self.size_kib
        return self._raw.tell() // KIB

    @contextmanager
    def binary(self) -> Iterator[BinaryIO]:
        """The decompressed bytes."""
        with self.path.open("rb") as raw, broken_off(), opened(raw, self.compression) as file:
            self._raw = raw
            yield file

    @contextmanager
    def text(self, encoding: str) -> Iterator[TextIO]:
        """The decoded text with its line ends as they are. Raises UnknownEncoding if it is not."""
        with self.binary() as file:
            try:
                yield io.TextIOWrapper(file, encoding, newline="")
            except UnicodeError as error:
                raise UnknownEncoding(
                    f"The file is not in the encoding {encoding}; name another, or save as UTF-8."
                ) from error

    def encoding(self) -> str:
        """The encoding of the text in the file; reads it to its end."""
        with self.binary() as file:
            return encoding_of(file)


def compression_of(magic: bytes) -> str:
    """How a file that begins so is compressed: "gz", "bz2" or "" for not at all."""
    if magic.startswith(GZIP_MAGIC):
        return "gz"
    return "bz2" if magic.startswith(BZIP2_MAGIC) else ""


def opened(raw: BinaryIO, compression: str) -> BinaryIO:
    """The stream of the decompressed bytes of `raw`."""
    if compression == "gz":
        return cast("BinaryIO", gzip.GzipFile(fileobj=raw))
    return cast("BinaryIO", bz2.BZ2File(raw)) if compression == "bz2" else raw


@contextmanager
def broken_off() -> Iterator[None]:
    """Turns what decompressing a truncated or corrupt file raises into Damaged."""
    try:
        yield
    except (EOFError, zlib.error) as error:
        raise Damaged from error
    except OSError as error:
        if error.errno is not None:  # a fault of the disk, not of the data
            raise
        raise Damaged from error
