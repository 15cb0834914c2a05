"""Giving a territory up where work is short, and making it anew where there is too much.

Where minutes would have to be led over many borders, each of them upsets every territory on the
way. One that is dissolved among its neighbours and founded again far away upsets only those. What
is best moved where, and how many minutes each neighbour takes or gives, is planned first (see
`siting`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territories.cutting.drafting import mended
from territories.cutting.flows import Limits
from territories.cutting.graph import Graph
from territories.cutting.siting import Sites, best_choice

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Shares = dict[int, float]

NECK = 0.3  # of a territory: what goes over an edge at most, lest all is led through a neck
SPENT = 0.3  # of a section: a territory that is to give less has given


def relocated(graph: Graph, labels: Ints, limits: Limits) -> Ints:
    """The labels (m,), with territories dissolved and founded elsewhere where fewer minutes move.

    O(plans · flow), and the nodes of what is moved, squared.
    """
    sites = Sites(graph, labels, limits, NECK)
    choice = best_choice(sites)
    gone, at = np.flatnonzero(choice.gone).tolist(), np.flatnonzero(choice.site).tolist()
    if not gone:
        return labels
    over, comes = sites.flows(choice)
    made = labels.copy()
    for label in gone:
        leaves = sites.tail == label
        dissolve(graph, made, label, shares(sites.head[leaves], over[leaves]))
    for label, site in zip(gone, at, strict=True):
        there = sites.at == site
        found(graph, made, label, site, shares(sites.out_of[there], comes[there]))
    return mended(graph, made, len(limits.low))


def shares(labels: Ints, minutes: Floats) -> Shares:
    """The minutes of each label, where there are any."""
    some = minutes > 0
    return dict(zip(labels[some].tolist(), minutes[some].tolist(), strict=True))


def dissolve(graph: Graph, labels: Ints, gone: int, takes: Shares) -> None:
    """Give the nodes of a territory to its neighbours, to each about as many minutes as it takes.

    From the rim inwards, so that none falls apart: whoever still takes most gets next the node
    that holds to it most.
    """
    left = dict(takes)
    ties = {node: ties_of(graph, labels, node) for node in np.flatnonzero(labels == gone).tolist()}
    for tie in ties.values():
        tie.pop(gone, None)
    while ties:
        labels_open = {label for tie in ties.values() for label in tie}
        if not labels_open:
            return
        label = max(labels_open, key=lambda one: (left.get(one, 0.0), -one))
        held = {node: tie[label] for node, tie in ties.items() if label in tie}
        node = max(held, key=lambda one: (held[one], -one))
        del ties[node]
        labels[node] = label
        left[label] = left.get(label, 0.0) - float(graph.minutes[node])
        for other, weight in around(graph, node):
            if other in ties:
                ties[other][label] = ties[other].get(label, 0.0) + weight


def ties_of(graph: Graph, labels: Ints, node: int) -> Shares:
    """How much a node holds to each label around it."""
    ties: Shares = {}
    for other, weight in around(graph, node):
        label = int(labels[other])
        ties[label] = ties.get(label, 0.0) + weight
    return ties


def around(graph: Graph, node: int) -> list[tuple[int, float]]:
    """The neighbours of a node, and how much it holds to each."""
    edges = slice(graph.starts[node], graph.starts[node + 1])
    return list(zip(graph.head[edges].tolist(), graph.weight[edges].tolist(), strict=True))


def found(graph: Graph, labels: Ints, label: int, site: int, gives: Shares) -> None:
    """Make a territory anew out of a site and its neighbours, of about the minutes that each gives.

    It grows from the node of the site that is nearest to the middle of all that gives, round, and
    through those that have given already only where there is no other way.
    """
    left, wanted = {site: 0.0, **gives}, sum(gives.values())
    first = first_node(graph, labels, site, gives)
    metres = np.hypot(*(graph.metres - graph.metres[first]).T).tolist()
    reach = float(np.ptp(graph.metres[labels == site], axis=0).max()) + 1.0
    nodes = np.bincount(labels[np.isin(labels, list(left))]).tolist()
    rim, got = {first}, 0.0

    def far(node: int) -> tuple[float, int]:
        has_given = left[int(labels[node])] < SPENT * graph.minutes[node]
        return metres[node] + has_given * reach, node

    while rim and got < wanted:
        node = min(rim, key=far)
        rim.discard(node)
        source = int(labels[node])
        if nodes[source] == 1:
            continue  # somebody has to stay
        nodes[source] -= 1
        left[source] -= float(graph.minutes[node])
        got += float(graph.minutes[node])
        labels[node] = label
        rim.update(other for other, _ in around(graph, node) if int(labels[other]) in left)


def first_node(graph: Graph, labels: Ints, site: int, gives: Shares) -> int:
    """The node of a site that is nearest to the middle of the territories that give minutes."""
    middles = [graph.metres[labels == label].mean(axis=0) for label in gives]
    middle = np.average(middles, axis=0, weights=list(gives.values()))
    own = np.flatnonzero(labels == site)
    return int(own[np.argmin(np.hypot(*(graph.metres[own] - middle).T))])
