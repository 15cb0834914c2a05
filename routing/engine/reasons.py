"""Why stops were left out, in the words that a manager reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from routing.engine.problem import UNREACHABLE
from routing.engine.solution import LeftOut, Orders, Reason
from routing.engine.timetable import NEVER, Ints, Tables, Timetable

Bools = NDArray[np.bool_]


def fits(walks: Sequence[Timetable], which: Ints, *, windows: bool = True) -> Bools:
    """Into which walk each variant of `which` could be put, as if alone left out: (m, n).

    Who may serve it is left aside. Without `windows` at any hour.
    """
    tables = walks[0].tables
    found = np.zeros((len(walks), len(tables.place)), dtype=np.bool_)
    for walker, walk in enumerate(walks):
        found[walker, which] = (walk.delays(which, windows=windows) < NEVER).any(axis=1)
    return found


def somebody(flags: Bools) -> Bools:
    """Which variants something holds of for any walker: (n,) of (m, n)."""
    found: Bools = np.logical_or.reduce(flags, axis=0)
    return found


def reachable(tables: Tables) -> Bools:
    """Which variants somebody who may serve them can get to and home from: (n,).

    If need be by way of others.
    """
    found = np.zeros(len(tables.place), dtype=np.bool_)
    known: dict[tuple[int, int, int | None], Bools] = {}
    for index, walker in enumerate(tables.problem.walkers):
        ends = (walker.profile, walker.start, walker.end)
        if ends not in known:
            ways = tables.problem.travel_by_profile[walker.profile]
            known[ends] = spread(ways, walker.start)
            if walker.end is not None:
                known[ends] = known[ends] & spread(ways.T, walker.end)
        found |= known[ends][tables.place] & tables.allowed[index]
    return found


def spread(ways: NDArray[np.int32], origin: int) -> Bools:
    """The places that can be got to from `origin`, over any number of ways: (p,)."""
    seen: Bools = ways[origin] < UNREACHABLE
    fresh = np.flatnonzero(seen)
    while fresh.size and not seen.all():
        more = (ways[fresh] < UNREACHABLE).any(axis=0) & ~seen
        seen |= more
        fresh = np.flatnonzero(more)
    return seen


def in_shift(tables: Tables) -> Bools:
    """Which variants have a window open at some time while somebody is on shift: (n,)."""
    opens, closes = tables.windows
    found = np.zeros(len(tables.place), dtype=np.bool_)
    for walker in tables.problem.walkers:
        found |= ((opens <= walker.shift[1]) & (closes >= walker.shift[0])).any(axis=1)
    return found


def candidates(tables: Tables) -> Ints:
    """The variants that are not ruled out before any search: their indexes."""
    return np.flatnonzero(reachable(tables) & in_shift(tables))


def left_out(tables: Tables, orders: Orders) -> tuple[LeftOut, ...]:
    """Every stop of the problem that the plan leaves out, with the first reason that holds.

    `wrong_skill`: no walker may serve it. `unreachable`: those who may have no way there, or none
    home. `worth_less_than_the_detour`: it is worth nothing, so that no time would be enough.
    `after_one_left_out`: so is a stop that must come before it. `outside_window`: a walker with
    nothing else to do would have the time, but not within the stop's windows; or the plan has the
    time, but not then. `worth_less_than_the_detour`: it fits and would not pay. `wrong_skill`: it
    fits into a walk whose walker may not serve it. `no_time`: it does not fit.
    """
    served = {tables.source[stop] for order in orders for stop in order}
    out = np.array([at for at, stop in enumerate(tables.source) if stop not in served], np.int64)
    walks = [Timetable(tables, walker, order) for walker, order in enumerate(orders)]
    idle = [Timetable(tables, walker, []) for walker in range(len(orders))]
    anyone_now, may = fits(walks, out), tables.allowed
    fits_now = somebody(anyone_now & may)
    bound = np.array([at for at in out.tolist() if tables.stops[at].windows], np.int64)
    untimely = somebody(fits(idle, bound, windows=False) & may) & ~somebody(fits(idle, bound) & may)
    untimely |= somebody(fits(walks, bound, windows=False) & may) & ~fits_now
    stops = tables.problem.stops
    conditions: list[tuple[list[bool], Reason]] = [
        ([not some for some in by_stop(tables, tables.allowed.any(axis=0))], Reason.WRONG_SKILL),
        ([not some for some in by_stop(tables, reachable(tables))], Reason.UNREACHABLE),
        ([not worth for worth in worthwhile(tables)], Reason.WORTH_LESS_THAN_THE_DETOUR),
        (after_others(tables, served), Reason.AFTER_ONE_LEFT_OUT),
        (untimely_stops(tables, untimely, fits_now), Reason.OUTSIDE_WINDOW),
        (by_stop(tables, fits_now), Reason.WORTH_LESS_THAN_THE_DETOUR),
        (by_stop(tables, somebody(anyone_now)), Reason.WRONG_SKILL),
    ]
    return tuple(
        LeftOut(stop, next((reason for holds, reason in conditions if holds[stop]), Reason.NO_TIME))
        for stop in range(len(stops))
        if stop not in served
    )


def by_stop(tables: Tables, flags: Any) -> list[bool]:
    """For each of the problem's stops whether the flag holds for a variant of it."""
    found = np.zeros(len(tables.problem.stops), dtype=np.bool_)
    found[np.array(tables.source, dtype=np.int64)[flags]] = True
    return list(found.tolist())


def worthwhile(tables: Tables) -> list[bool]:
    """For each of the problem's stops whether it is required or ever worth something."""
    return [stop.required or max(stop.values) > 0 for stop in tables.problem.stops]


def after_others(tables: Tables, served: set[int]) -> list[bool]:
    """For each of the problem's stops whether one is left out that must come before it."""
    return [not served.issuperset(tables.predecessors[first]) for first, *_ in tables.variants]


def untimely_stops(tables: Tables, untimely: Bools, fits_now: Bools) -> list[bool]:
    """For each of the problem's stops whether it would fit at another hour only."""
    found, fit = by_stop(tables, untimely), by_stop(tables, fits_now)
    return [late and not now for late, now in zip(found, fit, strict=True)]
