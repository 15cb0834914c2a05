"""`manage.py dump_problem`: a shift as a problem file."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from routing.engine import from_json, greedy
from routing.shift_problems import shift_problem
from tests.routing.world import Town


def dumped(shift_id: int) -> str:
    out = StringIO()
    call_command("dump_problem", shift_id, stdout=out)
    return out.getvalue()


def test_the_file_is_the_problem_that_the_shift_is_planned_from(hill: Town) -> None:
    """Read back it has the same stops and the same greedy plan, and no street's name."""
    shift = hill.shift(hill.company.rosa, minutes=30)
    text = dumped(shift.pk)
    problem = shift_problem(shift)
    assert from_json(json.loads(text)).stops == problem.stops
    assert greedy(from_json(json.loads(text))) == greedy(problem)
    assert hill.a[0].building.street not in text


def test_a_shift_that_is_not_there_is_said_so(hill: Town) -> None:
    """By its id."""
    with pytest.raises(CommandError, match=r"no shift 99999"):
        dumped(99999)


def test_a_shift_shorter_than_the_way_home_is_one_clear_line(hill: Town) -> None:
    """As the plan's own error says it."""
    shift = hill.shift(hill.company.rosa)
    shift.end_lat += 1
    shift.save(update_fields=["end_lat"])
    with pytest.raises(CommandError, match=r"way home|walk"):
        dumped(shift.pk)
