"""What a building's doors are expected to take."""

import numpy as np
import pytest
from hypothesis import given

from territories.cutting import DoorRow, Doors, doors_from, units_from
from territories.cutting.doors import number_ranks
from territories.cutting.units import MAX_WALK_S, walk_s
from tests.territories.cutting.towns import street, towns, units_of

STEP_S = 20 * 1.3 / (4.8 / 3.6)  # the walk between two doors that are 20 m apart


def test_each_door_costs_its_time_and_the_walk_from_the_one_before() -> None:
    """Three doors 20 m apart cost three times 90 seconds and two walks of 19.5 seconds."""
    units = units_from(doors_from(street("Main", 3)), door_s=90)
    assert units.minutes * 60 == pytest.approx([90, 90 + STEP_S, 90 + STEP_S], rel=1e-3)


def test_the_order_of_the_numbers_decides_not_the_order_of_the_rows() -> None:
    """The same street, shuffled, takes the same walks, with number 10 after number 9."""
    rows = street("Main", 12)
    shuffled = [rows[index] for index in np.random.default_rng(3).permutation(12)]
    assert walk_s(doors_from(shuffled)).sum() == pytest.approx(11 * STEP_S, rel=1e-3)


def test_no_walk_leads_from_one_street_to_the_next() -> None:
    """Two streets of one door each, far apart, cost two doors and no walk."""
    rows = street("Main", 1) + street("Side", 1, lat=61.0)
    assert walk_s(doors_from(rows)).tolist() == [0, 0]


def test_a_gap_in_the_numbers_is_not_walked_in_full() -> None:
    """Two doors of one street ten kilometres apart cost the longest walk that counts."""
    assert walk_s(doors_from(street("Main", 2, spacing_m=10_000)))[1] == MAX_WALK_S


def test_the_flats_of_a_building_cost_no_walk() -> None:
    """Five flats behind one entrance are one unit of five times 90 seconds."""
    units = units_from(doors_from([DoorRow(25.0, 60.0, 7, "Main", "1")] * 5), door_s=90)
    assert units.minutes.tolist() == [pytest.approx(7.5)]
    assert units.of_door.tolist() == [0, 0, 0, 0, 0]


def test_numbers_sort_as_people_sort_them() -> None:
    """2 comes before 2a, 2a before 10, and 10 before a number that begins with a letter."""
    numbers = ["B 3", "10", "2a", "2", "10"]
    assert number_ranks(numbers).tolist() == [3, 2, 1, 0, 2]


@given(towns())
def test_a_unit_is_a_building(town: Doors) -> None:
    """Doors share a unit exactly if they share a building, and no minute is lost."""
    units = units_of(town)
    assert units.of_door.tolist() == town.building.tolist()
    assert units.minutes.sum() == pytest.approx((len(town) * 90 + walk_s(town).sum()) / 60)
    assert units.lon.min() >= town.lon.min() - 1e-9
    assert units.lat.max() <= town.lat.max() + 1e-9


def test_no_doors_make_no_units() -> None:
    """An empty list is not an error here; dividing it is."""
    assert len(units_of(doors_from([]))) == 0
