"""Problems written as JSON and read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine import Problem, ProblemError, from_json, greedy, to_json, verify
from tests.routing.engine.cases import problems, rich_problems, street


@given(st.one_of(problems(), rich_problems()))
@settings(max_examples=60, deadline=None)
def test_a_problem_comes_back_as_it_was(problem: Problem) -> None:
    """Every stop, walker and way, missing ways too, after a trip through text."""
    again = from_json(json.loads(json.dumps(to_json(problem), allow_nan=False)))
    assert again.bucket_edges == problem.bucket_edges
    assert (again.stops, again.walkers) == (problem.stops, problem.walkers)
    assert np.array_equal(again.travel_s, problem.travel_s)


def changed(**given: Any) -> dict[str, Any]:
    """The file of a street, with something else in it."""
    return {**to_json(street(5, 9)), **given}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], "format"),
        (changed(format=2), "format"),
        (changed(vehicles=[]), "vehicles"),
        ({"format": 1, "stops": [], "walkers": []}, "travel_s"),
        (changed(stops=[{"id": 1, "place": 1}]), "stops.value"),
        (changed(stops=[{"id": 1, "place": 1, "value": 1, "vlaue": 1}]), "stops.vlaue"),
        (changed(walkers=[7]), "walkers"),
        (changed(travel_s=[[0, 1, 2], [1, 0], [2, 1, 0]]), "travel_s"),
        (changed(travel_s=[[0, 1, 2], [1, 0, "x"], [2, 1, 0]]), "travel_s"),
        (changed(travel_s=5), "travel_s"),
        (changed(stops={"id": 1}), "stops"),
        (changed(bucket_edges=5), "bucket_edges"),
        (changed(stops=[{"id": "one", "place": 1, "value": 1}]), "stops.id"),
        (changed(stops=[{"id": 1, "place": 1, "value": 1, "required": "yes"}]), "stops.required"),
        (changed(stops=[{"id": 1, "place": 1, "value": 1, "skills": "Greek"}]), "stops.skills"),
        (changed(stops=[{"id": 1, "place": 1, "value": 1, "windows": [5]}]), "stops.windows"),
        (changed(stops=[{"id": 1, "place": 9, "value": 1}]), "stops.place"),
    ],
)
def test_a_file_that_is_no_problem_names_the_field(data: Any, field: str) -> None:
    """What is missing, unknown, or of another shape is a ProblemError."""
    with pytest.raises(ProblemError) as caught:
        from_json(data)
    assert caught.value.field == field


EVERYTHING: dict[str, Any] = {
    "format": 1,
    "stops": [
        {
            "id": 1, "place": 1, "value": 5, "service_s": 3, "windows": [[0, 50]], "required": True,
            "skills": ["Greek"], "walkers": [1], "after": [], "not_before": 0,
        },
        {"id": 2, "place": 1, "value": [5, 6], "after": [1]},
    ],
    "walkers": [
        {
            "id": 1, "start": 0, "end": 0, "shift": [0, 100], "skills": ["Greek"], "profile": 0,
            "most_walk_s": 50, "breaks": [{"pause_s": 5, "window": [0, 50]}],
        }
    ],
    "travel_s": [[0, 7], [7, 0]],
    "bucket_edges": [50],
}  # fmt: skip
NONSENSE: tuple[Any, ...] = (
    None, -1, 1.5, float("nan"), float("inf"), "x", "", [], {}, [None], [[]], [5], ["x"], [[1]],
    [[1, 2, 3]], [{}], True, 2**70, [["a", "b"]], [[None, None]],
)  # fmt: skip


def places(within: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a file: the keys and positions that lead there."""
    if isinstance(within, (dict, list)):
        for key in within if isinstance(within, dict) else range(len(within)):
            yield (*path, key)
            yield from places(within[key], (*path, key))


@pytest.mark.parametrize("place", list(places(EVERYTHING)), ids=str)
def test_nonsense_anywhere_in_a_file_is_refused_or_can_be_planned(place: tuple[Any, ...]) -> None:
    """Whatever stands where: a ProblemError that says where, or a problem that has a plan."""
    for nonsense in NONSENSE:
        data = deepcopy(EVERYTHING)
        within = data
        for key in place[:-1]:
            within = within[key]
        within[place[-1]] = nonsense
        try:
            problem = from_json(data)
        except ProblemError:
            continue
        assert verify(problem, greedy(problem)).ok
