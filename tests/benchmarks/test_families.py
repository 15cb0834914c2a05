"""Made-up problems: every family is one problem again and again, and can be planned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.families import FAMILIES, ORDERINGS
from benchmarks.instances import InstanceError, read_instance
from routing.engine import UNREACHABLE, greedy, verify

SMALL = sorted(set(FAMILIES) - {"large", "large_windows"})


@pytest.mark.parametrize("family", SMALL)
def test_a_family_and_a_seed_are_one_problem(family: str) -> None:
    """The same each time, another with another seed; and the greedy plan of it verifies."""
    once, again = (read_instance(Path(f"made:{family}:7"), 2) for _ in range(2))
    other = read_instance(Path(f"made:{family}:8"), 2)
    assert (once.name, once.is_ordering) == (f"{family}:7", family in ORDERINGS)
    assert once.problem.stops == again.problem.stops
    assert np.array_equal(once.problem.travel_s, again.problem.travel_s)
    assert not np.array_equal(once.problem.travel_s, other.problem.travel_s)
    assert verify(once.problem, greedy(once.problem)).ok


def test_the_families_are_what_they_are_called() -> None:
    """There is another way than back, some places cannot be got at, and everything is required."""
    ways = read_instance(Path("made:asymmetric:0")).problem.travel_s
    assert (ways != ways.T).mean() > 0.9
    assert (read_instance(Path("made:islands:0")).problem.travel_s[0] == UNREACHABLE).sum() > 20
    assert all(stop.required for stop in read_instance(Path("made:order:0")).problem.stops)
    assert len(read_instance(Path("made:crowd:0")).problem.walkers) == 18


@pytest.mark.parametrize("which", ["made:", "made:nothing:1", "made:tight", "made:tight:one"])
def test_a_family_that_does_not_exist_is_refused(which: str) -> None:
    """The message lists those that do."""
    with pytest.raises(InstanceError, match="clustered"):
        read_instance(Path(which))
