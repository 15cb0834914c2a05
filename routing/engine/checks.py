"""Refusing what contradicts itself, with the field and the index at fault."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from numbers import Integral
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from routing.engine.problem_parts import LATEST, UNREACHABLE, Break, ProblemError, Stop, Walker

LARGEST_VALUE: Final = 2**62
Index = int | tuple[int, ...]


def checked_travel(travel_s: Any) -> NDArray[np.int32]:
    """The matrix, or the matrices, as read-only int32.

    Refused unless square, whole, not negative, and zero at the diagonal.
    """
    given = as_matrices(travel_s)
    if given.ndim not in (2, 3) or given.shape[-1] != given.shape[-2] or not given.shape[0]:
        raise ProblemError("travel_s", None, f"must be square, one or several, is {given.shape}.")
    if given.dtype.kind not in "iuf":
        raise ProblemError("travel_s", None, f"must hold numbers, holds {given.dtype}.")
    refuse_where(~np.isfinite(given), "must be a number of seconds.")
    refuse_where(given != np.floor(given), "must be whole seconds.")
    refuse_where(given < 0, "must not be negative.")
    refuse_where(given > UNREACHABLE, "must not be above UNREACHABLE.")
    at_diagonal = np.eye(given.shape[-1], dtype=np.bool_)
    refuse_where((given != 0) & at_diagonal, "must be zero: a place is no way from itself.")
    travel = given.astype(np.int32)
    travel.setflags(write=False)
    return travel


def as_matrices(travel_s: Any) -> NDArray[Any]:
    """What was given as one array; refused where matrices of different sizes were given."""
    try:
        return np.asarray(travel_s)
    except ValueError as ragged:
        raise ProblemError("travel_s", None, "must be matrices of one size.") from ragged


def refuse_where(bad: NDArray[np.bool_], message: str) -> None:
    """Raise for the first entry of the travel matrices that is bad."""
    if bad.any():
        raise ProblemError("travel_s", tuple(np.argwhere(bad)[0].tolist()), message)


def check_kind(field: str, kind: type, rows: Sequence[Any]) -> None:
    """Refuse the first row that is something else."""
    for index, row in enumerate(rows):
        if not isinstance(row, kind):
            raise ProblemError(field, index, f"must be a {kind.__name__}, is {row!r}.")


def check_row(field: str, index: Index, row: Any) -> None:
    """Refuse what should be several in a row and is not; a word is none."""
    if not isinstance(row, (tuple, list)):
        raise ProblemError(field, index, f"must be a tuple, is {row!r}.")


def check_unique(field: str, ids: Iterable[int]) -> None:
    """Refuse the first id that is no whole number, or was there before."""
    seen: set[int] = set()
    for index, given in enumerate(ids):
        if isinstance(given, bool) or not isinstance(given, Integral):
            raise ProblemError(field, index, f"must be a whole number, is {given!r}.")
        if given in seen:
            raise ProblemError(field, index, f"{given} is there twice.")
        seen.add(given)


def check_whole(field: str, index: Index, number: Any, limit: int = LATEST) -> None:
    """Refuse what is not a whole number from 0 to below `limit`."""
    if isinstance(number, bool) or not isinstance(number, Integral):
        raise ProblemError(field, index, f"must be a whole number, is {number!r}.")
    if not 0 <= int(number) < limit:
        raise ProblemError(field, index, f"must be from 0 to below {limit}, is {number}.")


def check_span(field: str, index: Index, span: tuple[int, int]) -> None:
    """Refuse a span of time that is not two whole numbers, or closes before it opens."""
    check_row(field, index, span)
    if len(span) != 2:
        raise ProblemError(field, index, "must be a pair (open, close).")
    for number in span:
        check_whole(field, index, number)
    if span[1] < span[0]:
        raise ProblemError(field, index, f"closes at {span[1]}, before it opens at {span[0]}.")


def check_skills(field: str, index: int, skills: Any) -> None:
    """Refuse skills that are not a set of words; a word alone would be a set of letters."""
    if not isinstance(skills, frozenset) or not all(isinstance(skill, str) for skill in skills):
        raise ProblemError(field, index, f"must be a frozenset of words, is {skills!r}.")


def check_edges(edges: Sequence[int]) -> None:
    """Refuse edges of buckets that are no times, or do not ascend."""
    for index, edge in enumerate(edges):
        check_whole("bucket_edges", index, edge)
        if index and edge <= edges[index - 1]:
            raise ProblemError("bucket_edges", index, "must be later than the edge before.")


def check_stop(index: int, stop: Stop, room: tuple[int, int, set[int]]) -> None:
    """Refuse a stop whose numbers cannot be meant.

    `room` is the number of places, the number of buckets, and the walkers' ids.
    """
    places, buckets, crew = room
    check_whole("stops.place", index, stop.place, places)
    check_value(index, stop.value, buckets)
    check_whole("stops.service_s", index, stop.service_s)
    check_windows(index, stop)
    if not isinstance(stop.required, (bool, np.bool_)):
        raise ProblemError("stops.required", index, f"must be true or false: {stop.required!r}.")
    check_skills("stops.skills", index, stop.skills)
    if stop.walkers is not None:
        check_known("stops.walkers", index, stop.walkers, crew)
        if not stop.walkers:
            raise ProblemError("stops.walkers", index, "names nobody; None means anybody.")


def check_value(index: int, value: Any, buckets: int) -> None:
    """Refuse values that are no numbers, or not one for each bucket."""
    if not isinstance(value, tuple):
        check_whole("stops.value", index, value, LARGEST_VALUE)
        return
    if len(value) != buckets:
        raise ProblemError("stops.value", index, f"has {len(value)} values for {buckets} buckets.")
    for bucket, number in enumerate(value):
        check_whole("stops.value", (index, bucket), number, LARGEST_VALUE)


def check_windows(index: int, stop: Stop) -> None:
    """Refuse windows that are none, overlap, or have all closed before the stop may be served."""
    check_row("stops.windows", index, stop.windows)
    for place, window in enumerate(stop.windows):
        check_span("stops.windows", (index, place), window)
    for place, (before, after) in enumerate(pairwise(stop.windows)):
        if after[0] <= before[1]:
            raise ProblemError(
                "stops.windows", (index, place + 1), "must open after the one before has closed."
            )
    check_whole("stops.not_before", index, stop.not_before)
    if stop.windows and stop.windows[-1][1] < stop.not_before:
        raise ProblemError("stops.not_before", index, "is after the last window has closed.")


def check_known(field: str, index: int, ids: Sequence[int], known: set[int]) -> None:
    """Refuse the first id that nobody has."""
    check_row(field, index, ids)
    for place, given in enumerate(ids):
        if not isinstance(given, Integral) or given not in known:
            raise ProblemError(field, (index, place), f"there is no {given!r}.")


def check_precedence(stops: Sequence[Stop]) -> None:
    """Refuse stops that come after unknown ones, or in a circle after themselves."""
    place = {stop.id: index for index, stop in enumerate(stops)}
    for index, stop in enumerate(stops):
        check_known("stops.after", index, stop.after, set(place))
    try:
        TopologicalSorter({stop.id: stop.after for stop in stops if stop.after}).prepare()
    except CycleError as circle:
        first = min(place[given] for given in circle.args[1])
        raise ProblemError("stops.after", first, "comes after itself in a circle.") from circle


def check_walker(index: int, walker: Walker, travel: NDArray[np.int32]) -> None:
    """Refuse a walker whose shift is no shift, or too short even for the way home.

    `travel` is (profiles, p, p).
    """
    check_whole("walkers.start", index, walker.start, travel.shape[1])
    if walker.end is not None:
        check_whole("walkers.end", index, walker.end, travel.shape[1])
    check_span("walkers.shift", index, walker.shift)
    check_whole("walkers.profile", index, walker.profile, len(travel))
    check_skills("walkers.skills", index, walker.skills)
    way_home = 0
    if walker.end is not None:
        way_home = int(travel[walker.profile, walker.start, walker.end])
    paused_s = check_breaks(index, walker)
    if way_home + paused_s > walker.shift[1] - walker.shift[0]:
        raise ProblemError(
            "walkers.shift", index, f"is too short: {way_home} s home, {paused_s} s of breaks."
        )
    if walker.most_walk_s is not None:
        check_whole("walkers.most_walk_s", index, walker.most_walk_s)
        if way_home > walker.most_walk_s:
            raise ProblemError("walkers.most_walk_s", index, f"is less than {way_home} s home.")


def check_breaks(index: int, walker: Walker) -> int:
    """Refuse breaks that cannot be taken one after the other; returns their seconds."""
    now = walker.shift[0]
    check_row("walkers.breaks", index, walker.breaks)
    for place, each in enumerate(walker.breaks):
        if not isinstance(each, Break):
            raise ProblemError("walkers.breaks", (index, place), f"must be a Break, is {each!r}.")
        check_whole("walkers.breaks", (index, place), each.pause_s)
        check_span("walkers.breaks", (index, place), each.window)
        if not each.pause_s:
            raise ProblemError("walkers.breaks", (index, place), "must last a second at least.")
        now = max(now, each.window[0])
        if now > each.window[1]:
            raise ProblemError("walkers.breaks", (index, place), "cannot start in its window.")
        now += each.pause_s
        if now > walker.shift[1]:
            raise ProblemError("walkers.breaks", (index, place), "does not fit into the shift.")
    return sum(each.pause_s for each in walker.breaks)
