"""The way from door to door: its time, its length, its line and the streets on it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from territories.streets import NoPath, NotSnapped, Road, Snaps, StreetNetwork, WalkPath
from territories.streets.sphere import steps_m
from tests.territories.streets.random_towns import quick, towns
from tests.territories.streets.sketch import DEGREE_M, PRIVATE, Door, Street, network, snaps

CORNERS = {"a": (0.0, 0.0), "b": (100.0, 0.0), "c": (100.0, 80.0), "d": (200.0, 80.0)}
STREETS = [
    Street("a", "b", "First Street"),
    Street("b", "c", "", Road.STEPS),
    Street("c", "d", "Second Street", bends=((150.0, 100.0),)),
]


def path(streets: StreetNetwork, here: Door, there: Door) -> WalkPath:
    return streets.walk_path(snaps(here), snaps(there))


def test_a_path_names_its_streets_in_order() -> None:
    """Ways without a name are walked, but not named."""
    found = path(network(CORNERS, STREETS), Door(0, 20), Door(2, 30))
    assert found.streets == ("First Street", "Second Street")
    assert [piece.name for piece in found.pieces] == ["First Street", "", "Second Street"]


def test_its_length_has_both_setbacks_in_it() -> None:
    """Ten metres to the street, eighty along it, and five to the other door."""
    found = path(network(CORNERS, STREETS), Door(0, 10, 1, 10), Door(0, 90, 1, 5))
    assert found.length_m == pytest.approx(10 + 80 + 5)
    assert found.seconds == np.ceil(95 * 0.75)


def test_its_line_leads_from_door_to_door() -> None:
    """The line begins north of the street, where the one door is, and ends south of it."""
    found = path(network(CORNERS, STREETS), Door(0, 10, 1, 8), Door(2, 0, -1, 6))
    east_north = found.line * DEGREE_M
    assert east_north[0] == pytest.approx([10, 8], abs=0.01)
    assert east_north[1] == pytest.approx([10, 0], abs=0.01)
    assert east_north[-2] == pytest.approx([100, 80], abs=0.01)
    assert np.hypot(*(east_north[-1] - east_north[-2])) == pytest.approx(6, abs=0.01)
    assert east_north[-1][1] < 80
    assert steps_m(found.line[:, 0], found.line[:, 1]).sum() == pytest.approx(found.length_m)


def test_the_line_follows_the_bends() -> None:
    """A street that is not straight is not drawn straight."""
    found = path(network(CORNERS, STREETS), Door(2, 0, 0), Door(2, 107.7, 0))
    assert [150.0, 100.0] in (found.line * DEGREE_M).round(2).tolist()


def test_a_path_across_the_street_says_so() -> None:
    """Only who is told to cross gets to the other side."""
    streets = network(CORNERS, STREETS)
    assert path(streets, Door(0, 20, 1), Door(0, 40, -1)).crosses
    assert not path(streets, Door(0, 20, 1), Door(0, 40, 1)).crosses


def test_there_is_no_path_to_an_island_or_from_nowhere() -> None:
    """What has no answer raises, each cause an error of its own."""
    corners = {**CORNERS, "i": (500.0, 0.0), "j": (600.0, 0.0)}
    streets = network(corners, [*STREETS, Street("i", "j")])
    with pytest.raises(NoPath):
        path(streets, Door(0, 10), Door(3, 10))
    with pytest.raises(NotSnapped):
        path(streets, Door(0, 10), Door(-1, 0))


def test_a_path_goes_round_a_private_yard() -> None:
    """The line shows the way that the time is for."""
    corners = {"a": (0.0, 0.0), "b": (40.0, 0.0), "n": (0.0, 160.0), "m": (40.0, 160.0)}
    around = [Street("a", "n", "Around"), Street("n", "m", "Around"), Street("b", "m", "Around")]
    streets = network(corners, [Street("a", "b", "Yard", access=PRIVATE), *around])
    assert path(streets, Door(1, 0, 0), Door(3, 0, 0)).length_m == pytest.approx(360)
    assert path(streets, Door(1, 0, 0), Door(0, 10, 0)).length_m == pytest.approx(10)


@quick
@given(town=towns())
def test_a_path_takes_the_time_of_the_matrix(town: tuple[StreetNetwork, Snaps]) -> None:
    """Path and matrix agree on every pair, and the line has no gaps and no other length."""
    streets, doors = town
    table = streets.walk_matrix(doors, doors)
    for origin in range(len(doors)):
        for destination in range(len(doors)):
            try:
                found = streets.walk_path(doors[origin], doors[destination])
            except (NoPath, NotSnapped):
                assert table[origin, destination] == 2**31 - 1
                continue
            assert found.seconds == table[origin, destination]
            drawn_m = steps_m(found.line[:, 0], found.line[:, 1]).sum()
            assert drawn_m == pytest.approx(found.length_m, abs=20)
            joints = zip(found.pieces, found.pieces[1:], strict=False)
            assert all(np.allclose(one.line[-1], other.line[0]) for one, other in joints)
