"""Which territories had best be given up, and where they are to be made anew.

Minutes flow over the map of the territories, by linear programming (Ahuja, Magnanti and Orlin 1993,
Network flows, chapter 9), as if doors were as fine as dust: into the neighbours of what is given
up, and out of a crowded site and its neighbours into what is made there. Which and where is found
greedily by the prices of the flow, one at a time, and then each is tried elsewhere, as for
facilities (Teitz and Bart 1968, Heuristic methods for estimating the generalized vertex median of a
weighted graph, doi:10.1287/opre.16.5.955).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from territories.cutting.flows import MISSED, Limits, borders
from territories.cutting.graph import Graph

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FAR = 2.0  # borders that a minute has to cross, from which on moving a territory may be cheaper
PLANS = 26_000  # made at most, times territories: one takes 4 ms for 220 of them
ELSEWHERE = 3  # places that each is tried at
LEAST_GAIN = 0.005  # of what moves: for less, no further round
LESS = 1e-6  # minutes; less is no gain
ONWARD = "use_preprocessing: false use_dual_simplex: true"  # from the plan before, in half the time


class Choice(NamedTuple):
    """Which territories (k,) are given up, and at which (k,) one is made anew."""

    gone: Bools
    site: Bools


class Plan(NamedTuple):
    """The minutes that move in all, and how many more one more in each of k would cost."""

    minutes: float
    price: Floats


class Sites:
    """The map of k territories: e borders in both directions, g ways into something new.

    Borders lead from `tail` (e,) to `head` (e,). What is new at the site `at` (g,) may come out of
    the territory `out_of` (g,): the site or a neighbour of it. `left` plans may still be made.
    """

    def __init__(self, graph: Graph, labels: Ints, limits: Limits) -> None:
        k = len(limits.low)
        self.low, self.high = limits.low.tolist(), limits.high.tolist()
        self.divisible = np.bincount(labels, minlength=k) > 1
        self.tail, self.head = borders(graph, labels, k)
        self.out_of = np.concatenate((self.tail, np.arange(k)))
        self.at = np.concatenate((self.head, np.arange(k)))
        self.left = PLANS // k
        self.choice = Choice(np.zeros(k, dtype=np.bool_), np.zeros(k, dtype=np.bool_))
        self.program: Any = pywraplp.Solver.CreateSolver("GLOP")  # type: ignore[no-untyped-call]  # ships no types
        self.program.SetSolverSpecificParametersAsString(ONWARD)
        self.endless = self.program.infinity()
        self.build(np.bincount(labels, graph.minutes, k).tolist())

    def build(self, work: list[float]) -> None:
        """The program while nobody is given up: rows say what comes to each and what leaves it."""
        variable, row = self.program.NumVar, self.program.Constraint
        self.over = [variable(0, self.endless, "") for _ in self.tail]
        self.made = [variable(0, 0, "") for _ in self.at]
        self.kept = [variable(*bounds, "") for bounds in zip(self.low, self.high, strict=True)]
        self.new = [variable(0, 0, "") for _ in work]
        self.rows = [row(-minutes, -minutes) for minutes in work]
        news = [row(0, 0) for _ in work]
        self.moved = self.program.Objective()
        for way, tail, head in zip(self.over, self.tail.tolist(), self.head.tolist(), strict=True):
            self.rows[head].SetCoefficient(way, 1)
            self.rows[tail].SetCoefficient(way, -1)
        for way, source, site in zip(
            self.made, self.out_of.tolist(), self.at.tolist(), strict=True
        ):
            self.rows[source].SetCoefficient(way, -1)
            news[site].SetCoefficient(way, 1)
        for way in (*self.over, *self.made):
            self.moved.SetCoefficient(way, 1)
        for here, made, kept, new in zip(self.rows, news, self.kept, self.new, strict=True):
            here.SetCoefficient(kept, -1)
            made.SetCoefficient(new, -1)
            for sign in (-1, 1):  # what is missed
                missed = variable(0, self.endless, "")
                here.SetCoefficient(missed, sign)
                self.moved.SetCoefficient(missed, MISSED)

    def plan(self, choice: Choice) -> Plan:
        """The least minutes that have to move, if some are given up and made elsewhere (GLOP).

        From the plan before, so that one for nearly the same choice is quickly found.
        """
        self.left -= 1
        self.change(choice)
        self.program.Solve()
        price = -np.array([row.dual_value() for row in self.rows])
        return Plan(float(self.moved.Value()), price)

    def change(self, choice: Choice) -> None:
        """Let the program be that of another choice."""
        gone, site = choice.gone != self.choice.gone, choice.site != self.choice.site
        for one in np.flatnonzero(gone).tolist():
            stays = not choice.gone[one]
            self.kept[one].SetBounds(self.low[one] * stays, self.high[one] * stays)
        for one in np.flatnonzero(site).tolist():
            comes = bool(choice.site[one])
            self.new[one].SetBounds(self.low[one] * comes, self.high[one] * comes)
        for way in np.flatnonzero(gone[self.head]).tolist():
            is_shut = choice.gone[self.head[way]]
            self.over[way].SetBounds(0, 0 if is_shut else self.endless)
        for way in np.flatnonzero(site[self.at] | gone[self.out_of]).tolist():
            is_open = choice.site[self.at[way]] and not choice.gone[self.out_of[way]]
            self.made[way].SetBounds(0, self.endless if is_open else 0)
        self.choice = choice

    def flows(self, choice: Choice) -> tuple[Floats, Floats]:
        """The minutes over each border (e,), and into what is made (g,), if that is the choice."""
        self.plan(choice)
        over, made = (
            np.array([way.solution_value() for way in ways]) for ways in (self.over, self.made)
        )
        return over, made

    def beside(self, chosen: Bools) -> Bools:
        """Whether each territory (k,) is one of the chosen, or beside one."""
        near = chosen.copy()
        near[self.head[chosen[self.tail]]] = True
        return near


def best_choice(sites: Sites) -> Choice:
    """Which to give up and where to make them, so that few minutes move; perhaps none."""
    choice = sites.choice
    plan = sites.plan(choice)
    before = np.inf
    while sites.left > 0 and plan.minutes < before * (1 - LEAST_GAIN):
        before = plan.minutes
        choice, plan = improved(sites, *with_more(sites, choice, plan))
        plan = sites.plan(choice)
    return choice


def with_more(sites: Sites, choice: Choice, plan: Plan) -> tuple[Choice, Plan]:
    """The choice with one more, as long as that is better."""
    while sites.left > 0:
        more = one_more(sites, choice, plan)
        tried = plan if more is None else sites.plan(more)
        if more is None or tried.minutes >= plan.minutes - LESS:
            break
        choice, plan = more, tried
    return choice, plan


def one_more(sites: Sites, choice: Choice, plan: Plan) -> Choice | None:
    """The choice with one more given up where minutes are cheapest, made where they are dearest."""
    busy = choice.gone | choice.site
    crowded = best_of(plan.price, ~busy & sites.divisible)
    if crowded is None:
        return None
    there = added(choice.site, crowded)
    idle = best_of(-plan.price, ~busy & ~sites.beside(there))
    if idle is None or plan.price[crowded] - plan.price[idle] < FAR:
        return None
    return Choice(added(choice.gone, idle), there)


def improved(sites: Sites, choice: Choice, plan: Plan) -> tuple[Choice, Plan]:
    """The choice with each site, and each that is given up, put elsewhere where that is better."""
    for part in ("site", "gone"):
        for one in np.flatnonzero(getattr(choice, part)).tolist():
            kept = getattr(choice, part).copy()
            kept[one] = False
            without = choice._replace(**{part: kept})
            price = sites.plan(without).price
            free = ~(without.gone | without.site) & (sites.divisible | (part == "gone"))
            free[one] = False
            for _ in range(ELSEWHERE):
                place = best_of(price if part == "site" else -price, free)
                if place is None or sites.left <= 0:
                    break
                free[place] = False
                moved = without._replace(**{part: added(kept, place)})
                tried = sites.plan(moved)
                if tried.minutes < plan.minutes - LESS:
                    choice, plan = moved, tried
                    break
    return choice, plan


def best_of(value: Floats, allowed: Bools) -> int | None:
    """Where the value is highest among what is allowed."""
    return int(np.argmax(np.where(allowed, value, -np.inf))) if allowed.any() else None


def added(chosen: Bools, one: int) -> Bools:
    """The chosen, and one more."""
    more = chosen.copy()
    more[one] = True
    return more
