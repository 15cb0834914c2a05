"""One interface for the three kinds of file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from territories.importing.delimited import CsvReader
from territories.importing.features import GeoJsonReader
from territories.importing.files import SourceFile
from territories.importing.openstreetmap import OsmReader
from territories.importing.options import ImportOptions
from territories.importing.rows import Reject, Row


class Reader(Protocol):
    """Reads one file of doors, as a stream."""

    def rows(self) -> Iterator[Row | Reject]:
        """Every address of the file, in its order. Raises those of `errors`."""

    def progress(self) -> tuple[int, int]:
        """KiB read, and KiB in all."""

    def facts(self) -> dict[str, Any]:
        """What was found out about the file."""


def reader_for(path: Path, options: ImportOptions) -> Reader:
    """The reader of a file in the format that the options name. Raises FileMissing, EmptyFile."""
    source = SourceFile(path)
    if options.format == "osm":
        return OsmReader(source)
    if options.format == "csv":
        return CsvReader(source, options)
    return GeoJsonReader(source, options)
