"""Doors from GeoJSON (RFC 7946): a collection, or one feature a line, of any size."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TextIO

import ijson
from ijson.common import JSONError
from shapely.errors import ShapelyError
from shapely.geometry import shape

from territories.importing.columns import DEFAULTS, Columns, require, resolve
from territories.importing.errors import Damaged, NoAddresses, WrongFormat
from territories.importing.files import SourceFile
from territories.importing.options import ImportOptions
from territories.importing.rows import Reason, Reject, Row
from territories.models import PositionQuality

HEAD = 1 << 12
SHAPES = 1024  # sets of properties remembered; a file may have as many as features
NOT_GEOJSON = "The file is not GeoJSON: a FeatureCollection, or one feature a line."
OPENING = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}
TELLING = {"features": "FeatureCollection", "geometry": "Feature", "properties": "Feature"}
RECORD_SEPARATOR = "\x1e"  # begins each line of a GeoJSON text sequence (RFC 8142)
TEXTS = Row._fields[1:8]

Feature = tuple[str, Any]  # where it stands, and what stands there


class GeoJsonReader:
    """Reads the features of one GeoJSON file."""

    def __init__(self, source: SourceFile, options: ImportOptions) -> None:
        self.source = source
        self.mapping = options.mapping
        self.encoding = options.encoding or source.encoding()
        self._columns_of = lru_cache(SHAPES)(self._find_columns)
        self._fields: set[str] = set()  # all that some feature has a property for

    def progress(self) -> tuple[int, int]:
        """KiB read, and KiB in all."""
        return self.source.read_kib, self.source.size_kib

    def facts(self) -> dict[str, Any]:
        """What was found out about the file."""
        return {"encoding": self.encoding}

    def rows(self) -> Iterator[Row | Reject]:
        """Every feature of the file. Raises WrongFormat, ColumnMissing, NoAddresses or Damaged."""
        first = None
        features = self._lines() if self._is_by_line() else self._collection()
        for line, feature in features:
            properties = properties_of(feature)
            if properties is None:
                yield Reject(line, Reason.MALFORMED, "not a GeoJSON feature")
                continue
            columns = self._columns_of(tuple(properties))
            first = properties if first is None else first
            yield row_of(line, properties, columns, feature.get("geometry"))
        if first is None:
            raise NoAddresses
        require(("street", "number", *self.mapping), self._fields, self.mapping, list(first))

    def _find_columns(self, names: tuple[str, ...]) -> Columns:
        """Which properties hold which fields, found out once for each set of names."""
        found = resolve(self.mapping, names)
        self._fields |= found.keys()
        return found

    def _is_by_line(self) -> bool:
        """Whether there is a feature on each line, not one collection. Raises WrongFormat.

        Reads no more than it needs: a collection may be one line of any length.
        """
        with self.source.text(self.encoding) as file:
            try:
                kind = kind_of(Utf8(file))
            except JSONError as error:
                raise WrongFormat(NOT_GEOJSON) from error
        if kind is None:
            raise WrongFormat(NOT_GEOJSON)
        return kind == "Feature"

    def _lines(self) -> Iterator[Feature]:
        """The features of a file with one on each line."""
        with self.source.text(self.encoding) as file:
            for number, line in enumerate(file, start=1):
                text = line.strip(RECORD_SEPARATOR).strip()
                if text:
                    yield str(number), parsed(text)

    def _collection(self) -> Iterator[Feature]:
        """The features of a FeatureCollection, one after the other."""
        with self.source.text(self.encoding) as file:
            try:
                features = ijson.items(Utf8(file), "features.item", use_float=True)
                number = 0
                for number, feature in enumerate(features, start=1):
                    yield f"feature {number}", feature
            except JSONError as error:
                raise Damaged(
                    f"After {number:,} features the file breaks off or is not JSON any more; "
                    "fetch or export it again."
                ) from error


class Utf8:
    """A text as bytes in UTF-8, whatever it is in, without the separators of a text sequence."""

    def __init__(self, text: TextIO) -> None:
        self._text = text

    def read(self, size: int = -1) -> bytes:
        """The next `size` letters; nothing at the end."""
        return self._text.read(size).replace(RECORD_SEPARATOR, "").encode()


def kind_of(file: Any) -> str | None:
    """What the first JSON value of a stream is: a Feature, a FeatureCollection, or neither."""
    events = ijson.basic_parse(file, buf_size=HEAD)
    depth, key = 0, ""
    for event, value in events:
        depth += OPENING.get(event, 0)
        if not depth:
            return None
        if depth == 1 and event == "map_key":
            key = value
            if key in TELLING:
                return TELLING[key]
        elif depth == 1 and key == "type":
            return str(value) if value in TELLING.values() else None
    return None


def parsed(text: str) -> Any:
    """The JSON value of a line, or None if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
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
    position = (math.nan, math.nan, "") if geometry is None else position_of(geometry)
    if position is None:
        return Reject(line, Reason.NO_POSITION, "")
    lon, lat, quality = position
    street, number, unit, name, postcode, city, use = (text[field] for field in TEXTS)
    quality = text["quality"] or quality
    return Row(line, street, number, unit, name, postcode, city, use, lon, lat, quality, text["id"])


def joined(properties: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The values of some properties as one text; a value that is null says nothing."""
    values = (properties.get(name) for name in names)
    return " ".join(str(value) for value in values if value not in (None, "") and not is_nan(value))


def is_nan(value: Any) -> bool:
    """Whether a value is the "not a number" that some programs write for nothing."""
    return isinstance(value, float) and math.isnan(value)


def position_of(geometry: Any) -> tuple[float, float, str] | None:
    """Degrees and their quality: a point as it is, of an area a point inside; None for neither."""
    try:
        if geometry["type"] == "Point":
            lon, lat = map(float, geometry["coordinates"][:2])
        else:
            point = shape(geometry).representative_point()
            lon, lat = point.x, point.y
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError, ShapelyError):
        return None
    is_point = geometry["type"] == "Point"
    quality = PositionQuality.ADDRESS_POINT if is_point else PositionQuality.BUILDING
    return lon, lat, quality.value
