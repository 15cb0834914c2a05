"""Which doors are one walk apart: what holds a territory together, and what is walked in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import Delaunay, QhullError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DETOUR = 1.3  # a walk is longer than the straight line by about this much
LONG_M = 400.0  # a straight line longer than this is no neighbour's
HALVING_M = 50.0  # a link of this length holds half as fast as the shortest
TINY_M = 1e-3


@dataclass(frozen=True)
class Links:
    """l walks from door `tail` to door `head`, each `gap_m` long, holding together by `weight`.

    A `bridge` joins parts that no walk from neighbour to neighbour joins: somebody has to go there
    all the same.
    """

    tail: Ints
    head: Ints
    gap_m: Floats
    weight: Floats
    bridge: Bools

    def __len__(self) -> int:
        return len(self.tail)

    def where(self, chosen: Bools) -> Links:
        """Only the chosen links."""
        return Links(
            self.tail[chosen], self.head[chosen], self.gap_m[chosen], self.weight[chosen],
            self.bridge[chosen],
        )  # fmt: skip


def links(tail: Ints, head: Ints, gap_m: Floats, factor: float | Floats = 1.0) -> Links:
    """Links whose weight falls with their length, times `factor`."""
    weight = factor / (1 + gap_m / HALVING_M)
    return Links(tail, head, gap_m, weight, np.zeros(len(tail), dtype=np.bool_))


def joined(parts: Sequence[Links]) -> Links:
    """All links in one."""
    columns = ("tail", "head", "gap_m", "weight", "bridge")
    return Links(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


def matrix(count: int, rows: Ints, columns: Ints, values: NDArray[Any]) -> Any:
    """A sparse square matrix; what is given twice for one place is added up."""
    made = coo_array((values, (rows, columns)), shape=(count, count))  # type: ignore[no-untyped-call]  # scipy
    return made.tocsr()  # type: ignore[no-untyped-call]  # scipy


def parts_of(count: int, tail: Ints, head: Ints) -> Ints:
    """The connected part that each of `count` nodes is in, numbered from 0."""
    graph = matrix(count, tail, head, np.ones(len(tail), dtype=np.int8))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def tree_of(count: int, tail: Ints, head: Ints, gap_m: Floats) -> tuple[Ints, Ints, Floats]:
    """The shortest links that join what the links join (Kruskal, 1956).

    Of several between the same two nodes the shortest counts; lengths below a millimetre are one,
    because a zero is no link to the library.
    """
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((gap_m, high, low))
    low, high, gap_m = low[order], high[order], np.maximum(gap_m[order], TINY_M)
    first = np.ones(len(low), dtype=np.bool_)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    first &= low != high
    graph = matrix(count, low[first], high[first], gap_m[first])
    tree = minimum_spanning_tree(graph).tocoo()
    return tree.row.astype(np.int64), tree.col.astype(np.int64), tree.data


def neighbours(metres: Floats) -> tuple[Ints, Ints]:
    """Pairs of doors that are neighbours in the plane, each once; doors on one spot are a chain.

    The edges of the Delaunay triangulation of their positions (n, 2). O(n log n).
    """
    spots, first, of_door = np.unique(
        metres.round(2), axis=0, return_index=True, return_inverse=True
    )
    tail, head = triangulated(spots)
    order = np.argsort(of_door.ravel(), kind="stable")
    same = of_door.ravel()[order[1:]] == of_door.ravel()[order[:-1]]
    tails = np.concatenate((first[tail], order[:-1][same]))
    heads = np.concatenate((first[head], order[1:][same]))
    return tails.astype(np.int64), heads.astype(np.int64)


def triangulated(spots: Floats) -> tuple[Ints, Ints]:
    """The Delaunay edges of distinct points, each once; a chain where they lie on a line."""
    try:
        if len(spots) < 4:
            raise QhullError  # noqa: TRY301  # too few for the library, which says it the same way
        corners = Delaunay(spots).simplices.astype(np.int64)
    except QhullError:
        order = np.lexsort(spots.T)
        return order[:-1], order[1:]
    tail = corners.ravel()
    head = np.roll(corners, 1, axis=1).ravel()
    keys = np.minimum(tail, head) * len(spots) + np.maximum(tail, head)
    left_out = np.ones(len(spots), dtype=np.bool_)  # too near a line for the library
    left_out[tail] = False
    lonely = np.flatnonzero(left_out[1:]) + 1
    keys = np.unique(np.concatenate((keys, (lonely - 1) * len(spots) + lonely)))
    return keys // len(spots), keys % len(spots)


def lengths(metres: Floats, tail: Ints, head: Ints) -> Floats:
    """The straight line between each pair of doors, in metres."""
    difference = metres[tail] - metres[head]
    return np.hypot(difference[:, 0], difference[:, 1])


def bridges(metres: Floats, found: Links) -> Links:
    """The shortest links that join the parts which the links found so far leave apart."""
    part = parts_of(len(metres), found.tail, found.head)
    if not len(part) or part.max() == 0:
        return found.where(np.zeros(len(found), dtype=np.bool_))
    tail, head = neighbours(metres)
    between = part[tail] != part[head]
    tail, head = tail[between], head[between]
    gap_m = lengths(metres, tail, head) * DETOUR
    made = links(*nearest_pairs(part, tail, head, gap_m))
    return Links(made.tail, made.head, made.gap_m, made.weight, np.ones(len(made), dtype=np.bool_))


def nearest_pairs(part: Ints, tail: Ints, head: Ints, gap_m: Floats) -> tuple[Ints, Ints, Floats]:
    """For each branch of the tree that joins the parts, the pair of doors that is nearest."""
    low, high = np.minimum(part[tail], part[head]), np.maximum(part[tail], part[head])
    count = int(part.max()) + 1
    row, column, _ = tree_of(count, low, high, gap_m)
    wanted = np.minimum(row, column) * count + np.maximum(row, column)
    key = low * count + high
    order = np.lexsort((gap_m, key))
    at = order[np.searchsorted(key[order], wanted)]
    return tail[at], head[at], gap_m[at]
