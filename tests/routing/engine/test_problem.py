"""A problem that contradicts itself is refused, naming the field and the place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from routing.engine import Break, Problem, ProblemError, Stop, Walker
from tests.routing.engine.cases import line, street, with_stop

WALKER = Walker(id=1, start=0, end=0, shift=(0, 100))
STOP = Stop(id=1, place=1, value=5)
NAN = float("nan")


def with_walker(**given: object) -> Problem:
    return Problem([STOP], [Walker(**{**vars(WALKER), **given})], line(0, 7))


def with_travel(row: int, column: int, seconds: float) -> Problem:
    travel = line(0, 7).astype(float)
    travel[row, column] = seconds
    return Problem([STOP], [WALKER], travel)


CONTRADICTIONS: dict[str, tuple[Callable[[], Problem], str, object]] = {
    "a place that is not there": (lambda: with_stop(street(5), 0, place=2), "stops.place", 0),
    "a negative value": (lambda: with_stop(street(5, 6), 1, value=-1), "stops.value", 1),
    "a value that is no number": (lambda: with_stop(street(5), 0, value=NAN), "stops.value", 0),
    "a negative service": (lambda: with_stop(street(5), 0, service_s=-1), "stops.service_s", 0),
    "half a second": (lambda: with_stop(street(5), 0, service_s=0.5), "stops.service_s", 0),
    "a window that closes before it opens": (
        lambda: with_stop(street(5), 0, windows=((0, 4), (9, 8))), "stops.windows", (0, 1),
    ),
    "windows out of order": (
        lambda: with_stop(street(5), 0, windows=((5, 9), (0, 4))), "stops.windows", (0, 1),
    ),
    "a window of three": (
        lambda: with_stop(street(5), 0, windows=((5, 9, 12),)), "stops.windows", (0, 0),
    ),
    "the same stop twice": (lambda: with_stop(street(5, 6), 1, id=1), "stops.id", 1),
    "values too large to add up": (
        lambda: with_stop(street(5), 0, value=2**60), "stops.value", None,
    ),
    "nobody": (lambda: Problem([STOP], [], line(0, 7)), "walkers", None),
    "the same walker twice": (
        lambda: Problem([STOP], [WALKER, WALKER], line(0, 7)), "walkers.id", 1,
    ),
    "a start that is not there": (lambda: with_walker(start=2), "walkers.start", 0),
    "an end that is not there": (lambda: with_walker(end=-1), "walkers.end", 0),
    "a shift that ends before it begins": (lambda: with_walker(shift=(9, 8)), "walkers.shift", 0),
    "a shift shorter than the way home": (
        lambda: with_walker(end=1, shift=(0, 6)), "walkers.shift", 0,
    ),
    "a matrix that is not square": (
        lambda: Problem([STOP], [WALKER], line(0, 7)[:1]), "travel_s", None,
    ),
    "a matrix of words": (
        lambda: Problem([], [WALKER], np.array([["a"]])), "travel_s", None,
    ),
    "a way that is no number": (lambda: with_travel(1, 0, NAN), "travel_s", (1, 0)),
    "a way of half a second": (lambda: with_travel(0, 1, 1.5), "travel_s", (0, 1)),
    "a negative way": (lambda: with_travel(0, 1, -1), "travel_s", (0, 1)),
    "a way longer than no way": (lambda: with_travel(0, 1, 2**40), "travel_s", (0, 1)),
    "bucket edges out of order": (
        lambda: Problem([], [WALKER], line(0), (50, 50)), "bucket_edges", 1,
    ),
    "a value too few for the buckets": (
        lambda: Problem([replace(STOP, value=(1, 2))], [WALKER], line(0, 7), (5, 9)),
        "stops.value", 0,
    ),
    "a bucket of negative value": (
        lambda: Problem([replace(STOP, value=(1, -2))], [WALKER], line(0, 7), (5,)),
        "stops.value", (0, 1),
    ),
    "not before the last window has closed": (
        lambda: with_stop(street(5), 0, windows=((0, 4),), not_before=5), "stops.not_before", 0,
    ),
    "a skill that is a word, not a set": (
        lambda: with_stop(street(5), 0, skills="German"), "stops.skills", 0,
    ),
    "only for a walker who is not there": (
        lambda: with_stop(street(5), 0, walkers=(0, 9)), "stops.walkers", (0, 1),
    ),
    "only for nobody": (lambda: with_stop(street(5), 0, walkers=()), "stops.walkers", 0),
    "after a stop that is not there": (
        lambda: with_stop(street(5), 0, after=(7,)), "stops.after", (0, 0),
    ),
    "after each other": (
        lambda: with_stop(with_stop(street(5, 6, 7), 1, after=(3,)), 2, after=(2,)),
        "stops.after", 1,
    ),
    "after itself": (lambda: with_stop(street(5), 0, after=(1,)), "stops.after", 0),
    "a profile without a matrix": (lambda: with_walker(profile=1), "walkers.profile", 0),
    "matrices of different sizes": (
        lambda: Problem([], [WALKER], [line(0), line(0, 1)]), "travel_s", None,  # type: ignore[arg-type]
    ),
    "less walking than the way home": (
        lambda: with_walker(end=1, most_walk_s=6), "walkers.most_walk_s", 0,
    ),
    "a break that closes before it opens": (
        lambda: with_walker(breaks=(Break(5, (9, 8)),)), "walkers.breaks", (0, 0),
    ),
    "a break that takes no time": (
        lambda: with_walker(breaks=(Break(0, (8, 9)),)), "walkers.breaks", (0, 0),
    ),
    "a break before the shift": (
        lambda: with_walker(shift=(50, 90), breaks=(Break(5, (0, 49)),)), "walkers.breaks", (0, 0),
    ),
    "a break that outlasts the shift": (
        lambda: with_walker(breaks=(Break(20, (81, 90)),)), "walkers.breaks", (0, 0),
    ),
    "a second break while the first lasts": (
        lambda: with_walker(breaks=(Break(20, (10, 20)), Break(5, (0, 29)))),
        "walkers.breaks", (0, 1),
    ),
    "a shift too short for the way home and a break": (
        lambda: with_walker(end=1, shift=(0, 10), breaks=(Break(4, (0, 10)),)), "walkers.shift", 0,
    ),
    "a window that is no pair": (
        lambda: with_stop(street(5), 0, windows=(5,)), "stops.windows", (0, 0),
    ),
    "windows that are one number": (
        lambda: with_stop(street(5), 0, windows=5), "stops.windows", 0,
    ),
    "an id that is no number": (lambda: with_stop(street(5), 0, id=NAN), "stops.id", 0),
    "a requirement that is neither": (
        lambda: with_stop(street(5), 0, required=NAN), "stops.required", 0,
    ),
    "a stop that is none": (
        lambda: Problem([STOP, 7], [WALKER], line(0, 7)), "stops", 1,  # type: ignore[list-item]
    ),
    "a walker who is none": (
        lambda: Problem([STOP], [7], line(0, 7)), "walkers", 0,  # type: ignore[list-item]
    ),
    "a break that is a pair": (lambda: with_walker(breaks=((5, 9),)), "walkers.breaks", (0, 0)),
    "a shift that is no number": (lambda: with_walker(shift=(0, NAN)), "walkers.shift", 0),
    "a negative opening": (lambda: with_walker(shift=(-5, 9)), "walkers.shift", 0),
    "a negative pause": (
        lambda: with_walker(breaks=(Break(-5, (0, 9)),)), "walkers.breaks", (0, 0),
    ),
    "a matrix of nothing": (
        lambda: Problem([], [WALKER], np.zeros((0, 0), dtype=np.int32)), "travel_s", None,
    ),
    "a row of ways": (
        lambda: Problem([], [WALKER], np.zeros(4, dtype=np.int32)), "travel_s", None,
    ),
    "a way from a place to itself": (lambda: with_travel(1, 1, 1), "travel_s", (1, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_refused_with_its_place(name: str) -> None:
    """The error names the field and the index, so that the caller can point at its own row."""
    make, field, index = CONTRADICTIONS[name]
    with pytest.raises(ProblemError) as refused:
        make()
    assert (refused.value.field, refused.value.index) == (field, index)
    assert str(refused.value).startswith(field)


def test_a_problem_cannot_be_changed_from_outside() -> None:
    """Neither through its matrix nor through the array that it was made from."""
    travel = line(0, 7)
    problem = Problem([STOP], [WALKER], travel)
    travel[0, 1] = 99
    assert problem.travel_s[0, 1] == 7
    with pytest.raises(ValueError, match="read-only"):
        problem.travel_s[0, 1] = 99
