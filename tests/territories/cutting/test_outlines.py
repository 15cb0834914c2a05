"""Outlines show what is in a territory and can be drawn anywhere."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from territories.cutting import Cut, DoorRow, Doors, divide, doors_from, outlines
from territories.cutting.borders import MAX_VERTICES
from territories.cutting.sphere import FlatMap
from tests.territories.cutting.towns import grid, towns, units_of

M2_IN_DEGREES = 1 / 111_195**2
ROUNDING_M2 = 1.0  # what neighbours may share or leave open after rounding to the centimetre


def dealt(doors: Doors, labels: np.ndarray, k: int) -> Cut:
    """A cut made by hand."""
    return replace(divide(units_of(doors), k=1), labels=labels, territories=k)


def shapes(doors: Doors, cut: Cut) -> list[shapely.Polygon]:
    """The outlines in metres."""
    flat = FlatMap.around(doors.lon, doors.lat)
    return [
        shapely.transform(each, lambda lonlat: flat.metres(lonlat[:, 0], lonlat[:, 1]))
        for each in outlines(cut)
    ]


def share_inside(doors: Doors, cut: Cut, drawn: list[shapely.Polygon]) -> list[float]:
    """Of each territory the share of its doors that its outline holds."""
    return [
        float(shapely.contains_xy(each, doors.lon[mine], doors.lat[mine]).mean())
        for label, each in enumerate(drawn)
        for mine in [cut.labels == label]
    ]


@settings(deadline=None, max_examples=10)
@given(towns(max_buildings=25), st.data())
def test_outlines_never_overlap_and_each_is_one_valid_polygon(
    town: Doors, data: st.DataObject
) -> None:
    """However few, strangely placed or scattered among others the doors of a territory are."""
    units = units_of(town)
    cut = divide(units, k=data.draw(st.integers(1, town.buildings)))
    drawn = shapes(town, cut)
    assert len(drawn) == cut.territories
    for polygon in drawn:
        assert (polygon.geom_type, polygon.is_valid, polygon.is_empty) == ("Polygon", True, False)
    shared = sum(polygon.area for polygon in drawn) - shapely.union_all(drawn).area
    assert shared == pytest.approx(0, abs=ROUNDING_M2)


@settings(deadline=None, max_examples=10)
@given(st.integers(4, 20), st.integers(4, 20), st.integers(2, 4))
def test_a_territory_in_one_piece_has_its_doors_inside_and_touches_its_neighbours(
    columns: int, rows: int, stripes: int
) -> None:
    """In stripes of houses nearly all doors are inside, and no gap is left between the outlines."""
    town = grid(columns, rows)
    cut = dealt(town, np.arange(columns * rows) % columns * stripes // columns, stripes)
    drawn = outlines(cut)
    assert min(share_inside(town, cut, drawn)) >= 0.97
    whole = shapely.union_all(shapely.buffer(drawn, 1e-7))
    assert shapely.get_num_geometries(whole) == 1
    assert shapely.get_num_interior_rings(whole) == 0


def test_an_outline_has_few_vertices() -> None:
    """A border that zigzags past two hundred houses is drawn with at most sixty points."""
    town = grid(60, 60)
    sawtooth = (np.arange(3600) % 60 + np.arange(3600) // 60 % 2 * 3) >= 30
    cut = dealt(town, sawtooth.astype(np.int64), 2)
    for polygon in outlines(cut):
        assert len(polygon.exterior.coords) - 1 <= MAX_VERTICES


def test_an_outline_keeps_close_to_its_doors() -> None:
    """The outline of one house is a small patch around it, not a district."""
    house = doors_from([DoorRow(25.0, 60.0, 1, "Main", "1")])
    (patch,) = shapes(house, divide(units_of(house), k=1))
    assert patch.contains(shapely.Point(0, 0))
    assert 30 < shapely.minimum_bounding_radius(patch) < 120


def test_an_outline_follows_a_bend() -> None:
    """An L of houses does not claim the empty quarter between its arms."""
    arms = [(x, 0) for x in range(30)] + [(0, y) for y in range(1, 30)]
    rows = [DoorRow(25 + x * 0.001, 60 + y * 0.0005, i, "L", "1") for i, (x, y) in enumerate(arms)]
    bend = doors_from(rows)
    polygon = outlines(divide(units_of(bend), k=1))[0]
    assert not polygon.contains(shapely.Point(25.015, 60.0125))


def test_two_groups_of_houses_of_one_territory_are_drawn_as_one_piece() -> None:
    """A valley between two hamlets of one territory is bridged, so that no door is left out."""
    rows = [DoorRow(25 + x, 60.0, i, "A", str(i)) for i, x in enumerate((0, 2e-4, 0.02, 0.0202))]
    hamlets = doors_from(rows)
    cut = divide(units_of(hamlets), k=1)
    assert share_inside(hamlets, cut, outlines(cut)) == [1.0]


@pytest.mark.parametrize(("gap_m", "is_drawn"), [(600, True), (2000, False)])
def test_land_between_near_hamlets_is_drawn_and_wide_land_is_not(
    gap_m: float, is_drawn: bool
) -> None:
    """Fields between the farms of a territory belong to it on the map; a forest does not."""
    corners = [(x, y) for x in (0.0, gap_m) for y in (0.0, gap_m / 2, gap_m)]
    rows = [
        DoorRow(25 + x / 55_600, 60 + y / 111_195, number, f"farm {number}", "1")
        for number, (x, y) in enumerate(corners)
    ]
    farms = doors_from(rows)
    (drawn,) = shapes(farms, divide(units_of(farms), k=1))
    assert drawn.contains(shapely.Point(0, gap_m / 8)) == is_drawn


def test_a_territory_around_another_leaves_it_room() -> None:
    """A block inside of another territory is a hole there, not covered twice."""
    town = grid(12, 12)
    at = np.arange(144)
    middle = (abs(at % 12 - 5.5) < 3) & (abs(at // 12 - 5.5) < 3)
    cut = dealt(town, middle.astype(np.int64), 2)
    around, block = shapes(town, cut)
    assert len(around.interiors) == 1
    assert shapely.Polygon(around.interiors[0]).symmetric_difference(block).area < ROUNDING_M2


def test_doors_of_two_territories_on_one_spot_are_both_drawn() -> None:
    """Two buildings that an import has put on one point do not make a territory vanish."""
    spot = doors_from([DoorRow(25.0, 60.0, building, "A", "1") for building in (0, 1)])
    drawn = shapes(spot, divide(units_of(spot), k=2))
    assert min(polygon.area for polygon in drawn) > 10
