"""What is asked of the engine: stops worth a walk, walkers with a shift, the ways between places.

Times are whole seconds from an origin of the caller's choice, the same for a whole problem.
Places are the rows and columns of `travel_s`; several stops and walkers may share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from routing.engine.objective import required_weight

UNREACHABLE: Final = 2**31 - 1
LATEST: Final = 2**30  # times end here, so that adding UNREACHABLE to one is always too late
LARGEST_OBJECTIVE: Final = 2**62


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

    Service must begin within one of `windows` (open, close), both ends included; none means at any
    time. Arriving early means waiting. `required` stops come before any value.
    """

    id: int
    place: int
    value: int
    service_s: int = 0
    windows: tuple[tuple[int, int], ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Walker:
    """Somebody who leaves `start` when the shift opens and is at `end` before it closes."""

    id: int
    start: int
    end: int
    shift: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Problem:
    """Stops, walkers and the (p, p) int32 seconds between their places; valid once it exists.

    `travel_s` may be asymmetric, need not obey the triangle inequality, and holds UNREACHABLE where
    there is no way. Raises ProblemError with the field and the index at fault.
    """

    stops: Sequence[Stop]
    walkers: Sequence[Walker]
    travel_s: NDArray[np.int32]

    def __post_init__(self) -> None:
        object.__setattr__(self, "stops", tuple(self.stops))
        object.__setattr__(self, "walkers", tuple(self.walkers))
        object.__setattr__(self, "travel_s", checked_travel(self.travel_s))
        check_unique("stops.id", [stop.id for stop in self.stops])
        check_unique("walkers.id", [walker.id for walker in self.walkers])
        for index, stop in enumerate(self.stops):
            check_stop(index, stop, len(self.travel_s))
        if not self.walkers:
            raise ProblemError("walkers", None, "there must be at least one.")
        for index, walker in enumerate(self.walkers):
            check_walker(index, walker, self.travel_s)
        if required_weight(self) * (1 + len(self.stops)) >= LARGEST_OBJECTIVE:
            raise ProblemError("stops.value", None, "the values are too large to add up; scale.")

    @property
    def is_ordering(self) -> bool:
        """Whether only the order is open: one walker, every stop required, no windows."""
        return len(self.walkers) == 1 and all(
            stop.required and not stop.windows for stop in self.stops
        )


def checked_travel(travel_s: Any) -> NDArray[np.int32]:
    """The matrix as read-only int32; refused unless square, whole, ≥ 0 and zero at its diagonal."""
    given = np.asarray(travel_s)
    if given.ndim != 2 or given.shape[0] != given.shape[1]:
        raise ProblemError("travel_s", None, f"must be square, is {given.shape}.")
    if given.dtype.kind not in "iuf":
        raise ProblemError("travel_s", None, f"must hold numbers, holds {given.dtype}.")
    refuse_where(~np.isfinite(given), "must be a number of seconds.")
    refuse_where(given != np.floor(given), "must be whole seconds.")
    refuse_where(given < 0, "must not be negative.")
    refuse_where(given > UNREACHABLE, "must not be above UNREACHABLE.")
    refuse_where(np.diag(np.diag(given) != 0), "must be zero: a place is no way from itself.")
    travel = given.astype(np.int32)
    travel.setflags(write=False)
    return travel


def refuse_where(bad: NDArray[np.bool_], message: str) -> None:
    """Raise for the first entry of the travel matrix that is bad."""
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise ProblemError("travel_s", (int(row), int(column)), message)


def check_unique(field: str, ids: Iterable[int]) -> None:
    """Refuse the first id that was there before."""
    seen: set[int] = set()
    for index, given in enumerate(ids):
        if given in seen:
            raise ProblemError(field, index, f"{given} is there twice.")
        seen.add(given)


def check_whole(field: str, index: int | tuple[int, ...], number: Any, limit: int = LATEST) -> None:
    """Refuse what is not a whole number from 0 to below `limit`."""
    if isinstance(number, bool) or not isinstance(number, Integral):
        raise ProblemError(field, index, f"must be a whole number, is {number!r}.")
    if not 0 <= int(number) < limit:
        raise ProblemError(field, index, f"must be from 0 to below {limit}, is {number}.")


def check_stop(index: int, stop: Stop, places: int) -> None:
    """Refuse a stop whose numbers cannot be meant."""
    check_whole("stops.place", index, stop.place, places)
    check_whole("stops.value", index, stop.value, LARGEST_OBJECTIVE)
    check_whole("stops.service_s", index, stop.service_s)
    for place, window in enumerate(stop.windows):
        check_span("stops.windows", (index, place), window)
    for place, (before, after) in enumerate(zip(stop.windows, stop.windows[1:], strict=False)):
        if after[0] <= before[1]:
            raise ProblemError(
                "stops.windows", (index, place + 1), "must open after the one before has closed."
            )


def check_walker(index: int, walker: Walker, travel_s: NDArray[np.int32]) -> None:
    """Refuse a walker whose shift is no shift, or too short even for the way home."""
    check_whole("walkers.start", index, walker.start, len(travel_s))
    check_whole("walkers.end", index, walker.end, len(travel_s))
    check_span("walkers.shift", index, walker.shift)
    way_home = int(travel_s[walker.start, walker.end])
    if way_home > walker.shift[1] - walker.shift[0]:
        raise ProblemError("walkers.shift", index, f"is shorter than the way home, {way_home} s.")


def check_span(field: str, index: int | tuple[int, ...], span: tuple[int, int]) -> None:
    """Refuse a span of time that is not two whole numbers, or closes before it opens."""
    if len(span) != 2:
        raise ProblemError(field, index, "must be a pair (open, close).")
    for number in span:
        check_whole(field, index, number)
    if span[1] < span[0]:
        raise ProblemError(field, index, f"closes at {span[1]}, before it opens at {span[0]}.")
