"""Tiles get fewer vertices together, and what lies around them does not notice."""

from itertools import pairwise

import numpy as np
import pytest
import shapely

from territories.cutting.borders import MAX_VERTICES, Borders
from territories.cutting.coarsening import coarser, tidied, touching
from territories.cutting.mosaic import OUTSIDE

WIDTH = 4000.0


def jagged(y: float, teeth: int = 100) -> list[tuple[float, float]]:
    """A line from west to east that zigzags by 20 m."""
    return [(x, y + 20.0 * (at % 2)) for at, x in enumerate(np.linspace(0.0, WIDTH, teeth))]


def layers() -> np.ndarray:
    """Three tiles one above the other, with jagged borders between and on top of them."""
    lines = [[(0.0, 0.0), (WIDTH, 0.0)], *(jagged(y) for y in (1000.0, 2000.0, 3000.0))]
    made = [shapely.Polygon([*below, *reversed(above)]) for below, above in pairwise(lines)]
    return np.array(made, dtype=object)


def test_tiles_get_coarser_but_not_where_they_meet_others() -> None:
    """The border to a tile that is not to change keeps every vertex; the others lose theirs."""
    low, middle, top = layers()
    found = list(coarser(np.array([middle, top]), np.array([low])))
    vertices = [int(shapely.get_num_coordinates(one).sum()) for one in found]
    assert vertices == sorted(vertices, reverse=True)
    assert vertices[-1] < 2 * 110
    shared = set(low.exterior.coords) & set(middle.exterior.coords)
    assert len(shared) == 100
    for tiles in found:
        assert shapely.coverage_is_valid([low, *tiles])
        assert shared <= set(tiles[0].exterior.coords)


def across(y: float) -> np.ndarray:
    """A hundred doors from west to east."""
    return np.column_stack((np.linspace(30.0, WIDTH - 30.0, 100), np.full(100, y)))


def borders_with(doors: np.ndarray, labels: np.ndarray) -> Borders:
    """Borders that know of doors only."""
    return Borders(
        lines=np.array([], dtype=object),
        between=np.full((0, 2), OUTSIDE),
        points=doors,
        labels=labels,
        doors=np.ones(len(doors), dtype=np.int64),
        total=np.bincount(labels, minlength=3),
    )


def vertices(tile: shapely.Polygon) -> int:
    """How many there are, the last not counted twice."""
    return int(shapely.get_num_coordinates(tile)) - 1


@pytest.mark.parametrize("y", [900.0, 1009.0])
def test_a_rough_tile_is_tidied_as_far_as_its_doors_allow(y: float) -> None:
    """A hundred doors far from a border do not matter; in its teeth they keep it as it is."""
    tiles = layers()
    doors = across(y)
    labels = np.where(shapely.contains_xy(tiles[0], *doors.T), 0, 1)
    made = tidied(borders_with(doors, labels), tiles)
    assert shapely.coverage_is_valid(made)
    inside = [shapely.contains_xy(made[label], *doors[labels == label].T) for label in (0, 1)]
    assert all(one.mean() >= 0.97 for one in inside if len(one))
    few = bool((shapely.get_num_coordinates(made) - 1 <= MAX_VERTICES).all())
    assert few == (y == 900.0)


def test_a_tile_that_has_lost_doors_is_tidied_if_it_loses_no_more() -> None:
    """Ten far beyond its border, of a hundred and ten, do not keep it as rough as it is."""
    tiles = layers()
    doors = np.concatenate((across(900.0), across(5000.0)[:10]))
    made = tidied(borders_with(doors, np.zeros(110, dtype=np.int64)), tiles)
    assert vertices(made[0]) <= MAX_VERTICES < vertices(tiles[0])


def test_a_coast_is_tidied_where_the_borders_inland_cannot_be() -> None:
    """Doors in the teeth of a border keep that, and the open land beyond is drawn with less."""
    tiles = layers()
    doors = across(2009.0)
    labels = np.where(shapely.contains_xy(tiles[1], *doors.T), 1, 2)
    made = tidied(borders_with(doors, labels), tiles)
    assert shapely.coverage_is_valid(made)
    assert vertices(made[2]) <= vertices(tiles[2]) - 90
    inside = [shapely.contains_xy(made[label], *doors[labels == label].T) for label in (1, 2)]
    assert all(one.mean() >= 0.97 for one in inside if len(one))


def test_tiles_that_share_a_corner_touch() -> None:
    """Neighbours are those whose borders meet, if only in a point; a tile touches itself."""
    tiles = np.array([shapely.box(x, y, x + 1, y + 1) for x, y in ((0, 0), (1, 1), (3, 3))])
    assert touching(tiles, np.array([0])).tolist() == [0, 1]
