"""Giving a territory up where work is short, and making it anew where there is too much.

Where minutes would have to be led over many borders, each of them upsets every territory on the
way. One that is dissolved among its neighbours and founded again far away upsets only those.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territories.cutting.drafting import halves
from territories.cutting.flows import Flow, Limits, borders, flow_of
from territories.cutting.graph import Graph

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FAR = 3.0  # borders that a minute has to cross, from which on moving a territory may be cheaper
ROUNDS = 12
TINY = 1e-9


def relocated(graph: Graph, labels: Ints, old: Ints, limits: Limits) -> Ints:
    """The labels (m,), with territories dissolved and founded elsewhere where fewer minutes move.

    Judged by the minutes that are not with their old territory, `old` (m,), and those that still
    have to flow. O(rounds · e) and as many flows.
    """
    flow, most = flow_of(graph, labels, limits), len(limits.low)
    cost = flow.minutes + strange(graph, labels, old)
    for _ in range(ROUNDS):
        pairs = pairs_of(graph, labels, limits, flow)[:most]
        if not pairs:
            break
        tried = labels.copy()
        for gone, crowded in pairs:
            move(graph, tried, gone, crowded)
        after = flow_of(graph, tried, limits)
        if after.minutes + strange(graph, tried, old) < cost - TINY:
            labels, flow = tried, after
            cost = flow.minutes + strange(graph, labels, old)
        elif len(pairs) == 1:
            break
        else:
            most = len(pairs) // 2
    return labels


def strange(graph: Graph, labels: Ints, old: Ints) -> float:
    """The minutes that are not with their old territory."""
    return float(graph.minutes[(old >= 0) & (old != labels)].sum())


def pairs_of(graph: Graph, labels: Ints, limits: Limits, flow: Flow) -> list[tuple[int, int]]:
    """Territories to dissolve, each with a crowded one that it is to share; the best first.

    No two of them all lie side by side: what one changes is not known to the other.
    """
    k = len(limits.low)
    nodes = np.bincount(labels, minlength=k)
    tail, head = borders(graph, labels, k)
    near = [set(part.tolist()) for part in np.split(head, np.searchsorted(tail, np.arange(1, k)))]
    work = np.bincount(labels, graph.minutes, k) / limits.high
    given = np.lexsort((work, flow.price)).tolist()
    taken = [label for label in np.lexsort((-work, -flow.price)).tolist() if nodes[label] > 1]
    chosen: set[int] = set()
    pairs: list[tuple[int, int]] = []
    left = int(flow.minutes / limits.high.mean() / FAR)
    while given and taken and len(pairs) <= left:
        gone = next((one for one in given if not near[one] & chosen and one not in chosen), -1)
        mine = chosen | {gone}
        crowded = next((one for one in taken if not near[one] & mine and one not in mine), -1)
        if min(gone, crowded) < 0 or flow.price[crowded] - flow.price[gone] < FAR:
            break
        pairs.append((gone, crowded))
        chosen |= {gone, crowded}
    return pairs


def move(graph: Graph, labels: Ints, gone: int, crowded: int) -> None:
    """Dissolve one territory among its neighbours, and found it again in half of another."""
    spread(graph, labels, np.flatnonzero(labels == gone))
    nodes = np.flatnonzero(labels == crowded)
    labels[nodes[halves(graph.of_nodes(nodes))]] = gone


def spread(graph: Graph, labels: Ints, nodes: Ints) -> None:
    """Give each of the nodes to the neighbour that it holds to most, from the rim inwards."""
    labels[nodes] = -1
    waiting = nodes.tolist()
    while waiting:
        found = []
        for node in waiting:
            edges = slice(graph.starts[node], graph.starts[node + 1])
            around = labels[graph.head[edges]]
            if (around >= 0).any():
                weight = np.bincount(around[around >= 0], graph.weight[edges][around >= 0])
                found.append((node, int(np.argmax(weight))))
        for node, label in found:
            labels[node] = label
        waiting = [node for node in waiting if labels[node] < 0]
