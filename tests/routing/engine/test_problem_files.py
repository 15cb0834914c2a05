"""Problems written as JSON and read back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine import Problem, ProblemError, from_json, to_json
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
        (changed(stops=[{"id": 1, "place": 9, "value": 1}]), "stops.place"),
    ],
)
def test_a_file_that_is_no_problem_names_the_field(data: Any, field: str) -> None:
    """What is missing, unknown, or of another shape is a ProblemError."""
    with pytest.raises(ProblemError) as caught:
        from_json(data)
    assert caught.value.field == field
