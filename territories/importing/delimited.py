"""Doors from CSV: commas, semicolons, tabs or bars; any encoding; columns by name."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import chain
from math import nan
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TextIO

from territories.importing.columns import Columns, require, resolve
from territories.importing.errors import EmptyFile
from territories.importing.files import SourceFile
from territories.importing.options import ImportOptions
from territories.importing.rows import Reason, Reject, Row

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ",;\t|"
POSITION, ADDRESS = ("lon", "lat"), ("number", "street")
UNREADABLE = ["\N{REPLACEMENT CHARACTER}"]
PICKED = (*Row._fields[1:8], "lon", "lat", "quality", "id")

Pick = Callable[[list[str]], tuple[str, ...]]


class CsvReader:
    """Reads the rows of one CSV file."""

    def __init__(self, source: SourceFile, options: ImportOptions) -> None:
        self.source = source
        self.mapping = options.mapping
        self.geocode = options.geocode
        self.encoding = options.encoding or source.encoding()

    def progress(self) -> tuple[int, int]:
        """KiB read, and KiB in all."""
        return self.source.read_kib, self.source.size_kib

    def facts(self) -> dict[str, Any]:
        """What was found out about the file."""
        return {"encoding": self.encoding}

    def rows(self) -> Iterator[Row | Reject]:
        """Every row of the file. Raises ColumnMissing, EmptyFile or Damaged."""
        with self.source.text(self.encoding) as file:
            head = until_filled(file)
            delimiter = max(DELIMITERS, key=head[-1].count)
            lines = csv.reader(chain(head, file), delimiter=delimiter)
            yield from self._rows(lines, decimal_comma=delimiter != ",")

    def _rows(self, lines: Reader, *, decimal_comma: bool) -> Iterator[Row | Reject]:
        header = [name.strip() for name in next(filter(is_filled, lines))]
        columns = resolve(self.mapping, header)
        required = ADDRESS if self.geocode else (*POSITION, *ADDRESS)
        require((*required, *self.mapping), columns, self.mapping, header)
        pick, width, before = picker(header, columns), len(header), lines.line_num
        for cells in each_record(lines):
            first, before = before + 1, lines.line_num
            line = str(first)
            if len(cells) != width:
                if is_filled(cells):
                    yield misshapen(cells, width, (first, before))
                continue
            *texts, lon, lat, quality, own_id = pick(cells)
            if first < before and any("\n" in text or "\r" in text for text in texts):
                yield misshapen(cells[:width], width, (first, before))
                continue
            if decimal_comma:
                lon, lat = lon.replace(",", "."), lat.replace(",", ".")
            try:
                yield Row._make((line, *texts, float(lon), float(lat), quality, own_id))
            except ValueError:
                if lon.strip() or lat.strip():
                    yield without_position(line, lon, lat)
                else:
                    yield Row._make((line, *texts, nan, nan, quality, own_id))


def each_record(lines: Reader) -> Iterator[list[str]]:
    """The records of a CSV file; UNREADABLE for one that cannot be read, and on with the next."""
    while True:
        try:
            yield from lines
        except csv.Error:  # a quotation mark without its end has swallowed too many lines
            yield UNREADABLE
        else:
            return


def is_filled(cells: list[str]) -> bool:
    """Whether a record holds anything."""
    return any(cell.strip() for cell in cells)


def misshapen(cells: list[str], width: int, lines: tuple[int, int]) -> Reject:
    """The reject of a record that is not what the header promises.

    A quotation mark without its end makes one record of many lines: an address has only one.
    """
    first, last = lines
    found = (
        [] if len(cells) == width or cells is UNREADABLE else [f"{len(cells)} columns, not {width}"]
    )
    if first < last:
        found.append(f"reaches to line {last}; check its quotation marks")
    return Reject(str(first), Reason.MALFORMED, "; ".join(found))


def until_filled(file: TextIO) -> list[str]:
    """The first lines of a text, to the first that is not blank. Raises EmptyFile."""
    lines = []
    for line in file:
        lines.append(line)
        if line.strip():
            return lines
    raise EmptyFile


def picker(header: list[str], columns: Columns) -> Pick:
    """A function that takes the cells of a row to the texts that PICKED names.

    It appends to the cells what the header does not have: "" for fields without a column, then the
    joined texts of fields with several.
    """
    places = {
        field: tuple(header.index(name) for name in names) for field, names in columns.items()
    }
    joined = [field for field in PICKED if len(places.get(field, ())) > 1]
    joins = [places[field] for field in joined]
    blank = len(header)
    single = {field: indexes[0] for field, indexes in places.items()}
    single |= {field: blank + 1 + order for order, field in enumerate(joined)}
    get = itemgetter(*(single.get(field, blank) for field in PICKED))

    def pick(cells: list[str]) -> tuple[str, ...]:
        cells.append("")
        for indexes in joins:
            cells.append(" ".join([cells[index] for index in indexes if cells[index]]))
        picked: tuple[str, ...] = get(cells)
        return picked

    return pick


def without_position(line: str, lon: str, lat: str) -> Reject:
    """The reject of a row whose position is half blank or not a number.

    The text itself stays out of the rejects file: in a row that slipped it may be anything.
    """
    if not (lon.strip() and lat.strip()):
        return Reject(line, Reason.NO_POSITION, "")
    try:
        float(lon)
    except ValueError:
        return Reject(line, Reason.NOT_A_NUMBER, "lon")
    return Reject(line, Reason.NOT_A_NUMBER, "lat")
