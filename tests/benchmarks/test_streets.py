"""The benchmark of streets, on a map drawn by hand: what it reads, counts, checks and refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import streets
from territories.streets import StreetNetwork
from tests.territories.streets.maps import lon_lat, osm_xml, street

POINTS = {1: (0.0, 0.0), 2: (200.0, 0.0), 3: (400.0, 0.0), 4: (200.0, 150.0)}
WAYS = [street("Elm Street", 1, 2, 3), street("Oak Road", 2, 4)]
HEADER = "lon,lat,number,street,type"


@pytest.fixture
def osm(tmp_path: Path) -> Path:
    path = tmp_path / "hamlet.osm"
    path.write_text(osm_xml(POINTS, WAYS))
    return path


def listed(folder: Path, *rows: tuple[float, float, str]) -> Path:
    """A county's list: metres east and north, and "number street,type"."""
    places = [(lon_lat((east, north)), text) for east, north, text in rows]
    lines = [f"{lon:.7f},{lat:.7f},{text}" for (lon, lat), text in places]
    path = folder / "county.csv"
    path.write_text("\n".join([HEADER, *lines]))
    return path


@pytest.fixture
def doors(tmp_path: Path) -> Path:
    """Four doors of Elm Street, one of a street that is not on the map, one outside of it."""
    elm = [(50.0 * place, 12.0, f"{place},ELM,ST") for place in range(1, 5)]
    return listed(tmp_path, *elm, (190.0, 100.0, "7,BIRCH,LN"), (9000.0, 0.0, "1,ELM,ST"))


def figures_of(folder: Path, *arguments: object) -> dict[str, Any]:
    """What the benchmark writes to its file."""
    out = folder / "out.json"
    assert streets.main([*map(str, arguments), "--no-osrm", "--json", str(out)]) == 0
    figures: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return figures


def test_doors_are_counted_by_where_they_came_to_stand(
    osm: Path, doors: Path, tmp_path: Path
) -> None:
    """Only doors inside the map count, and only streets on the map count as named."""
    figures = figures_of(tmp_path, osm, "--doors", doors)
    assert figures["doors"] == 5
    assert figures["named_doors"] == figures["snapped_to_name"] == 4
    assert figures["unreachable"] == figures["on_motorway"] == figures["in_private_yard"] == 0


def test_times_are_measured_and_checked(osm: Path, doors: Path, tmp_path: Path) -> None:
    """The table is as large as there are doors, and each of its entries is judged."""
    figures = figures_of(tmp_path, osm, "--doors", doors)
    assert (figures["matrix_n"], figures["sampled_pairs"], figures["sampled_wrong"]) == (5, 25, 0)
    assert all(figures[key] > 0 for key in ("build_s", "load_s", "matrix_s", "scipy_s"))


@pytest.mark.parametrize("wrong", ["nothing.osm.pbf", "county.csv"])
def test_what_is_no_map_is_refused(
    wrong: str, doors: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file and a list of doors end in one line, not in a traceback."""
    assert streets.main([str(doors.parent / wrong)]) == 1
    assert capsys.readouterr().err.startswith("benchmarks.streets: ")


def test_a_wrong_table_is_found_out(
    osm: Path, doors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judge does not believe the table: two seconds more on each entry are all wrong."""
    right = StreetNetwork.walk_matrix
    monkeypatch.setattr(StreetNetwork, "walk_matrix", lambda *given: right(*given) + np.int32(2))
    assert figures_of(tmp_path, osm, "--doors", doors)["sampled_wrong"] == 25


def test_addresses_of_the_map_itself_will_do(tmp_path: Path) -> None:
    """Without a list, the doors are those that the map has."""
    lon, lat = lon_lat((100.0, 10.0))
    address = '<tag k="addr:street" v="Elm Street"/><tag k="addr:housenumber" v="3"/>'
    home = f'<node id="9" version="1" lon="{lon}" lat="{lat}">{address}</node>'
    path = tmp_path / "hamlet.osm"
    path.write_text(osm_xml(POINTS, WAYS).replace("<way", home + "<way", 1))
    assert figures_of(tmp_path, path)["snapped_to_name"] == 1


def test_a_picture_is_drawn(osm: Path, doors: Path, tmp_path: Path) -> None:
    """The map, its doors and a walk end up in a PNG."""
    out = tmp_path / "out.png"
    figures_of(tmp_path, osm, "--doors", doors, "--picture", out)
    assert out.read_bytes().startswith(b"\x89PNG")


def test_a_map_without_doors_is_refused(
    osm: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says what to do."""
    elsewhere = listed(tmp_path, (9000.0, 0.0, "1,ELM,ST"))
    assert streets.main([str(osm), "--doors", str(elsewhere)]) == 1
    assert "--doors" in capsys.readouterr().err
