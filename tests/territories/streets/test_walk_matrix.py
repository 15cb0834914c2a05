"""Walking times from door to door: on hand-made streets, each with one twist."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from territories.streets import (
    DRIVING,
    UNREACHABLE,
    WALKING,
    Access,
    Road,
    SnapQuality,
    Snaps,
    StreetNetwork,
)
from tests.territories.streets.sketch import ONE_WAY, PRIVATE, Door, Street, network, snaps

LINE = {"a": (0.0, 0.0), "b": (120.0, 0.0), "c": (240.0, 0.0), "d": (360.0, 0.0), "x": (120, 90.0)}
LEFT, RIGHT = 1, -1


def seconds(streets: StreetNetwork, *doors: Door) -> list[list[int]]:
    """The whole table between some doors."""
    standing = snaps(*doors)
    table: list[list[int]] = streets.walk_matrix(standing, standing).tolist()
    return table


def main_street(road: Road) -> StreetNetwork:
    """A street over three edges, with a footpath at its first junction."""
    streets = [
        Street("a", "b", "Main", road),
        Street("b", "c", "Main", road),
        Street("d", "c", "Main", road),  # drawn the other way round
        Street("b", "x", "", Road.PATH),
        Street("c", "x", "", Road.PATH),
    ]
    return network(LINE, streets)


def test_a_metre_takes_three_quarters_of_a_second() -> None:
    """Doors on one side are as far as the street between them is long, at 4.8 km/h."""
    assert seconds(main_street(Road.RESIDENTIAL), Door(0, 10), Door(0, 110)) == [[0, 75], [75, 0]]


def test_the_setback_is_walked_at_both_doors() -> None:
    """Twelve metres to one door and twenty-four to the other are in the time between them."""
    doors = Door(0, 10, setback_m=12), Door(0, 110, setback_m=24)
    assert seconds(main_street(Road.RESIDENTIAL), *doors)[0][1] == 9 + 75 + 18


def test_doors_of_one_place_are_no_way_apart() -> None:
    """Whoever leaves a flat for the next one does not walk to the street and back."""
    door = Door(0, 10, setback_m=12)
    assert seconds(main_street(Road.RESIDENTIAL), door, door) == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("road", "crossing_s"),
    [(Road.PATH, 0), (Road.RESIDENTIAL, 15), (Road.TERTIARY, 30), (Road.PRIMARY, 60)],
)
def test_crossing_costs_by_the_kind_of_road(road: Road, crossing_s: int) -> None:
    """The door opposite costs the crossing, and nothing else."""
    opposite = Door(0, 60, LEFT), Door(0, 60, RIGHT)
    assert seconds(main_street(road), *opposite)[0][1] == crossing_s


def test_the_other_side_stays_the_other_side_beyond_a_junction() -> None:
    """A street keeps its sides from edge to edge, also where one was drawn the other way round."""
    first = Door(0, 60, LEFT)
    same, other = Door(1, 60, LEFT), Door(1, 60, RIGHT)
    turned_same, turned_other = Door(2, 60, RIGHT), Door(2, 60, LEFT)
    row = seconds(main_street(Road.PRIMARY), first, same, other, turned_same, turned_other)[0]
    assert row == [0, 90, 150, 180, 240]


def test_round_the_corner_is_half_a_crossing_away() -> None:
    """Who leaves a street pays half of its crossing: no side street is a free way across."""
    here, opposite, around_the_corner = Door(0, 100, LEFT), Door(1, 20, RIGHT), Door(3, 0, 0)
    table = seconds(main_street(Road.PRIMARY), here, opposite, around_the_corner)
    assert table[0][2] == 15 + 30
    assert table[0][1] == table[0][2] + table[2][1] == 15 + 60 + 15


def walk(streets: StreetNetwork, *doors: Door) -> int:
    """How long it takes to visit doors in this order."""
    table = seconds(streets, *doors)
    return sum(table[stop][stop + 1] for stop in range(len(doors) - 1))


def sides_and_zigzag(road: Road, spacing_m: float) -> tuple[int, int]:
    """Walking ten doors one side after the other, and both sides pair by pair."""
    streets = network({"a": (0.0, 0.0), "b": (200.0, 0.0)}, [Street("a", "b", "Main", road)])
    left = [Door(0, spacing_m * place, LEFT) for place in range(1, 6)]
    right = [replace(door, side=RIGHT) for door in left]
    pairs = zip(left, right, strict=True)
    zigzag = [door for turn, pair in enumerate(pairs) for door in (pair[:: 1 - 2 * (turn % 2)])]
    return walk(streets, *left, *reversed(right)), walk(streets, *zigzag)


def test_one_side_after_the_other_is_cheaper_on_a_busy_street() -> None:
    """Where crossing means waiting, a walk goes up one side and down the other."""
    one_side_first, zigzag = sides_and_zigzag(Road.SECONDARY, 25)
    assert one_side_first < zigzag


@pytest.mark.parametrize("road", [Road.RESIDENTIAL, Road.LIVING_STREET])
def test_zigzag_is_cheaper_in_a_cul_de_sac(road: Road) -> None:
    """Where crossing takes less than the next door, a walk takes both sides on its way in."""
    one_side_first, zigzag = sides_and_zigzag(road, 25)
    assert zigzag < one_side_first


def test_a_motorway_is_crossed_at_its_ends_only() -> None:
    """Opposite doors of a road that nobody crosses are as far as the nearer junction and back."""
    streets = main_street(Road.MOTORWAY)
    assert seconds(streets, Door(0, 60, LEFT), Door(0, 70, RIGHT))[0][1] == 45 + 37.5 + 0.5
    assert seconds(streets, Door(0, 60, LEFT), Door(0, 70, LEFT))[0][1] == 8


def square(access: Access) -> StreetNetwork:
    """A short cut of 40 m between two corners that are 360 m apart by the street."""
    corners = {"a": (0.0, 0.0), "b": (40.0, 0.0), "n": (0.0, 160.0), "m": (40.0, 160.0)}
    streets = [
        Street("a", "b", "Yard", Road.SERVICE, access),
        Street("a", "n", "Around", Road.PATH),
        Street("n", "m", "Around", Road.PATH),
        Street("b", "m", "Around", Road.PATH),
    ]
    return network(corners, streets)


def test_a_private_way_leads_to_its_own_doors_only() -> None:
    """Nobody takes the short cut through a yard, but its own doors are reached from both ends."""
    here, beyond, inside = Door(1, 0), Door(3, 0), Door(0, 20, 0)
    through = seconds(square(PRIVATE & ~Access.PRIVATE_WALK), here, beyond)
    table = seconds(square(PRIVATE), here, beyond, inside)
    assert through[0][1] == 30
    assert table[0][1] == 270
    assert table[0][2] == table[1][2] == table[2][0] == 15


def test_a_door_on_a_loop_goes_the_shorter_way_round() -> None:
    """A street that comes back to its start is walked in either direction."""
    corners = {"a": (0.0, 0.0)}
    bends = ((0.0, 100.0), (100.0, 100.0), (100.0, 0.0))
    streets = network(corners, [Street("a", "a", "Ring", bends=bends)])
    assert seconds(streets, Door(0, 20), Door(0, 380))[0][1] == 30


def test_one_way_streets_count_when_driving() -> None:
    """A driver goes round the block where a walker turns back."""
    streets = network(
        {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (100.0, 100.0)},
        [Street("a", "b", "One", access=ONE_WAY), Street("b", "c", "Two"), Street("a", "c", "Two")],
    )
    doors = snaps(Door(0, 40, 0), Door(0, 60, 0))
    driven = streets.walk_matrix(doors, doors, DRIVING)
    around_m = 100 + 100 + np.hypot(100, 100) - 20
    assert driven.tolist() == [[0, 3], [np.ceil(around_m / 25 * 3.6), 0]]
    assert streets.walk_matrix(doors, doors).tolist() == [[0, 15], [15, 0]]


def test_a_slower_walker_takes_longer_for_everything_but_crossings() -> None:
    """At half the pace ways and setbacks take twice as long."""
    doors = snaps(Door(0, 10, LEFT, 8), Door(0, 50, RIGHT, 0))
    slow = main_street(Road.RESIDENTIAL).walk_matrix(doors, doors, WALKING.at(0.5))
    assert slow[0, 1] == 2 * (30 + 6) + 15


def test_doors_without_an_edge_and_islands_are_unreachable() -> None:
    """A door that was not snapped, or hangs together with nothing, is marked and not guessed."""
    corners = {**LINE, "i": (900.0, 0.0), "j": (990.0, 0.0)}
    streets = network(corners, [Street("a", "b"), Street("i", "j")])
    doors = snaps(Door(0, 10), Door(-1, 0), Door(1, 10))
    doors.quality[1] = SnapQuality.TOO_FAR
    table = streets.walk_matrix(doors, doors)
    assert (table == UNREACHABLE).tolist() == [
        [False, True, True],
        [True, True, True],
        [True, True, False],
    ]
    assert table.dtype == np.int32


def test_nobody_goes_nowhere() -> None:
    """No doors make an empty table of the right shape."""
    doors = snaps(Door(0, 10))
    none = Snaps(*(column[:0] for column in vars(doors).values()))
    assert main_street(Road.PATH).walk_matrix(none, doors).shape == (0, 1)
    assert main_street(Road.PATH).walk_matrix(doors, none).shape == (1, 0)


FAR = [(f"f{place}", (50_000.0 + 100 * place, 0.0)) for place in range(60)]


def with_a_far_town(
    corners: dict[str, tuple[float, float]], streets: list[Street]
) -> StreetNetwork:
    """The same streets in a region that has far more, so that most of it is left out."""
    far = [Street(here, there) for (here, _), (there, _) in pairwise(FAR)]
    return network({**corners, **dict(FAR)}, [*streets, *far])


def test_the_only_way_may_lead_far_around() -> None:
    """Two banks of a river are joined by a bridge that is ten kilometres away."""
    corners = {"a": (0.0, 0.0), "b": (0.0, 10_000.0), "c": (60.0, 10_000.0), "d": (60.0, 0.0)}
    corners |= {"a1": (0.0, 30.0), "d1": (60.0, 30.0)}
    streets = [
        Street("a", "a1"),
        Street("d", "d1"),
        Street("a1", "b"),
        Street("b", "c"),
        Street("d1", "c"),
    ]
    table = seconds(with_a_far_town(corners, streets), Door(0, 0, 0), Door(1, 0, 0))
    assert table[0][1] == 20_060 * 0.75


def test_a_shorter_way_may_lead_out_of_the_neighbourhood() -> None:
    """A path that stays near is not taken for the shortest if one that goes farther may beat it."""
    corners = {"a": (0.0, 0.0), "b": (0.0, 400.0), "c": (60.0, 400.0), "d": (60.0, 0.0)}
    corners |= {"a1": (0.0, 30.0), "d1": (60.0, 30.0)}
    maze = tuple((10.0 + 5 * turn, 290.0 * (turn % 2)) for turn in range(9))
    streets = [
        Street("a", "a1"),
        Street("d", "d1"),
        Street("a1", "b"),
        Street("b", "c"),
        Street("d1", "c"),
        Street("a", "d", "Maze", bends=maze),
    ]
    table = seconds(with_a_far_town(corners, streets), Door(0, 0, 0), Door(1, 0, 0))
    assert table[0][1] == 860 * 0.75


def test_a_private_way_that_hangs_together_with_nothing_joins_its_own_doors() -> None:
    """Doors of a gated street are reached from each other, though there is no way out of it."""
    streets = network(LINE, [Street("a", "b", "Gated", access=PRIVATE), Street("c", "d")])
    table = seconds(streets, Door(0, 20), Door(0, 100), Door(1, 10))
    assert table[0] == [0, 60, UNREACHABLE]
    assert seconds(streets, Door(0, 20), Door(0, 100))[0] == [0, 60]
