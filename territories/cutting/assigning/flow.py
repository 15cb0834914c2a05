"""The cheapest deal by count: every item to one rep, every rep about as many."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from territories.cutting.assigning.items import Items
from territories.cutting.assigning.wishes import NOBODY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def cheapest(items: Items, share: Floats, most: int | None) -> Ints:
    """The rep (m,) of each item, NOBODY where none is left: as many as can be, then short ways.

    A flow from items over reps. Every rep takes their even number of items, rounded down, at no
    extra cost, and more at a price above any way; an item nobody takes costs more than any way to
    place it, so that one that suits nobody does not spoil the deal for others. Cost scaling
    (Goldberg, 1997, An efficient implementation of a scaling minimum-cost flow algorithm, Journal
    of Algorithms 22(1), 1-29, doi:10.1006/jagm.1995.0805). Settled items go where they are settled.
    """
    count, reps = len(items), len(share)
    open_ = items.settled == NOBODY
    pairs = np.flatnonzero(open_[items.item])
    flow, sink = SimpleMinCostFlow(), count + reps
    cost = np.round(items.cost_m[pairs] - min(items.cost_m.min(initial=0.0), 0.0)).astype(np.int64)
    price = int(cost.max(initial=0)) + 1
    arcs = add_arcs(flow, items.item[pairs], count + items.rep[pairs], 1, cost)
    taken = np.bincount(items.settled[~open_], minlength=reps)
    even = np.floor(count * share / max(share.sum(), 1e-9)).astype(np.int64)
    room = np.maximum(np.where(share > 0, count if most is None else most, 0) - taken, 0)
    even = np.clip(even - taken, 0, room)
    node = count + np.arange(reps)
    add_arcs(flow, node, sink, even, 0)
    add_arcs(flow, node, sink, np.minimum(room - even, 1), price)
    add_arcs(flow, node, sink, np.maximum(room - even - 1, 0), 2 * price)
    wanting = np.flatnonzero(open_)
    add_arcs(flow, wanting, sink, 1, 4 * reps * price)
    flow.set_nodes_supplies(np.r_[wanting, sink], np.r_[np.ones_like(wanting), -len(wanting)])
    if flow.solve() != flow.OPTIMAL:  # type: ignore[no-untyped-call]  # OR-Tools' stub
        raise RuntimeError("The deal was not solved; are the ways finite?")
    owner = items.settled.copy()
    chosen = pairs[np.asarray(flow.flows(arcs)) > 0]  # type: ignore[arg-type]  # stub: shape for dtype
    owner[items.item[chosen]] = items.rep[chosen]
    return owner


def add_arcs(flow: SimpleMinCostFlow, tails: Ints, heads: Any, room: Any, cost: Any) -> Ints:
    """Arcs from each tail, their indices (a,); heads, room and cost broadcast."""
    whole = [np.broadcast_to(each, tails.shape).astype(np.int64) for each in (room, cost)]
    ends = [np.broadcast_to(each, tails.shape).astype(np.int32) for each in (tails, heads)]
    arcs = flow.add_arcs_with_capacity_and_unit_cost(*ends, *whole)  # type: ignore[arg-type]  # stub: shape for dtype
    return np.asarray(arcs)
