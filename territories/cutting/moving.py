"""What a new cut would move, door by door, before anything moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territories.cutting.division import Cut

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Moves:
    """The doors (d,) that change hands, the territory each leaves and the one it comes to.

    `minutes` is their work; `stays` the share of the work with an old territory that remains there.
    `new` (e,) are the doors that had none, in no way moved.
    """

    doors: Ints
    source: Ints
    target: Ints
    minutes: float
    stays: float
    new: Ints


def moves(cut: Cut, keep: Ints) -> Moves:
    """What moves between the old territories (n,), -1 for none, and a cut of the same doors. O(n).

    Labels are compared by number: ask for the cut with `keep`.
    """
    known = keep >= 0
    doors = np.flatnonzero(known & (cut.labels != keep))
    work, all_work = cut.units.minutes[doors].sum(), cut.units.minutes[known].sum()
    stays = 1.0 - float(work / all_work) if all_work else 1.0
    source, target = keep[doors], cut.labels[doors]
    return Moves(doors, source, target, float(work), stays, np.flatnonzero(~known))
