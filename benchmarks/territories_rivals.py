"""What cuts are measured against: k-means, and k-means whose cells are weighted until it is even.

Neither knows streets. Centres lie in a tree, so that a round asks for the nearest centre of each
door in O(n log k) and 200,000 doors into 500 take seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from territories.cutting import Cut

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

STEPS = 30  # of k-means, unless it has settled before
ROUNDS, GAIN = 80, 0.2
EVEN = 0.01  # nobody asks for more
THREADS = 2


def k_means(cut: Cut, seed: int) -> Ints:
    """Labels by k-means on the doors' positions (Lloyd 1982, doi:10.1109/TIT.1982.1056489)."""
    metres, k = cut.units.doors.metres, cut.territories
    spots = np.unique(metres, axis=0)
    draw = np.random.default_rng(seed)
    centres = spots[draw.choice(len(spots), k, replace=len(spots) < k)]
    labels = nearest(metres, centres)
    for _ in range(STEPS):
        doors = np.bincount(labels, minlength=k)
        sums = np.column_stack([np.bincount(labels, axis, k) for axis in metres.T])
        centres = np.where(doors[:, None] > 0, sums / np.maximum(doors, 1)[:, None], centres)
        before, labels = labels, nearest(metres, centres)
        if (labels == before).all():
            break
    return labels


def balanced(cut: Cut, seed: int) -> Ints:
    """Labels by k-means whose centres, where minutes are too many, grow more distant.

    After Aurenhammer, Hoffmann and Aronov (1998, Minkowski-type theorems and least-squares
    clustering, Algorithmica 20, 61-76): additive weights of the cells until the work is even.
    """
    metres, minutes = cut.units.doors.metres, cut.units.minutes
    labels = k_means(cut, seed)
    target = minutes.sum() / cut.territories
    scale = np.ptp(metres, axis=0).prod() / cut.territories
    weights, best = np.zeros(cut.territories), (np.inf, labels)
    flat = np.column_stack((metres, np.zeros(len(metres))))
    for number in range(ROUNDS):
        work = np.maximum(np.bincount(labels, minutes, cut.territories), 1e-9)
        best = min(best, (float(work.max() / target), labels), key=lambda one: one[0])
        if best[0] < 1 + EVEN:
            break
        centres = np.column_stack(
            [np.bincount(labels, minutes * axis, cut.territories) / work for axis in metres.T]
        )
        weights += GAIN / (1 + number / 10) * scale * np.clip(work / target - 1, -0.5, 0.5)
        height = np.sqrt(weights - weights.min())
        labels = nearest(flat, np.column_stack((centres, height)))
    return best[1]


def nearest(places: Floats, centres: Floats) -> Ints:
    """The nearest of the centres (k, d) for each place (n, d)."""
    tree: Any = KDTree(centres)  # type: ignore[no-untyped-call]  # scipy
    found: Ints = tree.query(places, workers=THREADS)[1].astype(np.int64)
    return found


RIVALS: dict[str, Callable[[Cut, int], Ints]] = {"k-means": k_means, "balanced": balanced}
