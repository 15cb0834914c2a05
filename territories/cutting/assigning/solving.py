"""Assigning: by ways, then evenly, then by the rules that neither of them can promise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territories.cutting.assigning.deals import Deal, deal_of
from territories.cutting.assigning.fairness import evened
from territories.cutting.assigning.flow import cheapest
from territories.cutting.assigning.items import Items, items_of
from territories.cutting.assigning.rules import MOST_REPS, kept_rules
from territories.cutting.assigning.wishes import NOBODY, Wish

Ints = NDArray[np.int64]


def assign(wish: Wish, *, seed: int = 0) -> Deal:
    """Who gets which territory: as many as can be dealt, value as even as short ways allow.

    The cheapest deal by ways is evened by swaps. Where caps on minutes or pairs to keep apart are
    broken by that, CP-SAT mends it for up to MOST_REPS reps; for more, the least valuable
    territories are taken back. Everything and everybody left out is named with the reason. The same
    wish and seed give the same deal. 5,000 territories for 5,000 reps take about two seconds.
    """
    items = items_of(wish)
    shortest = cheapest(items, wish.share, wish.most)
    owner = evened(wish, items, shortest, seed)
    if broken(wish, items, owner).any():
        if len(wish.share) <= MOST_REPS:
            owner = kept_rules(wish, items, owner, seed)
        owner = without_broken(wish, items, owner)
    return deal_of(wish, items, owner, shortest)


def broken(wish: Wish, items: Items, owner: Ints) -> NDArray[np.bool_]:
    """Which items (m,) are with a rep whose minutes are too many, or with one to be apart from."""
    given = owner != NOBODY
    work = np.bincount(owner[given], items.minutes[given], minlength=len(wish.share))
    wrong: NDArray[np.bool_] = given & (work > wish.most_minutes + 1e-6)[owner]
    one, other = items.apart.T
    wrong[other[(owner[one] == owner[other]) & given[one]]] = True
    return wrong


def without_broken(wish: Wish, items: Items, owner: Ints) -> Ints:
    """The deal without what breaks a rule, the least valuable first; settled items stay."""
    kept = owner.copy()
    for item in np.argsort(items.value, kind="stable"):
        if items.settled[item] == NOBODY and broken(wish, items, kept)[item]:
            kept[item] = NOBODY
    return kept
