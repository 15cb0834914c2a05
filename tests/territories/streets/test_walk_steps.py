"""Walking instructions: what a phone says at each turn."""

from __future__ import annotations

import pytest

from territories.streets import Road, Side, StreetNetwork, Turn
from territories.streets.wording import turn_of
from tests.territories.streets.sketch import Door, Street, network, snaps

CORNERS = {
    "a": (0.0, 0.0),
    "b": (100.0, 0.0),
    "c": (200.0, 0.0),
    "n": (100.0, 120.0),
    "s": (100.0, -60.0),
    "t": (100.0, -90.0),
}
STREETS = [
    Street("a", "b", "Marktplatz"),
    Street("b", "c", "Marktplatz"),
    Street("b", "n", "Hauptstrasse"),
    Street("b", "s", "", Road.PATH),
    Street("s", "t", "", Road.STEPS),
]


def town() -> StreetNetwork:
    return network(CORNERS, STREETS)


def told(*doors: Door, numbers: tuple[str, ...] = ()) -> list[str]:
    return [step.text for step in town().walk_steps(snaps(*doors), numbers)]


def test_a_turn_is_told_with_the_street_and_the_way() -> None:
    """Out of the door, round the corner, and where the next door is."""
    assert told(Door(0, 20, 1, 5), Door(2, 100, -1, 5), numbers=("2", "17")) == [
        "left along Marktplatz, 80 m",
        "left into Hauptstrasse, 100 m, odd side",
    ]


def test_pieces_of_one_street_are_one_step() -> None:
    """A junction that one walks past is not worth a word."""
    assert told(Door(0, 20, 1), Door(1, 60, 1)) == ["left along Marktplatz, 140 m, left side"]


def test_ways_without_a_name_are_called_what_they_are() -> None:
    """A footpath and steps have words of their own."""
    assert told(Door(1, 50, 0), Door(4, 20, 0)) == [
        "straight on along Marktplatz, 50 m",
        "left onto the footpath, 60 m",
        "straight on, take the steps, 20 m",
    ]


def test_crossing_the_road_is_told() -> None:
    """The other side of the same street begins with crossing it."""
    doors = Door(0, 20, 1), Door(0, 40, -1), Door(0, 40, 1), Door(0, 10, 1)
    assert told(*doors) == [
        "cross Marktplatz, then left, 20 m, right side",
        "cross Marktplatz, left side",
        "back along Marktplatz, 30 m, right side",
    ]


def test_the_next_door_on_the_way_is_on_along_the_street() -> None:
    """Who has arrived in a street goes on or back in it, without turning out of the door."""
    assert told(Door(0, 20), Door(0, 40), Door(0, 60), Door(0, 30)) == [
        "left along Marktplatz, 20 m, left side",
        "on along Marktplatz, 20 m, left side",
        "back along Marktplatz, 30 m, right side",
    ]


def test_sides_are_odd_or_even_only_where_all_numbers_agree() -> None:
    """A side with odd and even numbers is left or right."""
    doors = Door(0, 20, 1), Door(0, 40, 1), Door(0, 60, -1)
    sides = [step.side for step in town().walk_steps(snaps(*doors), ("1", "4", "6"))]
    assert sides == [Side.LEFT, Side.EVEN]
    sides = [step.side for step in town().walk_steps(snaps(*doors), ("1", "3a", "6-8"))]
    assert sides == [Side.ODD, Side.EVEN]


def test_neighbours_behind_one_entrance_need_no_step() -> None:
    """The second flat of a building is no walk."""
    steps = town().walk_steps(snaps(Door(0, 20), Door(0, 40), Door(0, 40), Door(0, 60)))
    assert [step.stop for step in steps] == [1, 3]


def test_steps_are_data_as_well() -> None:
    """A phone can draw its own arrows: turn, metres, place."""
    first, second = town().walk_steps([snaps(Door(0, 20)), snaps(Door(2, 100, -1))])
    assert (first.turn, first.stop, first.metres) == (Turn.LEFT, 1, 80)
    assert (second.turn, second.street, second.side) == (Turn.LEFT, "Hauptstrasse", Side.RIGHT)
    assert second.lon == pytest.approx(100 / 111_194.9, rel=1e-4)


@pytest.mark.parametrize(
    ("degrees", "turn"),
    [
        (0, Turn.STRAIGHT),
        (40, Turn.SLIGHT_RIGHT),
        (90, Turn.RIGHT),
        (140, Turn.SHARP_RIGHT),
        (180, Turn.AROUND),
        (-40, Turn.SLIGHT_LEFT),
        (-90, Turn.LEFT),
        (-140, Turn.SHARP_LEFT),
    ],
)
@pytest.mark.parametrize("before", [0, 100, 300])
def test_turns_are_by_the_compass(degrees: int, turn: Turn, before: int) -> None:
    """It is the difference of two headings that counts, also across north."""
    assert turn_of(before, (before + degrees) % 360) is turn


WINDING = {
    "a": (0.0, 0.0), "b": (100.0, 0.0), "c": (100.0, 60.0), "d": (200.0, 60.0), "e": (260.0, 60.0),
    "x": (100.0, -60.0), "y": (200.0, 120.0),
}  # fmt: skip


def wound(first: Road, *then: Road) -> list[str]:
    """The steps of a walk along A Street and on by ways without a name, to a door on the last."""
    roads = [first, *then]
    corners = [*zip("bcde", "cdey", strict=False)][: len(roads)]
    ways = [Street(a, b, "", road) for (a, b), road in zip(corners, roads, strict=True)]
    net = network(WINDING, [Street("a", "b", "A Street"), Street("b", "x", "B"), *ways])
    walk = snaps(Door(0, 50, 1, 5), Door(1 + len(roads), 40, 0))
    return [step.text for step in net.walk_steps(walk)][1:]


def test_one_more_way_of_the_same_kind_is_the_next() -> None:
    """Turning from footpath to footpath, nobody could tell which one is meant."""
    assert wound(Road.PATH, Road.PATH) == [
        "left onto the footpath, 60 m",
        "right onto the next footpath, 40 m",
    ]


def test_where_nothing_turns_it_goes_on_along_the_way() -> None:
    """Straight on leads onto nothing; and a street without a name says so."""
    assert wound(Road.PATH, Road.RESIDENTIAL, Road.PATH) == [
        "left onto the footpath, 60 m",
        "right onto the unnamed street, 100 m",
        "straight on along the footpath, 40 m",
    ]


def test_stairs_are_taken_and_a_zone_is_entered() -> None:
    """Each kind of way has its own little word."""
    assert wound(Road.STEPS, Road.PEDESTRIAN) == [
        "left, take the steps, 60 m",
        "right into the pedestrian zone, 40 m",
    ]


def test_a_stub_of_a_street_is_not_worth_a_turn() -> None:
    """Five metres of Short Lane between two others: the turn is the one from A right into C."""
    corners = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (100.0, 5.0), "d": (200.0, 5.0)}
    ways = [Street("a", "b", "A"), Street("b", "c", "Short Lane"), Street("c", "d", "C")]
    steps = network(corners, ways).walk_steps(snaps(Door(0, 50, 1, 5), Door(2, 60)))
    assert [step.text for step in steps] == [
        "left along A, 50 m",
        "straight on into C, 60 m, left side",
    ]


def test_a_stub_stays_where_it_turns_the_walk_round() -> None:
    """Without it the walk would seem to go back where it came from."""
    corners = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (100.0, 5.0), "d": (0.0, 5.0)}
    ways = [Street("a", "b", "A"), Street("b", "c", "Short Lane"), Street("c", "d", "C")]
    steps = network(corners, ways).walk_steps(snaps(Door(0, 50, 1, 5), Door(2, 60)))
    assert [step.text for step in steps][1:] == [
        "left into Short Lane, 5 m",
        "left into C, 60 m, left side",
    ]
