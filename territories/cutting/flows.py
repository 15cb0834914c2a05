"""How many minutes have to cross which borders, if as few as can be are to make the work even.

A flow over the map of territories, by linear programming (Ahuja, Magnanti and Orlin 1993, Network
flows, chapter 9), as if doors were as fine as dust.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from territories.cutting.graph import Graph

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Programs: Any = optimize  # scipy ships no types
Matrices: Any = sparse

MISSED = 1e3  # how much worse a minute beyond the limits is than one that moves


class Limits(NamedTuple):
    """The least and the most minutes (k,) of each territory."""

    low: Floats
    high: Floats


class Flow(NamedTuple):
    """So many `minutes` move in all, and by how many more one more in each territory (k,) would."""

    minutes: float
    price: Floats


def flow_of(graph: Graph, labels: Ints, limits: Limits) -> Flow:
    """The least minutes that have to cross borders until all work is within the limits (HiGHS).

    A minute that crosses two borders counts twice. O(e) and a program of a row for each territory.
    """
    k = len(limits.low)
    work = np.bincount(labels, graph.minutes, k)
    tail, head, _ = borders(graph, labels, k)
    way, one = np.arange(len(tail)), np.ones(len(tail))
    comes = Matrices.coo_array(
        (np.concatenate((one, -one)), (np.concatenate((head, tail)), np.tile(way, 2))),
        shape=(k, len(tail)),
    )
    each = Matrices.eye_array(k)  # territories have what came, but for what is missed
    rows = Matrices.hstack([comes, -each, -each, each], format="csr")
    least = np.concatenate((np.zeros(len(tail)), limits.low, np.zeros(2 * k)))
    most = np.concatenate((np.full(len(tail), np.inf), limits.high, np.full(2 * k, np.inf)))
    cost = np.concatenate((one, np.zeros(k), np.full(2 * k, MISSED)))
    bounds = np.column_stack((least, most))
    found = Programs.linprog(cost, A_eq=rows, b_eq=-work, bounds=bounds, method="highs-ds")
    return Flow(float(found.x[: len(tail)].sum()), -found.eqlin.marginals)


def borders(graph: Graph, labels: Ints, k: int) -> tuple[Ints, Ints, Ints]:
    """The pairs of territories side by side, in both directions, and how many edges join each."""
    tail, head = labels[graph.tail], labels[graph.head]
    apart = tail != head
    keys, edges = np.unique(tail[apart] * k + head[apart], return_counts=True)
    return keys // k, keys % k, edges
