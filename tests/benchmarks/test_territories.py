"""The benchmark of cutting says how good a cut is, so that anybody can check it."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely import Point, box, intersects, linestrings
from shapely.geometry import shape

from benchmarks.suburbs import suburbs
from benchmarks.territories import main
from benchmarks.territories_picture import colours
from territories.cutting import StreetKind

NAMED = {"seconds", "imbalance_max", "imbalance_min", "split_streets", "pieces", "walk_m", "dead_m"}
LAUF = Path("../shared/data/towns/lauf.osm.pbf")


def measured(tmp_path: Path, *arguments: str) -> Any:
    """The JSON object of a run."""
    out = tmp_path / "out.json"
    assert main([*arguments, "--json", str(out)]) == 0
    return json.loads(out.read_text())


def test_its_doors_bear_out_its_figures(tmp_path: Path) -> None:
    """Minutes, split streets and outlines recounted from the doors are those it names."""
    found = measured(tmp_path, "suburbs:2000", "--territories", "6", "--recut")
    assert set(found) >= NAMED
    assert set(found["others"]) == {"k-means", "balanced"}
    assert found["others"]["k-means"]["imbalance_max"] > found["imbalance_max"]
    lon, lat, street, territory, minutes = zip(*found["doors"], strict=True)
    work = np.bincount(territory, minutes)
    assert work.max() / work.mean() - 1 == pytest.approx(found["imbalance_max"], abs=1e-3)
    assert work.min() / work.mean() - 1 == pytest.approx(found["imbalance_min"], abs=1e-3)
    assert len(set(zip(street, territory, strict=True))) == len(set(street))
    assert found["split_streets"] == found["pieces"] == 0
    shapes = [shape(feature["geometry"]) for feature in found["polygons"]["features"]]
    inside = [shapes[t].contains(Point(x, y)) for x, y, t in zip(lon, lat, territory, strict=True)]
    assert np.mean(inside) > 0.97
    assert found["outlines_s"] > 0


def test_a_change_moves_no_more_than_it_says(tmp_path: Path) -> None:
    """After a mild and a severe change it names what stays, and what cannot."""
    found = measured(tmp_path, "suburbs:2000", "--territories", "6", "--recut")["recuts"]
    for change in ("mild", "severe"):
        assert 0 <= found[change]["least_moved"] < 1
        assert found[change]["stays"] > 0.85
        assert max(found[change]["imbalance_max"], -found[change]["imbalance_min"]) <= 0.05


@pytest.mark.parametrize("kind", ["csv", "geojson"])
def test_it_reads_any_list_of_doors(tmp_path: Path, kind: str) -> None:
    """A CSV file and GeoJSON are cut alike, each door once."""
    rows = suburbs(1000, 1)[0][:400]
    text = "number,street,city,lon,lat\n" + "".join(
        f"{row.building + 1},{row.street},Laurel,{row.lon},{row.lat}\n" for row in rows
    )
    points = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row.lon, row.lat]},
            "properties": {"number": str(row.building + 1), "street": row.street, "city": "Laurel"},
        }
        for row in rows
    ]
    collection = json.dumps({"type": "FeatureCollection", "features": points})
    path = tmp_path / f"doors.{kind}"
    path.write_text(text if kind == "csv" else collection)
    found = measured(tmp_path, str(path), "--territories", "3")
    assert len(found["doors"]) == len({row.building for row in rows})
    assert found["territories"] == 3


@pytest.mark.skipif(not LAUF.exists(), reason="the shared data is not beside the tree")
def test_it_reads_a_street_map(tmp_path: Path) -> None:
    """The addresses of a real town, evenly cut."""
    found = measured(tmp_path, str(LAUF), "--territories", "12")
    assert len(found["doors"]) > 5000
    assert max(found["imbalance_max"], -found["imbalance_min"]) <= 0.05


@pytest.mark.skipif(not LAUF.exists(), reason="the shared data is not beside the tree")
def test_it_cuts_a_town_on_its_own_streets(tmp_path: Path) -> None:
    """On the map every door is on a street, and no walk leads past nobody to a farm."""
    plain = measured(tmp_path, str(LAUF), "--territories", "12")
    found = measured(tmp_path, str(LAUF), "--territories", "12", "--streets", str(LAUF))
    assert len(found["doors"]) == len(plain["doors"])
    assert max(found["imbalance_max"], -found["imbalance_min"]) <= 0.05
    assert found["split_streets"] == found["pieces"] == 0
    assert found["dead_m"] < plain["dead_m"]
    assert found["crossings"] > 0


def test_a_file_that_is_not_there_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """With its name, and no traceback."""
    assert main(["nowhere.csv"]) == 1
    assert "nowhere.csv" in capsys.readouterr().err


def test_suburbs_are_the_same_for_a_seed() -> None:
    """Doors lie on named streets, on one side of a river that only main roads cross."""
    rows, streets, (river,) = suburbs(3000, 4)
    assert rows == suburbs(3000, 4)[0]
    assert 0.8 < len(rows) / 3000 < 1.2
    ends = np.stack((streets.tail, streets.head), axis=1)
    lines = np.stack((streets.lon[ends], streets.lat[ends]), axis=-1)
    for row in rows[:: len(rows) // 50]:
        assert streets.kind[row.edge] == StreetKind.STREET
        assert row.offset_m < streets.length_m[row.edge]
    crossed = streets.kind[intersects(linestrings(lines), river)]
    assert set(crossed.tolist()) <= {StreetKind.MAIN, StreetKind.MOTORWAY}


def test_its_picture_shows_neighbours_in_different_colours(tmp_path: Path) -> None:
    """A file that is a picture, of territories of which no two that touch are alike."""
    out = tmp_path / "cut.png"
    assert main(["suburbs:1000", "--territories", "4", "--picture", str(out)]) == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    tiles = [box(x, y, x + 1, y + 1) for x in range(3) for y in range(3)]
    found = colours(tiles)
    for one, two in combinations(range(len(tiles)), 2):
        assert found[one] != found[two] or not tiles[one].intersects(tiles[two])
