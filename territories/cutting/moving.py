"""What a new cut would move, door by door, before anything moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territories.cutting.division import Cut
from territories.cutting.recutting import least_moved, old_of

Ints = NDArray[np.int64]


LEFT = 0.1  # of a territory's old work: if less stays, it is another territory


@dataclass(frozen=True)
class Relocation:
    """A territory that left its place, and the one out of which most of its new work came."""

    territory: int
    out_of: int
    minutes: float


@dataclass(frozen=True)
class Moves:
    """The doors (d,) that change hands, the territory each leaves and the one it comes to.

    `minutes` is their work; `stays` the share of the work with an old territory that remains there.
    `new` (e,) are the doors that had none, in no way moved. `relocated` are territories that were
    dissolved among their neighbours and founded anew elsewhere.
    """

    doors: Ints
    source: Ints
    target: Ints
    minutes: float
    stays: float
    new: Ints
    relocated: tuple[Relocation, ...] = ()


def moves(cut: Cut, keep: Ints) -> Moves:
    """What moves between the old territories (n,), -1 for none, and a cut of the same doors. O(n).

    Labels are compared by number: ask for the cut with `keep`.
    """
    known = keep >= 0
    doors = np.flatnonzero(known & (cut.labels != keep))
    work, all_work = cut.units.minutes[doors].sum(), cut.units.minutes[known].sum()
    stays = 1.0 - float(work / all_work) if all_work else 1.0
    source, target = keep[doors], cut.labels[doors]
    new = np.flatnonzero(~known)
    return Moves(doors, source, target, float(work), stays, new, relocated_of(cut, keep))


def relocated_of(cut: Cut, keep: Ints) -> tuple[Relocation, ...]:
    """The territories of whose old work nearly nothing stays, though they are still there."""
    known = keep >= 0
    count = max(cut.territories, int(keep.max(initial=-1)) + 1)
    pairs = keep[known] * count + cut.labels[known]
    common = np.bincount(pairs, cut.units.minutes[known], count * count).reshape(count, count)
    had, stays = common.sum(axis=1), np.diag(common)
    gone = np.flatnonzero((had > 0) & (stays < LEFT * had) & (common.sum(axis=0) > 0))
    return tuple(
        Relocation(label, int(np.argmax(common[:, label])), float(common[:, label].sum()))
        for label in gone.tolist()
    )


def least_share(cut: Cut, keep: Ints) -> float:
    """The share of the work that would leave its old territory even if doors were as fine as dust.

    A cut as even as can be moves at least about so much (see `least_moved`); no locks are heeded.
    """
    old = old_of(cut.sections.of_door, cut.units, keep, cut.territories)
    return least_moved(cut.sections, old, cut.territories) / max(cut.units.total, 1e-9)
