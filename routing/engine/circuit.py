"""One walker's evening as a model of CP-SAT: which ways are walked, and when each stop begins."""

from __future__ import annotations

import math
from itertools import pairwise, permutations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from routing.engine.problem import LATEST, UNREACHABLE, Problem, Walker

Ints = NDArray[np.int64]

SMALL: Final = 1e-6
NEVER: Final = 4 * LATEST
WALKER: Final = 0  # the node that a walk leaves from and comes back to; stop i is node i + 1


class Circuit:
    """The model of a problem with one walker.

    The worth of a plan is its value plus `required_worth`, more than all value, for each required
    stop. `stops` are the indexes of those that can be served at all, in the order of their nodes.
    """

    def __init__(self, problem: Problem, candidates: list[int]) -> None:
        self.problem = problem
        self.walker = problem.walkers[0]
        self.home = end_of(self.walker)
        self.opens, self.closes = self.walker.shift
        self.model = cp_model.CpModel()
        self.required_worth = 1 + problem.most_value
        self.times = begin_times(problem, candidates)
        self.stops = list(self.times)
        self.arcs: dict[tuple[int, int], Any] = {}
        self.begins = [self.begin(stop) for stop in self.stops]
        self.end = self.model.new_int_var(self.opens, self.closes, "end")
        self.served: list[Any] = []
        self.add_loops()
        self.add_ways()
        self.model.add_circuit([(a, b, taken) for (a, b), taken in self.arcs.items()])
        self.add_length()

    def worth_of(self, order: list[int]) -> int:
        """What serving the stops is worth."""
        stops = [self.problem.stops[stop] for stop in order]
        return sum(max(stop.values) + self.required_worth * stop.required for stop in stops)

    def begin(self, stop: int) -> Any:
        """When the service begins."""
        domain = cp_model.Domain.from_intervals([list(span) for span in self.times[stop]])
        return self.model.new_int_var_from_domain(domain, f"begin {stop}")

    def add_loops(self) -> None:
        """Let stops be left out, and the walker stay in; who stays in serves nothing."""
        stays = self.model.new_bool_var("stays")
        self.arcs[WALKER, WALKER] = stays
        for node, stop in enumerate(self.stops, start=1):
            served = self.model.new_bool_var(f"served {stop}")
            self.served.append(served)
            self.arcs[node, node] = ~served
            self.model.add_implication(stays, ~served)
        self.model.add(self.end == self.opens).only_enforce_if(stays)

    def add_ways(self) -> None:
        """Add the ways that can be in time, and what each says of the times at its ends."""
        spans = [(self.opens, self.closes)]
        spans += [(times[0][0], times[-1][1]) for times in self.times.values()]
        variables = [self.opens, *self.begins]
        targets = [self.end, *self.begins]
        for origin, target in permutations(range(len(spans)), 2):
            if spans[origin][0] + self.length(origin, target) <= spans[target][1]:
                self.add_way(origin, target, variables[origin], targets[target])

    def add_way(self, origin: int, target: int, begin: Any, then: Any) -> None:
        """Add one way: if it is taken, the next begins after the way and the service before it."""
        taken = self.model.new_bool_var(f"{origin} to {target}")
        self.arcs[origin, target] = taken
        self.model.add(then >= begin + self.length(origin, target)).only_enforce_if(taken)

    def length(self, origin: int, target: int) -> int:
        """The service at a node and the way to the next."""
        stops = self.problem.stops
        to = stops[self.stops[target - 1]].place if target else self.home
        here = stops[self.stops[origin - 1]].place if origin else self.walker.start
        return self.service(origin) + self.way(here, to)

    def service(self, node: int) -> int:
        """The service at a node; none at the walker."""
        return self.problem.stops[self.stops[node - 1]].service_s if node else 0

    def way(self, origin: int, target: int) -> int:
        """The seconds between two places; NEVER where there is no way."""
        way = int(self.problem.travel_s[origin, target])
        return NEVER if way >= UNREACHABLE else way

    def add_length(self) -> None:
        """All ways and services together are not longer than the walker is out."""
        ways = [(taken, self.length(a, b)) for (a, b), taken in self.arcs.items() if a != b]
        total = cp_model.LinearExpr.weighted_sum([way for way, _ in ways], [s for _, s in ways])
        self.model.add(total <= self.end - self.opens)

    def most_worth(self, order: list[int]) -> Any:
        """The model, asked for the most worth, with a plan as the hint."""
        worth = [self.worth_of([stop]) for stop in self.stops]
        self.model.maximize(cp_model.LinearExpr.weighted_sum(self.served, worth))
        return self.hinted(order)

    def least_time(self, order: list[int]) -> Any:
        """The model, asked for the least time with the worth of a plan, which is the hint."""
        worth = [self.worth_of([stop]) for stop in self.stops]
        total = cp_model.LinearExpr.weighted_sum(self.served, worth)
        self.model.add(total >= self.worth_of(order))
        self.model.minimize(self.end - self.opens)
        return self.hinted(order)

    def hinted(self, order: list[int]) -> Any:
        """The model with the plan as its hint."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]  # as OR-Tools ships it
        nodes = [WALKER, *(self.stops.index(stop) + 1 for stop in order), WALKER]
        taken = set(pairwise(nodes))
        taken |= {(node, node) for node in range(1, len(self.stops) + 1) if node not in nodes}
        for arc, literal in self.arcs.items():
            self.model.add_hint(literal, arc in taken)
        now = self.opens
        for origin, target in pairwise(nodes if order else ()):
            now += self.length(origin, target)
            if target:
                now = soonest(self.times[self.stops[target - 1]], now)
                self.model.add_hint(self.begins[target - 1], now)
        self.model.add_hint(self.end, now)
        return self.model

    def order(self, solver: Any) -> list[int]:
        """The walk that the solver has found."""
        onward = {a: b for (a, b), taken in self.arcs.items() if solver.boolean_value(taken)}
        order, node = [], onward[WALKER]
        while node != WALKER:
            order.append(self.stops[node - 1])
            node = onward[node]
        return order


def end_of(walker: Walker) -> int:
    """Where the walker's walk ends; walks with a free end are not proved."""
    return walker.start if walker.end is None else walker.end


def begin_times(problem: Problem, candidates: list[int]) -> dict[int, list[tuple[int, int]]]:
    """For each stop that can be served, the times at which its service can begin in any walk.

    The shortest ways over any places are what nobody is faster than.
    """
    walker, travel = problem.walkers[0], problem.travel_s.astype(np.int64)
    there, home = fastest(travel, walker.start), fastest(travel.T, end_of(walker))
    found = {}
    for at in candidates:
        stop = problem.stops[at]
        first = walker.shift[0] + int(there[stop.place])
        last = walker.shift[1] - int(home[stop.place]) - stop.service_s
        windows = stop.windows or ((first, last),)
        times = [(max(opens, first), min(closes, last)) for opens, closes in windows]
        times = [(opens, closes) for opens, closes in times if opens <= closes]
        if times:
            found[at] = times
    return found


def soonest(times: list[tuple[int, int]], at: int) -> int:
    """The first of the times that is not before `at`."""
    return next(max(opens, at) for opens, closes in times if at <= closes)


def fastest(travel: Ints, origin: int) -> Ints:
    """The least seconds from a place to each, over any others: (p,). Bellman and Ford. O(p³)."""
    ways = np.where(travel >= UNREACHABLE, NEVER, travel)
    found: Ints = ways[origin]
    while True:
        better: Ints = np.minimum(found, (found[:, None] + ways).min(axis=0))
        if (better == found).all():
            return found
        found = better


def most_by_room(circuit: Circuit) -> int:
    """More worth than this does not fit into the shift, were every stop next to another.

    Dantzig 1957, Discrete-variable extremum problems, doi:10.1287/opre.5.2.266: the best worth for
    its room goes first, the last one in parts.
    """
    left, most = float(circuit.closes - circuit.opens), 0.0
    for worth, room in rooms(circuit):
        part = min(1.0, left / room) if room else 1.0
        most += part * worth
        left -= part * room
    return int(most + SMALL)


def least_by_room(circuit: Circuit, worth: int) -> int:
    """So much worth does not fit into less seconds than this; as `most_by_room`."""
    left, least = float(worth), 0.0
    for each, room in rooms(circuit):
        part = min(1.0, left / each) if each else 0.0
        least += part * room
        left -= part * each
    return math.ceil(least - SMALL)


def rooms(circuit: Circuit) -> list[tuple[int, int]]:
    """What each stop is worth, and its service and the shortest way to it; the best rate first."""
    nodes = range(len(circuit.stops) + 1)
    found = []
    for node, stop in enumerate(circuit.stops, start=1):
        service = circuit.problem.stops[stop].service_s
        ways = [circuit.length(at, node) - circuit.service(at) for at in nodes if at != node]
        found.append((circuit.worth_of([stop]), service + min(ways)))
    return sorted(found, key=lambda each: -each[0] / max(each[1], SMALL))
