"""Swapping items between reps until their value is even: simulated annealing.

Kirkpatrick, Gelatt and Vecchi 1983, Optimization by simulated annealing,
doi:10.1126/science.220.4598.671.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territories.cutting.assigning.items import Items
from territories.cutting.assigning.wishes import NOBODY, Wish
from territories.cutting.compiled import compiled
from territories.cutting.random_bits import Bits, random_bits, uniform

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TOLERANCE = 0.03  # of the fair share: nobody is paid for being fairer than this
STRICT = 10.0  # the price of a rep's whole fair share, in ways of a rep
FEW = 2
SWAPS = 0.7  # the rest are moves of one item
HOT = 0.3  # the first temperature, in ways
STEPS_PER_ITEM = 1_200
MOST_STEPS = 3_000_000
COLDEST = 0.002  # the last temperature, of the first


class Facts(NamedTuple):
    """The deal's arrays, for compiled code; see `Items` for the first five.

    `fair` (r,) is each rep's fair value (0: gets nothing), `most` (r,) the most minutes, `strict`
    the metres that a whole fair share too much costs, `swaps` the share of moves that are swaps,
    `apart[apart_first[i]:apart_first[i + 1]]`
    the items that item i is to be apart from.
    """

    first: Ints
    rep: Ints
    cost_m: Floats
    value: Floats
    minutes: Floats
    fair: Floats
    most: Floats
    strict: float
    swaps: float
    apart_first: Ints
    apart: Ints


Move = tuple[int, int]  # from a rep to a rep


def evened(wish: Wish, items: Items, owner: Ints, seed: int) -> Ints:
    """The deal with value within TOLERANCE of fair wherever short ways allow; minutes within caps.

    Items change reps or are swapped; settled ones stay. Where reps have FEW items or less, swaps
    cannot make anything even, and the deal stays. At most MOST_STEPS steps.
    """
    dealt = owner != NOBODY
    busy = np.bincount(owner[dealt], minlength=len(wish.share)) > 0
    free = np.flatnonzero((items.settled == NOBODY) & dealt)
    if len(free) < FEW * busy.sum() or busy.sum() < 2 or not items.value.sum():
        return owner
    share = np.where(busy, wish.share, 0.0)
    fair = items.value[dealt].sum() * share / max(share.sum(), 1e-9)
    mean = float(np.abs(items.cost_m[owner[items.item] == items.rep]).mean()) + 1.0
    facts = Facts(
        items.first,
        items.rep,
        items.cost_m,
        items.value,
        items.minutes,
        fair,
        wish.most_minutes.astype(np.float64),
        float(STRICT * mean * dealt.sum() / busy.sum()),
        SWAPS if wish.most is None else 1.0,
        *partners(items),
    )
    steps = min(STEPS_PER_ITEM * len(free), MOST_STEPS)
    return anneal(facts, free, owner.copy(), (HOT * mean, steps), random_bits(seed))


def partners(items: Items) -> tuple[Ints, Ints]:
    """For each item those it is to be apart from: starts (m + 1,) and the others, in a row."""
    both = np.concatenate([items.apart, items.apart[:, ::-1]])
    both = both[np.argsort(both[:, 0], kind="stable")]
    return np.searchsorted(both[:, 0], np.arange(len(items) + 1)), both[:, 1].copy()


@compiled
def price(facts: Facts, item: int, wanted: int) -> float:
    """The metres of an item at a rep; inf where it may not go. O(log candidates)."""
    low, high = facts.first[item], facts.first[item + 1]
    while low < high:
        middle = (low + high) // 2
        if facts.rep[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    if low < facts.first[item + 1] and facts.rep[low] == wanted:
        return float(facts.cost_m[low])
    return np.inf


@compiled
def longer_m(facts: Facts, move: Move, item: int, other: int) -> float:
    """By how much ways grow if an item goes from `a` to `b`, and `other` (-1: none) back."""
    a, b = move
    grows = price(facts, item, b) - price(facts, item, a)
    if other >= 0:
        grows += price(facts, other, a) - price(facts, other, b)
    return grows


@compiled
def unfair(facts: Facts, rep: int, value: float, work: float) -> float:
    """How far a rep with that value and work is beyond the tolerance, and over the minutes."""
    off = 0.0
    if facts.fair[rep] > 0.0:
        off = max(0.0, abs(value / facts.fair[rep] - 1.0) - TOLERANCE)
    if work > facts.most[rep]:
        off += 1.0 + (work - facts.most[rep]) / (facts.most[rep] + 1.0)
    return off


@compiled
def clashes(facts: Facts, owner: Ints, item: int, rep: int, ignored: int) -> int:
    """How many items that an item is to be apart from a rep has."""
    count = 0
    for at in range(facts.apart_first[item], facts.apart_first[item + 1]):
        other = facts.apart[at]
        if other != ignored and owner[other] == rep:
            count += 1
    return count


@compiled
def closer(facts: Facts, owner: Ints, move: Move, item: int, other: int) -> int:
    """By how much the number of clashes grows with the same move."""
    a, b = move
    grows = clashes(facts, owner, item, b, other) - clashes(facts, owner, item, a, -1)
    if other >= 0:
        grows += clashes(facts, owner, other, a, item) - clashes(facts, owner, other, b, -1)
    return grows


@compiled
def draw(facts: Facts, free: Ints, owner: Ints, bits: Bits) -> tuple[int, int, int]:
    """An item, the rep it may go to, and the item that comes in exchange (-1: none)."""
    item = free[int(uniform(bits) * len(free))]
    if uniform(bits) < facts.swaps:
        other = free[int(uniform(bits) * len(free))]
        return item, owner[other], other
    first, end = facts.first[item], facts.first[item + 1]
    return item, facts.rep[first + int(uniform(bits) * (end - first))], -1


@compiled
def anneal(facts: Facts, free: Ints, owner: Ints, course: tuple[float, int], bits: Bits) -> Ints:
    """The best deal on the way down: a free item to another candidate, often in exchange.

    `course` is the first temperature in metres and the number of steps; `owner` is used up.
    """
    value, minutes = facts.value, facts.minutes
    sums, work = np.zeros(len(facts.fair)), np.zeros(len(facts.fair))
    for item in range(len(owner)):
        if owner[item] >= 0:
            sums[owner[item]] += value[item]
            work[owner[item]] += minutes[item]
    best, energy, lowest = owner.copy(), 0.0, 0.0
    for step in range(course[1]):
        i, b, j = draw(facts, free, owner, bits)
        a = owner[i]
        if a == b or facts.fair[b] <= 0.0:
            continue
        change = longer_m(facts, (a, b), i, j)
        if np.isinf(change):
            continue
        gain = value[i] - (value[j] if j >= 0 else 0.0)
        toil = minutes[i] - (minutes[j] if j >= 0 else 0.0)
        off = unfair(facts, a, sums[a] - gain, work[a] - toil) - unfair(facts, a, sums[a], work[a])
        off += unfair(facts, b, sums[b] + gain, work[b] + toil) - unfair(facts, b, sums[b], work[b])
        change += facts.strict * (off + closer(facts, owner, (a, b), i, j))
        heat = course[0] * COLDEST ** (step / course[1])
        if change <= 0.0 or uniform(bits) < np.exp(-change / heat):
            owner[i] = b
            if j >= 0:
                owner[j] = a
            sums[a], sums[b] = sums[a] - gain, sums[b] + gain
            work[a], work[b] = work[a] - toil, work[b] + toil
            energy += change
            if energy < lowest - 1e-9:
                lowest = energy
                best[:] = owner
    return best
