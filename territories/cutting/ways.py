"""Where the walks between doors run, for whoever draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Ways:
    """w straight stretches of the walks from door `tail` to door `head` (w,).

    `ends` (w, 2, 2) are where each begins and ends, in degrees. Walks that are straight lines from
    door to door have none.
    """

    ends: Floats
    tail: Ints
    head: Ints

    def __len__(self) -> int:
        return len(self.tail)

    def between(self, tail: Ints, head: Ints, count: int) -> Ways:
        """Only those of the walks from `tail` to `head` or back; `count` is that of all doors."""
        kept = np.isin(keys(self.tail, self.head, count), keys(tail, head, count))
        return Ways(self.ends[kept], self.tail[kept], self.head[kept])

    def where(self, chosen: Bools) -> Ways:
        """Only those between the chosen doors (n,), under the places that these have then."""
        kept = chosen[self.tail] & chosen[self.head]
        place = np.cumsum(chosen) - 1
        return Ways(self.ends[kept], place[self.tail[kept]], place[self.head[kept]])


NO_WAYS = Ways(np.zeros((0, 2, 2)), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def ways(points: Sequence[Floats], tail: Ints, head: Ints) -> Ways:
    """The walks (l,) that go from point to point, each (l, 2) in degrees."""
    stops = np.stack(points)
    ends = np.stack((stops[:-1], stops[1:]), axis=2).reshape(-1, 2, 2)
    steps = len(points) - 1
    return Ways(ends, np.tile(tail, steps), np.tile(head, steps))


def all_ways(parts: Sequence[Ways]) -> Ways:
    """All stretches in one."""
    columns = ("ends", "tail", "head")
    return Ways(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


def keys(tail: Ints, head: Ints, count: int) -> Ints:
    """A number for each pair of `count` doors, the same both ways."""
    return np.minimum(tail, head) * count + np.maximum(tail, head)
