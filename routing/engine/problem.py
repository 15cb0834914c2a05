"""What is asked of the engine: stops worth a walk, walkers with a shift, the ways between places.

Times are whole seconds from an origin of the caller's choice, the same for a whole problem.
Places are the rows and columns of `travel_s`; several stops and walkers may share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from routing.engine.checks import (
    check_edges,
    check_kind,
    check_precedence,
    check_stop,
    check_unique,
    check_walker,
    checked_travel,
)
from routing.engine.problem_parts import (
    LATEST,
    UNREACHABLE,
    Break,
    ProblemError,
    Stop,
    Walker,
)

__all__ = ["LATEST", "UNREACHABLE", "Break", "Problem", "ProblemError", "Stop", "Walker"]

LARGEST_OBJECTIVE: Final = 2**62


@dataclass(frozen=True, eq=False)
class Problem:
    """Stops, walkers and the int32 seconds between p places; valid once it exists.

    `travel_s` is (p, p), or (profiles, p, p) where walkers differ. It may be asymmetric, need not
    obey the triangle inequality, and holds UNREACHABLE where there is no way. `bucket_edges` are k
    ascending times of day that part k + 1 buckets of value; an edge belongs to the later bucket.
    Raises ProblemError with the field and the index at fault.
    """

    stops: Sequence[Stop]
    walkers: Sequence[Walker]
    travel_s: NDArray[np.int32]
    bucket_edges: Sequence[int] = ()

    def __post_init__(self) -> None:
        for name in ("stops", "walkers", "bucket_edges"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "travel_s", checked_travel(self.travel_s))
        check_edges(self.bucket_edges)
        check_kind("stops", Stop, self.stops)
        check_kind("walkers", Walker, self.walkers)
        check_unique("stops.id", [stop.id for stop in self.stops])
        check_unique("walkers.id", [walker.id for walker in self.walkers])
        crew = {walker.id for walker in self.walkers}
        for index, stop in enumerate(self.stops):
            check_stop(index, stop, (self.travel_s.shape[-1], 1 + len(self.bucket_edges), crew))
        check_precedence(self.stops)
        if not self.walkers:
            raise ProblemError("walkers", None, "there must be at least one.")
        for index, walker in enumerate(self.walkers):
            check_walker(index, walker, self.travel_by_profile)
        if self.required_weight * (1 + len(self.stops)) >= LARGEST_OBJECTIVE:
            raise ProblemError("stops.value", None, "the values are too large to add up; scale.")

    @property
    def travel_by_profile(self) -> NDArray[np.int32]:
        """The travel matrices, (profiles, p, p) also where there is one for all."""
        return self.travel_s.reshape(-1, *self.travel_s.shape[-2:])

    @cached_property
    def most_value(self) -> int:
        """What all stops together could be worth, each in its best bucket."""
        return sum(max(stop.values) for stop in self.stops)

    @cached_property
    def value_weight(self) -> int:
        """What one point of value weighs in seconds: more than all the time that can be spent."""
        return 1 + sum(walker.shift[1] - walker.shift[0] for walker in self.walkers)

    @cached_property
    def required_weight(self) -> int:
        """What one required stop weighs in seconds: more than all value and all time together."""
        return self.value_weight * (1 + self.most_value)

    @cached_property
    def has_gaps(self) -> bool:
        """Whether any way is missing."""
        return bool((self.travel_s >= UNREACHABLE).any())

    @property
    def is_ordering(self) -> bool:
        """Whether only the order is open: one walker, all stops required, none bound to a time."""
        return (
            len(self.walkers) == 1 and not self.walkers[0].breaks and all(map(is_bare, self.stops))
        )


def is_bare(stop: Stop) -> bool:
    """Whether a stop must be served and may be served by anybody, at any time, in any order."""
    bound_to = stop.windows or stop.not_before or stop.after or stop.skills or stop.walkers
    return stop.required and not bound_to and len(set(stop.values)) == 1
