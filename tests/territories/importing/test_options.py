"""What can be asked of an import."""

from __future__ import annotations

import json
from typing import Any

import pytest

from territories.importing.errors import InvalidOptions, UnknownFormat
from territories.importing.options import ImportOptions, format_of

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
FEATURE = {"type": "Feature", "properties": {"owner": "Ann \0 Smith"}, "geometry": SQUARE}


@pytest.mark.parametrize(
    ("name", "found"),
    [("Town.OSM.PBF", "osm"), ("a.osm.bz2", "osm"), ("a.csv.gz", "csv"), ("a.tsv", "csv"),
     ("a.geojson.gz", "geojson"), ("a.ndjson", "geojson")],
)  # fmt: skip
def test_a_files_name_says_its_format(name: str, found: str) -> None:
    """In any case, compressed or not."""
    assert format_of(name) == found


@pytest.mark.parametrize("name", ["a.zip", "a.gz", "csv", "", "a.csv.zip", "a.xlsx"])
def test_a_name_that_says_nothing_is_refused(name: str) -> None:
    """The error lists what can be read."""
    with pytest.raises(UnknownFormat, match=r"\.osm\.pbf"):
        format_of(name)


@pytest.mark.parametrize(
    "wish",
    [
        {"format": "xls"},
        {"dataset": " "},
        {"dataset": "x" * 41},
        {"mapping": {"colour": "COLOUR"}},
        {"mapping": {"street": " "}},
        {"mapping": {"street": 5}},
        {"mapping": {"street": "a\0b"}},
        {"format": "osm", "mapping": {"street": "x"}},
        {"format": "geojson", "mapping": {"lon": "x"}},
        {"region": []},
        {"region": [1, 2, 3]},
        {"region": [2, 1, 1, 2]},
        {"region": [1, 2, 3, 95]},
        {"region": ["a", 2, 3, 4]},
        {"region": [float("nan")] * 4},
        {"region": 5},
        {"region": {}},
        {"region": {"type": "Point", "coordinates": [1, 2]}},
        {"region": {"type": "Polygon", "coordinates": [[[0, 0], [1e999, 0], [1, 1], [0, 0]]]}},
        {"region": {"type": "FeatureCollection", "features": []}},
        {"region": {"type": "Feature", "geometry": None}},
        {"encoding": "klingon"},
        {"encoding": "base64"},
        {"encoding": "rot13"},
        {"encoding": "a\0b"},
        {"encoding": ""},
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(wish: dict[str, Any]) -> None:
    """Before anything is read."""
    with pytest.raises(InvalidOptions) as refused:
        ImportOptions(**{"format": "csv", "dataset": "town", **wish})
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    "region",
    [None, (0, 0, 2, 2), ["0", "0", "2", "2"], SQUARE, FEATURE,
     {"type": "FeatureCollection", "features": [FEATURE, FEATURE]}],
)  # fmt: skip
def test_options_survive_the_database(region: Any) -> None:
    """As strict JSON without what came along with a region; read back they mean the same."""
    options = ImportOptions("csv", "town", {"street": "A+B"}, region, "cp1252")
    kept = json.dumps(options.to_json(), allow_nan=False)
    assert "Ann" not in kept
    assert r"\u0000" not in kept
    again = ImportOptions.from_json(json.loads(kept))
    assert again.to_json() == options.to_json()
    assert (again.format, again.dataset, again.encoding) == ("csv", "town", "cp1252")
