"""A street graph with most of its nodes taken out, so that shortest paths are found quickly.

Nodes with few neighbours are taken out one after the other; shortcuts between the neighbours keep
every distance among the nodes that are left, the core. A path then climbs from its first node to
the core, crosses it, and descends to its last node: Dijkstra's algorithm does the climb and the
crossing, for each origin by itself; the descent is one pass over the nodes for all origins at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from territories.streets.arcs import Arcs, Indices
from territories.streets.arrays import Floats

Neighbours = list[dict[int, float]]
MOST_NEIGHBOURS = 12  # nodes with more stay in the core; more shortcuts cost more than they save


@dataclass(frozen=True, eq=False)
class Contraction:
    """n nodes, renumbered: first the core, then those taken out, each after all its neighbours.

    `climbs` holds the arcs of the core and those up from each node to the neighbours it had when it
    was taken out. `descents` holds the arcs down to it, in groups `group_first[g]:group_first[g+1]`
    that can be followed at once: the heads of a group are consecutive nodes, and its tails are
    nodes before all of these.
    """

    number: Indices  # (n,) new number of each node
    core: int
    climbs: Arcs
    descents: Arcs
    group_first: Indices  # (g + 1,)

    def groups(self) -> Iterator[Arcs]:
        """The descents, group by group."""
        for first, last in zip(self.group_first[:-1], self.group_first[1:], strict=True):
            yield self.descents[first:last]

    def around(self, nodes: Indices) -> Contraction:
        """The part that shortest paths between some of the nodes (old numbers) need."""
        needed = np.zeros(len(self.number), dtype=np.bool_)
        needed[: self.core] = True
        needed[self.number[nodes]] = True
        for group in reversed(list(self.groups())):
            needed[group.tail[needed[group.head]]] = True
        kept = needed[self.descents.head]
        before = np.concatenate([[0], np.cumsum(kept)])
        renumbered = np.where(needed, np.cumsum(needed) - 1, -1)
        return Contraction(
            renumbered[self.number],
            self.core,
            self.climbs.within(needed),
            self.descents.within(needed),
            np.unique(before[self.group_first]),
        )

    def spread(self, climbs: csr_array, starts: Arcs, origins: int) -> Floats:
        """Shortest times from each origin to every needed node: (needed, origins) microseconds.

        `starts` leads from origins 0, 1, … to nodes (old numbers); `climbs` is `self.climbs` as a
        matrix. inf where there is no path.
        """
        nodes = climbs.shape[0]
        starts = Arcs(starts.tail + nodes, self.number[starts.head], starts.us).shortest()
        starts = starts[np.isfinite(starts.us)]
        first = np.searchsorted(starts.tail, np.arange(nodes + 1, nodes + origins + 1))
        graph = csr_array(  # type: ignore[no-untyped-call]  # scipy has none
            (
                np.concatenate([climbs.data, starts.us]),
                np.concatenate([climbs.indices, starts.head.astype(np.int32)]),
                np.concatenate([climbs.indptr, climbs.nnz + first.astype(np.int32)]),
            ),
            shape=(nodes + origins, nodes + origins),
        )
        found = dijkstra(graph, indices=np.arange(nodes, nodes + origins))
        times = np.ascontiguousarray(found[:, :nodes].T)
        for group in self.groups():
            below = times[group.head[0] : group.head[-1] + 1]
            above = times[group.tail]
            above += group.us[:, None]
            np.minimum(below, above, out=below)
        return times


def contract(arcs: Arcs, nodes: int) -> Contraction:
    """Take out nodes, always one with the fewest neighbours, until all have more than a few.

    After Carré (1971), An algebra for network routing problems, IMA Journal of Applied Mathematics
    7(3), 273-294, doi:10.1093/imamat/7.3.273; shortcuts and the descent as in Geisberger et al.
    (2008), Contraction hierarchies, doi:10.1007/978-3-540-68552-4_24, and Delling et al. (2011),
    PHAST, doi:10.1109/IPDPS.2011.89. Streets are nearly planar, so that few neighbours remain:
    about O(n log n).
    """
    near = neighbours(arcs, nodes)
    taken, up, down = take_out(near)
    depth = depths(nodes, taken, up)
    number = np.empty(nodes, dtype=np.int64)
    width = np.bincount(up.tail, minlength=nodes)
    number[np.lexsort((-width, depth))] = np.arange(nodes)
    left = renumbered(arcs_of(near), number)
    climbs, descents = (renumbered(part, number) for part in (up, down))
    slot = slots(descents.head)
    order = np.lexsort((descents.head, slot, depth[down.head]))
    descents = descents[order]
    deep, slot = depth[down.head][order], slot[order]
    starts = np.flatnonzero((np.diff(deep, prepend=-1) != 0) | (np.diff(slot, prepend=-1) != 0))
    first = np.append(starts, len(order))
    return Contraction(number, nodes - len(taken), Arcs.joined(left, climbs), descents, first)


def neighbours(arcs: Arcs, nodes: int) -> Neighbours:
    """For each node the time to each neighbour; inf where only the way back is allowed."""
    back = Arcs(arcs.head, arcs.tail, np.full(len(arcs), np.inf))
    both = Arcs.joined(arcs, back).shortest()
    near: Neighbours = [{} for _ in range(nodes)]
    for tail, head, us in zip(
        both.tail.tolist(), both.head.tolist(), both.us.tolist(), strict=True
    ):
        if tail != head:
            near[tail][head] = us
    return near


def arcs_of(near: Neighbours) -> Arcs:
    """The arcs of a table of neighbours."""
    sizes = [len(heads) for heads in near]
    return Arcs(
        np.repeat(np.arange(len(near)), sizes),
        np.array([head for heads in near for head in heads], dtype=np.int64),
        np.array([us for heads in near for us in heads.values()], dtype=np.float64),
    )


def take_out(near: Neighbours) -> tuple[list[int], Arcs, Arcs]:
    """Empty `near` but for the core; the nodes taken out in order, their arcs up and down."""
    queue = [(len(heads), node) for node, heads in enumerate(near)]
    heapify(queue)
    taken: list[int] = []
    gone = [False] * len(near)
    tails: list[int] = []
    heads: list[int] = []
    up_us: list[float] = []
    down_us: list[float] = []
    while queue and queue[0][0] <= MOST_NEIGHBOURS:
        degree, node = heappop(queue)
        if gone[node] or degree != len(near[node]):
            continue  # told again since, with another number of neighbours
        gone[node] = True
        taken.append(node)
        ahead, near[node] = near[node], {}
        behind = bypass(near, node, ahead)
        tails += [node] * degree
        heads += ahead
        up_us += ahead.values()
        down_us += behind
        for other in ahead:
            heappush(queue, (len(near[other]), other))
    tail, head = np.array(tails, dtype=np.int64), np.array(heads, dtype=np.int64)
    return taken, Arcs(tail, head, np.array(up_us)), Arcs(head, tail, np.array(down_us))


def bypass(near: Neighbours, node: int, ahead: dict[int, float]) -> list[float]:
    """Join the neighbours of a node past it; the times from each of them to the node."""
    behind = []
    for tail in ahead:
        others = near[tail]
        here = others.pop(node)
        behind.append(here)
        for head, there in ahead.items():
            us = here + there
            if head != tail and us < others.get(head, np.inf):
                others[head] = us
            elif head != tail and head not in others:
                others[head] = np.inf
    return behind


def depths(nodes: int, taken: list[int], up: Arcs) -> Indices:
    """(n,) 0 in the core, and one more than the deepest neighbour for each node taken out."""
    depth = [0] * nodes
    last = len(up)
    sizes = np.bincount(up.tail, minlength=nodes).tolist()
    heads = up.head.tolist()
    for node in reversed(taken):
        first = last - sizes[node]
        depth[node] = 1 + max([depth[head] for head in heads[first:last]], default=0)
        last = first
    return np.array(depth, dtype=np.int64)


def renumbered(arcs: Arcs, number: Indices) -> Arcs:
    """The same arcs between new numbers."""
    return Arcs(number[arcs.tail], number[arcs.head], arcs.us)


def slots(keys: Indices) -> Indices:
    """For each key how many equal ones stand before it."""
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    starts = np.flatnonzero(np.diff(ranked, prepend=-1) != 0)
    run = np.diff(np.append(starts, len(keys)))
    slot = np.empty(len(keys), dtype=np.int64)
    slot[order] = np.arange(len(keys)) - np.repeat(starts, run)
    return slot
