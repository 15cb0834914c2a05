"""The distances of TSPLIB, against published figures, and files that are untidy."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.instances import read_instance


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
    ],
)
def test_listed_distances_are_read_in_every_form(tmp_path: Path, form: str, numbers: str) -> None:
    """The same matrix each time."""
    more = f"EDGE_WEIGHT_FORMAT : {form}\n"
    ways = travel(tmp_path, "EXPLICIT", f"EDGE_WEIGHT_SECTION\n{numbers}", more)
    assert ways == [[0, 1, 2], [1, 0, 3], [2, 3, 0]]


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
