"""A cadence that is changed while visits wait for a prospect that others hold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection

from canvass.cadence import Cadence, default_cadence
from canvass.rebuilding import change_cadence, rebuild_prospects
from canvass.visits import record_visit, record_visits
from tests.canvass.at_once import Slow, in_own_connection, waiting_for_a_lock
from tests.canvass.test_rebuild import Watched
from tests.canvass.world import NOW, Town, make_campaign

ONCE = Cadence.of({**default_cadence(), "max_attempts": 1}, "America/New_York")

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
    pytest.mark.django_db(transaction=True),
]


def test_a_visit_that_waited_goes_by_the_cadence_of_when_it_is_written(town: Town) -> None:
    """The rebuild had passed its prospect already, and would not come again."""
    ada, (door, *_) = town.company.ada, town.north
    autumn = make_campaign(town.company, name="Autumn")
    there = replace(town, campaign=autumn)
    record_visit(actor=ada, new=there.visit(door), now=NOW)
    both = [town.visit(door), there.visit(door)]
    with ThreadPoolExecutor(2) as pool:
        slow = Slow(pool, lambda: record_visit(actor=ada, new=town.visit(door), now=NOW))
        batch = pool.submit(in_own_connection, lambda: record_visits(actor=ada, news=both, now=NOW))
        with waiting_for_a_lock(batch):
            change_cadence(actor=ada, campaign=autumn, cadence=ONCE, now=NOW)
            rebuild_prospects(autumn, Watched())
        slow.commit()
        batch.result(30)
    prospect = autumn.prospects.get(door=door)
    assert (prospect.attempts, prospect.given_up, prospect.try_again_at) == (2, True, None)
    assert rebuild_prospects(autumn, Watched()).changed == 0
