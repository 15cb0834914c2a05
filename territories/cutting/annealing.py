"""Improving a draft: sections change sides while every territory stays in one piece.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983, Optimization by simulated annealing,
doi:10.1126/science.220.4598.671). A move takes a section at the border over to the neighbour, with
all that only hangs on it: a side road's dead ends follow the side road.
"""

from __future__ import annotations

import numpy as np

from territories.cutting.compiled import compiled
from territories.cutting.energy import (
    Cooling,
    Move,
    State,
    Terms,
    add_change,
    commit,
    leaving,
    unevenness,
)
from territories.cutting.graph import Graph
from territories.cutting.random_bits import uniform
from territories.cutting.recombining import recombine

# The energy counts: squared deviation from the target, more of it beyond a narrow band, the weight
# of the edges cut, the spread around the middle, and the minutes that leave their old territory.
EVEN, UNEVEN = 30.0, 1500.0
COLD = 0.002
STEP = 256  # moves at one temperature
RECOMBINED, APART = 0.02, 0.05
DEEP = 0.1


@compiled
def anneal(graph: Graph, state: State, terms: Terms, moves: int, cooling: Cooling) -> None:
    """Try so many moves while it cools down."""
    edges = graph.tail.shape[0]
    if edges == 0:
        return
    state.seen[:] = -1
    state.wanted[:] = -1
    warmth = cooling.hot
    for step in range(moves):
        if step % STEP == 0:
            done = step / moves
            warmth = cooling.hot * (cooling.cold / cooling.hot) ** done
            state.even[0] = cooling.loose * (cooling.strict / cooling.loose) ** done
        edge = int(uniform(state.bits) * edges)
        node, label = graph.tail[edge], state.labels[graph.head[edge]]
        if state.labels[node] != label:
            limit = -warmth * np.log(1.0 - uniform(state.bits))
            move = Move(node, state.labels[node], label, 2 * step, limit)
            if is_uneven(state, terms, move) and uniform(state.bits) < RECOMBINED:
                recombine(graph, state, terms, move)
            else:
                attempt(graph, state, terms, move)


@compiled
def is_uneven(state: State, terms: Terms, move: Move) -> bool:
    """Whether two neighbours differ by more than moving sections one by one is likely to mend."""
    one = state.sums[move.own, 0] / terms.target[move.own] - 1.0
    two = state.sums[move.label, 0] / terms.target[move.label] - 1.0
    return bool(abs(one - two) > APART and max(abs(one), abs(two)) > APART / 2)


@compiled
def attempt(graph: Graph, state: State, terms: Terms, move: Move) -> None:
    """Give a node and what hangs on it to a territory, unless that raises the energy too much.

    A node that had better stay is seldom looked at further: what hangs on it is costly to find.
    """
    state.seen[move.node] = move.stamp + 1
    state.queue[0] = move.node
    if raised_by(graph, state, terms, move, 1) > move.limit and uniform(state.bits) > DEEP:
        return
    count = hanging(graph, state, move.node, move.stamp)
    if count == 0 or raised_by(graph, state, terms, move, count) > move.limit:
        return
    for index in range(count):
        state.labels[state.queue[index]] = move.label
    commit(state, move)


@compiled
def raised_by(graph: Graph, state: State, terms: Terms, move: Move, count: int) -> float:
    """By how much the first nodes of the queue raise the energy if they go."""
    state.change[:] = 0.0
    raised = 0.0
    for index in range(count):
        add_change(graph, state, state.queue[index], 1.0)
        raised += crossing(graph, state, terms, state.queue[index], move)
    return raised + unevenness(state, terms, move)


@compiled
def hanging(graph: Graph, state: State, node: int, stamp: int) -> int:
    """How many nodes move with this one; they stand at the front of the queue, the node first.

    Without the node, its territory may fall into parts: the heaviest stays, the others go with it.
    0 if nothing would stay. Nodes that stay are seen with `stamp`, those that go with `stamp` + 1.
    """
    own = state.labels[node]
    state.seen[node] = stamp + 1
    state.queue[0] = node
    mark_wanted(graph, state, node, stamp)
    end, kept, kept_end, heaviest = 1, 0, 1, -1.0
    for edge in range(graph.starts[node], graph.starts[node + 1]):
        other = graph.head[edge]
        if state.labels[other] == own and state.seen[other] < stamp:
            begin = end
            end, work = gathered(graph, state, other, begin, stamp)
            if begin == 1 and state.left[0] == 0:
                return 1  # all neighbours hang together: the usual case
            if work > heaviest:
                kept, kept_end, heaviest = begin, end, work
    if heaviest < 0:
        return 0
    for index in range(kept_end, end):  # what goes closes up over what stays
        state.queue[kept + index - kept_end] = state.queue[index]
    count = kept + end - kept_end
    for index in range(1, count):
        state.seen[state.queue[index]] = stamp + 1
    return count


@compiled
def mark_wanted(graph: Graph, state: State, node: int, stamp: int) -> None:
    """Mark and count the node's neighbours in its territory."""
    state.left[0] = 0
    for edge in range(graph.starts[node], graph.starts[node + 1]):
        if state.labels[graph.head[edge]] == state.labels[node]:
            state.wanted[graph.head[edge]] = stamp
            state.left[0] += 1


@compiled
def gathered(graph: Graph, state: State, first: int, begin: int, stamp: int) -> tuple[int, float]:
    """Queue the part of a territory that a node is in, or until no wanted node is left to find.

    Returns the queue's end and the minutes of the part.
    """
    own = state.labels[first]
    state.queue[begin] = first
    state.seen[first] = stamp
    state.left[0] -= 1
    end, work, index = begin + 1, graph.minutes[first], begin
    while index < end and (state.left[0] > 0 or begin > 1):
        node = state.queue[index]
        for edge in range(graph.starts[node], graph.starts[node + 1]):
            other = graph.head[edge]
            if state.labels[other] == own and state.seen[other] < stamp:
                state.seen[other] = stamp
                if state.wanted[other] == stamp:
                    state.left[0] -= 1
                state.queue[end] = other
                end += 1
                work += graph.minutes[other]
        index += 1
    return end, work


@compiled
def crossing(graph: Graph, state: State, terms: Terms, node: int, move: Move) -> float:
    """What a node that goes adds to the edges cut and to the minutes that change hands."""
    raised = leaving(graph, terms, node, move.own, move.label)
    for edge in range(graph.starts[node], graph.starts[node + 1]):
        other = graph.head[edge]
        if state.labels[other] == move.label:
            raised -= terms.cut * graph.weight[edge]
        elif state.labels[other] == move.own and state.seen[other] != move.stamp + 1:
            raised += terms.cut * graph.weight[edge]
    return raised
