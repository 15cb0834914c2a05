"""The first draft of a cut: METIS, mended so that each territory is one piece."""

from __future__ import annotations

import numpy as np
import pymetis
from numpy.typing import NDArray
from scipy.sparse.csgraph import breadth_first_order

from territories.cutting.graph import Graph
from territories.cutting.links import matrix, parts_of
from territories.cutting.regions import Regions

Ints = NDArray[np.int64]

EXACT = 100  # METIS counts in whole numbers: hundredths of weights, thousandths of a territory
OFF_PER_MILLE = 2


def draft(regions: Regions, seed: int) -> Ints:
    """A territory (m,) for each node: connected, none empty, and roughly even.

    Multilevel k-way partitioning of each region by METIS (Karypis and Kumar, 1998, A fast and high
    quality multilevel scheme for partitioning irregular graphs, SIAM Journal on Scientific
    Computing 20(1), 359-392, doi:10.1137/S1064827595287997). O(e log k).
    """
    labels = np.zeros(len(regions.of_node), dtype=np.int64)
    first = 0
    order = np.argsort(regions.of_node, kind="stable")
    ends = np.cumsum(np.bincount(regions.of_node, minlength=len(regions.territories)))
    for nodes, k in zip(np.split(order, ends[:-1]), regions.territories.tolist(), strict=True):
        if k == 1:
            labels[nodes] = first
        else:
            shuffled = np.random.default_rng(seed).permutation(nodes)  # METIS heeds the order
            part = regions.graph.of_nodes(shuffled)
            labels[shuffled] = first + mended(part, partitioned(part, k, seed), k)
        first += k
    return labels


def partitioned(graph: Graph, k: int, seed: int) -> Ints:
    """METIS' labels (m,) from 0 to k - 1; some may be empty or in pieces."""
    unit = float(graph.minutes.sum()) / k / (10 * EXACT) or 1.0
    options = pymetis.Options(seed=seed % 2**31, ufactor=OFF_PER_MILLE)
    found = pymetis.part_graph(
        k,
        pymetis.CSRAdjacency(graph.starts.tolist(), graph.head.tolist()),
        vweights=np.maximum(graph.minutes / unit, 1).round().astype(np.int64).tolist(),
        eweights=np.maximum(graph.weight * EXACT, 1).round().astype(np.int64).tolist(),
        recursive=True,
        options=options,
    )
    return np.array(found.vertex_part, dtype=np.int64)


def mended(graph: Graph, labels: Ints, k: int) -> Ints:
    """The labels with each territory in one piece, and none empty.

    Of a territory in pieces the heaviest keeps the label; the others go where they hold most.
    """
    labels = in_one_piece(graph, labels.copy())
    for label in np.flatnonzero(np.bincount(labels, minlength=k) == 0).tolist():
        heaviest = largest_divisible(graph, labels, k)
        nodes = np.flatnonzero(labels == heaviest)
        labels[nodes[halves(graph.of_nodes(nodes))]] = label
    return labels


def in_one_piece(graph: Graph, labels: Ints) -> Ints:
    """Give each lesser piece of a territory to whom it holds to most, until all are one."""
    while True:
        inside = labels[graph.tail] == labels[graph.head]
        piece = parts_of(len(labels), graph.tail[inside], graph.head[inside])
        if piece.max() + 1 == len(np.unique(labels)):
            return labels
        weight = np.bincount(piece, graph.minutes)
        of_piece = np.zeros(len(weight), dtype=np.int64)
        of_piece[piece] = labels
        order = np.lexsort((-weight, of_piece))
        lesser = np.ones(len(weight), dtype=np.bool_)
        lesser[order[np.unique(of_piece[order], return_index=True)[1]]] = False
        give_away(graph, labels, piece, np.flatnonzero(lesser)[np.argsort(weight[lesser])])


def give_away(graph: Graph, labels: Ints, piece: Ints, lesser: Ints) -> None:
    """Give each piece, one after the other, to the territory around it that it holds to most."""
    rim = piece[graph.tail] != piece[graph.head]
    tail, head, weight = piece[graph.tail[rim]], graph.head[rim], graph.weight[rim]
    order = np.argsort(tail, kind="stable")
    tail, head, weight = tail[order], head[order], weight[order]
    nodes = np.argsort(piece, kind="stable")
    bounds = np.searchsorted(piece[nodes], np.arange(piece.max() + 2))
    for name in lesser.tolist():
        part = slice(*np.searchsorted(tail, [name, name + 1]))
        found = np.bincount(labels[head[part]], weight[part])
        mine = nodes[bounds[name] : bounds[name + 1]]
        found[labels[mine[0]] : labels[mine[0]] + 1] = -1.0
        labels[mine] = int(np.argmax(found))


def largest_divisible(graph: Graph, labels: Ints, k: int) -> int:
    """The heaviest territory of more than one node."""
    minutes = np.bincount(labels, graph.minutes, k)
    minutes[np.bincount(labels, minlength=k) < 2] = -1
    return int(np.argmax(minutes))


def halves(graph: Graph) -> Ints:
    """The nodes of one of two connected halves, as even as a branch of a search tree makes them.

    The tree is a breadth-first one from the node that is furthest west; each of its branches is
    connected, and so is the rest.
    """
    count = len(graph.minutes)
    ones = np.ones(len(graph.tail), dtype=np.int8)
    edges = matrix(count, graph.tail, graph.head, ones)
    root = int(np.argmin(graph.metres[:, 0]))
    order, parent = breadth_first_order(edges, root, directed=False)
    below = graph.minutes.copy()
    for node in order[:0:-1].tolist():
        below[parent[node]] += below[node]
    below[root] = np.inf
    branch = int(np.argmin(np.abs(below - graph.minutes.sum() / 2)))
    chosen = np.zeros(count, dtype=np.bool_)
    chosen[branch] = True
    for node in order.tolist():
        if node != root:
            chosen[node] |= chosen[parent[node]]
    return np.flatnonzero(chosen)
