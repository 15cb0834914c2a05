"""Territories meet at junctions so that each can be drawn in one piece."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely import Polygon

from territories.cutting import (
    Cut,
    DoorRow,
    StreetKind,
    Streets,
    Units,
    assess,
    divide,
    doors_from,
    outlines,
    redraw,
    units_from,
)

M_IN_DEGREES = 1 / 111_195  # at the equator, both ways
SPACING_M, SETBACK_M = 20.0, 12.0
Spot = tuple[float, float]
Edge = tuple[int, int, str]  # from junction to junction, and its name; without one it has no doors

CROSS: list[Spot] = [(0, 0), (0, 200), (200, 0), (0, -200), (-200, 0)]
NORTH, EAST, SOUTH, WEST = range(4)


def crossroads(*names: str) -> Units:
    """Four streets that meet in the middle: north, east, south and west."""
    return town(CROSS, [(0, end, name) for end, name in enumerate(names, start=1)])


def town(spots: list[Spot], edges: list[Edge]) -> Units:
    """Straight streets between junctions, in metres, with doors on both sides of the named ones."""
    lon, lat = np.array(spots, dtype=np.float64).T * M_IN_DEGREES
    tail, head = (np.array([edge[end] for edge in edges]) for end in (0, 1))
    length_m = np.hypot(lon[tail] - lon[head], lat[tail] - lat[head]) / M_IN_DEGREES
    kind = np.full(len(edges), StreetKind.STREET, dtype=np.int64)
    streets = Streets(tail, head, length_m, kind, lon, lat)
    rows = [row for number, edge in enumerate(edges) for row in houses(spots, edge, number)]
    return units_from(doors_from(rows), streets)


def houses(spots: list[Spot], edge: Edge, number: int) -> list[DoorRow]:
    """The doors on both sides of an edge."""
    start, end = np.array(spots[edge[0]], float), np.array(spots[edge[1]], float)
    ahead = (end - start) / np.hypot(*(end - start))
    across = np.array([-ahead[1], ahead[0]]) * SETBACK_M
    found = []
    for place, offset in enumerate(np.arange(SPACING_M, np.hypot(*(end - start)), SPACING_M)):
        for side in (0, 1):
            lon, lat = (start + ahead * offset + across * (1 - 2 * side)) * M_IN_DEGREES
            building = 1000 * number + 2 * place + side
            house = DoorRow(lon, lat, building, edge[2], str(2 * place + side))
            found.append(house._replace(edge=number, offset_m=float(offset), side=side))
    return found if edge[2] else []


def dealt(units: Units, of_edge: list[int]) -> Cut:
    """A cut by hand: the territory of each edge."""
    labels = np.array(of_edge)[units.doors.edge]
    return replace(divide(units, k=1), labels=labels, territories=max(of_edge) + 1)


def met(units: Units) -> set[tuple[int, int]]:
    """The pairs of edges between which there is a walk."""
    edge, links = units.doors.edge, units.links
    pairs = zip(edge[links.tail].tolist(), edge[links.head].tolist(), strict=True)
    return {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}


def least_inside(cut: Cut, drawn: list[Polygon]) -> float:
    """The share of its doors inside its outline, of the territory with the smallest."""
    doors = cut.units.doors
    held = shapely.contains_xy(np.array(drawn, object)[cut.labels], doors.lon, doors.lat)
    return float((np.bincount(cut.labels, held) / np.bincount(cut.labels)).min())


AROUND = {(NORTH, EAST), (EAST, SOUTH), (SOUTH, WEST), (NORTH, WEST)}


@pytest.mark.parametrize(
    ("names", "over"),
    [("ABAC", (NORTH, SOUTH)), ("ABCB", (EAST, WEST))],
    ids=["north to south", "east to west"],
)
def test_one_street_goes_over_a_crossroads(names: str, over: tuple[int, int]) -> None:
    """That which keeps its name; the other two ends meet those beside them only."""
    assert met(crossroads(*names)) == AROUND | {over}


def test_of_five_streets_those_most_straight_ahead_go_over() -> None:
    """Walks over one junction never cross: five ends have five neighbours and two walks over."""
    angles = np.radians([0, 70, 140, 215, 290])
    spots = [(0.0, 0.0), *zip(200 * np.sin(angles), 200 * np.cos(angles), strict=True)]
    found = met(town(spots, [(0, end, name) for end, name in enumerate("ABCDE", start=1)]))
    around = {(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)}
    assert around < found
    over = sorted(found - around)
    assert len(over) == 2
    assert set(over[0]) & set(over[1])  # they share an end, so that they do not cross


@pytest.mark.parametrize(
    "of_edge",
    [[0, 1, 0, 2], [0, 0, 1, 1], [0, 1, 1, 0], [0, 0, 0, 1]],
    ids=["over it", "north-east", "north-west", "all but one"],
)
def test_whatever_hangs_together_at_a_crossroads_is_drawn_in_one_piece(of_edge: list[int]) -> None:
    """Every door of each territory is inside of its outline."""
    cut = dealt(crossroads("A", "B", "A", "C"), of_edge)
    assert assess(cut).in_pieces == 0
    drawn = outlines(cut)
    assert least_inside(cut, drawn) == 1.0
    assert shapely.coverage_is_valid(drawn)


def test_what_another_territory_crosses_is_in_pieces() -> None:
    """East and west of an avenue are not one piece, though somebody could walk over it."""
    cut = dealt(crossroads("A", "B", "A", "B2"), [0, 1, 0, 1])
    assert assess(cut).pieces == (1, 2)


def bypass() -> Cut:
    """Two streets that an empty road joins, which goes around a third one's doors."""
    spots: list[Spot] = [(-300, 0), (-100, 0), (-100, -60), (100, -60), (100, 0), (300, 0)]
    spots += [(0, -25), (0, 200)]
    edges = [(0, 1, "A"), (1, 2, ""), (2, 3, ""), (3, 4, ""), (4, 5, "B"), (6, 7, "C")]
    return dealt(town(spots, edges), [0, 0, 0, 0, 0, 1])


def test_a_territory_is_drawn_along_the_empty_road_that_joins_it() -> None:
    """Not straight through the doors between its parts."""
    cut = bypass()
    assert assess(cut).in_pieces == 0
    drawn = outlines(cut)
    assert least_inside(cut, drawn) == 1.0
    assert drawn[0].contains(shapely.Point(0, -60 * M_IN_DEGREES))


def ladder(*names: str) -> Units:
    """An avenue northwards in three parts, with a street to either side of each of its junctions.

    The avenue from south to north, then the streets to the west and those to the east.
    """
    spots: list[Spot] = [(x, y) for x in (0, -200, 200) for y in (0, 120, 240, 360)]
    avenue = [(0, 1), (1, 2), (2, 3)]
    streets = [(1, 5), (2, 6), (1, 9), (2, 10)]
    return town(
        spots, [(*ends, name) for ends, name in zip([*avenue, *streets], names, strict=True)]
    )


SOUTHERN, MIDDLE, NORTHERN, WEST_1, WEST_2, EAST_1, EAST_2 = range(7)


def test_somebody_may_walk_past_other_doors_to_the_next_side_street() -> None:
    """On both sides of the avenue, but not from one side to the other, nor past two streets."""
    found = met(ladder(*"AAABCDE"))
    assert {(WEST_1, WEST_2), (EAST_1, EAST_2)} <= found
    assert not {(WEST_1, EAST_2), (WEST_2, EAST_1), (SOUTHERN, NORTHERN)} & found


@pytest.mark.parametrize(
    "of_edge",
    [[0, 1, 0, 2, 2, 0, 0], [0, 0, 0, 1, 1, 2, 2], [1, 0, 0, 1, 1, 0, 0]],
    ids=["around the middle", "both sides", "one side"],
)
def test_what_is_joined_past_other_doors_is_drawn_behind_them(of_edge: list[int]) -> None:
    """All doors are inside, those of the avenue too."""
    cut = dealt(ladder(*"AAABCDE"), of_edge)
    drawn = outlines(cut)
    assert assess(cut).in_pieces == 0
    assert least_inside(cut, drawn) == 1.0
    assert shapely.coverage_is_valid(drawn)


def test_an_avenue_is_drawn_past_a_part_of_it_that_is_somebody_elses() -> None:
    """Behind the doors of that part, where no street turns off, and not along its middle."""
    spots: list[Spot] = [(0, 0), (0, 120), (0, 240), (0, 360), (200, 120)]
    units = town(spots, [(0, 1, "A"), (1, 2, "A"), (2, 3, "A"), (1, 4, "B")])
    cut = dealt(units, [0, 1, 0, 1])
    assert assess(cut).in_pieces == 0
    drawn = outlines(cut)
    assert least_inside(cut, drawn) == 1.0
    assert shapely.coverage_is_valid(drawn)


def test_of_two_walks_past_neighbouring_streets_one_is_kept() -> None:
    """Around a block of four streets, there is room for one walk past a street, not for two."""
    square: list[Spot] = [(0, 0), (200, 0), (200, 300), (0, 300)]
    units = town(square, [(0, 1, "A"), (1, 2, "B"), (2, 3, "C"), (3, 0, "D")])
    around = {(0, 1), (1, 2), (2, 3), (0, 3)}
    assert met(units) - around == {(1, 3)}  # past the shorter two, inside and outside of the block


def test_a_territory_is_drawn_anew_along_its_roads() -> None:
    """After a change by hand as well."""
    cut = bypass()
    labels = np.where(cut.units.doors.edge == 4, 2, cut.labels)
    before = dict(enumerate(outlines(replace(cut, labels=labels, territories=3))))
    drawn = before | redraw(cut.units, cut.labels, before, {0, 2})
    del drawn[2]
    assert least_inside(cut, [drawn[0], drawn[1]]) == 1.0
    assert shapely.coverage_is_valid(list(drawn.values()))
