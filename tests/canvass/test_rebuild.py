"""Computing prospects anew from their visits."""

from __future__ import annotations

from dataclasses import asdict
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from canvass import rebuilding
from canvass.cadence import Cadence, default_cadence
from canvass.models import Campaign, Prospect, RebuildRun, Visit
from canvass.prospect_state import ProspectState
from canvass.rebuilding import change_cadence, rebuild_prospects
from canvass.tasks import rebuild_prospects_of
from common.ids import uuid7
from common.runs import RunState
from tests.canvass.test_prospect_state import stored_state
from tests.canvass.world import NOW, Town, local, record

CADENCE = Cadence.of({**default_cadence(), "max_attempts": 2}, "America/New_York")


class Watched:
    """Keeps what a rebuild reports."""

    def __init__(self) -> None:
        self.said: list[tuple[int, int]] = []

    def report(self, done: int, total: int) -> None:
        self.said.append((done, total))


@pytest.fixture
def worked(town: Town) -> dict[int, ProspectState]:
    """What recording makes of some visits, by door: of every kind of column."""
    Campaign.objects.update(cadence=CADENCE.stored())
    town.campaign.refresh_from_db()
    rosa, (a, b, c), wrong = town.company.rosa, town.north, uuid7(NOW)
    for new in (
        town.visit(a, occurred_at=local(8, 17)),
        town.visit(a, occurred_at=local(9, 17)),
        town.visit(b, "callback", callback_at=local(20, 9)),
        town.visit(c, "sale", id=wrong),
        town.visit(c, "do_not_knock", supersedes=wrong),
    ):
        record(rosa, new)
    record(town.company.sam, town.visit(town.south[0], occurred_at=local(10, 9)))
    return states()


def states() -> dict[int, ProspectState]:
    return {row.door_id: stored_state(row) for row in Prospect.objects.all()}


def test_a_rebuild_is_what_recording_made(town: Town, worked: dict[int, ProspectState]) -> None:
    """Nothing is wrong after recording, and whatever is spoiled is mended, once."""
    watched = Watched()
    assert rebuild_prospects(town.campaign, watched) == rebuilding.Rebuilt(6, 0)
    assert watched.said == [(6, 6)]
    for wrong in (ProspectState(), ProspectState("warm", 9, 9, "demo", NOW, NOW, NOW, NOW, True)):
        Prospect.objects.update(**asdict(wrong))
        spoiled = sum(state != wrong for state in worked.values())
        assert rebuild_prospects(town.campaign, watched).changed == spoiled
        assert states() == worked
    assert rebuild_prospects(town.campaign, watched).changed == 0


def test_chunks_leave_nobody_out(
    town: Town, worked: dict[int, ProspectState], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every prospect comes up once, whatever fits into a chunk."""
    Prospect.objects.update(attempts=7)
    monkeypatch.setattr(rebuilding, "CHUNK", 2)
    watched = Watched()
    assert rebuild_prospects(town.campaign, watched).changed == 6
    assert watched.said == [(2, 6), (4, 6), (6, 6)]
    assert states() == worked


def test_a_chunk_takes_a_bounded_number_of_queries(
    town: Town,
    worked: dict[int, ProspectState],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """The rule, the prospects, their visits and one write, for any number of them."""
    Prospect.objects.update(attempts=7)
    with django_assert_max_num_queries(13):
        rebuild_prospects(town.campaign, Watched())


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL scans a table this small")
def test_a_chunk_reads_no_other_visits(town: Town) -> None:
    """The index leads from a campaign to its doors: else every chunk would read all its visits."""
    visits = Visit.objects.filter(campaign=town.campaign, door__gte=1, door__lte=2)
    assert "(campaign_id=? AND door_id>? AND door_id<?)" in visits.explain()


def test_the_command_says_what_was_wrong(town: Town, worked: dict[int, ProspectState]) -> None:
    """Of every campaign, or of the one named."""
    Prospect.objects.filter(door=town.north[0]).update(attempts=7)
    out = StringIO()
    call_command("rebuild_prospects", stdout=out)
    call_command("rebuild_prospects", campaign=town.campaign.pk, stdout=out)
    assert out.getvalue().splitlines() == [
        "Summer: 6 prospects, 1 changed.",
        "Summer: 6 prospects, 0 changed.",
    ]
    assert states() == worked
    with pytest.raises(CommandError):
        call_command("rebuild_prospects", campaign=10**9)


def test_another_cadence_brings_prospects_up_to_date(
    town: Town, worked: dict[int, ProspectState]
) -> None:
    """A run does it, once for changes that come before it begins; visits stay as they are."""
    patient = Cadence("America/New_York", CADENCE.slots, {"no_answer": 7}, None)
    before = list(Visit.objects.order_by("pk").values())
    ada = town.company.ada
    first = change_cadence(actor=ada, campaign=town.campaign, cadence=CADENCE, now=NOW)
    second = change_cadence(actor=ada, campaign=town.campaign, cadence=patient, now=NOW)
    assert first.pk == second.pk
    rebuild_prospects_of(first.pk)
    run = RebuildRun.objects.get()
    assert (run.state, run.result) == (RunState.DONE, {"prospects": 6, "changed": 2})
    south = town.prospect(town.south[0])
    assert (south.try_again_at, south.given_up) == (local(17, 13), False)
    north = town.prospect(town.north[0])
    assert (north.given_up, north.try_again_at) == (False, local(16, 9))
    assert list(Visit.objects.order_by("pk").values()) == before
