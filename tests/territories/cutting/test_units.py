"""What the segments of a street are, and what their doors are expected to take."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from territories.cutting import CutError, DoorRow, Doors, Streets, doors_from, units_from
from territories.cutting.doors import house_of, number_ranks
from tests.territories.cutting.towns import M_IN_DEGREES, grid, street, towns, units_of

STEP_MINUTES = 20 * 1.3 / 80  # the walk between two doors that are 20 m apart


def test_each_door_costs_its_time_and_the_walk_along_both_sides() -> None:
    """Four doors 20 m apart: two on each side, each side one walk of 40 m."""
    units = units_of(doors_from(street("Main", 4)))
    walk = 2 * STEP_MINUTES
    assert units.minutes == pytest.approx([1.5, 1.5, 1.5 + walk, 1.5 + walk], rel=1e-3)


def test_the_order_of_the_numbers_decides_not_the_order_of_the_rows() -> None:
    """The same street, shuffled, takes the same walks, with number 10 after number 8."""
    rows = street("Main", 12)
    shuffled = [rows[index] for index in np.random.default_rng(3).permutation(12)]
    expected = 12 * 1.5 + 10 * 2 * STEP_MINUTES
    assert units_of(doors_from(shuffled)).total == pytest.approx(expected, rel=1e-3)


def test_a_gap_in_the_numbers_is_not_walked() -> None:
    """Two doors of one street ten kilometres apart cost no walk, and are two segments."""
    units = units_of(doors_from(street("Main", 3, spacing_m=10_000)))
    assert units.minutes.tolist() == [1.5, 1.5, 1.5]
    assert len(units) == 3


def test_the_flats_of_a_building_cost_no_walk() -> None:
    """Five flats behind one entrance are one segment of five times 90 seconds."""
    units = units_of(doors_from([DoorRow(25.0, 60.0, 7, "Main", "1")] * 5))
    assert units.total == 7.5
    assert units.of_door.tolist() == [0, 0, 0, 0, 0]


def test_a_segment_is_a_hundred_of_house_numbers() -> None:
    """Numbers 90 to 98 and 100 to 108 of one street are two segments, whatever the side."""
    rows = [
        row._replace(number=str(number))
        for row, number in zip(street("Main", 10), [*range(90, 95), *range(100, 105)], strict=True)
    ]
    assert units_of(doors_from(rows)).of_door.tolist() == [0] * 5 + [1] * 5


def test_nobody_walks_to_the_next_number_past_the_doors_of_others() -> None:
    """Main 2 and Main 4 with nine houses across between them: no map shows them as one."""
    main = [DoorRow(25.0, 60 + y * M_IN_DEGREES, y, "Main", n) for n, y in (("2", 0), ("4", 100))]
    oak = [
        DoorRow(25 + x * 2 * M_IN_DEGREES, 60 + 50 * M_IN_DEGREES, 1000 + x, "Oak", str(x))
        for x in range(-80, 81, 20)
    ]
    units = units_of(doors_from(main + oak))
    pairs = zip(units.links.tail.tolist(), units.links.head.tolist(), strict=True)
    assert {0, 1} not in [set(pair) for pair in pairs]
    assert units.of_door[0] != units.of_door[1]
    without = units_of(doors_from(main))
    assert without.of_door[0] == without.of_door[1]


def test_two_places_with_one_address_are_two_segments() -> None:
    """Main Street 1 to 9 of two villages, under one name by mistake."""
    rows = street("Main", 5) + street("Main", 5, lat=60.5)
    assert units_of(doors_from(rows)).of_door.tolist() == [0] * 5 + [1] * 5


def test_numbers_sort_as_people_sort_them() -> None:
    """2 comes before 2a, 2a before 10, and 10 before a number that begins with a letter."""
    numbers = ["B 3", "10", "2a", "2", "10"]
    assert number_ranks(numbers).tolist() == [3, 2, 1, 0, 2]


@pytest.mark.parametrize(
    ("number", "house"), [("12a", 12), ("B 3", 3), ("", -1), ("rear", -1), ("1" * 40, 111111)]
)
def test_a_house_number_begins_with_a_number(number: str, house: int) -> None:
    """Letters before it are passed over, and a number without one has none."""
    assert house_of(number) == house


@settings(deadline=None, max_examples=40)
@given(towns())
def test_no_minute_is_lost_and_buildings_are_whole(town: Doors) -> None:
    """Each door takes at least its own time, and a building is in one segment."""
    units = units_of(town)
    assert (units.minutes >= town.minutes).all()
    pairs = np.unique(np.column_stack((town.building, units.of_door)), axis=0)
    assert len(pairs) == town.buildings


@settings(deadline=None, max_examples=40)
@given(towns())
def test_the_links_join_all_doors(town: Doors) -> None:
    """Whoever follows them gets everywhere, be it over bridges."""
    links = units_of(town).links
    net = nx.Graph(zip(links.tail.tolist(), links.head.tolist(), strict=True))
    net.add_nodes_from(range(len(town)))
    assert nx.is_connected(net)


def test_no_doors_make_no_units() -> None:
    """An empty list is not an error here; dividing it is."""
    assert len(units_of(doors_from([]))) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("lon", float("nan")), ("lon", 181.0), ("lat", float("inf")), ("minutes", -1.0)],
)
def test_an_impossible_value_is_refused_by_name(field: str, value: float) -> None:
    """The error names the column and the door."""
    rows = street("Main", 3)
    rows[1] = DoorRow(**{**rows[1]._asdict(), field: value})
    with pytest.raises(CutError, match="Door 1") as error:
        doors_from(rows)
    assert error.value.field == field


def test_an_edge_that_is_not_there_is_refused() -> None:
    """Without a network a door's edge is not looked at; with one it has to exist."""
    none = np.zeros(0)
    streets = Streets(none.astype(int), none.astype(int), none, none.astype(int), none, none)
    doors = doors_from([row._replace(edge=3) for row in street("Main", 3)])
    assert units_from(doors).total > 0
    with pytest.raises(CutError) as error:
        units_from(doors, streets)
    assert error.value.field == "edge"


def test_streets_without_names_are_not_one_street() -> None:
    """Every building without a street is a segment of its own."""
    town = grid(3, 3)
    rows = [DoorRow(*at, i, "", "1") for i, at in enumerate(zip(town.lon, town.lat, strict=True))]
    assert len(units_of(doors_from(rows))) == 9
