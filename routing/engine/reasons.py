"""Why stops were left out, in the words that a manager reads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.engine.problem import UNREACHABLE
from routing.engine.solution import LeftOut, Orders, Reason
from routing.engine.timetable import NEVER, Tables, Timetable


def servable(tables: Tables, *, windows: bool = True) -> NDArray[np.bool_]:
    """Which stops somebody could serve who did nothing else: (n,)."""
    return fits(tables, [[] for _ in tables.problem.walkers], everything(tables), windows=windows)


def everything(tables: Tables) -> NDArray[np.int64]:
    """The indexes of all stops."""
    return np.arange(len(tables.place), dtype=np.int64)


def fits(
    tables: Tables, orders: Orders, stops: NDArray[np.int64], *, windows: bool = True
) -> NDArray[np.bool_]:
    """Which of the stops could be put somewhere into the plan: (len(stops),)."""
    found = np.zeros(len(stops), dtype=bool)
    for walker, order in enumerate(orders):
        delays = Timetable(tables, walker, order).delays(stops, windows=windows)
        found |= (delays < NEVER).any(axis=1)
    return found


def reachable(tables: Tables) -> NDArray[np.bool_]:
    """Which stops a walker can get to and home from, if need be by way of others: (n,)."""
    ways = tables.travel < UNREACHABLE
    found = np.zeros(len(tables.place), dtype=bool)
    for walker in tables.problem.walkers:
        there, home = spread(ways, walker.start), spread(ways.T, walker.end)
        found |= (there & home)[tables.place]
    return found


def spread(ways: NDArray[np.bool_], origin: int) -> NDArray[np.bool_]:
    """The places that can be got to from `origin`, over any number of ways: (p,)."""
    seen: NDArray[np.bool_] = ways[origin]
    while True:
        more: NDArray[np.bool_] = seen | ways[seen].any(axis=0)
        if (more == seen).all():
            return more
        seen = more


def in_shift(tables: Tables) -> NDArray[np.bool_]:
    """Which stops have a window that is open at some time while somebody is on shift: (n,)."""
    opens, closes = tables.windows
    found = np.zeros(len(tables.place), dtype=bool)
    for walker in tables.problem.walkers:
        found |= ((opens <= walker.shift[1]) & (closes >= walker.shift[0])).any(axis=1)
    return found


def candidates(tables: Tables) -> NDArray[np.int64]:
    """The stops that are not ruled out before any search: their indexes."""
    return np.flatnonzero(reachable(tables) & in_shift(tables))


def left_out(tables: Tables, orders: Orders) -> tuple[LeftOut, ...]:
    """Every stop that the plan leaves out, with the first reason that holds.

    `unreachable`: no way there, or none home. `outside_window`: a walker with nothing else to do
    would have the time, but not within the stop's windows; or the plan has the time, but not then.
    `no_time`: it does not fit. `worth_less_than_the_detour`: it fits and would not pay; also what
    is worth nothing, for which no time would be enough.
    """
    served = {stop for order in orders for stop in order}
    left = np.array([at for at in everything(tables) if at not in served], dtype=np.int64)
    fits_now = fits(tables, orders, left)
    untimely = ~servable(tables)[left] & servable(tables, windows=False)[left]
    untimely |= fits(tables, orders, left, windows=False) & ~fits_now
    stops = tables.problem.stops
    worthless = np.array([not (stops[at].value or stops[at].required) for at in left], dtype=bool)
    chosen = np.select(
        [~reachable(tables)[left], worthless, untimely, fits_now],
        [
            Reason.UNREACHABLE,
            Reason.WORTH_LESS_THAN_THE_DETOUR,
            Reason.OUTSIDE_WINDOW,
            Reason.WORTH_LESS_THAN_THE_DETOUR,
        ],
        Reason.NO_TIME,
    )
    return tuple(
        LeftOut(int(stop), Reason(reason)) for stop, reason in zip(left, chosen, strict=True)
    )
