"""What an annealed cut is made of, and what its energy counts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territories.cutting.compiled import compiled
from territories.cutting.graph import Graph
from territories.cutting.random_bits import Bits

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Terms(NamedTuple):
    """What is to be had: the target (k,) of each territory, and what each concern weighs.

    `old` (m,) is the territory that a node had before, -1 for none.
    """

    target: Floats
    old: Ints
    cut: float
    spread: float
    stay: float


class Cooling(NamedTuple):
    """How warm it is at first and at last, and what an even deal weighs at first and at last."""

    hot: float
    cold: float
    loose: float
    strict: float


class Move(NamedTuple):
    """A node is to go from its `own` territory to the one with `label`.

    `stamp` and the number after it are of this move alone. `limit` is by how much it may raise the
    energy.
    """

    node: int
    own: int
    label: int
    stamp: int
    limit: float


class State(NamedTuple):
    """A cut that is being improved, with the sums (k, 5) of its territories.

    Of each territory: minutes, nodes, and minutes times x, y and x² + y². The rest is scratch: what
    the present move has `seen`, the `queue` of its search, and the `change` it makes to the sums.
    """

    labels: Ints
    sums: Floats
    seen: Ints
    wanted: Ints
    queue: Ints
    change: Floats
    even: Floats
    pull: Floats
    left: Ints
    parent: Ints
    below: Floats
    frontier: Ints
    bits: Bits


def new_state(graph: Graph, labels: Ints, k: int, bits: Bits) -> State:
    """A state that begins with some labels."""
    count = len(labels)
    x, y = graph.metres.T
    work = graph.minutes
    columns = (work, np.ones(count), work * x, work * y, work * (x * x + y * y))
    sums = np.column_stack([np.bincount(labels, column, k).astype(float) for column in columns])
    seen, wanted, queue, parent = np.full((4, count), -1, dtype=np.int64)
    frontier = np.zeros(len(graph.tail), dtype=np.int64)
    tree = parent, np.zeros(count), frontier
    numbers = np.zeros(5), np.zeros(1), np.zeros(k), np.zeros(1, dtype=np.int64)
    return State(labels.copy(), sums, seen, wanted, queue, *numbers, *tree, bits)


@compiled
def after(state: State, terms: Terms, label: int, sign: float) -> float:
    """The energy of a territory by itself, if it got (1) or lost (-1) what moves, or neither (0).

    How uneven it is, and how spread out.
    """
    target = terms.target[label]
    work = state.sums[label, 0] + sign * state.change[0]
    if work <= 0:
        return float(state.even[0])
    x = state.sums[label, 2] + sign * state.change[2]
    y = state.sums[label, 3] + sign * state.change[3]
    square = state.sums[label, 4] + sign * state.change[4]
    off = work / target - 1.0
    spread = square - (x * x + y * y) / work
    return float(
        state.even[0] * off * (off + 2.0 * state.pull[label]) + terms.spread * spread / target
    )


@compiled
def commit(state: State, move: Move) -> None:
    """Book what moves."""
    for column in range(5):
        state.sums[move.own, column] -= state.change[column]
        state.sums[move.label, column] += state.change[column]


@compiled
def add_change(graph: Graph, state: State, node: int, sign: float) -> None:
    """Add a node to what moves, or take it out of it."""
    work, x, y = graph.minutes[node], graph.metres[node, 0], graph.metres[node, 1]
    state.change[0] += sign * work
    state.change[1] += sign
    state.change[2] += sign * work * x
    state.change[3] += sign * work * y
    state.change[4] += sign * work * (x * x + y * y)


@compiled
def unevenness(state: State, terms: Terms, move: Move) -> float:
    """By how much what moves raises the energy of the two territories by themselves."""
    own = after(state, terms, move.own, -1.0) - after(state, terms, move.own, 0.0)
    return own + after(state, terms, move.label, 1.0) - after(state, terms, move.label, 0.0)


@compiled
def leaving(graph: Graph, terms: Terms, node: int, here: int, there: int) -> float:
    """The energy of a node's going from one territory to another for those who had it before."""
    share = terms.stay * graph.minutes[node] / terms.target[there]
    if terms.old[node] == here:
        return float(share)
    return float(-share) if terms.old[node] == there else 0.0
