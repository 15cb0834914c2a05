"""A part of the sections' graph: the sections that are still to be dealt out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territories.cutting.links import parts_of
from territories.cutting.sections import Sections

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

THIN = 1e-3  # the weight of an edge that stands for a walk through what is not to be dealt out


class Graph(NamedTuple):
    """m nodes with minutes and positions; edges in both directions, sorted by tail."""

    minutes: Floats
    metres: Floats
    starts: Ints
    tail: Ints
    head: Ints
    weight: Floats
    wide: Bools

    def keep_edges(self, kept: Bools) -> Graph:
        """The same nodes with fewer edges."""
        tail = self.tail[kept]
        starts = np.searchsorted(tail, np.arange(len(self.starts)))
        return self._replace(
            starts=starts.astype(np.int64),
            tail=tail,
            head=self.head[kept],
            weight=self.weight[kept],
            wide=self.wide[kept],
        )

    def of_nodes(self, chosen: Ints) -> Graph:
        """The chosen nodes, numbered anew in their order, with the edges between them."""
        place = np.full(len(self.minutes), -1, dtype=np.int64)
        place[chosen] = np.arange(len(chosen))
        kept = (place[self.tail] >= 0) & (place[self.head] >= 0)
        tail, head = place[self.tail[kept]], place[self.head[kept]]
        order = np.lexsort((head, tail))
        starts = np.searchsorted(tail[order], np.arange(len(chosen) + 1)).astype(np.int64)
        return Graph(
            self.minutes[chosen], self.metres[chosen], starts, tail[order], head[order],
            self.weight[kept][order], self.wide[kept][order],
        )  # fmt: skip


def graph_of(sections: Sections) -> Graph:
    """The graph of all sections."""
    return Graph(
        sections.minutes, sections.metres, sections.starts, sections.tail, sections.head,
        sections.weight, sections.wide,
    )  # fmt: skip


def around(graph: Graph, gone: Bools) -> Graph:
    """The graph with edges around what is gone: who walks from one side to the other passes it.

    The nodes that are gone keep their numbers and lose their edges. What lies around each
    connected group of them is joined in a chain of wide and thin edges.
    """
    if not gone.any():
        return graph
    both = gone[graph.tail] & gone[graph.head]
    group = parts_of(len(gone), graph.tail[both], graph.head[both])
    rim = gone[graph.tail] & ~gone[graph.head]
    order = np.lexsort((graph.head[rim], group[graph.tail[rim]]))
    of, node = group[graph.tail[rim]][order], graph.head[rim][order]
    next_to = (of[1:] == of[:-1]) & (node[1:] != node[:-1])
    tail, head = node[:-1][next_to], node[1:][next_to]
    left = ~gone[graph.tail] & ~gone[graph.head]
    return merged(graph, left, np.concatenate((tail, head)), np.concatenate((head, tail)))


def merged(graph: Graph, kept: Bools, tail: Ints, head: Ints) -> Graph:
    """Some edges of the graph and new thin ones, each pair once; an edge that was there stays."""
    count = len(graph.minutes)
    keys = np.concatenate((graph.tail[kept] * count + graph.head[kept], tail * count + head))
    keys, first = np.unique(keys, return_index=True)  # the first: that which was there
    weight = np.concatenate((graph.weight[kept], np.full(len(tail), THIN)))
    wide = np.concatenate((graph.wide[kept], np.ones(len(tail), dtype=np.bool_)))
    tail = keys // count
    starts = np.searchsorted(tail, np.arange(count + 1)).astype(np.int64)
    return Graph(
        graph.minutes, graph.metres, starts, tail, keys % count, weight[first], wide[first]
    )
