"""Nobody who waits is forgotten where assignments end without being ended one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Member
from canvass.models import Prospect
from territories.assignment_states import turn_by_the_clock
from territories.cuts import publish_cut
from territories.models import Assignment, CutRun, CutStatus, Door
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.selling import sell
from tests.canvass.world import NOW, TODAY, Town
from tests.cast import Company

DAY = timedelta(days=1)


@pytest.fixture
def waiting(town: Town) -> Door:
    """A door in Rosa's territory where a time is agreed."""
    door = town.north[0]
    Prospect.objects.filter(campaign=town.campaign, door=door).update(next_due_at=NOW + DAY)
    return door


def unattended(as_member: SignIn, member: Member, *, wanted: bool = True) -> list[int]:
    """The doors that the list names to a member."""
    answer = as_member(member).get("/api/v1/prospects/", {"unattended": str(wanted).lower()})
    return [row["door"]["id"] for row in answer.json()["results"]]


def in_its_place(town: Town) -> CutRun:
    """A cut with the same doors, published over the town's; the campaign goes on with it."""
    new = world.published_cut(town.company, status=CutStatus.PROPOSED)
    world.place(new, 1, [*town.north, *town.south])
    publish_cut(actor=town.company.max, cut=new, supersedes=town.cut, leave_out=True, now=NOW)
    town.campaign.cut = new
    town.campaign.save()
    return new


def test_whoever_waits_in_a_superseded_cut_is_listed_until_somebody_has_the_doors(
    town: Town, waiting: Door, as_member: SignIn
) -> None:
    """Publishing ended Rosa's assignment; giving the new territory to Rui takes care of it."""
    max_ = town.company.max
    assert unattended(as_member, max_) == []
    new = in_its_place(town)
    assert unattended(as_member, max_) == [waiting.pk]
    world.assign(new.territories.get(), town.company.rui)
    assert unattended(as_member, max_) == []
    assert waiting.pk in unattended(as_member, max_, wanted=False)


def test_whoever_waits_when_the_last_day_is_over_is_listed(
    town: Town, waiting: Door, as_member: SignIn
) -> None:
    """The clock finishes the assignment; an offer that nobody has accepted does not help."""
    hers = Assignment.objects.filter(member=town.company.rosa)
    hers.update(starts_on=TODAY - 5 * DAY, ends_on=TODAY - 2 * DAY)
    assert turn_by_the_clock(NOW) == 1
    assert unattended(as_member, town.company.max) == [waiting.pk]
    offer = world.assign(town.territory(1), town.company.rui, TODAY, state="offered")
    assert unattended(as_member, town.company.max) == [waiting.pk]
    Assignment.objects.filter(pk=offer.pk).update(state="active")
    assert unattended(as_member, town.company.max) == []


def test_a_cut_tells_what_superseding_it_would_leave(
    town: Town,
    waiting: Door,
    as_member: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """Callbacks and deliveries by territory; nothing once they are done or another has the cut."""
    sell(town)
    url = f"/api/v1/cut-runs/{town.cut.pk}/outstanding/"
    client = as_member(town.company.max)
    with django_assert_max_num_queries(SIGNED_IN + 3):
        (row,) = client.get(url).json()["results"]
    assert (row["territory_name"], row["member_name"]) == ("Territory 1", "Rosa")
    assert (row["callbacks"], row["deliveries"]) == (1, 1)
    Prospect.objects.filter(door=waiting).update(next_due_at=None)
    assert client.get(url).json()["results"][0]["callbacks"] == 0
    in_its_place(town)
    assert client.get(url).json()["results"] == []


def test_only_managers_ask_what_a_cut_would_leave(
    town: Town, waiting: Door, moonlight: Company, as_member: SignIn
) -> None:
    """403 for a rep, 404 elsewhere, 401 for nobody; another subtree's manager sees none of it."""
    url = f"/api/v1/cut-runs/{town.cut.pk}/outstanding/"
    assert problem(as_member(town.company.rosa).get(url)) == (403, "not_allowed")
    assert problem(as_member(moonlight.olga).get(url)) == (404, "not_found")
    assert as_member(None).get(url).status_code == 401
    assert as_member(town.company.mona).get(url).json()["results"] == []
    assert len(as_member(town.company.ada).get(url).json()["results"]) == 1
