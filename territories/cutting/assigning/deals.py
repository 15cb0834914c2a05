"""What is answered: who gets what, what is left out and why, and how fair it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from territories.cutting.assigning.items import Items
from territories.cutting.assigning.wishes import NOBODY, Wish

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class WhyLeftOut(StrEnum):
    """Why a territory has no rep, or a rep no territory."""

    NOBODY_ALLOWED = "nobody_allowed"  # no rep may take it, alone or with those it goes with
    REPS_FULL = "reps_full"  # who may take it has as many territories or minutes as they can
    KEPT_APART = "kept_apart"  # who has room has a territory that it is to be apart from
    NOTHING_ALLOWED = "nothing_allowed"  # the rep may take no territory
    NONE_LEFT = "none_left"  # others, nearer, have all that the rep may take
    NO_SHARE = "no_share"  # the rep is to get nothing


@dataclass(frozen=True)
class LeftOut:
    """A territory or a rep, by index, and why it is left out."""

    index: int
    why: WhyLeftOut


@dataclass(frozen=True)
class Fairness:
    """What the reps get, as a share of what is fair by their `share`: 1.0 is exactly that.

    Over those who have a territory; `ways_m` is the sum of all ways, `shortest_ways_m` that of the
    deal that only looks at ways and at the number of territories.
    """

    smallest: float
    largest: float
    ways_m: float
    shortest_ways_m: float


@dataclass(frozen=True, eq=False)
class Deal:
    """The rep (t,) of each territory, NOBODY where it is left out."""

    rep: Ints
    left_out: Sequence[LeftOut]
    idle: Sequence[LeftOut]
    fairness: Fairness


def deal_of(wish: Wish, items: Items, owner: Ints, shortest: Ints) -> Deal:
    """The answer, from the rep of each item and of the deal by ways alone."""
    rep = owner[items.of]
    return Deal(
        rep=rep,
        left_out=[
            LeftOut(t, why_left(wish, items, owner, t)) for t in np.flatnonzero(rep < 0).tolist()
        ],
        idle=idle_of(wish, items, owner),
        fairness=fairness_of(wish, rep, ways_m(wish, rep), ways_m(wish, shortest[items.of])),
    )


def why_left(wish: Wish, items: Items, owner: Ints, territory: int) -> WhyLeftOut:
    """Why a territory has no rep."""
    item = int(items.of[territory])
    able = items.rep[items.first[item] : items.first[item + 1]]
    if not len(able):
        return WhyLeftOut.NOBODY_ALLOWED
    work = np.bincount(owner[owner >= 0], items.minutes[owner >= 0], minlength=len(wish.share))
    count = np.bincount(owner[owner >= 0], minlength=len(wish.share))
    room = work[able] + items.minutes[item] <= wish.most_minutes[able]
    room &= (wish.share[able] > 0) & ((wish.most is None) | (count[able] < (wish.most or 0)))
    return WhyLeftOut.KEPT_APART if room.any() else WhyLeftOut.REPS_FULL


def idle_of(wish: Wish, items: Items, owner: Ints) -> list[LeftOut]:
    """The reps without a territory, and why."""
    idle = np.setdiff1d(np.arange(len(wish.share)), owner)
    able = set(items.rep.tolist())
    return [
        LeftOut(
            int(rep),
            WhyLeftOut.NO_SHARE
            if wish.share[rep] == 0
            else WhyLeftOut.NONE_LEFT
            if int(rep) in able
            else WhyLeftOut.NOTHING_ALLOWED,
        )
        for rep in idle
    ]


def ways_m(wish: Wish, rep: Ints) -> float:
    """The sum of the ways from the reps' homes to their territories; forced pairs count nothing."""
    pairs = wish.candidates
    return float(pairs.ways_m[rep[pairs.territory] == pairs.rep].sum())


def fairness_of(wish: Wish, rep: Ints, ways: float, shortest: float) -> Fairness:
    """How even the value is among those who have something."""
    given = rep != NOBODY
    value = np.bincount(rep[given], wish.value[given], minlength=len(wish.share))
    busy = np.unique(rep[given])
    fair = value.sum() * wish.share[busy] / max(wish.share[busy].sum(), 1e-9)
    ratio = value[busy] / np.maximum(fair, 1e-9) if value.sum() else np.ones(1)
    return Fairness(float(ratio.min()), float(ratio.max()), ways, shortest)
