"""After a change by hand only few outlines are drawn anew, and together all are a coverage."""

import numpy as np
import pytest
import shapely
from shapely import Polygon

from territories.cutting import Cut, Doors, divide, outlines, redraw
from territories.cutting.borders import MAX_VERTICES
from tests.territories.cutting.towns import grid, units_of

TERRITORIES = 16
M2_IN_DEGREES = 1 / 111_195**2
Drawn = dict[int, Polygon]


@pytest.fixture(scope="module")
def town() -> tuple[Doors, Cut, Drawn]:
    """A town of 2,400 houses in sixteen, and its outlines."""
    cut = divide(units_of(grid(40, 60)), k=TERRITORIES)
    return cut.units.doors, cut, dict(enumerate(outlines(cut)))


def side_by_side(cut: Cut) -> tuple[int, int]:
    """Two territories in the middle of the town that touch each other."""
    links = cut.units.links
    one = int(cut.labels[len(cut.labels) // 2 + 20])
    others = cut.labels[links.head][cut.labels[links.tail] == one]
    return one, int(others[others != one][0])


def after(town: tuple[Doors, Cut, Drawn], labels: np.ndarray) -> tuple[Drawn, Drawn]:
    """What is drawn anew, and all outlines with it."""
    _, cut, drawn = town
    moved = labels != cut.labels
    changed = {*labels[moved].tolist(), *cut.labels[moved].tolist()}
    new = redraw(cut.units, labels, drawn, changed)
    kept = {name: shape for name, shape in drawn.items() if (labels == name).any()}
    return new, kept | new


def is_right(doors: Doors, labels: np.ndarray, shapes: Drawn) -> bool:
    """Whether the outlines are a coverage of single polygons that hold their doors, nothing else.

    Judged without the code under test.
    """
    assert set(shapes) == set(np.unique(labels).tolist())
    polygons = list(shapes.values())
    assert all(shape.geom_type == "Polygon" and shape.is_valid for shape in polygons)
    assert max(len(shape.exterior.coords) for shape in polygons) - 1 <= MAX_VERTICES
    assert shapely.coverage_is_valid(polygons)
    shared = sum(shape.area for shape in polygons) - shapely.union_all(polygons).area
    assert shared == pytest.approx(0, abs=M2_IN_DEGREES)
    for name, shape in shapes.items():
        mine = labels == name
        assert shapely.contains_xy(shape, doors.lon[mine], doors.lat[mine]).mean() >= 0.97
    return True


def test_a_street_that_goes_over_the_border_is_drawn_there(
    town: tuple[Doors, Cut, Drawn],
) -> None:
    """Two outlines are others; all the rest are those that were, and no gap opens between."""
    doors, cut, drawn = town
    one, other = side_by_side(cut)
    links = cut.units.links
    rim = (cut.labels[links.tail] == one) & (cut.labels[links.head] == other)
    street = cut.sections.of_door[links.tail[rim][0]]
    labels = np.where((cut.sections.of_door == street) & (cut.labels == one), other, cut.labels)
    new, shapes = after(town, labels)
    assert {one, other} <= set(new)
    assert len(new) < TERRITORIES
    assert is_right(doors, labels, shapes)
    before, now = (shapely.union_all(list(some.values())) for some in (drawn, shapes))
    assert shapely.get_num_interior_rings(now) == shapely.get_num_interior_rings(before)


def test_a_territory_that_is_merged_into_its_neighbour_is_drawn_no_more(
    town: tuple[Doors, Cut, Drawn],
) -> None:
    """The neighbour covers both."""
    doors, cut, _ = town
    one, other = side_by_side(cut)
    labels = np.where(cut.labels == one, other, cut.labels)
    new, shapes = after(town, labels)
    assert other in new
    assert one not in new
    assert is_right(doors, labels, shapes)


def test_a_new_territory_gets_its_part_of_the_old_one(town: tuple[Doors, Cut, Drawn]) -> None:
    """One is split in two: both lie within what it covered, and others need not be drawn."""
    doors, cut, drawn = town
    one, _ = side_by_side(cut)
    mine = cut.labels == one
    east = doors.lon > np.median(doors.lon[mine])
    labels = np.where(mine & east, TERRITORIES, cut.labels)
    new, shapes = after(town, labels)
    assert set(new) == {one, TERRITORIES}
    assert is_right(doors, labels, shapes)
    both = new[one].area + new[TERRITORIES].area
    assert both == pytest.approx(drawn[one].area, rel=0.1)


def test_a_single_far_door_leaves_the_map_as_good_as_it_was(
    town: tuple[Doors, Cut, Drawn],
) -> None:
    """A house given to a territory at the other end of town is drawn with its neighbours."""
    doors, cut, _ = town
    labels = cut.labels.copy()
    labels[0] = cut.labels[-1]
    _, shapes = after(town, labels)
    assert is_right(doors, labels, shapes)


def test_what_has_no_outline_yet_is_drawn_with_all_others(town: tuple[Doors, Cut, Drawn]) -> None:
    """Where nothing was drawn there is no frame: every outline is in the answer."""
    doors, cut, _ = town
    new = redraw(cut.units, cut.labels, {}, {0})
    assert is_right(doors, cut.labels, new)
    assert set(new) == set(range(TERRITORIES))
