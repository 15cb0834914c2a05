"""Doors from GeoJSON (RFC 7946): a collection, or one feature a line, of any size."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import ijson
from ijson.common import IncompleteJSONError, JSONError
from shapely.errors import ShapelyError
from shapely.geometry import shape

from territories.importing.columns import DEFAULTS, Columns, require, resolve
from territories.importing.errors import Damaged, NoAddresses, WrongFormat
from territories.importing.files import SourceFile
from territories.importing.options import ImportOptions
from territories.importing.rows import Reason, Reject, Row
from territories.models import PositionQuality

HEAD = 1 << 16
RECORD_SEPARATOR = "\x1e"  # begins each line of a GeoJSON text sequence (RFC 8142)
TEXTS = Row._fields[1:8]

Feature = tuple[str, Any]  # where it stands, and what stands there


class GeoJsonReader:
    """Reads the features of one GeoJSON file."""

    def __init__(self, source: SourceFile, options: ImportOptions) -> None:
        self.source = source
        self.mapping = options.mapping
        self.encoding = options.encoding or source.encoding()
        self._columns: dict[tuple[str, ...], Columns] = {}

    def progress(self) -> tuple[int, int]:
        """KiB read, and KiB in all."""
        return self.source.read_kib, self.source.size_kib

    def facts(self) -> dict[str, Any]:
        """What was found out about the file."""
        return {"encoding": self.encoding}

    def rows(self) -> Iterator[Row | Reject]:
        """Every feature of the file. Raises WrongFormat, ColumnMissing, NoAddresses or Damaged."""
        with_address, first = False, None
        features = self._lines() if self._is_by_line() else self._collection()
        for line, feature in features:
            properties = properties_of(feature)
            if properties is None:
                yield Reject(line, Reason.MALFORMED, "not a GeoJSON feature")
                continue
            columns = self._columns_of(tuple(properties))
            first = properties if first is None else first
            with_address = with_address or {"street", "number"} <= columns.keys()
            yield row_of(line, properties, columns, feature.get("geometry"))
        if first is None:
            raise NoAddresses
        if not with_address:
            names = list(first)
            found = self._columns_of(tuple(names))
            require(("street", "number", *self.mapping), found, self.mapping, names)

    def _columns_of(self, names: tuple[str, ...]) -> Columns:
        """Which properties hold which fields, found out once for each set of names."""
        if names not in self._columns:
            self._columns[names] = resolve(self.mapping, names)
        return self._columns[names]

    def _is_by_line(self) -> bool:
        """Whether the first line is a feature by itself."""
        with self.source.text(self.encoding) as file:
            head = next((line for line in file if line.strip()), "").strip(RECORD_SEPARATOR)
        try:
            first = json.loads(head)
        except ValueError:
            return False
        return isinstance(first, dict) and first.get("type") == "Feature"

    def _lines(self) -> Iterator[Feature]:
        """The features of a file with one on each line."""
        with self.source.text(self.encoding) as file:
            for number, line in enumerate(file, start=1):
                text = line.strip(RECORD_SEPARATOR).strip()
                if text:
                    yield str(number), parsed(text)

    def _collection(self) -> Iterator[Feature]:
        """The features of a FeatureCollection, one after the other."""
        with self.source.binary() as file:
            try:
                features = ijson.items(self._utf8(file), "features.item", use_float=True)
                for number, feature in enumerate(features, start=1):
                    yield f"feature {number}", feature
            except IncompleteJSONError as error:
                raise Damaged from error
            except (JSONError, UnicodeError) as error:
                raise WrongFormat(
                    "The file is not GeoJSON: a FeatureCollection, or one feature a line."
                ) from error

    def _utf8(self, file: BinaryIO) -> Any:
        """The file as UTF-8, whatever it is in."""
        if codecs.lookup(self.encoding).name == "utf-8":
            return file
        return codecs.EncodedFile(file, "utf-8", self.encoding)


def parsed(text: str) -> Any:
    """The JSON value of a line, or None if it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def properties_of(feature: Any) -> Mapping[str, Any] | None:
    """The properties of a feature; None for anything else."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return None
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def row_of(
    line: str, properties: Mapping[str, Any], columns: Columns, geometry: Any
) -> Row | Reject:
    """The row of a feature: its mapped properties, and its point or a point inside its area."""
    text = {field: joined(properties, columns.get(field, ())) for field in (*DEFAULTS, "id")}
    position = position_of(geometry)
    if position is None:
        return Reject(line, Reason.NO_POSITION, "")
    lon, lat, quality = position
    street, number, unit, name, postcode, city, use = (text[field] for field in TEXTS)
    quality = text["quality"] or quality
    return Row(line, street, number, unit, name, postcode, city, use, lon, lat, quality, text["id"])


def joined(properties: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The values of some properties as one text; a value that is null says nothing."""
    values = (properties.get(name) for name in names)
    return " ".join(str(value) for value in values if value not in (None, ""))


def position_of(geometry: Any) -> tuple[float, float, str] | None:
    """Degrees and their quality: a point as it is, of an area a point inside; None for neither."""
    try:
        if geometry["type"] == "Point":
            lon, lat = map(float, geometry["coordinates"][:2])
        else:
            point = shape(geometry).representative_point()
            lon, lat = point.x, point.y
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, ShapelyError):
        return None
    is_point = geometry["type"] == "Point"
    quality = PositionQuality.ADDRESS_POINT if is_point else PositionQuality.BUILDING
    return lon, lat, quality.value
