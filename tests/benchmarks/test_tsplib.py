"""The distances of TSPLIB, against published figures, and files that are untidy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.instances import InstanceError, read_instance


def travel(folder: Path, kind: str, section: str, more: str = "") -> list[list[int]]:
    """The matrix that is read from a file of three points, without EOF."""
    head = f"NAME : three\nTYPE : TSP\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : {kind}\n{more}"
    path = folder / "three.tsp"
    path.write_text(f"{head}\n{section}\n", encoding="ascii")
    ways: list[list[int]] = read_instance(path).problem.travel_s.tolist()
    return ways


@pytest.mark.parametrize(
    ("kind", "points", "expected"),
    [
        ("EUC_2D", "1 0 0\n\n2 3.0e+00 4.0e0\n3 0 2.5", (5, 3, 3)),
        ("CEIL_2D", "1 0 0\n2 3 4\n3 0 2.1", (5, 3, 4)),
        ("MAN_2D", "1 0 0\n2 3 4\n3 0 2.5", (7, 3, 5)),
        ("MAX_2D", "1 0 0\n2 3 4\n3 0 2.5", (4, 3, 3)),
        ("ATT", "1 6734 1453\n2 2233 10\n3 5530 1424", (1495, 381, 1135)),  # att48
        ("GEO", "1 16.47 96.10\n2 16.47 94.44\n3 20.09 92.54", (153, 510, 422)),  # burma14
    ],
)
def test_coordinates_become_whole_distances(
    tmp_path: Path, kind: str, points: str, expected: tuple[int, int, int]
) -> None:
    """First to second, first to third, second to third."""
    ways = travel(tmp_path, kind, f"NODE_COORD_SECTION\n{points}")
    assert (ways[0][1], ways[0][2], ways[1][2]) == expected
    assert [ways[at][at] for at in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        ("FULL_MATRIX", "0 1 2\n1 0 3\n2 3 0"),
        ("UPPER_ROW", "1 2\n3"),
        ("LOWER_ROW", "1\n2 3"),
        ("UPPER_DIAG_ROW", "0 1 2 0\n3 0"),
        ("LOWER_DIAG_ROW", "0 1 0 2 3 0"),
        ("UPPER_COL", "1\n2 3"),
        ("LOWER_COL", "1 2\n3"),
        ("UPPER_DIAG_COL", "0 1 0 2 3 0"),
        ("LOWER_DIAG_COL", "0 1 2 0 3 0"),
    ],
)
def test_listed_distances_are_read_in_every_form(tmp_path: Path, form: str, numbers: str) -> None:
    """The same matrix each time."""
    more = f"EDGE_WEIGHT_FORMAT : {form}\n"
    ways = travel(tmp_path, "EXPLICIT", f"EDGE_WEIGHT_SECTION\n{numbers}", more)
    assert ways == [[0, 1, 2], [1, 0, 3], [2, 3, 0]]


def test_there_may_be_longer_than_back(tmp_path: Path) -> None:
    """A whole matrix need not be symmetric; what it says of a point to itself does not count."""
    more = "EDGE_WEIGHT_FORMAT : FULL_MATRIX\n"
    ways = travel(tmp_path, "EXPLICIT", "EDGE_WEIGHT_SECTION\n9999 1 2 3 9999 4 5 6 9999", more)
    assert ways == [[0, 1, 2], [3, 0, 4], [5, 6, 0]]


MATRIX = "EDGE_WEIGHT_FORMAT : FULL_MATRIX\n"
BROKEN = {
    "a point too few": ("EUC_2D", "NODE_COORD_SECTION\n1 0 0\n2 3 4", "", "6 numbers"),
    "a point too many": ("EUC_2D", "NODE_COORD_SECTION\n" + "1 0 0\n" * 4, "", "12 numbers"),
    "no points": ("EUC_2D", "", "", "NODE_COORD_SECTION is missing"),
    "a coordinate that is no number": (
        "EUC_2D", "NODE_COORD_SECTION\n1 0 0\n2 3 nan\n3 0 1", "", "'nan', which is no number",
    ),
    "a coordinate that is a word": (
        "EUC_2D", "NODE_COORD_SECTION\n1 0 0\n2 3 four\n3 0 1", "", "'four', which is no number",
    ),
    "a matrix with one number": ("EXPLICIT", "EDGE_WEIGHT_SECTION\n7", MATRIX, "1 numbers"),
    "a triangle with one number": (
        "EXPLICIT", "EDGE_WEIGHT_SECTION\n7", "EDGE_WEIGHT_FORMAT : UPPER_ROW\n", "1 numbers",
    ),
    "no form of matrix": ("EXPLICIT", "EDGE_WEIGHT_SECTION\n7", "", "EDGE_WEIGHT_FORMAT is"),
    "a form that does not exist": (
        "EXPLICIT", "EDGE_WEIGHT_SECTION\n7", "EDGE_WEIGHT_FORMAT : ROUND\n", "ROUND",
    ),
    "a negative distance": (
        "EXPLICIT", "EDGE_WEIGHT_SECTION\n0 1 1 -1 0 1 1 1 0", MATRIX, "from 0",
    ),
    "points too far apart": (
        "EUC_2D", "NODE_COORD_SECTION\n1 0 0\n2 3e9 0\n3 0 1", "", "below 2^31",
    ),
    "weights that nobody knows": ("ROUND_3D", "NODE_COORD_SECTION\n1 0 0", "", "ROUND_3D"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_for_what_is_wrong_with_it(tmp_path: Path, name: str) -> None:
    """The message names the section or the fact, never only that some index is out of range."""
    kind, section, more, expected = BROKEN[name]
    with pytest.raises(InstanceError, match=re.escape(expected)):
        travel(tmp_path, kind, section, more)


@pytest.mark.parametrize("dimension", ["0", "-3", "three", "2.5"])
def test_a_dimension_that_is_none_is_refused(tmp_path: Path, dimension: str) -> None:
    """It has to be a whole number of points, one at least."""
    path = tmp_path / "none.tsp"
    path.write_text(f"DIMENSION : {dimension}\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n")
    with pytest.raises(InstanceError, match=re.escape(dimension)):
        read_instance(path)


@pytest.mark.parametrize(
    ("scores", "depot", "expected"),
    [
        ("1 5\n2 5\n2 5", "1", "each point once"),
        ("0 5\n1 5\n2 5", "1", "each point once"),
        ("1 5\n2 5", "1", "4 numbers"),
        ("1 5\n2 5\n3 5", "4", "DEPOT_SECTION says 4"),
        ("1 5\n2 5\n3 5", "-1", "DEPOT_SECTION says -1"),
        ("1 5\n2 -5\n3 5", "1", "stops.value"),
    ],
)
def test_scores_and_the_start_belong_to_points(
    tmp_path: Path, scores: str, depot: str, expected: str
) -> None:
    """An orienteering file gives each point one score, and starts at one of them."""
    path = tmp_path / "broken.oplib"
    path.write_text(
        "DIMENSION: 3\nCOST_LIMIT : 9\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n"
        f"1 0 0\n2 1 0\n3 2 0\nNODE_SCORE_SECTION\n{scores}\nDEPOT_SECTION\n{depot}\n-1\n"
    )
    with pytest.raises(InstanceError, match=expected):
        read_instance(path)


def test_the_start_of_an_orienteering_file_need_not_be_its_first_point(tmp_path: Path) -> None:
    """The depot section says which it is; the stops keep their positions as ids."""
    path = tmp_path / "late.oplib"
    path.write_text(
        "DIMENSION: 3\nCOST_LIMIT : 9.0\nEDGE_WEIGHT_TYPE : EUC_2D\nNODE_COORD_SECTION\n"
        "1 0 0\n2 1 0\n3 2 0\nNODE_SCORE_SECTION\n3 30\n1 10\n2 20\nDEPOT_SECTION\n2\n-1\n",
        encoding="ascii",
    )
    instance = read_instance(path)
    assert [(stop.id, stop.value) for stop in instance.problem.stops] == [(0, 10), (2, 30)]
    assert (instance.problem.walkers[0].start, instance.start_value) == (1, 20)
