"""Which neighborhood a position, a neighborhood, a pair of them is in."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from territories.boundaries.locating import NOWHERE, Areas, locate, overlaps, parents

REGION, CITY, NEIGHBORHOOD, BLOCK_GROUP = range(4)


def areas(*rows: tuple[int, int, tuple[float, float, float, float]]) -> Areas:
    ids, fineness, boxes = zip(*rows, strict=True) if rows else ((), (), ())
    shapes = np.array([shapely.box(*box) for box in boxes], dtype=object)
    return Areas(np.array(ids, np.int64), np.array(fineness, np.int64), shapes)


def at(where: Areas, *points: tuple[float, float]) -> list[int]:
    lon, lat = np.array(points, dtype=float).T
    return [int(found) for found in locate(where, lon, lat)]


def test_the_lowest_id_wins_on_a_shared_border_and_at_corners() -> None:
    """Whatever order the areas come in."""
    two = areas((9, NEIGHBORHOOD, (0, 0, 1, 1)), (4, NEIGHBORHOOD, (1, 0, 2, 1)))
    assert at(two, (0.5, 0.5), (1, 0.5), (1, 1), (1.5, 0.5), (2, 1), (3, 3)) == [
        9, 4, 4, 4, 4, NOWHERE,
    ]  # fmt: skip


def test_the_finest_level_wins_and_gaps_fall_back_to_the_next() -> None:
    """A block group inside a neighborhood inside a city; the lowest id is the largest here."""
    nested = areas(
        (1, CITY, (0, 0, 9, 9)), (2, NEIGHBORHOOD, (0, 0, 5, 5)), (3, BLOCK_GROUP, (0, 0, 1, 1))
    )
    assert at(nested, (0.5, 0.5), (1, 1), (3, 3), (7, 7), (10, 10)) == [3, 3, 2, 1, NOWHERE]


def test_no_areas_and_no_positions_are_no_error() -> None:
    """An organisation before its first import."""
    assert at(areas(), (1, 1)) == [NOWHERE]
    assert locate(areas((1, CITY, (0, 0, 1, 1))), np.empty(0), np.empty(0)).tolist() == []


box = st.tuples(*[st.integers(0, 8)] * 4).map(
    lambda b: (min(b[0], b[2]), min(b[1], b[3]), max(b[0], b[2]) + 1, max(b[1], b[3]) + 1)
)
rows = st.lists(st.tuples(st.integers(0, 3), box), max_size=6)
grid = [(x / 2, y / 2) for x in range(20) for y in range(20)]


@given(rows)
def test_the_search_agrees_with_looking_at_every_pair(
    drawn: list[tuple[int, tuple[int, int, int, int]]],
) -> None:
    """An independent judge: coordinates compared one by one."""
    made = [(pk, level, one) for pk, (level, one) in enumerate(drawn, start=1)]

    def judged(x: float, y: float) -> int:
        around = [(-level, pk) for pk, level, (w, s, e, n) in made if w <= x <= e and s <= y <= n]
        return min(around)[1] if around else NOWHERE

    assert at(areas(*made), *grid) == [judged(x, y) for x, y in grid]


def test_a_parent_is_the_next_larger_one_around() -> None:
    """Not one of the same level, and a region where there is no city."""
    nested = areas(
        (1, REGION, (0, 0, 20, 20)), (2, CITY, (0, 0, 9, 9)), (3, NEIGHBORHOOD, (0, 0, 5, 5)),
        (4, NEIGHBORHOOD, (10, 10, 12, 12)), (5, NEIGHBORHOOD, (1, 1, 2, 2)),
        (6, BLOCK_GROUP, (3, 3, 4, 4)), (7, BLOCK_GROUP, (30, 30, 31, 31)),
    )  # fmt: skip
    assert parents(nested).tolist() == [NOWHERE, 1, 2, 1, 2, 3, NOWHERE]


def test_overlaps_within_a_level_are_found_and_measured() -> None:
    """A shared border is none, nor is lying in a larger level."""
    drawn = areas(
        (1, NEIGHBORHOOD, (0, 0, 2, 1)), (2, NEIGHBORHOOD, (1.5, 0, 3, 1)),
        (3, NEIGHBORHOOD, (3, 0, 4, 1)), (4, CITY, (0, 0, 9, 9)),
        (5, NEIGHBORHOOD, (0, 0, 2, 1)),
    )  # fmt: skip
    found = overlaps(drawn)
    assert [(a, b) for a, b, _ in found] == [(1, 2), (1, 5), (2, 5)]
    assert np.allclose([share for *_, share in found], [1 / 3, 1, 1 / 3])
