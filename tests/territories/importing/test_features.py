"""Reading GeoJSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from territories.importing.errors import ColumnMissing, Damaged, NoAddresses, WrongFormat
from territories.importing.features import GeoJsonReader
from territories.importing.files import SourceFile
from territories.importing.options import ImportOptions
from territories.importing.rows import Reason, Reject, Row
from territories.models import PositionQuality
from tests.territories.importing.reading import collection, point, read, write

HOME = point(24.94, 60.17, number="5", street="High Street", unit="2", city="Hill")
SQUARE = [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]


def by_line(*features: Any) -> str:
    return "".join(json.dumps(feature) + "\n" for feature in features)


def by_record(*features: Any) -> str:
    return "".join(f"\x1e{json.dumps(feature)}\n" for feature in features)


def indented(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, indent=2)


def features_first(*features: Any) -> str:
    return json.dumps({"name": "x", "features": list(features), "type": "FeatureCollection"})


@pytest.mark.parametrize("form", [collection, indented, features_first, by_line, by_record])
@pytest.mark.parametrize("name", ["a.geojson", "a.json.gz", "a.ndjson.bz2"])
def test_every_form_gives_the_same_doors(tmp_path: Path, form: Any, name: str) -> None:
    """A collection or one feature a line, whatever the name says of which; compressed or not."""
    rows, rejects = read(write(tmp_path, name, form(HOME, HOME)))
    quality = PositionQuality.ADDRESS_POINT.value
    door = Row("", "High Street", "5", "2", "", "", "Hill", "", 24.94, 60.17, quality, "")
    assert [row._replace(line="") for row in rows] == [door, door]
    assert rows[0].line != rows[1].line
    assert not rejects


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("form", [collection, by_line])
def test_other_encodings_read_alike(tmp_path: Path, encoding: str, form: Any) -> None:
    """Marked, found out, or named."""
    streets = ["Müllerstraße", "Königsweg", "Äußere Gasse"] * 2000
    made = [point(1, 2, number="1", street=street) for street in streets]
    text = form(*made).encode().decode("unicode_escape")
    rows, _ = read(write(tmp_path, "a.geojson", text, encoding))
    assert [row.street for row in rows] == streets


def test_an_areas_door_is_inside_it(tmp_path: Path) -> None:
    """And its position is known to be the building's."""
    area = {**HOME, "geometry": {"type": "Polygon", "coordinates": SQUARE}}
    (row,), _ = read(write(tmp_path, "a.geojson", collection(area)))
    assert 0 < row.lon < 2
    assert 0 < row.lat < 2
    assert row.quality == PositionQuality.BUILDING


def test_properties_are_mapped_and_joined(tmp_path: Path) -> None:
    """Numbers count as texts; null, blank and "not a number" say nothing."""
    made = [
        point(1, 2, no=7, pre=None, st="Oak", ty="St", flat=float("nan")),
        point(1, 2, no="9", pre="N", st="Elm", ty="", flat=4),
    ]
    mapping = {"number": "NO", "street": "pre+st+ty", "unit": "flat"}
    rows, _ = read(write(tmp_path, "a.ndjson", by_line(*made)), mapping=mapping)
    assert [(row.number, row.street, row.unit) for row in rows] == [
        ("7", "Oak St", ""),
        ("9", "N Elm", "4"),
    ]


@pytest.mark.parametrize(
    "geometry",
    [
        {}, 5, {"type": "Point"}, {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [None, 1]}, {"type": "Point", "coordinates": ["a", "b"]},
        {"type": "Point", "coordinates": [10**400, 1]}, {"type": "Polygon", "coordinates": []},
        {"type": "Circle", "coordinates": [1, 2]},
    ],
)  # fmt: skip
def test_a_feature_without_a_position_is_rejected(tmp_path: Path, geometry: Any) -> None:
    """And the next one is read."""
    broken = {**HOME, "geometry": geometry}
    rows, rejects = read(write(tmp_path, "a.ndjson", by_line(HOME, broken, HOME)))
    assert [row.line for row in rows] == ["1", "3"]
    assert rejects == [Reject("2", Reason.NO_POSITION, "")]


@pytest.mark.parametrize(
    "line", ["{", "5", "null", '"Feature"', '{"type": "Other"}', "[" * 100_000]
)
def test_a_line_that_is_no_feature_is_rejected(tmp_path: Path, line: str) -> None:
    """However deep it is nested."""
    text = by_line(HOME) + line + "\n" + by_line(HOME)
    rows, rejects = read(write(tmp_path, "a.ndjson", text))
    assert len(rows) == 2
    assert [(row.line, row.reason) for row in rejects] == [("2", Reason.MALFORMED)]


def test_a_member_that_is_no_feature_is_rejected(tmp_path: Path) -> None:
    """Of a collection, the place counts from one."""
    rows, rejects = read(write(tmp_path, "a.geojson", collection(HOME, 5, HOME)))
    assert [row.line for row in rows] == ["feature 1", "feature 3"]
    assert [(row.line, row.reason) for row in rejects] == [("feature 2", Reason.MALFORMED)]


@pytest.mark.parametrize(
    "text",
    ["nonsense", "[1, 2]", "5", '"text"', "{}", '{"type": "Topology"}', "<xml/>", "{", "\x1e"],
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    """By one line that says what is expected."""
    with pytest.raises(WrongFormat, match="FeatureCollection"):
        read(write(tmp_path, "a.geojson", text))


@pytest.mark.parametrize(("cut", "whole"), [(1, 2), (100, 1)])
def test_a_collection_that_breaks_off_is_damaged(tmp_path: Path, cut: int, whole: int) -> None:
    """The message says after how many features."""
    with pytest.raises(Damaged, match=f"After {whole} "):
        read(write(tmp_path, "a.geojson", collection(HOME, HOME)[:-cut]))


@pytest.mark.parametrize("text", [collection(), '{"type": "FeatureCollection"}'])
def test_a_collection_of_nothing_has_no_addresses(tmp_path: Path, text: str) -> None:
    """It is sound but empty."""
    with pytest.raises(NoAddresses):
        read(write(tmp_path, "a.geojson", text))


def test_a_collection_without_addresses_says_what_to_map(tmp_path: Path) -> None:
    """It names the properties that there are."""
    with pytest.raises(ColumnMissing, match=r"street=COLUMN.*ST_NAME"):
        read(write(tmp_path, "a.geojson", collection(point(1, 2, number="1", ST_NAME="Oak"))))


def test_a_mapped_property_must_be_somewhere(tmp_path: Path) -> None:
    """A typing error in the mapping does not silently lose the units; gaps in the data are fine."""
    path = write(tmp_path, "a.geojson", collection(HOME, point(1, 2, number="1", street="Oak")))
    rows, _ = read(path, mapping={"unit": "UNIT"})
    assert len(rows) == 2
    with pytest.raises(ColumnMissing, match="FLAT"):
        read(path, mapping={"unit": "FLAT"})


def test_a_collection_in_one_long_line_is_not_read_at_once(tmp_path: Path) -> None:
    """The first row comes before a fraction of the file has been read."""
    path = write(tmp_path, "a.geojson", collection(*[HOME] * 20_000))
    reader = GeoJsonReader(SourceFile(path), ImportOptions("geojson", "town"))
    rows = reader.rows()
    next(rows)
    done, total = reader.progress()
    assert total > 1000
    assert done < total / 4
