"""The compiled searches, each for the kind of problem that it knows, and how they are gone on with.

Where there are pauses or hours, the problem without them is searched too: that is faster, and its
plan, as far as it holds, may be the better one to go on from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from routing.engine.annealing import HOT
from routing.engine.clock import Clock, marks, moments
from routing.engine.construction import construct
from routing.engine.facts import FEW
from routing.engine.ordering import shortest_order
from routing.engine.orienteering import orienteer, orienteering
from routing.engine.search import Search, search
from routing.engine.simplified import realised, simplified
from routing.engine.solution import Orders
from routing.engine.stones import stepping_stones
from routing.engine.timetable import Tables, score_of

FIRST_ROUND_S: Final = 0.2  # the problem without pauses and hours has the first part of each round
FIRST_ROUND_EACH_S: Final = 5e-4  # for each stop, where that is more
ROUND_GROWTH: Final = 1.5  # so many times as late ends each round
FIRST_SHARE: Final = 0.3  # of the first round
SIMPLE_SHARE: Final = 0.5  # of each later one
WARM: Final = 0.2  # where the search of hours goes on from that plan; hotter it would lose it

Track = Callable[[Clock], Orders | None]


class Searching:
    """The compiled search of one problem in seconds: each call goes on where the last one ended.

    What it does by when is the same for every budget, so that a larger one only goes on where a
    smaller one ends.
    """

    def __init__(self) -> None:
        self.tracks: dict[Tables, Track | Search] = {}
        self.simple: Tables | None = None
        self.is_known = False
        self.told: Orders | None = None

    def go_on(self, tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
        """A method (`methods.Method`), which is always to be called with the same tables."""
        if not self.is_known:
            self.is_known, self.simple = True, simple_tables(tables)
        if self.simple is None:
            return self.really(tables, start, clock, seed)
        best = start
        for simple_ends_s, ends_s in rounds(tables, clock.budget.seconds):
            part = clock.until(simple_ends_s)
            if part.left_s > 0:
                best = better(tables, best, self.simply(tables, self.simple, part, seed))
            part = clock.until(ends_s)
            if part.left_s > 0:
                best = better(tables, best, self.really(tables, best, part, seed) or best)
        return best

    def simply(self, tables: Tables, simple: Tables, clock: Clock, seed: int) -> Orders:
        """The simplified problem's best plan so far, as far as it holds in the real one."""
        if simple not in self.tracks:
            begun = construct(simple, clock.within(1.0))
            self.tracks[simple] = track(simple, begun, seed, HOT)
        found = follow(self.tracks[simple], clock)
        if found is None or found == self.told:
            return [[] for _ in tables.problem.walkers]
        self.told = found
        return realised(tables, [[simple.source[stop] for stop in order] for order in found])

    def really(self, tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
        """The best plan so far, from `start` where that is better."""
        if tables not in self.tracks:
            has_pauses = any(walker.breaks for walker in tables.problem.walkers)
            heat = WARM if self.told is not None and not has_pauses else HOT
            self.tracks[tables] = track(tables, start, seed, heat)
        known = self.tracks[tables]
        if isinstance(known, Search):
            known.take_up(start)
        return follow(known, clock)


def simple_tables(tables: Tables) -> Tables | None:
    """The problem without pauses and hours; None where it has neither, or few stops."""
    problem = simplified(tables.problem) if len(tables.stops) > FEW else None
    return None if problem is None else Tables(problem)


def rounds(tables: Tables, seconds: float) -> list[tuple[float, float]]:
    """When the simplified problem's part of each round ends, and when the round does."""
    first_s = max(FIRST_ROUND_S, FIRST_ROUND_EACH_S * len(tables.problem.stops))
    begins = moments(first_s, ROUND_GROWTH, seconds)
    found = [(FIRST_SHARE * first_s, first_s)]
    found += [
        (begin + SIMPLE_SHARE * (ROUND_GROWTH - 1) * begin, ROUND_GROWTH * begin)
        for begin in begins
    ]
    return [(min(seconds, simple_ends), min(seconds, ends)) for simple_ends, ends in found]


def track(tables: Tables, start: Orders, seed: int, heat: float) -> Track | Search:
    """The search for this kind of problem, begun; one with windows begins at `heat`."""
    if is_ordering(tables, start):
        return lambda clock: shortest_order(tables, clock, seed)
    if is_orienteering(tables):
        return orienteering(tables, start, seed)
    return Search(tables, start, seed, heat)


def follow(known: Track | Search, clock: Clock) -> Orders | None:
    """Go on with a search."""
    return known.go_on(clock) if isinstance(known, Search) else known(clock)


def by_search(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
    """What the compiled searches find, each begun anew."""
    if clock.budget.iterations is None:
        return Searching().go_on(tables, start, clock, seed)
    found, simple = by_one_search(tables, start, clock, seed), simple_tables(tables)
    if simple is None:
        return found
    begun, best = construct(simple), found or start
    for mark in marks(clock.budget.iterations):
        plan = by_one_search(simple, begun, clock.counting(mark), seed) or begun
        sources = [[simple.source[stop] for stop in order] for order in plan]
        best = better(tables, best, realised(tables, sources))
    return best


def by_one_search(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders | None:
    """What the compiled search for this kind of problem finds."""
    if is_ordering(tables, start):
        return shortest_order(tables, clock, seed)
    if is_orienteering(tables):
        return orienteer(tables, start, clock, seed)
    return search(tables, start, clock, seed)


def better(tables: Tables, one: Orders, other: Orders) -> Orders:
    """The better of two plans; the first where they are equal."""
    return min(one, other, key=lambda each: score_of(tables, each))


def is_ordering(tables: Tables, start: Orders) -> bool:
    """Whether only the order is open: the plan has all stops already."""
    return tables.problem.is_ordering and len(start[0]) == len(tables.problem.stops)


def is_orienteering(tables: Tables) -> bool:
    """Whether walkers, alike but for their shifts, choose among stops bound to nothing."""
    limited = any(each.breaks or each.most_walk_s is not None for each in tables.problem.walkers)
    alike = len({each.profile for each in tables.problem.walkers}) == 1 and tables.allowed.all()
    bound = any(stop.windows or stop.required or stop.after for stop in tables.stops)
    return bool(alike and not limited and not bound and not stepping_stones(tables).size)
