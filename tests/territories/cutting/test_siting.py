"""Which territories are given up, and where they are made anew."""

import numpy as np

from territories.cutting.flows import Limits
from territories.cutting.graph import Graph
from territories.cutting.relocating import dissolve, found
from territories.cutting.siting import FORCED, Choice, Sites, best_choice


def row(minutes: list[float]) -> Graph:
    """Nodes in a row, each beside the next, a hundred metres apart."""
    count = len(minutes)
    ends = [(i, j) for i in range(count) for j in (i - 1, i + 1) if 0 <= j < count]
    tail, head = np.array(ends, dtype=np.int64).T
    return Graph(
        minutes=np.array(minutes),
        metres=np.column_stack((100.0 * np.arange(count), np.zeros(count))),
        starts=np.searchsorted(tail, np.arange(count + 1)).astype(np.int64),
        tail=tail,
        head=head,
        weight=np.ones(len(tail)),
        wide=np.zeros(len(tail), dtype=np.bool_),
    )


def within(count: int, low: float, high: float) -> Limits:
    """The same limits for all."""
    return Limits(np.full(count, low), np.full(count, high))


def chosen(count: int, *some: int) -> np.ndarray:
    """Which of so many."""
    return np.isin(np.arange(count), some)


def test_pushing_counts_every_border() -> None:
    """Six minutes too many at one end of four territories, two lacking in each of the others."""
    graph, labels = row([4.0] * 4 + [1.0] * 12), np.repeat(np.arange(4), 4)
    sites = Sites(graph, labels, within(4, 7.0, 7.0))
    plan = sites.plan(Choice(chosen(4), chosen(4)))
    assert np.isclose(plan.minutes, 9.0 + 6.0 + 3.0)
    assert np.allclose(np.diff(plan.price), -1.0)


def test_a_choice_says_what_its_neighbours_give_and_take() -> None:
    """The last is dissolved into the one before it, and made anew out of the first."""
    graph, labels = row([4.0] * 4 + [2.0] * 12), np.repeat(np.arange(4), 4)
    sites = Sites(graph, labels, within(4, 8.0, 16.0))
    choice = Choice(chosen(4, 3), chosen(4, 0))
    over, made = sites.flows(choice)
    assert over[(sites.tail == 3) & (sites.head == 2)].tolist() == [8.0]
    assert made[(sites.out_of == 0) & (sites.at == 0)].tolist() == [8.0]
    assert np.isclose(sites.plan(choice).minutes, over.sum() + made.sum())


def test_only_what_saves_minutes_is_chosen() -> None:
    """Far away it is better to move a territory, next door it is not."""
    near = row([9.0] * 4 + [7.0] * 4 + [8.0] * 4)
    assert not best_choice(
        Sites(near, np.repeat(np.arange(3), 4), within(3, 30.0, 34.0))
    ).gone.any()
    far = row([16.0] * 4 + [8.0] * 36 + [4.0] * 8)
    choice = best_choice(Sites(far, np.repeat(np.arange(12), 4), within(12, 31.0, 33.0)))
    assert choice.site[:2].sum() == choice.gone[9:].sum() == 1


def test_a_dissolved_territory_goes_to_each_neighbour_as_planned() -> None:
    """Three of its four nodes to the left, one to the right; none is left over or cut off."""
    labels = np.array([0, 0, 1, 1, 1, 1, 2, 2])
    dissolve(row([1.0] * 8), labels, 1, {0: 3.0, 2: 1.0})
    assert labels.tolist() == [0, 0, 0, 0, 0, 2, 2, 2]


def test_what_is_found_anew_takes_of_each_what_it_gives() -> None:
    """Two nodes of each of two neighbours, in one piece, and nobody is left empty."""
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2])
    found(row([1.0] * 9), labels, 3, 0, {0: 2.0, 1: 2.0})
    assert labels.tolist() == [0, 0, 3, 3, 3, 3, 1, 1, 2]
    found(row([1.0] * 9), labels, 4, 2, {2: 5.0})
    assert labels[8] == 2


def test_what_is_forced_through_a_neck_is_dear() -> None:
    """Of nine, six and three minutes over three single edges only 1.4 each go at the usual cost."""
    graph, labels = row([4.0] * 4 + [1.0] * 12), np.repeat(np.arange(4), 4)
    sites = Sites(graph, labels, within(4, 7.0, 7.0), neck=0.2)
    nothing = Choice(chosen(4), chosen(4))
    assert np.isclose(sites.plan(nothing).minutes, 3 * 1.4 + FORCED * (18.0 - 3 * 1.4))
    over, _ = sites.flows(nothing)
    assert np.allclose(over[sites.tail < sites.head], [9.0, 6.0, 3.0])
