"""Every door lies in one territory, buildings stay whole, and the work is even."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territories.cutting import (
    DoorRow,
    Doors,
    NothingToDivide,
    TooManyTerritories,
    assess,
    divide,
    doors_from,
)
from tests.territories.cutting.towns import grid, towns, units_of


@given(towns(), st.data())
def test_every_door_lies_in_one_territory_and_none_is_empty(
    town: Doors, data: st.DataObject
) -> None:
    """The labels are exactly 0 to k - 1, one for each door."""
    units = units_of(town)
    count = data.draw(st.integers(1, len(units)))
    labels = divide(units, territories=count).labels
    assert len(labels) == len(town)
    assert set(labels.tolist()) == set(range(count))


@given(towns(), st.data())
def test_a_building_is_never_split(town: Doors, data: st.DataObject) -> None:
    """There are no more pairs of building and territory than there are buildings."""
    units = units_of(town)
    labels = divide(units, territories=data.draw(st.integers(1, len(units)))).labels
    pairs = set(zip(town.building.tolist(), labels.tolist(), strict=True))
    assert len(pairs) == len(units)


@given(towns(), st.data())
def test_the_work_is_as_even_as_the_largest_building_allows(
    town: Doors, data: st.DataObject
) -> None:
    """No territory is further from the mean than the minutes of the largest building."""
    units = units_of(town)
    cut = divide(
        units, territories=data.draw(st.integers(1, len(units))), seed=data.draw(st.integers(0, 9))
    )
    found = assess(cut)
    assert sum(found.doors) == len(town)
    assert sum(found.minutes) == pytest.approx(units.minutes.sum())
    assert max(abs(m - found.mean_minutes) for m in found.minutes) <= units.minutes.max() + 1e-6


@given(towns(), st.integers(0, 2**32 - 1))
def test_the_same_seed_gives_the_same_cut(town: Doors, seed: int) -> None:
    """Two calls with one seed agree on every door."""
    units = units_of(town)
    count = (len(units) + 1) // 2
    first, second = (divide(units, territories=count, seed=seed) for _ in range(2))
    assert first.labels.tolist() == second.labels.tolist()


def test_another_seed_may_deal_equal_places_differently() -> None:
    """Twenty buildings on one spot are dealt evenly, and not the same way for every seed."""
    rows = [DoorRow(25.0, 60.0, building, "Main", "1") for building in range(20)]
    units = units_of(doors_from(rows))
    cuts = [divide(units, territories=4, seed=seed) for seed in range(3)]
    assert [assess(cut).doors for cut in cuts] == [(5, 5, 5, 5)] * 3
    assert len({tuple(cut.labels.tolist()) for cut in cuts}) > 1


def test_the_longer_axis_is_cut_first() -> None:
    """A town that is wider than high is split into a western and an eastern half."""
    town = grid(20, 4)
    labels = divide(units_of(town), territories=2).labels
    assert town.lon[labels == 0].max() <= town.lon[labels == 1].min()


def test_heavy_buildings_weigh_more_than_many_light_ones() -> None:
    """A tower of 20 flats at one end stands against twenty houses at the other."""
    houses = [DoorRow(25 + i * 0.0001, 60.0, i, "Main", "1") for i in range(20)]
    tower = [DoorRow(25.01, 60.0, 99, "Main", "1")] * 20
    found = assess(divide(units_of(doors_from(houses + tower)), territories=2))
    assert max(found.doors) <= 21


def test_minutes_decide_the_number_of_territories() -> None:
    """Territories of about 60 minutes: as many as the total holds, rounded, and at least one."""
    units = units_of(grid(20, 20))
    cut = divide(units, minutes=60.0)
    assert cut.territories == round(units.minutes.sum() / 60)
    assert assess(cut).largest < 1.1
    assert divide(units, minutes=1e9).territories == 1


def test_more_territories_than_buildings_are_refused() -> None:
    """Nine buildings cannot make ten territories, and the error says both numbers."""
    with pytest.raises(TooManyTerritories) as error:
        divide(units_of(grid(3, 3, units=5)), territories=10)
    assert (error.value.territories, error.value.units) == (10, 9)


def test_minutes_that_would_need_more_territories_than_buildings_are_refused() -> None:
    """A minute for each territory cannot be had where every building takes longer."""
    with pytest.raises(TooManyTerritories):
        divide(units_of(grid(3, 3)), minutes=0.5)


def test_nothing_cannot_be_divided() -> None:
    """No doors, no cut."""
    with pytest.raises(NothingToDivide):
        divide(units_of(doors_from([])), territories=1)


@pytest.mark.parametrize("wish", [{}, {"territories": 2, "minutes": 60.0}])
def test_one_wish_at_a_time(wish: dict[str, float]) -> None:
    """Neither both the number and the minutes, nor none of them."""
    with pytest.raises(TypeError):
        divide(units_of(grid(3, 3)), **wish)  # type: ignore[arg-type]  # on purpose


def test_an_even_cut_is_called_even() -> None:
    """The smallest and the largest share of a lopsided pair are told apart from the mean."""
    units = units_of(doors_from([DoorRow(25.0, 60.0, i % 2, "Main", "1") for i in (0, 1, 1, 1)]))
    found = assess(divide(units, territories=2))
    assert sorted(found.doors) == [1, 3]
    assert [found.smallest, found.largest] == pytest.approx([0.5, 1.5])
    assert np.mean(found.minutes) == pytest.approx(found.mean_minutes)
