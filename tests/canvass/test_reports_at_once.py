"""Reports add up, also while reps record visits between two of their queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from canvass.season import Span, season_report
from canvass.selectors import funnel_report
from tests.canvass.at_once import elsewhere
from tests.canvass.world import NOW, Town, record

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="two connections at once"),
    pytest.mark.django_db(transaction=True),
]

LATEST = 13  # queries of a report, and that which begins the snapshot


@contextmanager
def after_query(number: int, call: Callable[[], object]) -> Iterator[None]:
    """Carry out a call in a connection of its own after so many queries of the block."""
    seen = 0

    def count(execute: Callable[..., Any], *told: Any) -> Any:
        nonlocal seen
        found, seen = execute(*told), seen + 1
        if seen == number:
            elsewhere(call)
        return found

    with connection.execute_wrapper(count):
        yield


@pytest.mark.parametrize("number", range(1, LATEST + 1))
def test_a_season_is_one_moment(number: int, town: Town) -> None:
    """Rows by rep, day, outcome and neighborhood have as many visits as the total."""
    rosa, span = town.company.rosa, Span(town.company.ada, town.campaign)
    record(rosa, town.visit(town.north[0]))
    with after_query(number, lambda: record(rosa, town.visit(town.north[1], "demo"))):
        found = season_report(span, NOW)
    parts = (
        [row.funnel for row in found.reps],
        [row.funnel for row in found.days],
        found.outcomes,
        found.neighborhoods,
    )
    assert [sum(row.visits for row in part) for part in parts] == [found.total.funnel.visits] * 4


@pytest.mark.parametrize("number", [1, 2])
def test_a_funnel_is_one_moment(number: int, town: Town) -> None:
    """A visit between the total and the rows is in both or in neither."""
    rosa, ada = town.company.rosa, town.company.ada
    record(rosa, town.visit(town.north[0]))
    with after_query(number, lambda: record(rosa, town.visit(town.north[1]))):
        found = funnel_report(member=ada, campaign=town.campaign, by="rep")
    assert sum(row.visits for row in found.rows) == found.total.visits
