"""Every door lies in one territory, in one piece, with buildings whole and the work even."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from territories.cutting import (
    CutError,
    DoorRow,
    Doors,
    NothingToDivide,
    TooManyTerritories,
    assess,
    divide,
    doors_from,
)
from tests.territories.cutting.towns import grid, street, towns, units_of


@settings(deadline=None, max_examples=8)
@given(towns(), st.data())
def test_whatever_the_town_every_door_is_dealt_once(town: Doors, data: st.DataObject) -> None:
    """Labels are exactly 0 to k - 1; buildings and sections are whole, territories in one piece."""
    units = units_of(town)
    k = data.draw(st.integers(1, town.buildings))
    cut = divide(units, k=k, seed=data.draw(st.integers(0, 9)))
    found = assess(cut)
    assert len(cut.labels) == len(town)
    assert set(cut.labels.tolist()) == set(range(k))
    assert found.split_buildings == 0
    assert found.split_streets == 0
    largest = np.bincount(town.building, units.minutes).max()
    if largest < units.total / k:  # who passes by a tower that is a territory is not in pieces
        assert found.in_pieces == 0
    assert sum(found.doors) == len(town)
    assert sum(found.minutes) == pytest.approx(units.total)


@settings(deadline=None, max_examples=8)
@given(towns(), st.integers(0, 2**32 - 1))
def test_the_same_seed_gives_the_same_cut(town: Doors, seed: int) -> None:
    """Two calls with one seed agree on every door."""
    units = units_of(town)
    k = (town.buildings + 1) // 2
    first, second = (divide(units, k=k, seed=seed) for _ in range(2))
    assert first.labels.tolist() == second.labels.tolist()


@pytest.mark.parametrize("k", [2, 5, 12])
def test_a_town_of_houses_is_dealt_within_five_percent(k: int) -> None:
    """Nine hundred houses on thirty streets, in few and in many territories."""
    found = assess(divide(units_of(grid(30, 30)), k=k))
    assert found.largest < 1.05
    assert found.smallest > 0.95


def test_a_short_street_stays_whole() -> None:
    """Streets of eight houses, a hundred houses a territory: none is in two territories."""
    found = assess(divide(units_of(grid(8, 100)), k=8))
    assert found.shared_streets == 0
    assert found.largest < 1.05


def test_a_tower_larger_than_a_territory_is_one_and_the_others_are_even() -> None:
    """300 flats beside 100 houses in five: the tower alone, and 25 houses for each of the rest."""
    houses = [row for y in range(10) for row in street(f"S{y}", 10, lat=60 + y * 0.002)]
    rows = [row._replace(lon=25 + i % 10 * 1e-4, building=i) for i, row in enumerate(houses)]
    tower = [DoorRow(25.0005, 60.01, 999, "Tower", "1")] * 300
    found = assess(divide(units_of(doors_from(rows + tower)), k=5))
    *others, largest = sorted(found.minutes)
    assert largest == 450
    assert max(others) / min(others) < 1.2


def two_banks() -> Doors:
    """A grid of forty by ten houses with a river through it from north to south, off its middle."""
    return grid(40, 10, units=10)


def river() -> LineString:
    """The river: a quarter of the houses are west of it."""
    lon = 25 + 9.5 * 0.0009
    return LineString([(lon, 59), (lon, 61)])


def test_nobody_crosses_the_river_where_the_banks_are_whole_territories() -> None:
    """A quarter and three quarters of a town, in four: no territory is on both banks."""
    town = two_banks()
    cut = divide(units_of(town), k=4, barriers=[river()])
    west = town.lon < 25 + 9.5 * 0.0009
    assert not set(cut.labels[west]) & set(cut.labels[~west])
    assert sum(assess(cut).crossings) == 0


def test_somebody_crosses_the_river_where_the_work_would_be_uneven() -> None:
    """The same town in two: one territory has a bridge, and the two are even."""
    cut = divide(units_of(two_banks()), k=2, barriers=[river()])
    found = assess(cut)
    assert sum(found.crossings) >= 1
    assert found.largest < 1.05


def test_given_boundaries_are_kept_whatever_they_cost() -> None:
    """Four precincts of uneven size in eight: no territory is in two of them."""
    town = grid(20, 20)
    precinct = np.digitize(town.lon, [25.003, 25.008, 25.014])
    cut = divide(units_of(town), k=8, boundaries=precinct)
    assert len({*zip(cut.labels.tolist(), precinct.tolist(), strict=True)}) == 8


def test_an_island_of_three_doors_joins_the_nearest() -> None:
    """Three doors ten kilometres off are not lost, and not a territory of their own."""
    rows = [row for y in range(10) for row in street(f"S{y}", 20, lat=60 + y * 0.004)]
    island = street("Isle", 3, lat=60.2)
    cut = divide(units_of(doors_from(rows + island)), k=4)
    found = assess(cut)
    assert min(found.doors) > 30
    assert sum(found.dead_m) > 10_000
    assert found.in_pieces == 0


def test_duplicate_positions_and_a_single_street() -> None:
    """A hundred doors of twenty buildings, all on one spot, and a street in a line."""
    spot = [DoorRow(25.0, 60.0, i // 5, "Main", "1") for i in range(100)]
    assert assess(divide(units_of(doors_from(spot)), k=4)).doors == (25, 25, 25, 25)
    found = assess(divide(units_of(doors_from(street("Long", 200))), k=5))
    assert found.largest < 1.05
    assert found.in_pieces == 0


def test_minutes_decide_the_number_of_territories() -> None:
    """Territories of about 60 minutes: as many as the total holds, rounded, and at least one."""
    units = units_of(grid(20, 20))
    assert divide(units, minutes=60.0).territories == round(units.total / 60)
    assert divide(units, minutes=1e9).territories == 1


def test_more_territories_than_buildings_are_refused() -> None:
    """Nine buildings cannot make ten territories, and the error says both numbers."""
    with pytest.raises(TooManyTerritories) as error:
        divide(units_of(grid(3, 3, units=5)), k=10)
    assert (error.value.territories, error.value.buildings, error.value.field) == (10, 9, "k")


def test_as_many_territories_as_buildings_are_one_each() -> None:
    """Nine buildings make nine territories."""
    assert assess(divide(units_of(grid(3, 3, units=5)), k=9)).doors == (5,) * 9


def test_who_is_asked_may_end_it() -> None:
    """A cut, and a cut anew, are given up at once by what the question raises."""

    class EnoughError(Exception):
        pass

    asked: list[int] = []

    def ask() -> None:
        asked.append(1)
        raise EnoughError

    units = units_of(grid(20, 30))
    uneven = np.where(np.arange(600) < 60, 0, np.arange(600) // 120)
    for keep in (None, uneven):
        asked.clear()
        with pytest.raises(EnoughError):
            divide(units, k=5, keep=keep, ask=ask)
        assert 0 < len(asked) <= 4  # once in each start


def test_nothing_cannot_be_divided() -> None:
    """No doors, no cut."""
    with pytest.raises(NothingToDivide):
        divide(units_of(doors_from([])), k=1)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({}, "k"),
        ({"k": 2, "minutes": 60.0}, "k"),
        ({"k": 0}, "k"),
        ({"minutes": float("nan")}, "minutes"),
        ({"minutes": -5.0}, "minutes"),
        ({"k": 2, "minimum": 1e6}, "minimum"),
        ({"k": 2, "maximum": 1.0}, "maximum"),
        ({"k": 2, "locked": [0]}, "locked"),
        ({"k": 2, "keep": np.zeros(3, dtype=int)}, "keep"),
        ({"k": 2, "boundaries": np.zeros(3, dtype=int)}, "boundaries"),
    ],
)
def test_impossible_wishes_are_refused_by_name(wish: dict[str, object], field: str) -> None:
    """The error names the argument at fault."""
    with pytest.raises(CutError) as error:
        divide(units_of(grid(3, 3)), **wish)  # type: ignore[arg-type]  # on purpose
    assert error.value.field == field


def test_doors_that_take_no_time_are_dealt_and_only_they_are_refused() -> None:
    """A quarter of a town costs nothing and the rest is even; where all do, nothing can be."""
    town = replace(grid(20, 20), street=np.full(400, -1))  # no street is walked along
    some = replace(town, minutes=np.where(np.arange(400) < 100, 0.0, 2.0))
    found = assess(divide(units_of(some), k=4))
    assert sum(found.doors) == 400
    assert found.notices == ()
    with pytest.raises(CutError) as error:
        divide(units_of(replace(town, minutes=np.zeros(400))), k=4)
    assert error.value.field == "minutes"


def test_minutes_that_would_need_more_territories_than_buildings_are_refused() -> None:
    """A minute for each territory cannot be had where every building takes longer."""
    with pytest.raises(TooManyTerritories):
        divide(units_of(grid(3, 3)), minutes=0.5)
