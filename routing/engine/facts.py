"""A problem's numbers as arrays for compiled code.

The nodes of n stops and m walkers are the stops, then the starts, then the ends: walker w's start
is n + w and the end n + m + w. A start and an end have the shift as their window and no service,
so that one rule holds for all nodes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engine.compiled import compiled
from routing.engine.objective import weight_of
from routing.engine.problem import UNREACHABLE
from routing.engine.timetable import NEVER, Tables

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
UNLIMITED_S = 2**40
NEIGHBOURS = 60
POWERS = (0.5, 1.25, 1.5, 2.0, 2.5, 3.0)


class Facts(NamedTuple):
    """What does not change while a plan is searched; times are seconds.

    `travel` (profiles, nodes, nodes); `opens`, `closes` (nodes, w); `service` (nodes,).
    Per stop (n,): `weight`, what leaving it out costs in the objective's seconds; `worth`, its
    value in mean values, more than all together where it is required, which `gain` (powers, n) has
    to several powers; `near` (n, k), its neighbours, nearest first.
    Per walker (m,): `profile` of travel; `shift` (m, 2); `most_walk`, the longest walking;
    `allowed` (m, n), whom the walker may serve.
    `pace` is about how long a well chosen stop takes, way and service.
    """

    travel: NDArray[np.int32]
    opens: Ints
    closes: Ints
    service: Ints
    weight: Ints
    worth: Reals
    gain: Reals
    near: NDArray[np.int32]
    profile: Ints
    shift: Ints
    most_walk: Ints
    allowed: NDArray[np.bool_]
    pace: float


def facts_of(tables: Tables) -> Facts:
    """The facts of a problem."""
    problem = tables.problem
    n, m = len(problem.stops), len(problem.walkers)
    shift = np.array([walker.shift for walker in problem.walkers], dtype=np.int64)
    travel = travel_between_nodes(tables)
    opens, closes = windows_of_nodes(tables, shift)
    worth = worth_of(tables)
    return Facts(
        travel=travel,
        opens=opens,
        closes=closes,
        service=np.concatenate([tables.service, np.zeros(2 * m, dtype=np.int64)]),
        weight=np.array([weight_of(problem, stop) for stop in range(n)], dtype=np.int64),
        worth=worth,
        gain=np.array([worth**power for power in POWERS]),
        near=nearest(travel[0, :n, :n]),
        profile=np.zeros(m, dtype=np.int64),
        shift=shift,
        most_walk=np.full(m, UNLIMITED_S, dtype=np.int64),
        allowed=np.ones((m, n), dtype=np.bool_),
        pace=pace_of(travel[0, :n, :n], tables.service),
    )


def travel_between_nodes(tables: Tables) -> NDArray[np.int32]:
    """The travel matrix of the places, spread out to nodes: (1, nodes, nodes)."""
    starts = [walker.start for walker in tables.problem.walkers]
    ends = [walker.end for walker in tables.problem.walkers]
    places = np.concatenate([tables.place, np.array(starts + ends, dtype=np.int64)])
    return np.ascontiguousarray(tables.problem.travel_s[np.ix_(places, places)][None])


def windows_of_nodes(tables: Tables, shift: Ints) -> tuple[Ints, Ints]:
    """Opens and closes of all nodes, (nodes, w) each."""
    opens, closes = tables.windows
    width = opens.shape[1]
    shifts = [np.tile(side[:, None], (2, width)) for side in shift.T]
    return np.concatenate([opens, shifts[0]]), np.concatenate([closes, shifts[1]])


def worth_of(tables: Tables) -> Reals:
    """The stops' values in units of their mean; a required stop is worth more than all others."""
    value = tables.value.astype(np.float64)
    if value.any():
        value /= value[value > 0].mean()
    required = np.array([stop.required for stop in tables.problem.stops], dtype=np.float64)
    worth: Reals = value + required * (1 + len(value) + value.sum())
    return worth


def nearest(travel: NDArray[np.int32]) -> NDArray[np.int32]:
    """Each stop's nearest other stops by the better of there and back: (n, up to NEIGHBOURS)."""
    both = np.minimum(travel, travel.T).astype(np.int64)
    np.fill_diagonal(both, -1)
    return np.argsort(both, axis=1, kind="stable")[:, 1 : NEIGHBOURS + 1].astype(np.int32)


def pace_of(travel: NDArray[np.int32], service: Ints) -> float:
    """A mean service and a mean way to one of the five nearest stops, at least a second."""
    ways = np.sort(travel, axis=1)[:, 1:6].astype(np.float64)
    ways = ways[ways < UNREACHABLE]
    way = ways.mean() if ways.size else 0.0
    return max(1.0, float(way + (service.mean() if service.size else 0.0)))


@compiled
def earliest_start(opens: Ints, closes: Ints, at: int) -> int:
    """When service can begin for somebody who arrives at `at`; NEVER after the last window."""
    for window in range(closes.size):
        if at <= closes[window]:
            return max(at, int(opens[window]))
    return NEVER


@compiled
def latest_start(opens: Ints, closes: Ints, at: int) -> int:
    """The last time not after `at` at which service can begin; -1 if there is none."""
    for window in range(opens.size - 1, -1, -1):
        if opens[window] <= at:
            return min(at, int(closes[window]))
    return -1
