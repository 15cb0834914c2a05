"""Easing what leading minutes cannot: few neighbours share their sections out anew, the rest stays.

Where no section fits over a border, the territory beyond its limits and those around it are
annealed on their own, among more and more of them. Where that does not help, all that hangs on one
section goes over a border and minutes are led on (see `lumps`), and at last they are annealed from
another draft. Nothing else moves, and it costs as many moves as those few territories are worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from territories.cutting.asking import Search
from territories.cutting.balancing import Task, balanced
from territories.cutting.drafting import mended, partitioned
from territories.cutting.flows import Limits, Programs, borders
from territories.cutting.graph import Graph
from territories.cutting.lumps import without_lumps

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

STAYING = 3.0  # what it weighs that minutes stay, against evenness (see `balancing`)
EFFORT = 0.3  # of the moves of a cut afresh
THREADS = 2
MOST_ROUNDS = 60
BETTER = 1e-9
HELPS = 20.0  # edges that are worth as much as a whole territory's work that somebody lacks


class How(Enum):
    """How neighbours share out: by lumps, by annealing, or that whatever their borders were."""

    LUMPS = "lumps"
    ANNEALED = "annealed"
    AFRESH = "afresh"


class Try(NamedTuple):
    """So many neighbours share out anew."""

    size: int
    how: How = How.ANNEALED


# Cuts afresh go without lumps: with them, Lauf's 269 of twenty doors came out less even.
ANNEALED = (Try(4), Try(8), Try(8), Try(16))
QUICK = (*ANNEALED, Try(24, How.LUMPS))
LONG = (*QUICK, Try(16, How.AFRESH), Try(24), Try(24, How.AFRESH), Try(32, How.AFRESH))


class Effort(NamedTuple):
    """What is tried around a territory, one after the other, and the seed of it."""

    tries: Sequence[Try]
    search: Search


class Crowd(NamedTuple):
    """The neighbours (c,) that share out anew, and how."""

    names: Ints
    how: How


class Ties(NamedTuple):
    """How many `edges` join each territory to `others`; `starts` (k + 1,) begin its own."""

    starts: Ints
    others: Ints
    edges: Ints

    def of(self, label: int) -> dict[int, int]:
        """The edges to each neighbour of a territory."""
        own = slice(self.starts[label], self.starts[label + 1])
        return dict(zip(self.others[own].tolist(), self.edges[own].tolist(), strict=True))


def eased(task: Task, labels: Ints, limits: Limits, effort: Effort) -> Ints:
    """The labels (m,), changed around each territory that is beyond the limits.

    Crowds that have nobody in common share out at once, in threads; what does not help is left
    undone, and tried otherwise. O(territories beyond · nodes of a crowd).
    """
    labels, done = labels.copy(), np.zeros(len(task.target), dtype=np.int64)
    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(MOST_ROUNDS):
            crowds = crowds_of(task, labels, limits, effort.tries, done)
            if not crowds:
                break
            share = partial(shared_out, task, labels, limits, effort.search.seed + number)
            for nodes, new in list(pool.map(share, crowds)):
                labels[nodes] = new
    return labels


def beyond(work: NDArray[Any], limits: Limits) -> Floats:
    """The minutes (k,) by which each territory is beyond its limits."""
    minutes: Floats = np.maximum(np.maximum(work - limits.high, limits.low - work), 0.0)
    return minutes


def crowds_of(
    task: Task, labels: Ints, limits: Limits, tries: Sequence[Try], done: Ints
) -> list[Crowd]:
    """A crowd around each territory beyond the limits, the worst first, none with one of another's.

    `done` (k,) counts how often each was tried, and is counted on.
    """
    k = len(task.target)
    work = np.bincount(labels, task.graph.minutes, k)
    off = np.where(done < len(tries), beyond(work, limits) / task.target, 0.0)
    near = ties_of(task.graph, labels, k)
    found: list[Crowd] = []
    taken: set[int] = set()
    for worst in np.argsort(-off, kind="stable")[: np.count_nonzero(off)].tolist():
        size, how = tries[done[worst]]
        names = crowd_around(worst, work / task.target - 1, near, size)
        if not taken & names:
            taken |= names
            done[worst] += 1
            found.append(Crowd(np.array(sorted(names)), how))
    return found


def ties_of(graph: Graph, labels: Ints, k: int) -> Ties:
    """The ties between all territories. O(edges)."""
    tail, head, edges = borders(graph, labels, k)
    return Ties(np.searchsorted(tail, np.arange(k + 1)), head, edges)


def crowd_around(worst: int, off: Floats, near: Ties, size: int) -> set[int]:
    """So many territories that hang together: the worst, and who can help it most.

    One by one the neighbour joins to which most edges lead from those that are in, for little gets
    through a neck; the work that it lacks, or has too much if that is what is wanted, counts as
    edges.
    """
    need = (off if off[worst] > 0 else -off).tolist()
    crowd, around = {worst}, near.of(worst)
    while around and len(crowd) < size:
        helps = max(around, key=lambda label: (around[label] - HELPS * need[label], -label))
        crowd.add(helps)
        del around[helps]
        for label, edges in near.of(helps).items():
            if label not in crowd:
                around[label] = around.get(label, 0) + edges
    return crowd


def shared_out(
    task: Task, labels: Ints, limits: Limits, seed: int, crowd: Crowd
) -> tuple[Ints, Ints]:
    """The nodes of a crowd, and their labels: new ones if they are less beyond the limits."""
    nodes = np.flatnonzero(np.isin(labels, crowd.names))
    place = np.full(len(task.target) + 1, -1)
    place[crowd.names] = np.arange(len(crowd.names))
    part = Task(
        task.graph.of_nodes(nodes),
        task.target[crowd.names],
        place[task.old[nodes]],
        STAYING,
        task.ask,
    )
    here = place[labels[nodes]]
    own = Limits(limits.low[crowd.names], limits.high[crowd.names])
    if crowd.how is How.LUMPS:
        there = without_lumps(part, here, own)
    else:
        anew = crowd.how is How.AFRESH
        start = named_as(here, drafted(part, seed), part.graph.minutes) if anew else here
        there = balanced(part, start, seed, EFFORT).labels
    before, after = (
        beyond(np.bincount(one, part.graph.minutes, len(crowd.names)), own).sum()
        for one in (here, there)
    )
    return nodes, crowd.names[there if after < before - BETTER else here]


def drafted(task: Task, seed: int) -> Ints:
    """The labels (m,) of a draft by METIS."""
    k = len(task.target)
    return mended(task.graph, partitioned(task.graph, k, seed), k)


def named_as(old: Ints, new: Ints, minutes: Floats) -> Ints:
    """The new labels (m,), renamed so that the most minutes have their old one."""
    k = int(old.max()) + 1
    common = np.bincount(new * k + old, minutes, k * k).reshape(k, k)
    name: Ints = Programs.linear_sum_assignment(-common)[1]
    return name[new]
