"""Sections that cross a border between territories, one after the other, and can be put back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territories.cutting.annealing import hanging
from territories.cutting.compiled import compiled
from territories.cutting.energy import Move, State, add_change, commit
from territories.cutting.graph import Graph

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TRIES = 12  # sections looked at before none is said to fit
HOME, STRANGE, NEAR = 2.0, 1.0, 0.5  # what a section's going home weighs, and its being nearer
FITTING = 0.7  # and its being as large as wanted
SLIGHT = 1e-9


class Map(NamedTuple):
    """The territories as lists of their nodes, and how tight the borders are.

    `first` (k,) begins the list of a territory, `after` and `before` (m,) chain it. `version` (k,)
    counts changes; what `tight` (k, k) says of the border from one to another holds while `closed`
    (k, k) is the sum of both versions plus one. `came`, `found` and `queue` (k,) are of the present
    search, `idle` (k,) marks what no way helps. `nodes` and `source` (m,) are of the present way:
    what has moved, and from where; `tried` (m,) what has been looked at. `counts` says how many
    nodes have moved on this way, whether it helped, and how many went over the last border.
    """

    first: Ints
    after: Ints
    before: Ints
    version: Ints
    closed: NDArray[np.int32]
    tight: NDArray[np.float32]
    came: Ints
    found: Ints
    queue: Ints
    idle: Ints
    tried: Ints
    nodes: Ints
    source: Ints
    counts: Ints
    wanted: Floats


def mapped(labels: Ints, k: int) -> Map:
    """The lists of the territories, with every border open."""
    count = len(labels)
    first, after, before = np.full(k, -1), np.full(count, -1), np.full(count, -1)
    order = np.argsort(labels, kind="stable")
    same = labels[order[1:]] == labels[order[:-1]]
    after[order[:-1][same]] = order[1:][same]
    before[order[1:][same]] = order[:-1][same]
    heads = order[np.r_[True, ~same]] if count else order
    first[labels[heads]] = heads
    version, came, found, queue, idle = np.full((5, k), -1)
    version[:] = 0
    tried, nodes, source = np.full((3, count), -1)
    closed = np.zeros((k, k), dtype=np.int32)
    tight = np.zeros((k, k), dtype=np.float32)
    return Map(first, after, before, version, closed, tight, came, found, queue, idle, tried, nodes,
               source, np.zeros(3, dtype=np.int64), np.zeros(1))  # fmt: skip


@compiled
def tightness(plan: Map, tail: int, head: int) -> float:
    """The share of a territory than which no less can go over a border, as far as is known."""
    same = plan.closed[tail, head] == plan.version[tail] + plan.version[head] + 1
    return float(plan.tight[tail, head]) if same else 0.0


@compiled
def tighten(plan: Map, tail: int, head: int, share: float) -> None:
    """Note that no section of at most this share goes over a border, until something changes."""
    plan.tight[tail, head] = max(share, 2.0 * tightness(plan, tail, head))
    plan.closed[tail, head] = plan.version[tail] + plan.version[head] + 1


@compiled
def cross(graph: Graph, state: State, old: Ints, plan: Map, move: Move) -> int:
    """Let the best section that fits go over a border, with what hangs on it.

    `move.limit` is the most that may go; `counts[2]` says how many nodes went. Returns the last
    stamp.
    """
    stamp = move.stamp + 2
    plan.counts[2] = 0
    for _ in range(TRIES):
        node = best_to_go(graph, state, old, plan, move)
        if node < 0:
            break
        plan.tried[node] = move.stamp
        stamp += 2
        count = hanging(graph, state, node, stamp)
        state.change[:] = 0.0
        for index in range(count):
            add_change(graph, state, state.queue[index], 1.0)
        if count > 0 and state.change[0] <= move.limit:
            for index in range(count):
                put(state, plan, state.queue[index], move.label)
            commit(state, move)
            plan.counts[2] = count
            break
    return stamp


@compiled
def best_to_go(graph: Graph, state: State, old: Ints, plan: Map, move: Move) -> int:
    """The section not yet tried that had best cross a border; -1 if none is there or small enough.

    One that goes home or is nobody's, that holds more to the other side, and lies nearer to its
    middle.
    """
    best, found = -np.inf, -1
    node = plan.first[move.own]
    while node >= 0:
        if plan.tried[node] != move.stamp and graph.minutes[node] <= move.limit:
            there, here, total = 0.0, 0.0, 0.0
            for edge in range(graph.starts[node], graph.starts[node + 1]):
                other = state.labels[graph.head[edge]]
                total += graph.weight[edge]
                there += graph.weight[edge] if other == move.label else 0.0
                here += graph.weight[edge] if other == move.own else 0.0
            if there > 0:
                near = distance(graph, state, node, move.label)
                far = distance(graph, state, node, move.own)
                score = (there - here) / total + NEAR * (far - near) / (far + near + SLIGHT)
                score -= FITTING * min(abs(graph.minutes[node] / plan.wanted[0] - 1.0), 1.0)
                if old[node] == move.label:
                    score += HOME
                elif old[node] != move.own:
                    score += STRANGE
                if score > best:
                    best, found = score, node
        node = plan.after[node]
    return found


@compiled
def distance(graph: Graph, state: State, node: int, label: int) -> float:
    """How far a section is from the middle of a territory, in metres."""
    work = max(state.sums[label, 0], SLIGHT)
    x = graph.metres[node, 0] - state.sums[label, 2] / work
    y = graph.metres[node, 1] - state.sums[label, 3] / work
    return float(np.sqrt(x * x + y * y))


@compiled
def put(state: State, plan: Map, node: int, label: int) -> None:
    """Move a node from list to list, and remember it."""
    plan.nodes[plan.counts[0]] = node
    plan.source[plan.counts[0]] = state.labels[node]
    plan.counts[0] += 1
    relist(state, plan, node, label)


@compiled
def relist(state: State, plan: Map, node: int, label: int) -> None:
    """Take a node out of the list of its territory and put it into another's."""
    before, after = plan.before[node], plan.after[node]
    if before >= 0:
        plan.after[before] = after
    else:
        plan.first[state.labels[node]] = after
    if after >= 0:
        plan.before[after] = before
    head = plan.first[label]
    plan.before[node] = -1
    plan.after[node] = head
    if head >= 0:
        plan.before[head] = node
    plan.first[label] = node
    state.labels[node] = label


@compiled
def undo(graph: Graph, state: State, plan: Map) -> None:
    """Put back all that has moved on this way."""
    for index in range(plan.counts[0] - 1, -1, -1):
        node, label = plan.nodes[index], plan.source[index]
        state.change[:] = 0.0
        add_change(graph, state, node, 1.0)
        commit(state, Move(node, state.labels[node], label, 0, 0.0))
        relist(state, plan, node, label)
    plan.counts[0] = 0
