"""Stops whose value depends on the time of day, as several of which at most one is served.

A stop with buckets becomes a variant for each value that it can have: with that value, and with the
hours in which it holds as its windows. A plan of variants is timed and searched by windows alone;
where waiting for a better hour pays, that is a later variant. Any other stop is its only variant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from routing.engine.problem import LATEST, Problem, Stop

Span = tuple[int, int]
ALWAYS: Span = (0, LATEST)


def variants_of(problem: Problem) -> tuple[tuple[Stop, ...], list[int]]:
    """All variants, those of a stop together, best first; and the stop (index) of each."""
    made = [list(variants(problem, stop, worthless=problem.has_gaps)) for stop in problem.stops]
    stops = tuple(variant for group in made for variant in group)
    return stops, [index for index, group in enumerate(made) for _ in group]


def variants(problem: Problem, stop: Stop, *, worthless: bool) -> Iterator[Stop]:
    """A stop's variants, best first; none that is worthless beside others, unless required.

    With `worthless` they are kept: where ways are missing, the only one may lead over such a stop.
    """
    if not (isinstance(stop.value, tuple) or stop.not_before):
        yield stop
        return
    hours = [(max(opens, stop.not_before), closes) for opens, closes in stop.windows or (ALWAYS,)]
    hours = [span for span in hours if span[0] <= span[1]]
    found: list[Stop] = []
    for value in sorted(set(stop.values), reverse=True):
        windows = overlap(hours, hours_of(problem, stop, value))
        if windows and (value or stop.required or worthless or not found):
            found.append(replace(stop, value=value, windows=unless_always(windows)))
    yield from found


def unless_always(windows: list[Span]) -> tuple[Span, ...]:
    """No window at all where one is open all the time."""
    return () if windows == [ALWAYS] else tuple(windows)


def hours_of(problem: Problem, stop: Stop, value: int) -> list[Span]:
    """When a stop has that value: spans apart from each other, in order."""
    values = stop.values
    if len(values) == 1:
        return [ALWAYS]
    spans: list[Span] = []
    edges = [0, *problem.bucket_edges, LATEST + 1]
    for held, (begins, ends) in zip(values, pairwise(edges), strict=True):
        if held == value and spans and spans[-1][1] == begins - 1:
            spans[-1] = (spans[-1][0], ends - 1)
        elif held == value and begins < ends:
            spans.append((begins, ends - 1))
    return spans


def overlap(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """The times that are in both, as spans in order."""
    both = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return sorted(span for span in both if span[0] <= span[1])
