"""Ruin, recreate, accept: one trajectory, which can be cut into steps of any length.

Ruin and recreate: Schrimpf et al. 2000, Record breaking optimization results using the ruin and
recreate principle, doi:10.1006/jcph.1999.6413. Acceptance: Kirkpatrick, Gelatt and Vecchi 1983,
Optimization by simulated annealing, doi:10.1126/science.220.4598.671.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from routing.engine.compiled import lean
from routing.engine.facts import Facts, Ints, Reals
from routing.engine.leaps import leap
from routing.engine.offers import Offers, copy_offers, no_offers
from routing.engine.plans import (
    Plan,
    copy_changes,
    drop_marked,
    empty_plan,
    give_up,
    objective,
    time_out,
    worth_lost,
)
from routing.engine.pool import Pool, collect, empty_pool
from routing.engine.random_bits import Bits, below, random_bits, uniform
from routing.engine.recreate import recreate, recreate_near
from routing.engine.ruin import ruin, stops_and_walks

HOT, COLD = 2.0, 0.01  # temperatures at the begin and the end of a cycle, in mean values
FIRST_CYCLE, GROWTH = 2500, 1.5
FIRST_CYCLE_EACH = 100  # iterations for each variant of a stop, where that is less
SPARSE, CYCLES_ANEW = 6, 2  # where not even every sixth stop is served, so many cycles begin anew
LOOK_FAR = 0.05  # where stops are many: the chance that all that are left out are looked at
TIME_SHARE = 0.01  # what a pace of time weighs against a mean value, while value can be had
TINY = 1e-9
ITERATION, CYCLE_BEGAN, CYCLE, BEST, IMPROVED, ANEW = range(6)
KEPT_ENERGY, SHARE, HOPELESS, HOTTEST = range(4)


class State(NamedTuple):
    """All that a search needs to go on.

    `plan` is being changed, `kept` was accepted last, `best` is the best so far. `counts`: the
    number of iterations, when the cycle began and how long it is, the best objective, how often it
    was improved, and how many cycles may yet begin anew.
    `offers` and `kept_offers` are what is known of `plan` and of `kept`.
    `levels`: the energy of the kept plan, what time weighs now, the worth of the stops that
    nobody can serve, and where the cycle began to cool. `pool`: the walks of the plans that were
    accepted.
    """

    plan: Plan
    kept: Plan
    best: Plan
    offers: Offers
    kept_offers: Offers
    touched: Ints
    bits: Bits
    counts: Ints
    levels: Reals
    pool: Pool


def new_state(facts: Facts, seed: int, heat: float = HOT) -> State:
    """A search that has not begun: nobody leaves. `heat` is where its first cycle begins."""
    plan, kept, best = empty_plan(facts), empty_plan(facts), empty_plan(facts)
    found = objective(facts, plan)
    anew = CYCLES_ANEW if facts.is_wide and heat == HOT else 0
    first_cycle = min(FIRST_CYCLE, FIRST_CYCLE_EACH * max(1, facts.allowed.shape[1]))
    return State(
        plan=plan,
        kept=kept,
        best=best,
        offers=no_offers(facts),
        kept_offers=no_offers(facts),
        touched=np.zeros(len(facts.shift), dtype=np.int64),
        bits=random_bits(seed),
        counts=np.array([0, 0, first_cycle, found, 0, anew], dtype=np.int64),
        levels=np.array([worth_lost(facts, plan), TIME_SHARE, 0.0, heat]),
        pool=empty_pool(facts),
    )


@lean
def step(facts: Facts, state: State, iterations: int) -> None:
    """Go on for a number of iterations; where steps are cut makes no difference."""
    plan, bits = state.plan, state.bits
    for _ in range(iterations):
        warmth = temperature(facts, state)
        ruin(facts, plan, state.touched, bits)
        leap(facts, plan, bits)
        gain = facts.gain[below(bits, facts.gain.shape[0])]
        if facts.is_wide and uniform(bits) >= LOOK_FAR:
            recreate_near(facts, (state.kept, plan), state.offers, gain, bits)
        else:
            recreate(facts, plan, state.offers, gain, bits)
        energy = energy_of(facts, state, plan)
        if energy <= state.levels[KEPT_ENERGY] - warmth * np.log(1.0 - uniform(bits)):
            accept(facts, state, energy)
        else:
            remember(facts, state)
            copy_offers((state.kept, plan), state.kept_offers, state.offers)
            copy_changes(state.kept, plan)
        state.counts[ITERATION] += 1


@lean
def energy_of(facts: Facts, state: State, plan: Plan) -> float:
    """What annealing lowers: the worth left out, in mean values, and a share of the time."""
    return worth_lost(facts, plan) + float(state.levels[SHARE]) * time_out(facts, plan) / facts.pace


@lean
def temperature(facts: Facts, state: State) -> float:
    """Falls to COLD over a cycle, from HOT; after a cooler cycle from twice as hot as before.

    Each cycle begins from the best plan and is longer by a fixed factor, so that what happens does
    not depend on the budget. Where few of many stops fit, it counts where walks lead: there the
    first cycles begin anew.
    """
    counts = state.counts
    done = counts[ITERATION] - counts[CYCLE_BEGAN]
    if done >= counts[CYCLE]:
        counts[CYCLE_BEGAN] = counts[ITERATION]
        done = 0
        state.levels[HOTTEST] = min(HOT, 2.0 * state.levels[HOTTEST])
        go_back(facts, state)
        if counts[ANEW] and SPARSE * stops_and_walks(state.best)[0] < state.best.walker.size:
            begin_anew(facts, state)
        else:
            counts[CYCLE] = int(counts[CYCLE] * GROWTH)
    hottest = float(state.levels[HOTTEST])
    return hottest * float((COLD / hottest) ** (done / counts[CYCLE]))


@lean
def begin_anew(facts: Facts, state: State) -> None:
    """Go on from nobody leaving."""
    state.counts[ANEW] -= 1
    for stop in range(state.plan.walker.size):
        if state.plan.walker[stop] >= 0:
            give_up(facts, state.plan, stop)
    for walker in range(state.plan.length.size):
        drop_marked(facts, state.plan, walker)
    accept(facts, state, energy_of(facts, state, state.plan))


@lean
def go_back(facts: Facts, state: State) -> None:
    """Take up the best plan again. Once all is served that can be, only time is left to gain."""
    copy_changes(state.best, state.kept)
    copy_changes(state.best, state.plan)
    if worth_lost(facts, state.best) <= state.levels[HOPELESS] + TINY:
        state.levels[SHARE] = 1.0
    state.levels[KEPT_ENERGY] = energy_of(facts, state, state.best)


@lean
def accept(facts: Facts, state: State, energy: float) -> None:
    """Go on from the plan as it is now; remember it if it is the best so far."""
    copy_offers((state.plan, state.kept), state.offers, state.kept_offers)
    copy_changes(state.plan, state.kept)
    state.levels[KEPT_ENERGY] = energy
    collect(facts, state.pool, state.plan, energy)
    remember(facts, state)


@lean
def remember(facts: Facts, state: State) -> None:
    """Keep the plan as it is now if it is the best so far, even where annealing turns it down.

    The energy prices time, so a plan of more worth but much longer may not be gone on from.
    """
    found = objective(facts, state.plan)
    if found < state.counts[BEST]:
        state.counts[BEST] = found
        state.counts[IMPROVED] += 1
        copy_changes(state.plan, state.best)
