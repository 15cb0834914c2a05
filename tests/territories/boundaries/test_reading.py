"""Features out of GeoJSON, however it is nested."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from territories.boundaries.reading import read_features
from territories.importing.errors import Damaged, WrongFormat
from territories.importing.files import SourceFile

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
HILL = {"type": "Feature", "id": 7, "properties": {"NAME": "Hill"}, "geometry": SQUARE}
BARE = {"type": "Feature", "properties": None, "geometry": None}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def read(path: Path, text: str | bytes) -> list[tuple[Any, ...]]:
    file = path / "boundaries.geojson"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [tuple(feature) for feature in read_features(SourceFile(file), "utf-8")]


HILL_READ = ("feature 1", "7", {"NAME": "Hill"}, SQUARE)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(HILL),
        json.dumps(collection(HILL)),
        json.dumps(collection(collection(collection(HILL)))),
        json.dumps([HILL]),
        json.dumps(HILL) + "\n\n",
        "\x1e" + json.dumps(HILL) + "\n",
        gzip.compress(json.dumps(HILL).encode()),
        json.dumps(HILL).encode("utf-8"),
    ],
)
def test_one_feature_is_found_at_any_depth(tmp_path: Path, text: str | bytes) -> None:
    """As a feature, in a collection, in collections of those, on a line, compressed."""
    assert read(tmp_path, text) == [HILL_READ]


def test_features_keep_the_order_of_the_file_and_are_numbered(tmp_path: Path) -> None:
    """A feature without properties or geometry is one too: it is refused later, not lost here."""
    found = read(tmp_path, json.dumps(collection(HILL, collection(BARE, HILL))))
    assert [one[0] for one in found] == ["feature 1", "feature 2", "feature 3"]
    assert found[1] == ("feature 2", "", {}, None)


def test_geometries_by_themselves_are_features_without_properties(tmp_path: Path) -> None:
    """Each member of a collection of geometries becomes one."""
    nested = {"type": "GeometryCollection", "geometries": [SQUARE, SQUARE]}
    assert read(tmp_path, json.dumps(nested)) == [
        ("feature 1", "", {}, SQUARE),
        ("feature 2", "", {}, SQUARE),
    ]


def test_a_feature_may_have_a_collection_of_geometries(tmp_path: Path) -> None:
    """It stays one feature."""
    nested = {"type": "GeometryCollection", "geometries": [SQUARE, SQUARE]}
    assert len(read(tmp_path, json.dumps({**HILL, "geometry": nested}))) == 1


def test_a_feature_a_line(tmp_path: Path) -> None:
    """Newline-delimited GeoJSON."""
    assert len(read(tmp_path, "\n".join([json.dumps(HILL)] * 3))) == 3


@pytest.mark.parametrize(
    "text",
    ["no JSON", "{}", "12", '{"type": "Topology", "objects": {}}', '{"type": "Feat', "[" * 100_000],
)
def test_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    """With a clear error, whatever it is."""
    with pytest.raises(WrongFormat, match="not GeoJSON"):
        read(tmp_path, text)


def test_a_file_that_breaks_off_is_damaged(tmp_path: Path) -> None:
    """A truncated gzip file says so."""
    whole = gzip.compress(json.dumps(collection(*[HILL] * 500)).encode())
    with pytest.raises(Damaged):
        read(tmp_path, whole[: len(whole) // 2])


def test_what_a_database_cannot_keep_is_left_out(tmp_path: Path) -> None:
    """NaN says nothing, and the letter NUL is no letter."""
    text = json.dumps({**HILL, "properties": {"POP": float("nan"), "NAME": "Hi\0ll"}})
    assert read(tmp_path, text)[0][2] == {"POP": None, "NAME": "Hill"}
