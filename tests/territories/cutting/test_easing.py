"""A few neighbours share out anew where a territory has too much, and nobody else notices."""

import numpy as np
import pytest

from territories.cutting import divide
from territories.cutting.asking import Search
from territories.cutting.balancing import Task
from territories.cutting.easing import (
    LONG,
    QUICK,
    Effort,
    Ties,
    beyond,
    crowd_around,
    eased,
    named_as,
)
from territories.cutting.graph import graph_of
from territories.cutting.links import parts_of
from territories.cutting.recutting import ENOUGH, limits_of
from territories.cutting.sections import Finder
from tests.territories.cutting.towns import grid, units_of

TERRITORIES = 40
CROWDED = 7


@pytest.fixture(scope="module")
def crowded() -> tuple[Task, np.ndarray]:
    """A town in forty, one of which has come to a fifth more work; and its labels."""
    cut = divide(units_of(grid(60, 80)), k=TERRITORIES)
    finder = Finder(cut.units, cut.lines)
    fine = finder.as_divided(finder.of_size(cut.units.total / TERRITORIES / 40), cut.labels)
    graph = graph_of(finder.sections(fine))
    labels = cut.labels[np.unique(fine, return_index=True)[1]]
    graph = graph._replace(minutes=np.where(labels == CROWDED, 1.2, 1.0) * graph.minutes)
    target = np.full(TERRITORIES, graph.minutes.sum() / TERRITORIES)
    return Task(graph, target, labels), labels


def test_a_crowded_territory_is_eased_by_its_neighbours_alone(
    crowded: tuple[Task, np.ndarray],
) -> None:
    """All are within the limits and in one piece, and far ones keep every section."""
    task, labels = crowded
    limits = limits_of(task.graph, labels, TERRITORIES, ENOUGH)
    before = beyond(np.bincount(labels, task.graph.minutes), limits)
    assert before[CROWDED] > 0
    made = eased(task, labels, limits, Effort(LONG, Search()))
    assert not beyond(np.bincount(made, task.graph.minutes), limits).any()
    inside = made[task.graph.tail] == made[task.graph.head]
    parts = parts_of(len(made), task.graph.tail[inside], task.graph.head[inside])
    assert int(parts.max()) + 1 == TERRITORIES
    changed = np.unique(np.concatenate((labels[made != labels], made[made != labels])))
    assert 2 <= len(changed) <= TERRITORIES // 2


def test_threads_do_not_change_what_is_found(crowded: tuple[Task, np.ndarray]) -> None:
    """The same seed eases alike, and leaves what it was given alone."""
    task, labels = crowded
    limits = limits_of(task.graph, labels, TERRITORIES, ENOUGH)
    given = labels.copy()
    one, two = (eased(task, labels, limits, Effort(QUICK, Search(3))) for _ in range(2))
    assert (one == two).all()
    assert (labels == given).all()


def ties(*near: dict[int, int]) -> Ties:
    """The edges that join each territory to its neighbours."""
    edges = [(label, count) for one in near for label, count in one.items()]
    others, counts = np.array(edges).T
    return Ties(np.cumsum([0, *map(len, near)]), others, counts)


def test_a_crowd_is_made_of_those_who_can_help() -> None:
    """One with too much asks the idlest it can reach; one with too little the busiest."""
    near = ties({1: 1, 2: 1}, {0: 1, 3: 1}, {0: 1}, {1: 1})
    off = np.array([0.2, -0.1, 0.0, -0.2])
    assert crowd_around(0, off, near, 3) == {0, 1, 3}
    assert crowd_around(3, off, near, 3) == {3, 1, 0}
    assert crowd_around(2, -off, near, 9) == {0, 1, 2, 3}


def test_a_crowd_is_not_made_through_a_neck() -> None:
    """One that nine edges join is asked before one that is as idle again behind a single one."""
    near = ties({1: 9, 2: 1}, {0: 9, 3: 8}, {0: 1}, {1: 8})
    off = np.array([0.2, -0.02, -0.04, -0.02])
    assert crowd_around(0, off, near, 2) == {0, 1}
    assert crowd_around(0, off, near, 3) == {0, 1, 3}


def test_a_draft_is_named_after_the_territories_that_were_there() -> None:
    """Of all ways to name the new ones, that which leaves the most minutes where they were."""
    old, new = np.array([0, 0, 1, 1, 2]), np.array([2, 2, 0, 1, 1])
    named = named_as(old, new, np.array([1.0, 1.0, 1.0, 5.0, 9.0]))
    assert named.tolist() == [0, 0, 1, 2, 2]
