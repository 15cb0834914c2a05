"""What a shift would bring without the search: to say what the plan is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from routing.engine import UNREACHABLE, Break, Problem, greedy
from routing.engine.objective import value_at
from routing.outings import Outing
from routing.walks import in_address_order


@dataclass(frozen=True)
class Baselines:
    """The value that a greedy plan has, and that of knocking by the address list, in points."""

    greedy: int
    address_list: int


def baselines(outing: Outing, problem: Problem) -> Baselines:
    """What the outing would bring, by the same ways and values as its plan."""
    order = in_address_order(outing, range(len(outing.stops)))
    return Baselines(greedy(problem).value, address_list_value(problem, order))


def address_list_value(problem: Problem, order: Iterable[int]) -> int:
    """The value of the stops that the first walker makes who goes down a list of them.

    Whoever follows a list takes each stop in turn that is open on arrival and leaves the time to
    pause and to get home, waits for nobody, and goes on with the next.
    """
    walker, travel = problem.walkers[0], problem.travel_by_profile[0]
    here, now, walked, value = walker.start, walker.shift[0], 0, 0
    due: Sequence[Break] = walker.breaks
    limit = UNREACHABLE if walker.most_walk_s is None else walker.most_walk_s
    for at in order:
        stop = problem.stops[at]
        way = int(travel[here, stop.place])
        home = 0 if walker.end is None else int(travel[stop.place, walker.end])
        off_at, left = after_breaks(now, due, way + stop.service_s)
        begin, leave = off_at + way, off_at + way + stop.service_s
        is_open = not stop.windows or any(a <= begin <= b for a, b in stop.windows)
        in_time = after_breaks(leave, left, UNREACHABLE)[0] + home <= walker.shift[1]
        if is_open and in_time and walked + way + home <= limit:
            here, now, due, walked = stop.place, leave, left, walked + way
            value += value_at(problem, at, begin)
    return value


def after_breaks(now: int, breaks: Sequence[Break], busy_s: int) -> tuple[int, Sequence[Break]]:
    """When somebody goes on who pauses as soon as may be, and the breaks that are still due.

    A break is taken once it may begin, and before something that takes too long for it to wait.
    """
    for place, each in enumerate(breaks):
        opens, closes = each.window
        if now < opens and now + busy_s <= closes:
            return now, breaks[place:]
        now = max(now, opens) + each.pause_s
    return now, ()
