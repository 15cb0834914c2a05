"""Which edges hang together."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from territories.streets.arrays import Bools, Floats, Ints


def components(ends: tuple[Ints, Ints], length_m: Floats, public: Bools, private: Bools) -> Ints:
    """(E,) the component of each edge, as `StreetArrays` explains them. O(E).

    Public edges that hang together are one, and what private edges touch them belongs to the
    greatest of those that it touches; private edges that touch none are components of their own.
    """
    start, end = ends
    nodes = int(max(start.max(), end.max())) + 1 if len(start) else 0
    _, label = labels(start[public], end[public], nodes)
    rank = ranks(label[start[public]], length_m[public], nodes)
    is_public = np.zeros(nodes, dtype=bool)
    is_public[start[public]] = is_public[end[public]] = True
    node_rank = np.where(is_public, rank[label], nodes)
    count, yard = labels(start[private], end[private], nodes)
    least = np.full(count, nodes)
    np.minimum.at(least, yard, node_rank)
    alone = least == nodes
    least[alone] = nodes + np.arange(count)[alone]  # after every public component
    found = np.full(len(start), -1)
    found[public] = rank[label[start[public]]]
    found[private] = least[yard[start[private]]]
    return renumbered(found)


def labels(start: Ints, end: Ints, nodes: int) -> tuple[int, Ints]:
    """How many sets of nodes edges connect, and (nodes,) the set of each node."""
    edges = np.ones(len(start), dtype=np.int8), (start, end)
    graph = csr_array(edges, shape=(nodes, nodes))  # type: ignore[no-untyped-call]  # scipy has none
    count, label = connected_components(graph, directed=False)
    return int(count), label


def ranks(label: Ints, length_m: Floats, count: int) -> Ints:
    """(count,) the rank of each label by the length of its edges, the greatest first."""
    total_m = np.bincount(label, length_m, minlength=count)
    rank = np.empty(count, dtype=np.int32)
    rank[np.argsort(-total_m, kind="stable")] = np.arange(count, dtype=np.int32)
    return rank


def renumbered(found: Ints) -> Ints:
    """The same components without gaps between the numbers; -1 stays."""
    known, number = np.unique(found, return_inverse=True)
    return (number - int(len(known) > 0 and known[0] == -1)).astype(np.int32)
