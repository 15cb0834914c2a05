"""What a problem is made of: stops worth a walk, and walkers with a shift and its breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

UNREACHABLE: Final = 2**31 - 1
LATEST: Final = 2**30  # times end here, so that adding UNREACHABLE to one is always too late


class ProblemError(ValueError):
    """The problem contradicts itself. `field` and `index` name the first place where it does."""

    def __init__(self, field: str, index: int | tuple[int, ...] | None, message: str) -> None:
        self.field = field
        self.index = index
        where = field if index is None else f"{field}[{index}]"
        super().__init__(f"{where}: {message}")


@dataclass(frozen=True)
class Stop:
    """Something worth walking to.

    Service must begin within one of `windows` (open, close), both ends included, none meaning at
    any time, and never before `not_before`. Arriving early means waiting. `value` is one number, or
    one for each bucket of the problem: what counts is that of the bucket in which service begins.
    `required` stops come before any value.

    Only walkers with all `skills` may serve the stop, and of them only those whose ids `walkers`
    lists, unless it is None. Whoever serves it has left all stops whose ids are in `after` before.
    """

    id: int
    place: int
    value: int | tuple[int, ...]
    service_s: int = 0
    windows: tuple[tuple[int, int], ...] = ()
    required: bool = False
    skills: frozenset[str] = frozenset()
    walkers: tuple[int, ...] | None = None
    after: tuple[int, ...] = ()
    not_before: int = 0

    @property
    def values(self) -> tuple[int, ...]:
        """The value of each bucket, or the one that always holds."""
        return self.value if isinstance(self.value, tuple) else (self.value,)


@dataclass(frozen=True)
class Break:
    """A pause that must start within `window` (open, close), both ends included."""

    pause_s: int
    window: tuple[int, int]


@dataclass(frozen=True)
class Walker:
    """Somebody who leaves `start` when the shift opens and is at `end` before it closes.

    With `end` None the walk ends at its last stop. `profile` says which travel matrix holds.
    `most_walk_s` limits the walking alone. Who leaves at all takes all `breaks`, in their order,
    before being at the end: on the way or where a stop waits, never during service.
    """

    id: int
    start: int
    end: int | None
    shift: tuple[int, int]
    skills: frozenset[str] = frozenset()
    profile: int = 0
    most_walk_s: int | None = None
    breaks: tuple[Break, ...] = ()

    def may_serve(self, stop: Stop) -> bool:
        """Whether the walker has the skills and is not shut out."""
        return stop.skills <= self.skills and (stop.walkers is None or self.id in stop.walkers)
