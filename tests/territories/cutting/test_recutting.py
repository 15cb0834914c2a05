"""A re-cut is even again, in one piece, and leaves nearly all work where it was."""

from dataclasses import replace

import numpy as np
import pytest

from territories.cutting import Cut, CutError, DoorRow, Doors, assess, divide, doors_from, moves
from territories.cutting.flows import flow_of
from territories.cutting.graph import graph_of
from territories.cutting.links import parts_of
from territories.cutting.recutting import limits_of
from territories.cutting.relocating import relocated
from territories.cutting.sections import Finder
from tests.territories.cutting.towns import grid, units_of

TERRITORIES = 12
TOWN = grid(40, 60)


@pytest.fixture(scope="module")
def old() -> Cut:
    """A town of 2,400 houses in twelve."""
    return divide(units_of(TOWN), k=TERRITORIES)


def with_minutes(factor: np.ndarray) -> Doors:
    """The town with each door's minutes times a factor."""
    return doors_from(
        [
            DoorRow(lon, lat, building, f"street {building // 40}", str(building % 40 + 1), minutes)
            for lon, lat, building, minutes in zip(
                TOWN.lon, TOWN.lat, TOWN.building.tolist(), TOWN.minutes * factor, strict=True
            )
        ]
    )


def is_good(cut: Cut) -> bool:
    """Whether a cut is even, whole and in single pieces."""
    found = assess(cut)
    even = found.smallest >= 0.95 and found.largest <= 1.05
    return even and not found.in_pieces and not found.split_streets and not found.split_buildings


def test_nothing_moves_where_nothing_has_changed(old: Cut) -> None:
    """The same doors and the same work are the same cut."""
    found = moves(divide(old.units, k=TERRITORIES, keep=old.labels), old.labels)
    assert (len(found.doors), found.stays) == (0, 1.0)


def test_a_mild_change_moves_less_than_a_twentieth(old: Cut) -> None:
    """Minutes up or down by three percent."""
    factor = np.random.default_rng(1).uniform(0.97, 1.03, len(TOWN))
    cut = divide(units_of(with_minutes(factor)), k=TERRITORIES, keep=old.labels)
    assert moves(cut, old.labels).stays >= 0.95
    assert is_good(cut)


def test_a_severe_change_moves_less_than_a_sixth(old: Cut) -> None:
    """A third more work for the tenth that lives in one corner, up to a tenth for all others."""
    factor = np.random.default_rng(2).uniform(0.9, 1.1, len(TOWN))
    corner = TOWN.lat + TOWN.lon / 2
    factor[corner <= np.quantile(corner, 0.1)] = 1.3
    cut = divide(units_of(with_minutes(factor)), k=TERRITORIES, keep=old.labels)
    found = moves(cut, old.labels)
    assert 0.85 <= found.stays < 1.0
    assert is_good(cut)
    assert (cut.labels[found.doors] == found.target).all()
    assert (old.labels[found.doors] == found.source).all()


def test_new_doors_do_not_count_as_moved(old: Cut) -> None:
    """A door without an old territory is named as new, and gets one."""
    keep = old.labels.copy()
    keep[:5] = -1
    found = moves(divide(old.units, k=TERRITORIES, keep=keep), keep)
    assert found.new.tolist() == [0, 1, 2, 3, 4]
    assert found.stays == 1.0


def test_a_building_beyond_the_hard_limit_is_refused() -> None:
    """A tower of three hundred flats cannot be had in territories of two hours."""
    tower = [DoorRow(25.0, 60.0, 0, "Tower", "1")] * 300
    houses = [DoorRow(25 + i * 1e-4, 60.001, i, "Main", str(i)) for i in range(1, 600)]
    with pytest.raises(CutError) as error:
        divide(units_of(doors_from(tower + houses)), k=12, maximum=120.0)
    assert error.value.field == "maximum"


def test_a_crowded_corner_is_eased_by_a_territory_from_afar(old: Cut) -> None:
    """Where a corner doubles, dissolving a far territory moves fewer minutes than pushing does."""
    corner = np.argsort(TOWN.lat + TOWN.lon / 2)[: len(TOWN) // 4]
    factor = np.where(np.isin(np.arange(len(TOWN)), corner), 3.0, 1.0)
    units = units_of(with_minutes(factor))
    graph = graph_of(Finder(units, old.lines).sections(old.sections.of_door))
    labels = old.labels[np.unique(old.sections.of_door, return_index=True)[1]]
    limits = limits_of(graph, labels, TERRITORIES)
    eased = relocated(graph, labels, limits)
    moved = graph.minutes[eased != labels].sum()
    assert moved > 0
    assert moved + flow_of(graph, eased, limits).minutes < flow_of(graph, labels, limits).minutes
    for label in range(TERRITORIES):
        nodes = graph.of_nodes(np.flatnonzero(eased == label))
        assert parts_of(len(nodes.minutes), nodes.tail, nodes.head).max() == 0


def test_a_growing_quarter_leaves_the_others_nearly_all_of_their_work() -> None:
    """The southern quarter of a long town grows; territories are moved there from the north."""
    town = grid(20, 300)
    before = divide(units_of(town), k=60)
    south = town.lat <= np.quantile(town.lat, 0.25)
    units = units_of(replace(town, minutes=np.where(south, 2.5, 1.5)))
    cut = divide(units, k=60, keep=before.labels)
    found = moves(cut, before.labels)
    assert found.stays >= 0.7
    assert found.relocated
    assert is_good(cut)


@pytest.mark.parametrize("k", [TERRITORIES - 1, TERRITORIES + 1])
def test_another_number_of_territories_is_even_again(old: Cut, k: int) -> None:
    """One territory is given up, or made anew; most of the others' work stays."""
    cut = divide(old.units, k=k, keep=old.labels)
    assert is_good(cut)
    assert moves(cut, old.labels).stays >= 1 / 2


def test_what_is_locked_stays_when_there_are_to_be_more(old: Cut) -> None:
    """Not a door of it moves, and the others share the rest evenly."""
    cut = divide(old.units, k=TERRITORIES + 1, keep=old.labels, locked=[0, 2])
    for label in (0, 2):
        assert ((cut.labels == label) == (old.labels == label)).all()
    free = np.array([m for label, m in enumerate(assess(cut).minutes) if label not in {0, 2}])
    assert np.abs(free / free.mean() - 1).max() <= 0.05
