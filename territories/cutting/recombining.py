"""Two neighbours become one and are parted anew, evenly: the way out where moves are stuck.

Recombination: DeFord, Duchin and Solomon 2021, Recombination: a family of Markov chains for
redistricting, Harvard Data Science Review 3(1), doi:10.1162/99608f92.eb30390f.
"""

from __future__ import annotations

from territories.cutting.compiled import compiled
from territories.cutting.energy import Move, State, Terms, add_change, commit, leaving, unevenness
from territories.cutting.graph import Graph
from territories.cutting.random_bits import uniform


@compiled
def recombine(graph: Graph, state: State, terms: Terms, move: Move) -> None:
    """Part two territories anew along a random tree, unless that raises the energy too much.

    A branch of the tree is connected, and so is the rest of it.
    """
    count = grown(graph, state, move)
    branch = even_branch(graph, state, move, count)
    if branch == 0:
        return
    going = move.stamp + 1  # what is seen with this number is the branch
    for index in range(branch, count):
        node = state.queue[index]
        if index == branch or state.seen[state.parent[node]] == going:
            state.seen[node] = going
    if branch_is(graph, state, terms, move, count) == move.own:  # then the others go
        for index in range(count):
            node = state.queue[index]
            state.seen[node] = 2 * move.stamp + 1 - state.seen[node]
    settle(graph, state, terms, move, count)


@compiled
def grown(graph: Graph, state: State, move: Move) -> int:
    """Grow a random tree over two territories; returns how many nodes it has, queued in order."""
    count, waiting = 0, 0
    node = move.node
    while True:
        if state.seen[node] < move.stamp and state.labels[node] in (move.own, move.label):
            state.seen[node] = move.stamp
            state.queue[count] = node
            count += 1
            for edge in range(graph.starts[node], graph.starts[node + 1]):
                if state.seen[graph.head[edge]] < move.stamp:
                    state.frontier[waiting] = edge
                    waiting += 1
        if waiting == 0:
            return count
        pick = int(uniform(state.bits) * waiting)
        edge = state.frontier[pick]
        waiting -= 1
        state.frontier[pick] = state.frontier[waiting]
        node = graph.head[edge]
        if state.seen[node] < move.stamp:
            state.parent[node] = graph.tail[edge]


@compiled
def even_branch(graph: Graph, state: State, move: Move, count: int) -> int:
    """Where in the queue the branch begins that is nearest to half of both; 0 for none."""
    for index in range(count):
        state.below[state.queue[index]] = graph.minutes[state.queue[index]]
    half = (state.sums[move.own, 0] + state.sums[move.label, 0]) / 2
    best, found = abs(state.sums[move.own, 0] - half), 0
    for index in range(count - 1, 0, -1):
        node = state.queue[index]
        state.below[state.parent[node]] += state.below[node]
        if abs(state.below[node] - half) < best:
            best, found = abs(state.below[node] - half), index
    return found


@compiled
def branch_is(graph: Graph, state: State, terms: Terms, move: Move, count: int) -> int:
    """Which of the two territories the branch is to be: that of which it holds more.

    Where it weighs anything that minutes stay, that is what they were in the old cut.
    """
    balance = 0.0
    for index in range(count):
        node = state.queue[index]
        sign = 1.0 if state.seen[node] == move.stamp + 1 else -1.0
        here = state.labels[node] if terms.stay == 0.0 else terms.old[node]
        if here == move.own:
            balance += sign * graph.minutes[node]
        elif here == move.label:
            balance -= sign * graph.minutes[node]
    return move.own if balance > 0 else move.label


@compiled
def settle(graph: Graph, state: State, terms: Terms, move: Move, count: int) -> None:
    """Let what is seen with the second number be the move's label, if the energy allows."""
    state.change[:] = 0.0
    raised = 0.0
    for index in range(count):
        node = state.queue[index]
        here = state.labels[node]
        there = move.label if state.seen[node] == move.stamp + 1 else move.own
        if here != there:
            add_change(graph, state, node, 1.0 if there == move.label else -1.0)
            raised += leaving(graph, terms, node, here, there)
        raised += newly_cut(graph, state, terms, node, move)
    if raised + unevenness(state, terms, move) > move.limit:
        return
    for index in range(count):
        node = state.queue[index]
        going = state.seen[node] == move.stamp + 1
        state.labels[node] = move.label if going else move.own
    commit(state, move)


@compiled
def newly_cut(graph: Graph, state: State, terms: Terms, node: int, move: Move) -> float:
    """The half of what the edges of a node would newly cut between the two, or cut no more."""
    raised = 0.0
    for edge in range(graph.starts[node], graph.starts[node + 1]):
        other = graph.head[edge]
        if state.labels[other] in (move.own, move.label):
            if state.seen[other] != state.seen[node]:
                raised += terms.cut * graph.weight[edge] / 2
            if state.labels[other] != state.labels[node]:
                raised -= terms.cut * graph.weight[edge] / 2
    return raised
