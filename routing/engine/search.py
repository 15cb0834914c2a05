"""The compiled search: which stops, by which walker, in which order."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from routing.engine.annealing import (
    CYCLE_BEGAN,
    HOPELESS,
    HOT,
    HOTTEST,
    IMPROVED,
    ITERATION,
    State,
    accept,
    energy_of,
    go_back,
    new_state,
    step,
)
from routing.engine.clock import Clock, in_chunks, marks, moments
from routing.engine.facts import Facts, facts_of
from routing.engine.looking import look
from routing.engine.plans import copy_changes, objective, orders_of, put_orders
from routing.engine.recombination import recombined
from routing.engine.recreate import recreate
from routing.engine.solution import Orders
from routing.engine.timetable import NEVER, Tables

FIRST_REUNION_S = 0.8  # when a team's walks are first put together anew, and then each time when
REUNION_GROWTH = 2  # so many times as long has passed
FIRST_POWER = 1  # of POWERS: nearest to worth as it is


def search(tables: Tables, start: Orders, clock: Clock, seed: int) -> Orders:
    """The best plan found from `start`, which must be feasible; never a worse one.

    The clock decides only how far one trajectory is followed, which depends on problem and seed.
    """
    return Search(tables, start, seed).go_on(clock) if len(tables.place) else start


class Search:
    """One trajectory from the plan `start`, gone on with by each call of `go_on`.

    Less than HOT as `heat`, where it begins, leaves more of a good start as it is.
    """

    def __init__(self, tables: Tables, start: Orders, seed: int, heat: float = HOT) -> None:
        self.facts, self.heat = facts_of(tables), heat
        self.state = new_state(self.facts, seed, heat)
        find_hopeless(self.facts, self.state)
        go_on_from(self.facts, self.state, start)
        go_back(self.facts, self.state)
        self.reunites = bool(self.state.pool.key.size) and tables.is_plain

    def take_up(self, orders: Orders) -> None:
        """Go on from these orders, filled up, if they are better than the best so far.

        A search that begins cooler than HOT begins a cycle with them, as cool as its first.
        """
        if go_on_from(self.facts, self.state, orders) and self.heat < HOT:
            self.state.counts[CYCLE_BEGAN] = self.state.counts[ITERATION]
            self.state.levels[HOTTEST] = self.heat

    def go_on(self, clock: Clock) -> Orders:
        """Go on within the clock; the best plan so far."""
        facts, state = self.facts, self.state
        improved = int(state.counts[IMPROVED])
        *stages, last = stages_of(clock) if self.reunites else [clock]
        for stage in stages:
            in_chunks(lambda count: step(facts, state, count), stage)
            reunite(facts, state, clock)
        in_chunks(lambda count: step(facts, state, count), last)
        clock.record.improvements += int(state.counts[IMPROVED]) - improved
        return orders_of(state.best)


def stages_of(clock: Clock) -> list[Clock]:
    """The clock cut into parts, between which a team's walks are put together anew."""
    if clock.budget.iterations is None:
        times = moments(FIRST_REUNION_S, REUNION_GROWTH, clock.budget.seconds)
        stages = [stage for stage in map(clock.until, times) if stage.left_s > 0]
        return [*stages, clock]
    cuts = [0, *marks(clock.budget.iterations), clock.budget.iterations]
    return [clock.counting(after - before) for before, after in pairwise(cuts)]


def reunite(facts: Facts, state: State, clock: Clock) -> None:
    """Go on from the best choice of all walks so far, if it is better than any plan so far."""
    gains = facts.weight // max(1, np.gcd.reduce(facts.weight))
    orders = recombined(state.pool, orders_of(state.best), gains, clock)
    if orders is not None:
        go_on_from(facts, state, orders)


def go_on_from(facts: Facts, state: State, orders: Orders) -> bool:
    """Accept these orders, filled up, if they are better than the best so far; whether they are."""
    put_orders(facts, state.plan, orders)
    recreate(facts, state.plan, state.offers, facts.gain[FIRST_POWER], state.bits)
    is_better = objective(facts, state.plan) < objective(facts, state.best)
    if is_better:
        accept(facts, state, energy_of(facts, state, state.plan))
    else:
        copy_changes(state.kept, state.plan)
    return bool(is_better)


def find_hopeless(facts: Facts, state: State) -> None:
    """Add up the worth of what fits nowhere even while nobody has anything else to do."""
    everything = np.arange(len(facts.worth))
    for walker in range(len(facts.shift)):
        look(facts, state.plan, state.offers, walker, everything)
    hopeless = (state.offers.delay >= NEVER).all(axis=0) & (facts.earlier < 0).all(axis=(1, 2))
    state.levels[HOPELESS] = facts.worth[hopeless].sum()
