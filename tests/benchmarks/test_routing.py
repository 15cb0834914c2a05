"""The route benchmark, on files written by hand: what it reads, checks and prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.instances import InstanceError, read_instance
from benchmarks.routing import main
from routing.engine import PEERS, is_installed, to_json
from tests.routing.engine.cases import street

SQUARE = "1 0 0\n2 0 30\n3 40 30\n4 40 0\n"
TSP = f"""NAME: square
TYPE: TSP
DIMENSION: 4
EDGE_WEIGHT_TYPE: EUC_2D
NODE_COORD_SECTION
{SQUARE}EOF
"""
OP = f"""NAME : square
TYPE : OP
DIMENSION: 4
COST_LIMIT : 80
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
{SQUARE}NODE_SCORE_SECTION
1 5
2 10
3 90
4 20
DEPOT_SECTION
1
-1
EOF
"""
TOPTW = """4 1 2 1
0 0
 0 0.00 0.00 0.00 0.00 0 0 0 100
 1 3.05 0.00 5.00 7.00 1 1 1 10 20
 2 0.00 4.00 5.00 8.00 1 1 1 0 5
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="ascii")
    return path


def lines_of(folder: Path, *arguments: object) -> list[dict[str, Any]]:
    """What the benchmark writes to its file."""
    out = folder / "out.jsonl"
    given = [*map(str, arguments), "--seconds", "0.1", "--json", str(out)]
    assert main(given) == 0
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_an_order_is_valued_by_its_length(tmp_path: Path) -> None:
    """Around the square: 140, by all points but the start, counted from the file's first as 0."""
    (line,) = lines_of(tmp_path, written(tmp_path, "square.tsp", TSP))
    assert (line["instance"], line["value"]) == ("square", 140)
    assert line["routes"] in ([[1, 2, 3]], [[3, 2, 1]])


def test_orienteering_counts_the_start_as_published_values_do(tmp_path: Path) -> None:
    """Eighty units of walking reach either neighbour of the start, not the far corner's 90."""
    (line,) = lines_of(tmp_path, written(tmp_path, "square.oplib", OP))
    assert (line["value"], line["routes"]) == (25, [[3]])


def test_windows_hold_and_lengths_are_cut_to_a_tenth(tmp_path: Path) -> None:
    """The second point first, since it closes at 5; the way there is 3.0 of 3.05."""
    path = written(tmp_path, "c.txt", TOPTW)
    assert read_instance(path).problem.travel_s[0, 1] == 30
    (line,) = lines_of(tmp_path, path)
    assert (line["value"], line["routes"]) == (15, [[2, 1]])


def test_an_untidy_windows_file_is_read_all_the_same(tmp_path: Path) -> None:
    """Blank lines, no second line, and points without the list of patterns."""
    rows = ["0 0 0 0 0 0 0 0 100", "", "1 3.05 0 5 7 1 0 10 20", "2 0 4 5 8 1 0 0 5"]
    path = written(tmp_path, "c.txt", "\n".join(["", "4 1 2 1", "", *rows]))
    (line,) = lines_of(tmp_path, path)
    assert (line["value"], line["routes"]) == (15, [[2, 1]])


def test_a_problem_file_is_solved_and_named_by_the_ids_of_its_stops(tmp_path: Path) -> None:
    """What `to_json` wrote; the value is what the stops are worth."""
    text = json.dumps(to_json(street(5, 9)))
    (line,) = lines_of(tmp_path, written(tmp_path, "evening.json", text))
    assert (line["value"], sorted(line["routes"][0])) == (20, [1, 2])


@pytest.mark.skipif(not any(map(is_installed, PEERS)), reason="no peer is installed")
def test_peers_run_in_the_same_call(tmp_path: Path) -> None:
    """A line for the engine and one for each peer, by name, all of the same instance."""
    lines = lines_of(tmp_path, written(tmp_path, "c.txt", TOPTW), "--peers")
    expected = ["auto", *(peer for peer in PEERS if is_installed(peer))]
    assert [line["engine"] for line in lines] == expected
    assert {(line["instance"], line["value"]) for line in lines} == {("c", 15)}


def test_a_pause_and_hours_are_put_into_any_instance(tmp_path: Path) -> None:
    """First the plain plan by the values of its hours, six tenths; then, with a peer, the twist."""
    path = written(tmp_path, "c.txt", TOPTW)
    plain, *twisted = lines_of(tmp_path, path, "--pause", 40, "--buckets", "--peers")
    assert (plain["instance"], plain["value"]) == ("c", 10 * 6 + 5 * 6)
    assert [line["engine"] for line in twisted] == ["auto", "ortools"]
    assert {line["instance"] for line in twisted} == {"c+pause+hours"}
    assert twisted[0]["value"] == 90


def test_evenings_are_made_up(tmp_path: Path) -> None:
    """As many stops as were asked for, each once at most, and the search's pace is told."""
    (line,) = lines_of(tmp_path, "--evening", 20, "--pause", 60, "--engine", "search")[1:]
    (route,) = line["routes"]
    assert line["instance"] == "evening20+pause"
    assert 0 < len(set(route)) == len(route) <= 20
    assert line["iterations_per_cpu_s"] > 0


def test_two_walkers_and_a_best_known_value(tmp_path: Path) -> None:
    """The gap is the share lost against the file's value."""
    known = tmp_path / "known.json"
    known.write_text(json.dumps({"optw_one_walker": {"c": 20}, "tsp": {"square": 140}}))
    paths = (written(tmp_path, "c.txt", TOPTW), written(tmp_path, "square.tsp", TSP))
    team, tour = lines_of(tmp_path, *paths, "--best-known", known)
    assert (team["gap"], tour["gap"]) == (0.25, 0.0)
    (pair,) = lines_of(tmp_path, paths[0], "--walkers", 2, "--best-known", known)
    assert (len(pair["routes"]), pair["gap"]) == (2, None)


@pytest.mark.parametrize(("name", "text"), [("x.tsp", TSP), ("x.oplib", OP), ("c.txt", TOPTW)])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, name: str, text: str) -> None:
    """Wherever it ends; unless all that counts is there, and then it is the whole instance."""
    whole = read_instance(written(tmp_path, name, text)).problem
    lines = text.splitlines()
    refused = 0
    for kept in range(len(lines)):
        path = written(tmp_path, name, "\n".join(lines[:kept]))
        try:
            again = read_instance(path).problem
        except InstanceError:
            refused += 1
        else:
            assert (again.stops, again.walkers) == (whole.stops, whole.walkers)
            assert again.travel_s.tolist() == whole.travel_s.tolist()
    assert refused >= len(lines) - 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "first line"),
        ("4 1\n0 0\n", "first line"),
        (TOPTW.replace("4 1 2 1", "4 1 3 1"), "3 points instead of 4"),
        (TOPTW.replace("4 1 2 1", "4 1 1 1"), "3 points instead of 2"),
        (TOPTW.replace("3.05", "inf"), "'inf', which is no number"),
        (TOPTW.replace("10 20", "20 10"), r"stops.windows\[\(0, 0\)\]"),
        (TOPTW.replace("5.00", "-5.00"), r"stops.service_s\[0\]"),
    ],
)
def test_a_broken_windows_file_is_refused_for_what_is_wrong_with_it(
    tmp_path: Path, text: str, expected: str
) -> None:
    """Too few or too many points, no numbers, and windows that close before they open."""
    with pytest.raises(InstanceError, match=expected):
        read_instance(written(tmp_path, "c.txt", text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.json", "{"),
        ("x.json", '{"format": 1}'),
        ("x.tsp", "hello"),
        ("x.txt", "4 1 2 1\n0 0\n"),
        ("x.tsp", TSP.replace("EUC_2D", "XRAY1")),
    ],
)
def test_a_file_of_another_kind_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    """The line names the file; no traceback."""
    path = written(tmp_path, name, text)
    with pytest.raises(InstanceError):
        read_instance(path)
    assert main([str(path)]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith(f"benchmarks.routing: {path} is no")
    assert len(printed.splitlines()) == 1


def test_a_missing_file_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the system says it."""
    assert main([str(tmp_path / "nowhere.tsp")]) == 1
    assert "nowhere.tsp" in capsys.readouterr().err
