"""Who gets which territory: even numbers first, short ways second."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from territories.cutting.assigning import Wish, assign

TABLES = st.tuples(st.integers(1, 6), st.integers(1, 4)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(0, 50_000).map(float))
)


def dealt(ways_m: np.ndarray) -> list[int]:
    """The rep of each of some equal territories."""
    found: list[int] = assign(Wish.of_ways(ways_m)).rep.tolist()
    return found


def is_even(reps: tuple[int, ...], count: int) -> bool:
    loads = [reps.count(rep) for rep in range(count)]
    return max(loads) - min(loads) <= 1


@given(TABLES)
def test_no_even_way_of_giving_is_shorter(distances_m: np.ndarray) -> None:
    """Against every even way there is: the sum of the distances is the least."""
    territories, reps = distances_m.shape
    ways = [way for way in product(range(reps), repeat=territories) if is_even(way, reps)]
    best = min(sum(distances_m[row, rep] for row, rep in enumerate(way)) for way in ways)
    given_to = dealt(distances_m)
    assert is_even(tuple(given_to), reps)
    assert distances_m[np.arange(territories), given_to].sum() == pytest.approx(best)


def test_everybody_gets_the_same_number_or_one_more() -> None:
    """Of seven territories that all lie near one rep, three reps get two, two and three."""
    distances_m = np.array([[10.0, 5_000.0, 6_000.0]] * 7)
    assert sorted(Counter(dealt(distances_m)).values()) == [2, 2, 3]
    assert dealt(distances_m).count(0) == 3


def test_with_fewer_territories_than_reps_the_nearest_get_one() -> None:
    """Two territories and four reps: the two who live next door."""
    distances_m = np.array([[900.0, 800.0, 20.0, 700.0], [10.0, 800.0, 900.0, 700.0]])
    assert dealt(distances_m) == [2, 0]
