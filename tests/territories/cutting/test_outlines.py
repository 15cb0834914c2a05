"""Outlines show what is in a territory and can be drawn anywhere."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from territories.cutting import DoorRow, Doors, divide, doors_from, outlines
from tests.territories.cutting.towns import grid, towns, units_of


@given(towns(max_buildings=25), st.data())
def test_an_outline_is_one_valid_polygon_around_all_doors_of_its_territory(
    town: Doors, data: st.DataObject
) -> None:
    """However few or strangely placed the doors are, none lies outside, and there is no hole."""
    units = units_of(town)
    cut = divide(units, territories=data.draw(st.integers(1, len(units))))
    drawn = list(outlines(town, cut))
    assert len(drawn) == cut.territories
    for label, polygon in enumerate(drawn):
        mine = cut.labels == label
        assert (polygon.geom_type, polygon.is_valid, len(polygon.interiors)) == ("Polygon", True, 0)
        assert shapely.contains_xy(polygon, town.lon[mine], town.lat[mine]).all()


def test_an_outline_keeps_close_to_its_doors() -> None:
    """The outline of one house is a ring of fifteen metres, not a district."""
    house = doors_from([DoorRow(25.0, 60.0, 1, "Main", "1")])
    polygon = next(outlines(house, divide(units_of(house), territories=1)))
    west, south, east, north = polygon.bounds
    assert (north - south) * 111_195 == pytest.approx(30, abs=0.5)
    assert (east - west) * 111_195 * np.cos(np.radians(60)) == pytest.approx(30, abs=0.5)


def test_an_outline_follows_a_bend() -> None:
    """An L of houses does not claim the empty quarter between its arms."""
    arms = [(x, 0) for x in range(30)] + [(0, y) for y in range(1, 30)]
    rows = [DoorRow(25 + x * 0.001, 60 + y * 0.0005, i, "L", "1") for i, (x, y) in enumerate(arms)]
    bend = doors_from(rows)
    polygon = next(outlines(bend, divide(units_of(bend), territories=1)))
    assert not polygon.contains(shapely.Point(25.015, 60.0125))


def test_the_outlines_of_a_grid_hardly_overlap() -> None:
    """Four quarters of a grid of streets share less than a tenth of their area."""
    town = grid(20, 20)
    drawn = list(outlines(town, divide(units_of(town), territories=4)))
    total = sum(polygon.area for polygon in drawn)
    assert shapely.union_all(drawn).area > 0.9 * total
