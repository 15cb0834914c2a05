"""The walks that the search has had, for recombining them.

A table by the set of stops: of walks over the same stops by walkers who are alike it keeps the one
that is back first. Where two sets claim one place, that of the better plan stays. So the table is
never full, and what is in it are the walks of the best plans.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engine.compiled import lean
from routing.engine.facts import Facts, Ints, Reals
from routing.engine.plans import Plan
from routing.engine.random_bits import Bits, next_bits, random_bits

SLOTS: Final = 8192  # a power of two
EMPTY: Final = -1
FEWEST_WALKERS: Final = 3  # two walks are soon put together well by the search itself


class Pool(NamedTuple):
    """Room for SLOTS walks.

    `order` (s, n) holds the stops of each, `length` (s,) their number, `time` (s,) how long the
    walker is out, `energy` (s,) that of the best plan it was in, `kind` (s,) who walks it, EMPTY
    for a free slot; `key` (s,) tells sets of stops apart. `mark` (n,) are the stops' random
    numbers, `kinds` (m,) the first walker who is like this one, `seen` (m,) the versions of the
    walks that were added last.
    """

    order: NDArray[np.int32]
    length: Ints
    time: Ints
    energy: Reals
    kind: Ints
    key: Bits
    mark: Bits
    kinds: Ints
    seen: Ints


def empty_pool(facts: Facts) -> Pool:
    """A pool without walks; without room for any where there are few walkers."""
    m, n = facts.allowed.shape
    bits, slots = random_bits(n), SLOTS if m >= FEWEST_WALKERS else 0
    return Pool(
        order=np.zeros((slots, n), dtype=np.int32),
        length=np.zeros(slots, dtype=np.int64),
        time=np.zeros(slots, dtype=np.int64),
        energy=np.zeros(slots),
        kind=np.full(slots, EMPTY, dtype=np.int64),
        key=np.zeros(slots, dtype=np.uint64),
        mark=np.array([next_bits(bits) for _ in range(n)], dtype=np.uint64),
        kinds=kinds_of(facts),
        seen=np.full(m, -1, dtype=np.int64),
    )


def kinds_of(facts: Facts) -> Ints:
    """For each walker the first one who is alike: (m,)."""
    m, n = facts.allowed.shape
    traits = [
        (
            *facts.shift[walker],
            facts.profile[walker],
            facts.most_walk[walker],
            facts.allowed[walker].tobytes(),
            facts.travel[facts.profile[walker], n + walker].tobytes(),
            facts.travel[facts.profile[walker], :, n + m + walker].tobytes(),
        )
        for walker in range(m)
    ]
    return np.array([traits.index(each) for each in traits], dtype=np.int64)


@lean
def collect(facts: Facts, pool: Pool, plan: Plan, energy: float) -> None:
    """Add the walks of a plan that were not added before."""
    for walker in range(plan.length.size if pool.key.size else 0):
        if plan.version[walker] != pool.seen[walker] and plan.length[walker]:
            pool.seen[walker] = plan.version[walker]
            add(facts, pool, plan, walker, energy)


@lean
def add(facts: Facts, pool: Pool, plan: Plan, walker: int, energy: float) -> None:
    """Add one walk, unless a better one has its place."""
    length, kind = plan.length[walker], pool.kinds[walker]
    key = np.uint64(kind)
    for position in range(1, length + 1):
        key ^= pool.mark[plan.order[walker, position]]
    slot = int((key >> np.uint64(20)) & np.uint64(SLOTS - 1))
    out = plan.arrive[walker, length + 1] - facts.shift[walker, 0]
    known = pool.kind[slot] == kind and pool.key[slot] == key
    if known:
        pool.energy[slot] = min(pool.energy[slot], energy)
        if out >= pool.time[slot]:
            return
    elif pool.kind[slot] != EMPTY and pool.energy[slot] <= energy:
        return
    else:
        pool.energy[slot] = energy
    pool.key[slot], pool.kind[slot], pool.time[slot] = key, kind, out
    pool.length[slot] = length
    for position in range(length):
        pool.order[slot, position] = plan.order[walker, position + 1]
