"""Leading minutes from where there are too many to where they lack, by as few moves as can be.

A flow over the map of territories says how many minutes cross each border: of all that make the
work even enough, the one that moves least (Ahuja, Magnanti and Orlin 1993, Network flows, chapter
9). Sections at that border then change sides, one after the other, and no territory falls apart.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from territories.cutting.annealing import hanging
from territories.cutting.compiled import compiled
from territories.cutting.energy import Move, State, add_change, commit, new_state
from territories.cutting.graph import Graph
from territories.cutting.random_bits import random_bits

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

Programs: Any = optimize  # scipy ships no types
Matrices: Any = sparse

ROUNDS = 25
MISSED = 1e3  # how much worse a minute beyond the limits is than one that moves
STUCK = 1.5  # how much dearer a way becomes on which not all minutes could go
MARGIN = 0.3  # of the room between the limits, kept free for what sections are too coarse for
HOME, STRANGE, NEAR = 2.0, 1.0, 0.5  # what a section's going home weighs, and its being nearer


class Limits(NamedTuple):
    """The least and the most minutes (k,) of each territory."""

    low: Floats
    high: Floats

    def excess(self, work: Floats) -> float:
        """The minutes that are beyond the limits."""
        return float(np.maximum(self.low - work, 0).sum() + np.maximum(work - self.high, 0).sum())

    def narrowed(self, share: float) -> Limits:
        """Limits that leave free this share of the room, half of it at each end."""
        room = (self.high - self.low) * share / 2
        return Limits(self.low + room, self.high - room)


class Flows(NamedTuple):
    """So many `minutes` are to go from territory `tail` to its neighbour `head`."""

    tail: Ints
    head: Ints
    minutes: Floats


def led(graph: Graph, labels: Ints, old: Ints, limits: Limits) -> Ints:
    """The labels (m,), changed by as little as can be until the work is within the limits.

    `old` (m,) are the labels that sections had before, -1 for none: it is cheap to move one that is
    not at home. What sections are too coarse for stays beyond the limits. O(rounds · m).
    """
    state = new_state(graph, labels, len(limits.low), random_bits(0))
    best, least, stamp = labels, limits.excess(state.sums[:, 0]), 0
    costs: dict[int, float] = {}
    for number in range(ROUNDS):
        if least == 0:
            break
        margin = MARGIN * (1 - number / ROUNDS)
        flows = flows_of(graph, state, limits.narrowed(margin), costs)
        if not len(flows.minutes):
            break
        order = np.argsort(state.labels, kind="stable")
        stamp = carry(graph, state, old, flows, order, stamp)
        keys = (flows.tail * len(limits.low) + flows.head).tolist()
        for key, left in zip(keys, flows.minutes.tolist(), strict=True):
            if left > 0:  # sections are too coarse there: try another way
                costs[key] = costs.get(key, 1.0) * STUCK
        excess = limits.excess(state.sums[:, 0])
        if excess < least:
            best, least = state.labels.copy(), excess
    return best


def flows_of(graph: Graph, state: State, limits: Limits, costs: dict[int, float]) -> Flows:
    """The least minutes that have to cross borders, by linear programming (HiGHS).

    `costs` of ways by tail · k + head count instead of one a minute. No territory gives away more
    than half of itself at once.
    """
    k, work = len(limits.low), state.sums[:, 0]
    tail, head = state.labels[graph.tail], state.labels[graph.head]
    keys = np.unique(tail[tail != head] * k + head[tail != head])
    tail, head = keys // k, keys % k
    edge, one = np.arange(len(keys)), np.ones(len(keys))
    ways = Matrices.coo_array(
        (np.concatenate((one, -one)), (np.concatenate((head, tail)), np.tile(edge, 2))),
        shape=(k, len(keys)),
    )
    rows = Matrices.hstack([ways, Matrices.eye_array(k), -Matrices.eye_array(k)], format="csr")
    each = np.array([costs.get(key, 1.0) for key in keys.tolist()])
    cost = np.concatenate((each, np.full(2 * k, MISSED)))
    even = Programs.LinearConstraint(rows, limits.low - work, limits.high - work)
    leaves = Matrices.coo_array((one, (tail, edge)), shape=(k, len(cost)))
    halves = Programs.LinearConstraint(leaves.tocsr(), -np.inf, work / 2)
    found = Programs.milp(cost, constraints=[even, halves], bounds=Programs.Bounds(0, np.inf))
    minutes = found.x[: len(keys)] if found.x is not None else np.zeros(len(keys))
    some = np.flatnonzero(minutes > 1e-6)
    return Flows(tail[some], head[some], minutes[some])


@compiled
def carry(  # noqa: PLR0913, PLR0917  # compiled: plain arrays, nothing to wrap them in
    graph: Graph, state: State, old: Ints, flows: Flows, order: Ints, stamp: int
) -> int:
    """Move sections along the flows; `order` lists them by territory. Returns the last stamp."""
    bounds = np.zeros(state.sums.shape[0] + 1, dtype=np.int64)
    for node in order:
        bounds[state.labels[node] + 1] += 1
    bounds = np.cumsum(bounds)
    state.wanted[:] = -1
    tried = np.full(order.shape[0], -1, dtype=np.int64)
    for flow in range(flows.minutes.shape[0]):
        own, label, left = flows.tail[flow], flows.head[flow], flows.minutes[flow]
        nodes = order[bounds[own] : bounds[own + 1]]
        while left > 0:
            node = best_to_go(graph, state, old, nodes, tried, Move(0, own, label, flow, left))
            if node < 0:
                break
            stamp += 2
            tried[node] = flow
            count = hanging(graph, state, node, stamp)
            state.change[:] = 0.0
            for index in range(count):
                add_change(graph, state, state.queue[index], 1.0)
            if count > 0 and state.change[0] < 2 * left:
                left -= state.change[0]
                for index in range(count):
                    state.labels[state.queue[index]] = label
                commit(state, Move(node, own, label, stamp, 0.0))
        flows.minutes[flow] = left  # what could not go
    return stamp


@compiled
def best_to_go(  # noqa: PLR0913, PLR0917  # as above
    graph: Graph, state: State, old: Ints, nodes: Ints, tried: Ints, move: Move
) -> int:
    """The section not yet tried that had best cross a border; -1 if none is there or small enough.

    One that goes home or is nobody's, that holds more to the other side, and lies nearer to its
    middle. `move.stamp` is the flow, `move.limit` what of it is left.
    """
    best, found = -np.inf, -1
    for node in nodes:
        small = graph.minutes[node] < 2 * move.limit
        if state.labels[node] == move.own and tried[node] != move.stamp and small:
            there, total = 0.0, 0.0
            here = 0.0
            for edge in range(graph.starts[node], graph.starts[node + 1]):
                other = state.labels[graph.head[edge]]
                total += graph.weight[edge]
                there += graph.weight[edge] if other == move.label else 0.0
                here += graph.weight[edge] if other == move.own else 0.0
            if there > 0:
                near, far = (
                    distance(graph, state, node, move.label),
                    distance(graph, state, node, move.own),
                )
                score = (there - here) / total + NEAR * (far - near) / (far + near + 1e-9)
                if old[node] == move.label:
                    score += HOME
                elif old[node] != move.own:
                    score += STRANGE
                if score > best:
                    best, found = score, node
    return found


@compiled
def distance(graph: Graph, state: State, node: int, label: int) -> float:
    """How far a section is from the middle of a territory, in metres."""
    work = max(state.sums[label, 0], 1e-9)
    x = graph.metres[node, 0] - state.sums[label, 2] / work
    y = graph.metres[node, 1] - state.sums[label, 3] / work
    return float(np.sqrt(x * x + y * y))
