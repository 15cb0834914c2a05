"""Walking times on random streets: exact, symmetric, and no longer than by another door."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from benchmarks.street_judge import Judge
from territories.streets import (
    CYCLING,
    DRIVING,
    UNREACHABLE,
    WALKING,
    Profile,
    Snaps,
    StreetNetwork,
)
from tests.territories.streets.random_towns import quick, towns


@pytest.mark.parametrize("profile", [WALKING, CYCLING, DRIVING], ids=lambda profile: profile.name)
@quick
@given(town=towns())
def test_times_are_those_of_an_independent_judge(
    profile: Profile, town: tuple[StreetNetwork, Snaps]
) -> None:
    """Every entry is the shortest path of a networkx graph of all points, rounded up."""
    streets, doors = town
    doors = doors[streets.usable(profile)[doors.edge]]
    table = streets.walk_matrix(doors, doors, profile)
    judge = Judge(streets, profile, doors)
    everybody = list(range(len(doors)))
    for origin in everybody:
        exact = np.array(judge.seconds(origin, everybody))
        assert ((table[origin] == UNREACHABLE) == np.isinf(exact)).all()
        found = np.isfinite(exact)
        late = table[origin][found] - exact[found]
        assert (late > -0.001).all()
        assert (late < 1.001).all()


@quick
@given(town=towns())
def test_walking_back_takes_as_long(town: tuple[StreetNetwork, Snaps]) -> None:
    """Who walks pays for a crossing on the way there and on the way back alike."""
    streets, doors = town
    table = streets.walk_matrix(doors, doors)
    assert (table == table.T).all()


@quick
@given(town=towns(private=False))
def test_no_detour_is_a_short_cut(town: tuple[StreetNetwork, Snaps]) -> None:
    """The triangle inequality holds to the second, by whatever door one goes."""
    streets, doors = town
    table = streets.walk_matrix(doors, doors).astype(np.int64)
    assert (table[:, None, :] <= table[:, :, None] + table[None, :, :]).all()


@quick
@given(town=towns())
def test_a_table_is_the_same_in_parts(town: tuple[StreetNetwork, Snaps]) -> None:
    """The time between two doors does not depend on which others are asked about."""
    streets, doors = town
    table = streets.walk_matrix(doors, doors)
    for origin in range(len(doors)):
        assert (streets.walk_matrix(doors[origin], doors) == table[origin]).all()
