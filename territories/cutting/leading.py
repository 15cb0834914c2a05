"""Leading minutes from where there are too many to where they lack, by as few moves as can be.

From a territory beyond the limits the shortest way over borders to one with room is found, and one
section crosses each border of it, the last border first: so nobody on the way gets too many. That
is the method of successive shortest paths (Busacker and Gowen 1960; Ahuja, Magnanti and Orlin 1993,
Network flows, chapter 9), but for sections instead of dust: a border over which no section fits is
closed until something changes there, and no territory ever falls apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territories.cutting.annealing import hanging
from territories.cutting.compiled import compiled
from territories.cutting.energy import Move, State, add_change, commit, new_state
from territories.cutting.flows import Limits
from territories.cutting.graph import Graph
from territories.cutting.passing import Map, cross, mapped, tighten, tightness, undo
from territories.cutting.random_bits import random_bits

Ints = NDArray[np.int64]

MOST_WAYS = 400  # tries for each territory
LOOSE, GRAIN = 1.5, 0.03  # how much more a territory on the way may get: times, and of a territory
CLOSED = 0.06  # of a territory: a border over which nothing smaller goes is closed
LEAST_ROOM = 0.012  # of a territory: less is no room
UNIT = 0.02  # of a territory: what goes at least, if a section of that size is there
LEAST_GAIN = 5e-4  # of a territory: a way that helps less is none
SLIGHT = 1e-9


def led(graph: Graph, labels: Ints, old: Ints, limits: Limits) -> Ints:
    """The labels (m,), changed by as little as can be until the work is within the limits.

    `old` (m,) are the labels that sections had before, -1 for none: it is cheap to move one that is
    not at home. What sections are too coarse for stays beyond the limits. O(ways · m).
    """
    state = new_state(graph, labels, len(limits.low), random_bits(0))
    plan = mapped(labels, len(limits.low))
    stamp = lead(graph, state, old, limits, plan)
    bring_home(graph, state, old, limits, stamp + 2)
    return state.labels


@compiled
def lead(graph: Graph, state: State, old: Ints, limits: Limits, plan: Map) -> int:
    """Try way after way from the worst territory, until none helps. Returns the last stamp."""
    k = limits.low.shape[0]
    state.wanted[:] = -1
    stamp, changed = 0, False
    for way in range(MOST_WAYS * k):
        worst = furthest_off(state, limits, plan)
        if worst < 0:
            if not changed:
                break
            plan.idle[:] = -1
            changed = False
            continue
        end = search(graph, state, limits, plan, worst, way)
        if end < 0:
            plan.idle[worst] = 1
            continue
        many = state.sums[worst, 0] > limits.high[worst]
        sink = end if many else worst
        source = worst if many else end
        stamp = follow(graph, state, old, limits, plan, source, sink, many, stamp)
        changed = changed or plan.counts[1] == 1
    return stamp


@compiled
def furthest_off(state: State, limits: Limits, plan: Map) -> int:
    """The territory that is most beyond its limits and not idle; -1 if none is."""
    most, found = 0.0, -1
    for label in range(limits.low.shape[0]):
        off = beyond(state, limits, label) / limits.high[label]
        if off > max(most, SLIGHT) and plan.idle[label] < 0:
            most, found = off, label
    return found


@compiled
def beyond(state: State, limits: Limits, label: int) -> float:
    """The minutes by which a territory is beyond its limits."""
    work = state.sums[label, 0]
    return float(max(work - limits.high[label], limits.low[label] - work, 0.0))


@compiled
def search(  # noqa: PLR0913, PLR0917  # compiled: plain values, nothing to wrap them in
    graph: Graph, state: State, limits: Limits, plan: Map, start: int, way: int
) -> int:
    """The nearest territory with room, or with minutes to spare if `start` lacks them; -1 if none.

    Of several equally near the one with the most. `came` then leads back to the start.
    """
    many = state.sums[start, 0] > limits.high[start]
    plan.found[start] = way
    plan.came[start] = -1
    plan.queue[0] = start
    begin, end = 0, 1
    while begin < end:
        level = end
        best, most = -1, 0.0
        while begin < level:
            here = plan.queue[begin]
            begin += 1
            node = plan.first[here]
            while node >= 0:
                for edge in range(graph.starts[node], graph.starts[node + 1]):
                    there = state.labels[graph.head[edge]]
                    if plan.found[there] == way:
                        continue
                    tail, head = (here, there) if many else (there, here)
                    tight = tightness(plan, tail, head)
                    if tight < CLOSED:
                        plan.found[there] = way
                        plan.came[there] = here
                        plan.queue[end] = there
                        end += 1
                        free = room(state, limits, there, many)
                        if free > max(most, tight):
                            best, most = there, free
                node = plan.after[node]
        if best >= 0:
            return best
    return -1


@compiled
def room(state: State, limits: Limits, label: int, many: bool) -> float:
    """The minutes that a territory can take, or give, as a share; 0 if they are next to none."""
    work = state.sums[label, 0]
    free = (limits.high[label] - work if many else work - limits.low[label]) / limits.high[label]
    return free if free > LEAST_ROOM else 0.0


@compiled
def follow(  # noqa: PLR0913, PLR0917  # as above
    graph: Graph,
    state: State,
    old: Ints,
    limits: Limits,
    plan: Map,
    source: int,
    sink: int,
    many: bool,
    stamp: int,
) -> int:
    """Let a section cross each border between source and sink; undo it all if that is no help.

    `counts[1]` says whether it was. Returns the last stamp.
    """
    plan.counts[0] = 0
    plan.counts[1] = 0
    before, after, head = beyond(state, limits, sink), 0.0, sink
    tightest, gave = sink, 0.0
    worst = source if many else sink
    while head != source:
        tail = plan.came[head] if many else following(plan, source, head)
        before += beyond(state, limits, tail)
        most = limits.high[head] - state.sums[head, 0]
        if head != sink:
            most = max(most, LOOSE * gave + GRAIN * limits.high[head])
        if tail == source:
            most = min(most, state.sums[source, 0] - limits.low[source])
        wanted = gave if gave > 0 else max(beyond(state, limits, worst), UNIT * limits.high[head])
        plan.wanted[0] = max(min(wanted, most), SLIGHT)
        gave = state.sums[tail, 0]
        stamp = cross(graph, state, old, plan, Move(0, tail, head, stamp, most))
        if plan.counts[2] == 0:
            tighten(plan, tail, head, most / limits.high[head])
            undo(graph, state, plan)
            return stamp
        gave -= state.sums[tail, 0]
        after += beyond(state, limits, head)
        if beyond(state, limits, head) > 0:
            tightest = head
        head = tail
    after += beyond(state, limits, source)
    if after >= before - LEAST_GAIN * limits.high[source]:
        undo(graph, state, plan)
        tighten_before(plan, source, tightest, many)
        return stamp
    plan.counts[1] = 1
    head = sink
    while head != source:
        plan.version[head] += 1
        head = plan.came[head] if many else following(plan, source, head)
    plan.version[source] += 1
    return stamp


@compiled
def following(plan: Map, source: int, head: int) -> int:
    """The territory before `head` on a way that was searched from its end."""
    tail = source
    while plan.came[tail] != head:
        tail = plan.came[tail]
    return tail


@compiled
def tighten_before(plan: Map, source: int, head: int, many: bool) -> None:
    """Tighten the border over which too little came to a territory."""
    if head != source:
        tail = plan.came[head] if many else following(plan, source, head)
        tighten(plan, tail, head, LEAST_ROOM)


@compiled
def bring_home(graph: Graph, state: State, old: Ints, limits: Limits, stamp: int) -> None:
    """Let sections go home where nothing hangs on them and both territories stay within limits."""
    went = True
    while went:
        went = False
        for node in range(old.shape[0]):
            own, home = state.labels[node], old[node]
            if home < 0 or own == home or not touches(graph, state, node, home):
                continue
            stamp += 2
            if fits(graph, state, limits, old, node) and hanging(graph, state, node, stamp) == 1:
                state.change[:] = 0.0
                add_change(graph, state, node, 1.0)
                commit(state, Move(node, own, home, stamp, 0.0))
                state.labels[node] = home
                went = True


@compiled
def fits(graph: Graph, state: State, limits: Limits, old: Ints, node: int) -> bool:
    """Whether a node may go home as far as both territories' limits are concerned."""
    own, home, work = state.labels[node], old[node], graph.minutes[node]
    comes = state.sums[home, 0] + work <= limits.high[home]
    return bool(comes and state.sums[own, 0] - work >= limits.low[own])


@compiled
def touches(graph: Graph, state: State, node: int, label: int) -> bool:
    """Whether a node lies beside a territory."""
    for edge in range(graph.starts[node], graph.starts[node + 1]):
        if state.labels[graph.head[edge]] == label:
            return True
    return False
