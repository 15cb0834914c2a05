"""Which territory goes to whom: everybody the same number, and the way there short."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.linear_sum_assignment import SimpleLinearSumAssignment

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def give(distances_m: Floats) -> Ints:
    """The rep (t,) of each of t territories, given the distances (t, r) to r reps' homes.

    Each rep gets t / r territories, rounded down or up, such that the sum of the distances is the
    least possible. An assignment problem: every rep has as many places as the smaller number, and
    one more that may stay empty, that is, be taken by a dummy at no cost. Solved by OR-Tools'
    cost-scaling push-relabel (Goldberg and Kennedy, 1995, An efficient cost scaling algorithm for
    the assignment problem, Mathematical Programming 71(2), 153-177, doi:10.1007/BF01585996).
    Needs O(t (t + r)) memory.
    """
    territories, reps = distances_m.shape
    each, spare = divmod(territories, reps)
    places = np.tile(np.arange(reps), each + (spare > 0))
    optional = np.arange(each * reps, len(places))
    solver = SimpleLinearSumAssignment()
    add_arcs(solver, np.arange(territories), np.arange(len(places)), distances_m[:, places])
    add_arcs(solver, np.arange(territories, len(places)), optional, np.zeros(1))
    if solver.solve() != solver.OPTIMAL:  # type: ignore[no-untyped-call]  # OR-Tools' stub
        raise RuntimeError("The assignment problem was not solved; are the distances finite?")
    chosen = [solver.right_mate(territory) for territory in range(territories)]
    mates: Ints = places[chosen]
    return mates


def add_arcs(solver: SimpleLinearSumAssignment, left: Ints, right: Ints, costs: Floats) -> None:
    """Let every left node take every right node, at costs that broadcast to (left, right)."""
    shape = (len(left), len(right))
    tails = np.repeat(left, shape[1]).astype(np.int32)
    heads = np.tile(right, shape[0]).astype(np.int32)
    rounded = np.broadcast_to(costs, shape).round().astype(np.int64).ravel()
    solver.add_arcs_with_cost(tails, heads, rounded)  # type: ignore[arg-type]  # stub: shape for dtype
