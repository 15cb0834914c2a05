"""How a file is to be read: format, dataset, columns, region, encoding."""

from __future__ import annotations

import codecs
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import shapely

from territories.importing.errors import InvalidOptions, UnknownFormat
from territories.importing.region import region_polygon

SUFFIXES = {
    "osm": (".osm", ".osm.pbf", ".pbf", ".osm.xml"),
    "csv": (".csv", ".tsv", ".txt"),
    "geojson": (".geojson", ".json", ".ndjson", ".geojsonl", ".jsonl", ".geojsons"),
}
COMPRESSED = (".gz", ".bz2")

ADDRESS_FIELDS = frozenset(
    {"street", "number", "unit", "name", "postcode", "city", "use", "quality", "id"}
)
FIELDS = {
    "osm": frozenset[str](),
    "csv": ADDRESS_FIELDS | {"lon", "lat"},
    "geojson": ADDRESS_FIELDS,
}
DATASET_LENGTH = 40

Region = Sequence[float] | dict[str, Any]


def format_of(file_name: str) -> str:
    """The format that a file's name stands for: osm, csv or geojson. Raises UnknownFormat."""
    name = file_name.lower()
    for suffix in COMPRESSED:
        name = name.removesuffix(suffix)
    for known, suffixes in SUFFIXES.items():
        if name.endswith(suffixes):
            return known
    raise UnknownFormat(file_name=file_name)


@dataclass(frozen=True)
class ImportOptions:
    """How to read one file of doors. Raises InvalidOptions where that makes no sense.

    `dataset` names the series of files that this one belongs to ("town", "county-2026"): a later
    file of the same dataset is compared with it. `mapping` says which column (CSV) or property
    (GeoJSON) holds a field, as in {"street": "ST_NAME+ST_TYPE"}, where + joins several; fields
    that it leaves out are looked for under their OpenAddresses names. `region` is [west, south,
    east, north] or a GeoJSON polygon; doors outside are rejected. `encoding` is found out if None.
    With `geocode` a CSV file may lack positions altogether: doors are where their addresses are.
    """

    format: str
    dataset: str
    mapping: dict[str, str] = field(default_factory=dict)
    region: Region | None = None
    encoding: str | None = None
    geocode: bool = False

    def __post_init__(self) -> None:
        if self.format not in FIELDS:
            raise InvalidOptions(f"The format must be one of {', '.join(FIELDS)}.")
        if not 0 < len(self.dataset.strip()) <= DATASET_LENGTH:
            raise InvalidOptions(f"Name the dataset, with at most {DATASET_LENGTH} characters.")
        self._check_mapping()
        if self.region is not None:
            region_polygon(self.region)
        if self.encoding is not None:
            check_encoding(self.encoding)

    def _check_mapping(self) -> None:
        unknown = sorted(set(self.mapping) - FIELDS[self.format])
        if unknown and not FIELDS[self.format]:
            raise InvalidOptions("An OpenStreetMap file needs no mapping; leave it out.")
        if unknown:
            known = ", ".join(sorted(FIELDS[self.format]))
            raise InvalidOptions(f"There is no field {unknown[0]!r} to map; there are {known}.")
        if not all(map(is_name, self.mapping.values())):
            raise InvalidOptions("Every mapped field needs the name of a column.")

    def to_json(self) -> dict[str, Any]:
        """The options as JSON; `from_json` reads them back."""
        region = self.region
        if isinstance(region, dict):
            region = json.loads(
                shapely.to_geojson(region_polygon(region))
            )  # its shape, and no more of what came with it
        elif region is not None:
            region = [float(bound) for bound in region]
        return {**vars(self), "region": region}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The options that `to_json` wrote."""
        return cls(**value)


def is_name(value: Any) -> bool:
    """Whether a value can name a column: a text, not blank, that every database can keep."""
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value


def check_encoding(name: str) -> None:
    """Raise InvalidOptions unless `name` is a text encoding that Python knows."""
    try:
        codecs.lookup(name).incrementaldecoder(errors="strict").decode(b"", final=True)
        known = "".encode(name).decode(name) == ""
    except (LookupError, TypeError, AttributeError, ValueError):
        known = False
    if not known:
        raise InvalidOptions(f"There is no encoding {name!r}; use a name such as utf-8 or cp1252.")
