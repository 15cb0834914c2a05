"""Reading OpenStreetMap."""

from __future__ import annotations

from pathlib import Path

import pytest

from territories.importing.errors import Damaged, NoAddresses
from territories.importing.openstreetmap import units_of, use_of
from territories.importing.rows import Reason
from territories.models import DoorUse, PositionQuality
from tests.territories.importing.reading import node, osm, read, relation, way, write

HOME = {"addr__housenumber": "5", "addr__street": "High Street"}
CORNERS = [node(1, 0, 0), node(2, 2, 0), node(3, 2, 2), node(4, 0, 2)]
OUTLINE = (1, 2, 3, 4, 1)


@pytest.mark.parametrize("name", ["a.osm", "a.osm.gz", "a.osm.bz2"])
def test_an_addressed_node_is_a_door(tmp_path: Path, name: str) -> None:
    """With all that its address says; the line names the element."""
    tags = {**HOME, "addr__postcode": "00100", "addr__city": "Hill", "shop": "books", "name": "Ex"}
    (row,), rejects = read(write(tmp_path, name, osm(node(7, 24.5, 60.5, **tags))))
    assert row == (
        "n7", "High Street", "5", "", "Ex", "00100", "Hill", "business", 24.5, 60.5,
        "address_point", "",
    )  # fmt: skip
    assert not rejects


def test_a_buildings_door_is_inside_its_outline(tmp_path: Path) -> None:
    """Even if the outline is no rectangle."""
    bent = [
        node(1, 0, 0),
        node(2, 9, 0),
        node(3, 9, 1),
        node(4, 1, 1),
        node(5, 1, 9),
        node(6, 0, 9),
    ]
    house = way(10, 1, 2, 3, 4, 5, 6, 1, building="house", **HOME)
    (row,), _ = read(write(tmp_path, "a.osm", osm(*bent, house)))
    assert row.lon < 1 or row.lat < 1
    assert (row.use, row.quality) == (DoorUse.HOME, PositionQuality.BUILDING)


@pytest.mark.parametrize(
    ("kinds", "chosen"),
    [
        (("yes", "main"), 1),
        (("main", "yes"), 0),
        (("yes", "home"), 0),
        (("garage", "yes"), 1),
        (("emergency", "staircase"), 1),
    ],
)
def test_a_buildings_door_is_its_entrance(
    tmp_path: Path, kinds: tuple[str, str], chosen: int
) -> None:
    """The main one before another; an emergency exit or a garage is none."""
    doors = [node(8, 0.5, 0, entrance=kinds[0]), node(9, 1.5, 0, entrance=kinds[1])]
    house = way(10, 1, 8, 9, 2, 3, 4, 1, building="yes", **HOME)
    (row,), _ = read(write(tmp_path, "a.osm", osm(*CORNERS, *doors, house)))
    assert (row.lon, row.lat) == ((0.5, 1.5)[chosen], 0)
    assert row.quality == PositionQuality.ENTRANCE


def test_an_entrance_with_an_address_is_a_door_by_itself(tmp_path: Path) -> None:
    """Its position is an entrance's."""
    (row,), _ = read(write(tmp_path, "a.osm", osm(node(7, 1, 2, entrance="yes", **HOME))))
    assert row.quality == PositionQuality.ENTRANCE


def test_a_relations_door_is_on_its_outline(tmp_path: Path) -> None:
    """Whose ways stand before it in the file; a node with a way's number is not that way."""
    other = [node(n, lon, lat) for n, (lon, lat) in enumerate(((50, 50), (51, 50), (51, 51)), 21)]
    house = relation(30, ("node", 11, "outer"), ("way", 10, "outer"), building="apartments", **HOME)
    far = relation(31, ("way", 11, "outer"), **{**HOME, "addr__housenumber": "7"})
    ways = [way(10, *OUTLINE), way(11, 21, 22, 23, 21, 22)]
    rows, _ = read(write(tmp_path, "a.osm", osm(*CORNERS, *other, *ways, house, far)))
    assert [(row.line, row.number) for row in rows] == [("r30", "5"), ("r31", "7")]
    assert 0 < rows[0].lon < 2
    assert 50 < rows[1].lon < 51


def test_numbers_and_units_in_lists_are_doors_each(tmp_path: Path) -> None:
    """Every number with every unit."""
    tags = {**HOME, "addr__housenumber": "12;14", "addr__flats": "1-3;5"}
    rows, _ = read(write(tmp_path, "a.osm", osm(node(7, 1, 2, **tags))))
    assert [(row.number, row.unit) for row in rows] == [
        (number, unit) for number in ("12", "14") for unit in ("1", "2", "3", "5")
    ]


@pytest.mark.parametrize(
    ("tags", "units"),
    [
        ({}, [""]),
        ({"addr:unit": "A"}, ["A"]),
        ({"addr:unit": "A;B", "addr:flats": "1-9"}, ["A", "B"]),
        ({"addr:flats": "7-7"}, ["7"]),
        ({"addr:flats": "9-1"}, ["9-1"]),
        ({"addr:flats": "A1-A9"}, ["A1-A9"]),
        ({"addr:flats": "1-9999"}, ["1-9999"]),
        ({"addr:flats": " ; "}, [""]),
    ],
)
def test_units_are_counted_only_where_they_can_be(tags: dict[str, str], units: list[str]) -> None:
    """A range is spread; what is none, or absurd, is one unit of that name."""
    assert units_of(tags) == units


@pytest.mark.parametrize(
    ("tags", "use"),
    [
        ({"shop": "books"}, "business"),
        ({"shop": "no"}, ""),
        ({"building": "office"}, "business"),
        ({"building": "house"}, "home"),
        ({"building": "house", "office": "lawyer"}, "business"),
        ({"building": "yes"}, ""),
        ({"addr:flats": "1-4"}, "home"),
    ],
)
def test_who_is_behind_a_door_is_told_by_its_tags(tags: dict[str, str], use: str) -> None:
    """As far as they tell."""
    assert use_of(tags) == use


def test_interpolated_addresses_are_no_doors(tmp_path: Path) -> None:
    """Such a way says how the houses along it are numbered; it is neither a door nor a reject."""
    line = way(10, 1, 2, addr__interpolation="odd", addr__street="High Street")
    rows, rejects = read(write(tmp_path, "a.osm", osm(*CORNERS, node(7, 1, 2, **HOME), line)))
    assert [row.line for row in rows] == ["n7"]
    assert not rejects
    with pytest.raises(NoAddresses):
        read(write(tmp_path, "b.osm", osm(*CORNERS, line)))


def test_a_building_outside_the_extract_is_rejected(tmp_path: Path) -> None:
    """Its corners are not in the file, so that nobody knows where it is."""
    house = way(10, 91, 92, 93, 91, building="yes", **HOME)
    rows, rejects = read(write(tmp_path, "a.osm", osm(node(7, 1, 2, **HOME), house)))
    assert [row.line for row in rows] == ["n7"]
    assert [(row.line, row.reason) for row in rejects] == [("w10", Reason.NO_POSITION)]


def test_a_place_stands_for_a_street(tmp_path: Path) -> None:
    """Villages have numbers without streets."""
    tags = {"addr__housenumber": "5", "addr__place": "Oldham"}
    (row,), _ = read(write(tmp_path, "a.osm", osm(node(7, 1, 2, **tags))))
    assert row.street == "Oldham"


@pytest.mark.parametrize("elements", [[], [node(1, 0, 0)], [node(1, 0, 0, highway="stop")]])
def test_an_extract_without_addresses_is_refused(tmp_path: Path, elements: list[str]) -> None:
    """By an error of its own."""
    with pytest.raises(NoAddresses):
        read(write(tmp_path, "a.osm", osm(*elements)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.osm", osm(node(7, 1, 2, **HOME))[:-20]),
        ("a.osm", "<kml></kml>"),
        ("a.osm.pbf", b"PK not a PBF at all"),
        ("a.osm.gz", "not xml"),
    ],
)
def test_what_is_no_whole_extract_is_damaged(
    tmp_path: Path, name: str, content: str | bytes
) -> None:
    """One line, and what to do."""
    with pytest.raises(Damaged, match="fetch it again") as refused:
        read(write(tmp_path, name, content))
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("name", ["a.osm.gz", "a.osm.bz2"])
def test_a_compressed_extract_that_breaks_off_is_damaged(tmp_path: Path, name: str) -> None:
    """However much of it could be read."""
    path = write(tmp_path, name, osm(*[node(n, n / 1e4, 1, **HOME) for n in range(1, 9000)]))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(Damaged):
        read(path)
