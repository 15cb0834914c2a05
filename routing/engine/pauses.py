"""A walker's breaks on a leg: when the leg is over, by how many of them have been taken.

Breaks are taken in their order. On a leg, walking goes on until a break begins and after it; each
begins as early as it may. What is early at one place is early at all that follow, so that the
earliest time for each number of breaks taken is all that needs to be known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.engine.problem import LATEST, Break

Ints = NDArray[np.int64]
NEVER: Final = 4 * LATEST


class Pauses:
    """The breaks of one walker. A list of times has one for each number of breaks taken."""

    def __init__(self, breaks: Sequence[Break]) -> None:
        self.breaks = breaks
        self.count = len(breaks)

    def starts(self, now: int, first: int, last: int) -> list[int]:
        """When the breaks from `first` to before `last` begin on a leg that begins at `now`."""
        found = []
        for each in self.breaks[first:last]:
            found.append(max(now, each.window[0]))
            now = found[-1] + each.pause_s
        return found

    def leg(self, now: int, way: int, taken: tuple[int, int]) -> int:
        """When a leg is over on which breaks are taken: from so many to so many; or NEVER."""
        chosen = self.breaks[taken[0] : taken[1]]
        over = now
        for each, start in zip(chosen, self.starts(now, *taken), strict=True):
            if start > each.window[1]:
                return NEVER
            over = start + each.pause_s
        return min(NEVER, max(over, now + way + sum(each.pause_s for each in chosen)))

    def arrival(self, now: int, way: int, taken: tuple[int, int]) -> int:
        """When the end of a leg is reached on which those breaks are taken."""
        for each, start in zip(
            self.breaks[taken[0] : taken[1]], self.starts(now, *taken), strict=True
        ):
            if now + way <= start:
                break
            way -= start - now
            now = start + each.pause_s
        return now + way

    def ready(self, leave: list[int], way: int) -> list[int]:
        """The earliest times at which a leg is over, for the times at which it may begin."""
        if not self.count:
            return [min(NEVER, leave[0] + way)]
        counts = range(self.count + 1)
        return [min(self.leg(leave[k], way, (k, to)) for k in counts[: to + 1]) for to in counts]

    def latest_leave(self, ready_by: list[int], way: int) -> list[int]:
        """The latest times at which a leg may begin to be over by those times; below 0 if never."""
        if not self.count:
            return [ready_by[0] - way]
        counts = range(self.count + 1)
        return [max(self.leave_by(ready_by[to], way, (k, to)) for to in counts[k:]) for k in counts]

    def leave_by(self, ready_by: int, way: int, taken: tuple[int, int]) -> int:
        """The latest begin of a leg with breaks on it that is over by then; -1 if there is none."""
        by, paused_s = ready_by, 0
        for each in reversed(self.breaks[taken[0] : taken[1]]):
            by = min(by - each.pause_s, each.window[1])
            paused_s += each.pause_s
            if by < each.window[0]:
                return -1
        return max(-1, min(by, ready_by - paused_s - way))

    def all_ready(self, leave: Sequence[Ints], way: Ints) -> list[Ints]:
        """`ready` for arrays of times, one array for each number of breaks taken."""
        found = []
        for to in range(self.count + 1):
            over = self.legs(leave[to], way, (to, to))
            for k in range(to):
                over = np.minimum(over, self.legs(leave[k], way, (k, to)))
            found.append(over)
        return found

    def legs(self, now: Ints, way: Ints, taken: tuple[int, int]) -> Ints:
        """`leg` for arrays of times and ways; not below NEVER for NEVER."""
        over, fails, paused_s = now, np.zeros(1, dtype=np.bool_), 0
        for each in self.breaks[taken[0] : taken[1]]:
            start = np.maximum(over, each.window[0])
            fails = fails | (start > each.window[1])
            over, paused_s = start + each.pause_s, paused_s + each.pause_s
        return np.where(fails, NEVER, np.maximum(over, now + way + paused_s))
