"""Problems by hand and at random: places on a line, and whatever Hypothesis thinks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from routing.engine import UNREACHABLE, Break, Budget, Problem, Stop, Walker

QUICK = Budget(iterations=300)


def line(*positions: int) -> NDArray[np.int32]:
    """Places on a straight street, one second apart per unit."""
    at = np.array(positions, dtype=np.int32)
    ways: NDArray[np.int32] = np.abs(at[:, None] - at[None, :])
    return ways


def street(
    *positions: int, shift: tuple[int, int] = (0, 1000), walkers: int = 1, **given: object
) -> Problem:
    """A stop of value 10 at each position, and walkers who start and end at 0."""
    stops = [Stop(id=at, place=at, value=10) for at in range(1, len(positions) + 1)]
    stops = [replace(stop, **given) for stop in stops]  # type: ignore[arg-type]
    crew = [Walker(id=at, start=0, end=0, shift=shift) for at in range(walkers)]
    return Problem(stops, crew, line(0, *positions))


def with_stop(problem: Problem, index: int, **given: object) -> Problem:
    """The problem with one stop changed."""
    stops = list(problem.stops)
    stops[index] = replace(stops[index], **given)  # type: ignore[arg-type]
    return replace(problem, stops=stops)


@st.composite
def windows(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """None to three windows, in order and apart."""
    edges = sorted(draw(st.sets(st.integers(0, 600), max_size=6)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Up to seven stops and one to three walkers among places anyhow far apart."""
    places = draw(st.integers(1, 6))
    way = st.one_of(st.integers(0, 120), st.just(UNREACHABLE))
    flat = draw(st.lists(way, min_size=places**2, max_size=places**2))
    travel = np.array(flat).reshape(places, places)
    np.fill_diagonal(travel, 0)
    place = st.integers(0, places - 1)
    stops = draw(
        st.lists(
            st.builds(
                Stop, id=st.just(0), place=place, value=st.integers(0, 30),
                service_s=st.integers(0, 60), windows=windows(), required=st.booleans(),
            ),
            max_size=7,
        )
    )  # fmt: skip
    walkers = draw(st.lists(walker(travel.tolist()), min_size=1, max_size=3))
    return Problem(
        [replace(stop, id=at) for at, stop in enumerate(stops)],
        [replace(person, id=at) for at, person in enumerate(walkers)],
        travel,
    )


@st.composite
def walker(draw: st.DrawFn, travel: Sequence[Sequence[int]]) -> Walker:
    """Somebody whose shift is long enough for the way home."""
    ways = [(a, b) for a, row in enumerate(travel) for b, way in enumerate(row) if way <= 120]
    start, end = draw(st.sampled_from(ways))
    opens = draw(st.integers(0, 200))
    closes = opens + travel[start][end] + draw(st.integers(0, 500))
    return Walker(id=0, start=start, end=end, shift=(opens, closes))


@st.composite
def rich_problems(draw: st.DrawFn, most_stops: int = 6) -> Problem:
    """All that a problem can have, at once: up to three walkers of two kinds, buckets, breaks."""
    plain = draw(problems())
    edges = sorted(draw(st.sets(st.integers(1, 500), max_size=2)))
    slower = np.minimum(plain.travel_s.astype(np.int64) * 2, UNREACHABLE)
    stops = [
        draw(rich_stop(stop, len(edges) + 1, [each.id for each in plain.walkers]))
        for stop in plain.stops[:most_stops]
    ]
    walkers = [draw(rich_walker(walker, slower)) for walker in plain.walkers]
    return Problem(stops, walkers, np.stack([plain.travel_s, slower]), edges)


@st.composite
def rich_stop(draw: st.DrawFn, stop: Stop, buckets: int, crew: list[int]) -> Stop:
    """The stop with a value that changes, and bound to skills, walkers, others and a time."""
    values = st.tuples(*[st.integers(0, 30)] * buckets)
    latest = stop.windows[-1][1] if stop.windows else 300
    return replace(
        stop,
        value=draw(st.one_of(st.just(stop.value), values)),
        skills=draw(st.sampled_from([frozenset(), frozenset(), frozenset({"German"})])),
        walkers=draw(
            st.one_of(st.none(), st.none(), st.sampled_from(crew).map(lambda one: (one,)))
        ),
        after=draw(st.sets(st.integers(0, stop.id - 1), max_size=2).map(sorted).map(tuple))
        if stop.id
        else (),
        not_before=draw(st.one_of(st.just(0), st.integers(0, latest))),
    )


@st.composite
def rich_walker(draw: st.DrawFn, walker: Walker, slower: NDArray[np.int64]) -> Walker:
    """The walker with up to two breaks, maybe slow, limited, skilled or free to end anywhere."""
    opens, closes = walker.shift
    profile, end = draw(st.integers(0, 1)), draw(st.sampled_from([walker.end, None]))
    way_home = 0 if end is None else int(slower[walker.start, end])
    breaks, now = [], opens
    for _ in range(draw(st.integers(0, 2))):
        begin = now + draw(st.integers(0, 100))
        breaks.append(Break(draw(st.integers(1, 60)), (begin, begin + draw(st.integers(0, 100)))))
        now = begin + breaks[-1].pause_s
    most = st.integers(way_home, way_home + 300)
    return replace(
        walker,
        end=end,
        profile=profile,
        shift=(opens, max(closes, now, opens + way_home + sum(each.pause_s for each in breaks))),
        skills=draw(st.sampled_from([frozenset(), frozenset({"German"})])),
        most_walk_s=draw(st.one_of(st.none(), most)),
        breaks=tuple(breaks),
    )


def orders_of(stops: int) -> list[tuple[int, ...]]:
    """Every order of every selection of that many stops."""
    return [order for size in range(stops + 1) for order in permutations(range(stops), size)]
