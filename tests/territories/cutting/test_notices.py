"""Whatever the doors are like, each is dealt once, and what is unusual is named."""

from dataclasses import replace

import numpy as np
import pytest

from territories.cutting import (
    Assessment,
    Cut,
    CutError,
    DoorRow,
    Doors,
    Notice,
    Oddity,
    assess,
    divide,
    doors_from,
    moves,
)
from tests.territories.cutting.towns import grid, street, units_of


def cut_of(rows: list[DoorRow], k: int) -> Cut:
    """The doors in so many territories."""
    return divide(units_of(doors_from(rows)), k=k)


def named(found: Assessment, oddity: Oddity) -> list[Notice]:
    """The notices of one kind."""
    return [notice for notice in found.notices if notice.oddity is oddity]


def test_an_ordinary_town_has_nothing_to_be_named() -> None:
    """Nine hundred houses on thirty streets, in nine: no notice at all."""
    assert assess(divide(units_of(grid(30, 30)), k=9)).notices == ()


def test_an_apartment_house_larger_than_a_territory_is_named_and_nobody_else() -> None:
    """300 flats among 100 houses, in five: the tower with its minutes; the others are even."""
    tower = [DoorRow(25.0, 59.999, 0, "Tower", "1")] * 300
    houses = [row._replace(building=at) for at, row in enumerate(street("Main", 100), start=1)]
    cut = cut_of(tower + houses, 5)
    (notice,) = assess(cut).notices
    assert notice.oddity is Oddity.LARGE_BUILDING
    assert notice.territory == cut.labels[0]
    assert notice.amount == pytest.approx(cut.units.minutes[:300].sum())


def test_an_island_of_three_doors_is_named_with_the_way_there() -> None:
    """Three doors five kilometres off are dealt, and the walk past nobody is in the notice."""
    far = [row._replace(lon=25.09, building=-1 - at) for at, row in enumerate(street("Isle", 3))]
    cut = cut_of(street("Main", 100) + far, 2)
    assert len(cut.labels) == 103
    (notice,) = named(assess(cut), Oddity.FAR_DOORS)
    assert notice.territory == cut.labels[-1]
    assert notice.amount > 4000


def test_a_cut_by_hand_is_named_for_what_it_made_worse() -> None:
    """A street's end given away to one with whom it shares no border: uneven, and in pieces."""
    cut = cut_of(street("Main", 120), 3)
    order = np.argsort(cut.units.doors.lat)
    first, last = cut.labels[order[0]], cut.labels[order[-1]]
    labels = cut.labels.copy()
    labels[order[:20]] = last
    found = assess(replace(cut, labels=labels))
    assert [notice.territory for notice in named(found, Oddity.IN_PIECES)] == [last]
    uneven = {notice.territory: notice.amount for notice in named(found, Oddity.UNEVEN)}
    assert set(uneven) == {first, last}
    assert uneven[first] < 0 < uneven[last]


@pytest.mark.parametrize("k", [1, 2, 7])
def test_doors_all_at_one_place_are_dealt_by_building(k: int) -> None:
    """Seventy buildings that an import put on one spot are in so many even territories."""
    rows = [DoorRow(25.0, 60.0, at, "", "") for at in range(70)]
    cut = cut_of(rows, k)
    assert np.bincount(cut.labels, minlength=k).tolist() == [70 // k] * k


def test_doors_without_streets_are_dealt_as_evenly_as_others() -> None:
    """No name, no number: every building is a street of its own."""
    town = grid(20, 20)
    rows = [
        DoorRow(*at, building, "", "")
        for building, at in enumerate(zip(town.lon, town.lat, strict=True))
    ]
    found = assess(cut_of(rows, 8))
    assert found.notices == ()
    assert found.smallest >= 0.95


def test_one_door_is_one_territory_and_cannot_be_two() -> None:
    """A single door is a cut of one; zero and two territories are refused by name."""
    door = [DoorRow(25.0, 60.0, 1, "Main", "1")]
    assert cut_of(door, 1).labels.tolist() == [0]
    for k in (0, 2):
        with pytest.raises(CutError) as error:
            cut_of(door, k)
        assert error.value.field == "k"


def test_locked_territories_that_leave_nothing_to_the_others_are_refused() -> None:
    """Two locked ones hold every building, and a third is asked for."""
    units = units_of(doors_from(street("Main", 40)))
    keep = divide(units, k=2).labels
    with pytest.raises(CutError) as error:
        divide(units, k=3, keep=keep, locked=[0, 1])
    assert error.value.field == "locked"


def crowded(town: Doors, corner: np.ndarray) -> Doors:
    """The town with five times the minutes in a corner."""
    minutes = town.minutes * np.where(corner, 5.0, 1.0)
    return replace(town, minutes=minutes)


def test_a_territory_that_left_its_place_is_named_among_the_moves() -> None:
    """A corner becomes five times as much work: who is founded anew there is said, and out of whom.

    Nobody else has lost nine tenths of what they had.
    """
    town = grid(40, 60)
    old = divide(units_of(town), k=24)
    corner = (town.lat < np.quantile(town.lat, 0.3)) & (town.lon < np.quantile(town.lon, 0.3))
    cut = divide(units_of(crowded(town, corner)), k=24, keep=old.labels)
    found = moves(cut, old.labels)
    assert found.relocated
    for one in found.relocated:
        had, has = old.labels == one.territory, cut.labels == one.territory
        assert (had & has).sum() < 0.1 * had.sum()
        assert np.bincount(old.labels[has]).argmax() == one.out_of
        assert one.minutes == pytest.approx(cut.units.minutes[has].sum())
    stays = {label for label in range(24) if ((old.labels == label) & (cut.labels == label)).any()}
    assert {one.territory for one in found.relocated} >= set(range(24)) - stays


def test_nobody_is_relocated_where_nothing_changed() -> None:
    """The same doors and the same work: no move, and no relocation."""
    cut = divide(units_of(grid(20, 20)), k=4)
    assert moves(cut, cut.labels).relocated == ()
