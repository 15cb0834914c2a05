"""What a shift would bring without the search: to say what the plan is worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from routing.engine import Problem, greedy
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
    get home, waits for nobody, and goes on with the next.
    """
    walker, travel = problem.walkers[0], problem.travel_by_profile[0]
    here, now, value = walker.start, walker.shift[0], 0
    for at in order:
        stop = problem.stops[at]
        begin = now + int(travel[here, stop.place])
        leave = begin + stop.service_s
        is_open = not stop.windows or any(a <= begin <= b for a, b in stop.windows)
        home = 0 if walker.end is None else int(travel[stop.place, walker.end])
        if is_open and leave + home <= walker.shift[1]:
            here, now = stop.place, leave
            value += value_at(problem, at, begin)
    return value
