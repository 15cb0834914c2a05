"""Two managers at once, each in a thread with a connection of its own, on a real PostgreSQL.

SQLite lets one writer in at a time, so there is nothing to race there; its constraint is tested in
test_assign_territory.py.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from territories.assignments import assign_cut, assign_territory
from territories.cuts import publish_cut
from territories.errors import CutAllAssigned, CutNotProposed, CutNotPublished, TerritoryTaken
from territories.models import Assignment, CutRun, CutStatus, SnapRun, StreetMap
from territories.street_files import built_anew
from territories.streets.network import StreetNetwork
from tests.at_once import at_once, errors_in
from tests.cast import NOON, Company
from tests.territories.town import MONDAY, done_cut, published_cut, settle, territory
from tests.territories.town_streets import mapped

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("ends", [None, MONDAY.replace(day=9)])
@pytest.mark.parametrize("attempt", range(5))
def test_two_managers_give_one_territory_to_one_rep(
    sunrise: Company, ends: date | None, attempt: int
) -> None:
    """However they interleave, one gets the assignment and the other a conflict."""
    settle(sunrise.organisation)
    place = territory(published_cut(sunrise))
    reps = (sunrise.rosa, sunrise.rui, sunrise.sam)
    answers = at_once(
        *(
            lambda rep=rep: assign_territory(
                actor=sunrise.ada, territory=place, member=rep,
                starts_on=MONDAY, ends_on=ends, now=NOON,
            )
            for rep in reps
        )
    )  # fmt: skip
    assert errors_in(answers) == [TerritoryTaken, TerritoryTaken]
    assert Assignment.objects.count() == 1


def test_two_workers_build_a_lost_map_anew(sunrise: Company) -> None:
    """Each has a whole network, the file is whole, and the doors are snapped anew once."""
    settle(sunrise.organisation, streets=2, houses=3)
    street_map = mapped(sunrise)
    path = Path(street_map.artefact.path)
    path.unlink()
    StreetMap.objects.update(artefact_checksum="of the release before")
    answers = at_once(*[partial(built_anew, street_map)] * 4)
    assert [isinstance(answer, StreetNetwork) for answer in answers] == [True] * 4
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert StreetNetwork.load(path).names == ("", "A", "B", "Cross Way")
    assert SnapRun.objects.filter(state="queued").count() == 1


def test_two_managers_share_a_cut_out_once(sunrise: Company) -> None:
    """Every territory has one rep; whoever came second is told that nothing was left."""
    settle(sunrise.organisation)
    cut = published_cut(sunrise, territories=5)
    answers = at_once(
        *(
            lambda rep=rep: assign_cut(
                actor=sunrise.ada, cut=cut, members=[rep], starts_on=MONDAY, now=NOON
            )
            for rep in (sunrise.rosa, sunrise.sam)
        )
    )
    assert errors_in(answers) == [CutAllAssigned]
    assert Assignment.objects.count() == 5
    assert Assignment.objects.values("member").distinct().count() == 1


def test_a_cut_is_published_once(sunrise: Company) -> None:
    """Of three calls one publishes."""
    settle(sunrise.organisation)
    cut = done_cut(sunrise)
    copies = [CutRun.objects.get(pk=cut.pk) for _ in range(3)]
    answers = at_once(
        *(lambda copy=copy: publish_cut(actor=sunrise.ada, cut=copy, now=NOON) for copy in copies)
    )
    assert errors_in(answers) == [CutNotProposed, CutNotProposed]


def test_of_two_cuts_one_supersedes_the_old_one(sunrise: Company) -> None:
    """The other stays a proposal."""
    settle(sunrise.organisation)
    old, *new = published_cut(sunrise), done_cut(sunrise), done_cut(sunrise)
    answers = at_once(
        *(
            lambda cut=cut: publish_cut(actor=sunrise.ada, cut=cut, supersedes=old, now=NOON)
            for cut in new
        )
    )
    assert errors_in(answers) == [CutNotPublished]
    statuses = sorted(CutRun.objects.values_list("status", flat=True))
    assert statuses == [CutStatus.PROPOSED, CutStatus.PUBLISHED, CutStatus.SUPERSEDED]


@pytest.mark.parametrize("attempt", range(5))
def test_no_assignment_survives_the_cut_that_was_superseded_meanwhile(
    sunrise: Company, attempt: int
) -> None:
    """Giving and superseding at once: it was given first and ended, or it is refused."""
    settle(sunrise.organisation)
    old, new = published_cut(sunrise), done_cut(sunrise)
    place = territory(old)
    at_once(
        lambda: publish_cut(actor=sunrise.ada, cut=new, supersedes=old, now=NOON),
        lambda: assign_territory(
            actor=sunrise.ada, territory=place, member=sunrise.rosa, starts_on=MONDAY, now=NOON
        ),
    )
    assert not Assignment.objects.filter(ended_at=None).exists()
