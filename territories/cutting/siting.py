"""Which territories had best be given up, and where they are to be made anew.

Minutes flow over the map of the territories as if doors were as fine as dust: into the neighbours
of what is given up, and out of a crowded site and its neighbours into what is made there. Which and
where is found greedily by the prices of the flow, one at a time, and then each is tried elsewhere,
as for facilities (Teitz and Bart 1968, Heuristic methods for estimating the generalized vertex
median of a weighted graph, doi:10.1287/opre.16.5.955).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territories.cutting.flows import MISSED, Limits, borders
from territories.cutting.graph import Graph
from territories.cutting.network_simplex import network_of, solve

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FORCED = 2.0  # what a minute costs that goes over a border with too few edges; any other costs 1
FAR = 2.0  # borders that a minute has to cross, from which on moving a territory may be cheaper
PLANS = 100_000  # made at most, times territories
NEVER = 10 * MISSED  # the same for what is new, which nobody has to make
ELSEWHERE = 3  # places that each is tried at
LEAST_GAIN = 0.005  # of what moves: for less, no further round
LESS = 1e-6  # minutes; less is no gain


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
    the territory `out_of` (g,): the site or a neighbour of it. `left` plans may still be made. Over
    each edge of a border goes a share of `neck` of a territory; more is forced through, at a cost.
    In the network what is new has nodes of its own after the territories, and all work ends at the
    root.
    """

    def __init__(self, graph: Graph, labels: Ints, limits: Limits, neck: float = np.inf) -> None:
        k = len(limits.low)
        own = np.arange(k)
        self.limits = limits
        self.divisible = np.bincount(labels, minlength=k) > 1
        self.tail, self.head, edges = borders(graph, labels, k)
        self.most = neck * edges * limits.high.mean()
        self.out_of, self.at = np.concatenate((self.tail, own)), np.concatenate((self.head, own))
        self.left = PLANS // k
        self.choice = Choice(np.zeros(k, dtype=np.bool_), np.zeros(k, dtype=np.bool_))
        tail = np.concatenate((self.tail, self.tail, self.out_of, own, k + own))
        head = np.concatenate((self.head, self.head, k + self.at, np.full(2 * k, 2 * k)))
        each = (len(self.tail), len(self.tail), len(self.at), 2 * k)
        cost = np.repeat((1.0, FORCED, 1.0, 0.0), each)
        work = np.bincount(labels, graph.minutes, k).astype(np.float64)
        supply, missed = np.concatenate((work, np.zeros(k))), np.repeat((MISSED, NEVER), k)
        self.net = network_of(supply, (tail, head, cost), missed)

    def plan(self, choice: Choice) -> Plan:
        """The least minutes that have to move, if some are given up and made elsewhere.

        From the plan before, so that one for nearly the same choice is quickly found.
        """
        self.left -= 1
        self.bound(choice)
        return Plan(solve(self.net), self.net.price[: len(choice.gone)].copy())

    def bound(self, choice: Choice) -> None:
        """Let the network be that of a choice: the bounds of its ways, in their order."""
        stays = ~choice.gone
        is_open = choice.site[self.at] & stays[self.out_of]
        high = (
            np.where(stays[self.head], self.most, 0.0),
            np.where(stays[self.head], np.inf, 0.0),
            np.where(is_open, np.inf, 0.0),
            self.limits.high * stays,
            self.limits.high * choice.site,
        )
        ways = 2 * len(self.tail) + len(self.at)
        k = len(stays)
        self.net.low[ways : ways + k] = self.limits.low * stays
        self.net.low[ways + k : ways + 2 * k] = self.limits.low * choice.site
        self.net.high[: ways + 2 * k] = np.concatenate(high)

    def flows(self, choice: Choice) -> tuple[Floats, Floats]:
        """The minutes over each border (e,), and into what is made (g,), if that is the choice."""
        self.plan(choice)
        ends = np.cumsum((len(self.tail), len(self.tail), len(self.at)))
        free, forced, made, _ = np.split(self.net.flow, ends)
        return free + forced, made.copy()

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
