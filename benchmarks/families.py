"""Made-up problems of shapes that the published files do not have: `made:FAMILY:SEED` as a FILE.

Places lie in metres on a plane and are walked between at PACE_M_S, unless a family says otherwise;
a shift is SHIFT_S long, and a stop takes SERVICE_S. They are a check, not something to tune to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.engine import UNREACHABLE, Problem, Stop, Walker

Draw = np.random.Generator
Floats = NDArray[np.float64]
Ways = NDArray[np.int32]

PACE_M_S: Final = 1.4
SHIFT_S: Final = 4 * 3600
SERVICE_S: Final = 90
SIDE_M: Final = 3000.0
AMPLE_S: Final = 10**8


def plane(draw: Draw, stops: int, width_m: float = SIDE_M, height_m: float = SIDE_M) -> Floats:
    """The start in the middle and so many places anywhere in a rectangle: (n + 1, 2)."""
    at: Floats = draw.uniform(-0.5, 0.5, (stops + 1, 2)) * (width_m, height_m)
    at[0] = 0.0
    return at


def ways_between(at: Floats) -> Ways:
    """Whole seconds between places (n, 2), as the crow flies."""
    metres = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    ways: Ways = np.ceil(metres / PACE_M_S).astype(np.int32)
    return ways


def evening(ways: Ways, values: NDArray[np.int64], crew: int, shift_s: int = SHIFT_S) -> Problem:
    """A stop at every place but the first, where all walkers start and end."""
    stops = [Stop(at, at, int(value), SERVICE_S) for at, value in enumerate(values, start=1)]
    return Problem(stops, [Walker(each, 0, 0, (0, shift_s)) for each in range(crew)], ways)


def windowed(draw: Draw, problem: Problem, share: float, length_s: int) -> Problem:
    """That share of the stops open for so long only, some time in the shift."""
    closes = problem.walkers[0].shift[1]
    opens = draw.integers(0, closes - length_s, len(problem.stops)).tolist()
    bound = (draw.random(len(problem.stops)) < share).tolist()
    stops = [
        replace(stop, windows=((begins, begins + length_s),)) if has_window else stop
        for stop, begins, has_window in zip(problem.stops, opens, bound, strict=True)
    ]
    return replace(problem, stops=stops)


def values_of(draw: Draw, stops: int) -> NDArray[np.int64]:
    """From 1 to 30."""
    return draw.integers(1, 31, stops)


def asymmetric(draw: Draw, crew: int) -> Problem:
    """There takes up to twice as long as back, and no triangle holds."""
    ways = ways_between(plane(draw, 150))
    factors = draw.uniform(0.7, 1.4, ways.shape)
    ways = np.ceil(ways * factors).astype(np.int32)
    return windowed(draw, evening(ways, values_of(draw, 150), crew), 0.3, 3600)


def clustered(draw: Draw, crew: int) -> Problem:
    """Six dense villages far from each other."""
    villages = plane(draw, 5, 8000.0, 8000.0)
    at = villages[draw.integers(0, 6, 251)] + draw.normal(0, 80.0, (251, 2))
    at[0] = 0.0
    return evening(ways_between(at), values_of(draw, 250), crew)


def street(draw: Draw, crew: int) -> Problem:
    """One street of ten kilometres, forty metres wide."""
    return evening(ways_between(plane(draw, 250, 10_000.0, 40.0)), values_of(draw, 250), crew)


def islands(draw: Draw, crew: int) -> Problem:
    """A third of the stops cannot be got at, and every fifth way is for one direction only."""
    at = plane(draw, 150)
    ways = ways_between(at).copy()
    island = np.concatenate([[False], draw.random(150) < 1 / 3])
    ways[island[:, None] != island[None, :]] = UNREACHABLE
    ways[np.triu(draw.random(ways.shape) < 0.2, 1)] = UNREACHABLE
    return windowed(draw, evening(ways, values_of(draw, 150), crew), 0.2, 3600)


def crowd(draw: Draw, _crew: int) -> Problem:
    """Four hundred stops, half of them at some hour, and eighteen walkers for an hour each."""
    ways = ways_between(plane(draw, 400, 6000.0, 6000.0))
    return windowed(draw, evening(ways, values_of(draw, 400), 18, 5400), 0.5, 1800)


def tight(draw: Draw, crew: int) -> Problem:
    """Every stop is open for ten minutes only."""
    ways = ways_between(plane(draw, 200))
    return windowed(draw, evening(ways, values_of(draw, 200), crew), 1.0, 600)


def equal(draw: Draw, crew: int) -> Problem:
    """All stops are worth the same: as many as possible."""
    return evening(ways_between(plane(draw, 200)), np.full(200, 7), crew)


def spread(draw: Draw, crew: int) -> Problem:
    """Few stops are worth nearly everything: values from 1 to about a million."""
    values = np.exp(draw.normal(5.0, 3.0, 200)).astype(np.int64) + 1
    return windowed(draw, evening(ways_between(plane(draw, 200)), values, crew), 0.3, 3600)


def instant(draw: Draw, crew: int) -> Problem:
    """No service: all of the time is walking."""
    problem = evening(ways_between(plane(draw, 200, 9000.0, 9000.0)), values_of(draw, 200), crew)
    return replace(problem, stops=[replace(stop, service_s=0) for stop in problem.stops])


def large(draw: Draw, crew: int) -> Problem:
    """Two thousand stops without hours."""
    return evening(ways_between(plane(draw, 2000)), values_of(draw, 2000), crew)


def large_windows(draw: Draw, crew: int) -> Problem:
    """A thousand stops, a fifth of them at some hour."""
    return windowed(
        draw, evening(ways_between(plane(draw, 1000)), values_of(draw, 1000), crew), 0.2, 3600
    )


def order(draw: Draw, _crew: int) -> Problem:
    """All of two hundred stops by one walker, where back is another way than there."""
    ways = ways_between(plane(draw, 200))
    ways = np.ceil(ways * draw.uniform(0.7, 1.4, ways.shape)).astype(np.int32)
    problem = evening(ways, np.ones(200, dtype=np.int64), 1, AMPLE_S)
    return all_required(problem)


def rounds(draw: Draw, _crew: int) -> Problem:
    """All of a hundred stops, half of them at some hour, by six walkers; the least time."""
    ways = ways_between(plane(draw, 100))
    problem = evening(ways, np.ones(100, dtype=np.int64), 6)
    return all_required(windowed(draw, problem, 0.5, 3600))


def all_required(problem: Problem) -> Problem:
    """The same, and no stop may be left out."""
    return replace(problem, stops=[replace(stop, required=True) for stop in problem.stops])


ORDERINGS: Final[dict[str, Callable[[Draw, int], Problem]]] = {"order": order, "rounds": rounds}
FAMILIES: Final[dict[str, Callable[[Draw, int], Problem]]] = {
    each.__name__: each
    for each in (
        asymmetric, clustered, street, islands, crowd, tight, equal, spread, instant, large,
        large_windows,
    )
} | ORDERINGS  # fmt: skip
