"""Why a file cannot be imported at all. Single bad rows are rejects, not errors."""

from __future__ import annotations

from common.errors import DomainError


class UnknownFormat(DomainError):
    """The file's name does not say what it is."""

    code = "import.unknown_format"
    title = (
        "The file's name does not say what it holds. Use .osm.pbf, .osm, .csv, .geojson or "
        ".ndjson (also with .gz), or name the format."
    )


class InvalidOptions(DomainError):
    """The options contradict each other or make no sense."""

    code = "import.invalid_options"
    title = "The options of the import make no sense."


class FileMissing(DomainError):
    """There is no such file."""

    code = "import.file_missing"
    title = "The file does not exist or cannot be read; check the path."


class EmptyFile(DomainError):
    """The file holds nothing."""

    code = "import.empty_file"
    title = "The file is empty; fetch or export it again."


class WrongFormat(DomainError):
    """The file is not what its format says."""

    code = "import.wrong_format"
    title = "The file is not of the stated format."


class Damaged(DomainError):
    """The file breaks off, or part of it cannot be read."""

    code = "import.damaged"
    title = "The file is damaged or breaks off before its end; fetch or export it again."


class UnknownEncoding(DomainError):
    """Nobody can tell which letters the bytes stand for."""

    code = "import.unknown_encoding"
    title = (
        "The file is not UTF-8 and its encoding cannot be told with certainty. Name the encoding "
        "(as in cp1252), or save the file as UTF-8."
    )


class ColumnMissing(DomainError):
    """The file lacks a column that the import needs."""

    code = "import.column_missing"
    title = "The file lacks a column that the import needs; map the field to one that it has."


class NoAddresses(DomainError):
    """The file is sound but holds no address."""

    code = "import.no_addresses"
    title = "The file holds no addresses; use an extract or export that has house numbers."


class NothingImported(DomainError):
    """Every row was rejected."""

    code = "import.nothing_imported"
    title = "Not one row could be imported; see the rejects file."


class Interrupted(DomainError):
    """Whoever had started the import stopped it."""

    code = "import.interrupted"
    title = "The import was interrupted and changed nothing; start it again."
