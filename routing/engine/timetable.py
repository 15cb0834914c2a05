"""When a walker is where: the times of an order of stops, and what another stop would change."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from routing.engine.objective import Score
from routing.engine.pauses import NEVER, Pauses
from routing.engine.problem import UNREACHABLE, Problem, Stop
from routing.engine.variants import variants_of

__all__ = ["NEVER", "Ints", "Tables", "Timetable"]

Ints = NDArray[np.int64]
UNLIMITED_S = 2**40


@dataclass(frozen=True, eq=False)
class Tables:
    """A problem's numbers as arrays for vectors and as lists for loops.

    Wherever plans are made, stops are variants: `stops` (n,), of which `source` (n,) is the index
    in the problem. Behind the problem's p places there is one more, to which no way is long and
    from which there is none: the end of walkers whose end is free. Windows are (n, w). `allowed`
    (m, n) says whom a walker may serve.
    """

    problem: Problem
    stops: tuple[Stop, ...] = field(init=False)
    source: list[int] = field(init=False)
    place: Ints = field(init=False)
    value: Ints = field(init=False)
    service: Ints = field(init=False)

    def __post_init__(self) -> None:
        stops, source = variants_of(self.problem)
        given = {
            "stops": stops,
            "source": source,
            "place": np.array([stop.place for stop in stops], dtype=np.int64),
            "value": np.array([stop.value for stop in stops], dtype=np.int64),
            "service": np.array([stop.service_s for stop in stops], dtype=np.int64),
        }
        for name, table in given.items():
            object.__setattr__(self, name, table)

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """Whom each walker may serve: (m, n)."""
        walkers = self.problem.walkers
        may = [[walker.may_serve(stop) for stop in self.stops] for walker in walkers]
        return np.array(may, dtype=np.bool_).reshape(len(walkers), len(self.stops))

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing but values, windows, required stops, shifts and one matrix."""
        bound = any(stop.skills or stop.walkers or stop.after for stop in self.stops)
        rich = any(
            each.breaks or each.end is None or each.most_walk_s is not None
            for each in self.problem.walkers
        )
        one_matrix = self.problem.travel_s.ndim == 2
        return one_matrix and not bound and not rich and self.stops == self.problem.stops

    @cached_property
    def weight(self) -> Ints:
        """What serving each stop brings in seconds of the objective: (n,)."""
        required = np.array([stop.required for stop in self.stops], dtype=np.int64)
        weighed = required * self.problem.required_weight
        return weighed + self.value * self.problem.value_weight

    @cached_property
    def pull(self) -> Ints:
        """What each stop is worth with all that may only come after it, each at its best: (n,)."""
        pulled = self.value.copy()
        for stop, later in enumerate(self.successors):
            best = {self.source[other]: self.value[other] for other in reversed(later)}
            pulled[stop] += sum(best.values())
        return pulled

    @cached_property
    def variants(self) -> list[list[int]]:
        """The variants of each of the problem's stops, best first."""
        found: list[list[int]] = [[] for _ in self.problem.stops]
        for variant, stop in enumerate(self.source):
            found[stop].append(variant)
        return found

    @cached_property
    def predecessors(self) -> list[list[int]]:
        """The problem's stops (indexes) that must have been left before each stop: n lists."""
        index = {stop.id: at for at, stop in enumerate(self.problem.stops)}
        return [[index[given] for given in stop.after] for stop in self.stops]

    @cached_property
    def successors(self) -> list[list[int]]:
        """All stops that may only come after each stop, however many lie between: n lists."""
        direct: list[set[int]] = [set() for _ in self.problem.stops]
        for stop, earlier in enumerate(self.predecessors):
            for other in earlier:
                direct[other].add(stop)
        found = [spread(direct, self.source, stop) for stop in range(len(direct))]
        return [sorted(found[stop]) for stop in self.source]

    @cached_property
    def windows(self) -> tuple[Ints, Ints]:
        """Opens and closes, (n, w) each; rows with fewer windows repeat their last."""
        spans = [stop.windows or ((0, NEVER),) for stop in self.stops]
        width = max((len(span) for span in spans), default=1)
        padded = np.array([[*span, *[span[-1]] * (width - len(span))] for span in spans])
        shaped = padded.reshape(len(spans), width, 2).astype(np.int64)
        return shaped[:, :, 0], shaped[:, :, 1]

    def score(self, served: list[int], time_s: int) -> Score:
        """The score of a plan that serves these variants in `time_s`."""
        required = sum(stop.required for stop in self.problem.stops)
        return Score(
            missed=required - sum(self.stops[stop].required for stop in served),
            lost=self.problem.most_value - int(self.value[served].sum()),
            time_s=time_s,
        )

    def ends_of(self, walker: int) -> tuple[int, int]:
        """The places where a walk begins and ends."""
        person = self.problem.walkers[walker]
        return person.start, self.free_end if person.end is None else person.end

    @property
    def profiles(self) -> int:
        """How many travel matrices there are."""
        return len(self.problem.travel_by_profile)

    @property
    def free_end(self) -> int:
        """The place behind the last."""
        return int(self.problem.travel_s.shape[-1])

    def way(self, profile: int, origin: int, target: int) -> int:
        """The seconds from a place to another one, which may be the free end."""
        if target == self.free_end:
            return 0
        return int(self.problem.travel_by_profile[profile, origin, target])

    def ways(self, profile: int, origins: Ints, targets: Ints) -> NDArray[np.int32]:
        """The seconds from each place to each other, the free end among them or not: (o, t)."""
        last = self.free_end - 1
        rows = self.problem.travel_by_profile[profile].take(np.minimum(origins, last), axis=0)
        found: NDArray[np.int32] = rows.take(np.minimum(targets, last), axis=1)
        found[origins > last] = UNREACHABLE
        found[:, targets > last] = 0
        return found

    def ways_between(self, profile: int, places: Ints) -> NDArray[np.int32]:
        """The ways between places, the free end being as near there as back: (k, k)."""
        found = self.ways(profile, places, places)
        found[places == self.free_end] = 0
        return found

    def earliest_start(self, stop: int, at: int) -> int:
        """When service can begin for somebody who arrives at `at`; NEVER after the last window."""
        windows = self.stops[stop].windows
        if not windows:
            return at
        return next((max(at, opens) for opens, closes in windows if at <= closes), NEVER)

    def latest_start(self, stop: int, at: int) -> int:
        """The last time not after `at` at which service can begin; -1 if there is none."""
        windows = self.stops[stop].windows
        if not windows:
            return at
        return next((min(at, closes) for opens, closes in reversed(windows) if opens <= at), -1)

    def earliest_starts(self, stops: Ints, at: Ints) -> Ints:
        """`earliest_start` for arrivals (len(stops), m): (len(stops), m)."""
        opens, closes = (side[stops] for side in self.windows)
        found = np.full(at.shape, NEVER, dtype=np.int64)
        for column in reversed(range(opens.shape[1])):
            in_time = at <= closes[:, column, None]
            found = np.where(in_time, np.maximum(at, opens[:, column, None]), found)
        return found


def spread(direct: list[set[int]], source: list[int], stop: int) -> set[int]:
    """All variants that come after a stop of the problem, those after them included."""
    found: set[int] = set()
    fresh = set(direct[stop])
    while fresh:
        found |= fresh
        fresh = {later for variant in fresh for later in direct[source[variant]]} - found
    return found


class Timetable:
    """The earliest times of one walker's order, and how late everything could be.

    Leg i leads to the stop i, the last one to the walker's end. Times are kept for each number of
    breaks taken so far (columns): `arrive[i]` is when leg i is over, breaks on it included,
    `leave[i]` when it begins, `latest[i]` when it must be over so that all that follows is still in
    time.
    """

    def __init__(self, tables: Tables, walker: int, order: list[int]) -> None:
        self.tables = tables
        self.walker = walker
        self.order = order
        self.person = tables.problem.walkers[walker]
        self.opens, self.closes = self.person.shift
        self.pauses = Pauses(self.person.breaks)
        start, end = tables.ends_of(walker)
        self.places = [start, *(tables.stops[stop].place for stop in order), end]
        profile = self.person.profile
        self.ways = [tables.way(profile, a, b) for a, b in pairwise(self.places)]
        self.arrive, self.leave = self._forward()
        self.latest = self._backward()

    @property
    def feasible(self) -> bool:
        """Whether windows, breaks, order, skills, walking and the shift are kept."""
        if not self.order:
            return True
        by = self.pauses.latest_leave(self.latest[0], self.ways[0])
        allowed = self.tables.allowed[self.walker, self.order].all()
        in_time = self.opens <= by[0] and self.arrive[-1][-1] < NEVER
        return bool(in_time and allowed and self.walk_s <= self.most_walk_s and self._is_ordered())

    @property
    def walk_s(self) -> int:
        """The seconds on the way; 0 without stops."""
        return sum(self.ways) if self.order else 0

    @property
    def most_walk_s(self) -> int:
        """The limit of `walk_s`."""
        limit = self.person.most_walk_s
        return UNLIMITED_S if limit is None else limit

    @property
    def out_s(self) -> int:
        """How long the walker is out; 0 without stops."""
        return self.arrive[-1][-1] - self.opens if self.order else 0

    def breaks_taken(self) -> list[int]:
        """How many breaks have been taken when each leg begins, and behind the last, at the end."""
        taken = [self.pauses.count]
        for leg in range(len(self.order), -1, -1):
            over, way = self.arrive[leg][taken[0]], self.ways[leg]
            legs = [self.pauses.leg(at, way, (k, taken[0])) for k, at in enumerate(self.leave[leg])]
            taken.insert(0, max(k for k in range(taken[0] + 1) if legs[k] <= over))
        return taken

    def _is_ordered(self) -> bool:
        passed: set[int] = set()
        for stop in self.order:
            if not passed.issuperset(self.tables.predecessors[stop]):
                return False
            passed.add(self.tables.source[stop])
        return True

    def _forward(self) -> tuple[list[list[int]], list[list[int]]]:
        now = [self.opens] + [NEVER] * self.pauses.count
        arrive, leave = [], [now]
        for stop, way in zip(self.order, self.ways, strict=False):
            reached = self.pauses.ready(now, way)
            arrive.append(reached)
            starts = [self.tables.earliest_start(stop, at) for at in reached]
            now = [min(NEVER, at + self.tables.stops[stop].service_s) for at in starts]
            leave.append(now)
        arrive.append(self.pauses.ready(now, self.ways[-1]))
        return arrive, leave

    def _backward(self) -> list[list[int]]:
        latest = [[-1] * self.pauses.count + [self.closes]]
        for leg in range(len(self.order) - 1, -1, -1):
            stop = self.order[leg]
            leave_by = self.pauses.latest_leave(latest[-1], self.ways[leg + 1])
            starts = [at - self.tables.stops[stop].service_s for at in leave_by]
            latest.append([self.tables.latest_start(stop, at) for at in starts])
        return latest[::-1]

    def delays(self, stops: Ints, *, windows: bool = True) -> Ints:
        """How much later each leg would end with each stop put into it; NEVER where that fails.

        The first stop of a walk counts from the opening of the shift: nobody leaves for nothing.
        Returns (len(stops), legs). With `windows=False`, as if the stops had no windows.
        Whom the walker may serve is left aside.
        """
        tables = self.tables
        profile, place = self.person.profile, tables.place[stops]
        origin, target = np.array(self.places[:-1]), np.array(self.places[1:])
        leave, latest = np.array(self.leave), np.array(self.latest)
        before = (
            np.array(self.arrive) if self.order else np.array([self.leave[0][:1] * leave.shape[1]])
        )
        way = tables.ways(profile, origin, place).T.astype(np.int64)
        way_on = tables.ways(profile, place, target).astype(np.int64)
        delay = np.full(way.shape, NEVER, dtype=np.int64)
        reached = self.pauses.all_ready([leave[None, :, k] for k in range(leave.shape[1])], way)
        ends = []
        for at in reached:
            start = tables.earliest_starts(stops, at) if windows else at
            ends.append(start + tables.service[stops][:, None])
        for k, end in enumerate(self.pauses.all_ready(ends, way_on)):
            delay = np.where(end <= latest[:, k], np.minimum(delay, end - before[:, k]), delay)
        usual = np.array(self.ways) if self.order else np.zeros(1, dtype=np.int64)
        spare = self.most_walk_s - self.walk_s
        delay[way + way_on - usual > spare] = NEVER
        self._keep_order(delay, stops)
        return delay

    def _keep_order(self, delay: Ints, stops: Ints) -> None:
        """Allow no leg to a stop before the walk has passed all that must come before it."""
        passed = {self.tables.source[stop]: leg for leg, stop in enumerate(self.order, start=1)}
        for row, stop in enumerate(stops):
            for earlier in self.tables.predecessors[stop]:
                delay[row, : passed.get(earlier, delay.shape[1])] = NEVER


def is_feasible(tables: Tables, orders: list[list[int]]) -> bool:
    """Whether every walk meets its windows and ends in time."""
    return all(Timetable(tables, walker, order).feasible for walker, order in enumerate(orders))


def score_of(tables: Tables, orders: list[list[int]]) -> Score:
    """The objective of a plan."""
    time_s = sum(Timetable(tables, walker, order).out_s for walker, order in enumerate(orders))
    return tables.score([stop for order in orders for stop in order], time_s)
