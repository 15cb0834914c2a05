"""How many queries recording a visit takes, whatever it says; BEGIN and COMMIT are two of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.api.entities import ENTITIES
from canvass.do_not_knock import NewEntry, Place, add_entry
from canvass.models import (
    DoNotKnockDoor,
    DoNotKnockEntry,
    DoorWarning,
    HookEvent,
    HookKind,
    OutcomeKind,
    VisitFlag,
)
from canvass.questions import Question
from canvass.scripts import publish_script
from canvass.sync.pull import pull
from canvass.visits import record_visits
from common.ids import uuid7
from territories.models import Door, TerritoryDoor
from tests.calls import SignIn
from tests.canvass.world import NOW, Town, make_campaign, make_door, record

MOST = 12
SAID = "do_not_knock"


@pytest.fixture
def busy(town: Town) -> Town:
    """The town with a script, a closed street, phones, and a door that was visited twenty times."""
    ada = town.company.ada
    questions = [Question("name", "Your name?", "text")]
    publish_script(actor=ada, campaign=town.campaign, questions=questions, now=NOW)
    street = NewEntry(Place(street="Elm Street"), "manager", "America/New_York")
    add_entry(actor=ada, new=street, now=NOW)
    for member in (town.company.rosa, town.company.max):
        pull(actor=member, cursor=None, limit=1, entities=ENTITIES, now=NOW)
    for _ in range(20):
        record(town.company.rosa, town.visit(town.north[0]))
    return town


@pytest.mark.parametrize("first", ["demo", SAID, "no_soliciting_sign"])
@pytest.mark.parametrize("kind", OutcomeKind.values)
def test_a_visit_takes_twelve_queries_at_most(
    busy: Town, first: str, kind: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """With answers, flags, phones and a do-not-knock entry, new and as a correction."""
    asked: dict[str, Any] = {"script_version": 1, "answers": {"name": "Kim"}}
    rosa, door = busy.company.rosa, busy.north[0]
    with django_assert_max_num_queries(MOST):
        visit = record(rosa, busy.visit(door, kind, **asked))
    assert VisitFlag.objects.filter(visit=visit).count() >= 2
    said = record(rosa, busy.visit(door, first))
    with django_assert_max_num_queries(MOST):
        record(rosa, busy.visit(door, kind, supersedes=said.pk, **asked))


NEW_DOORS = count(1)


def unlisted(town: Town) -> Door:
    """A door of Rosa's territory that came after the campaign took up the cut."""
    door = make_door(town.company.organisation, f"new-{next(NEW_DOORS)}")
    ours = {"organisation": door.organisation, "cut": town.cut}
    TerritoryDoor.objects.create(**ours, territory=town.territory(1), door=door)
    return door


@pytest.mark.parametrize("kind", OutcomeKind.values)
def test_the_first_visit_to_a_door_on_no_list_takes_no_more(
    busy: Town, kind: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """It becomes a prospect, under the entry for its street, which flags the visit."""
    door, later = unlisted(busy), NOW + timedelta(minutes=1)
    said: dict[str, Any] = {"script_version": 1, "answers": {"name": "Kim"}, "occurred_at": later}
    if kind == "callback":
        said["callback_at"] = NOW + timedelta(days=1)
    with django_assert_max_num_queries(MOST):
        visit = record(busy.company.rosa, busy.visit(door, kind, **said), now=later)
    assert busy.prospect(door).attempts == 1
    assert DoNotKnockDoor.objects.filter(door=door, entry__reach="street").count() == 1
    assert VisitFlag.objects.filter(visit=visit, kind="do_not_knock").exists()


def test_the_second_hostile_visit_takes_no_more_where_it_is_the_first_of_its_campaign(
    busy: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """The door is a prospect of one campaign only; the visit in the other closes it."""
    max_, door = busy.company.max, unlisted(busy)
    record(max_, busy.visit(door, "hostile"))
    other = replace(busy, campaign=make_campaign(busy.company, name="Autumn"))
    with django_assert_max_num_queries(MOST):
        record(max_, other.visit(door, "hostile"))
    assert DoorWarning.objects.get(door=door).closed_at == NOW


def test_many_doors_on_no_list_take_no_more(
    busy: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A batch at thirty of them, between doors that are prospects."""
    doors = [*busy.north, *(unlisted(busy) for _ in range(30))]
    with django_assert_max_num_queries(MOST):
        answers = record_visits(
            actor=busy.company.rosa, news=[busy.visit(door, SAID) for door in doors], now=NOW
        )
    assert all(answer.is_new for answer in answers)
    assert DoNotKnockDoor.objects.filter(door__in=doors, entry__reach="street").count() == 33


@pytest.mark.parametrize("kind", ["demo", "hostile", SAID])
def test_over_http_only_signing_in_and_the_trail_come_to_that(
    busy: Town, kind: str, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """With a hook that listens: three queries say who asks, and one writes the trail's entry."""
    told = {"url": "https://93.184.216.34/in", "kinds": HookKind.values}
    client, door = as_member(busy.company.rosa), unlisted(busy)
    assert as_member(busy.company.ada).post("/api/v1/hooks/", told, "json").status_code == 201
    client.get("/api/v1/visits/")  # the session's last use is noted once a minute
    sent = {
        "id": str(uuid7(NOW)),
        "campaign": busy.campaign.pk,
        "door": door.pk,
        "outcome": kind,
        "occurred_at": NOW.isoformat(),
    }
    with django_assert_max_num_queries(3 + MOST + 1):
        assert client.post("/api/v1/visits/", sent, "json").status_code == 201
    assert HookEvent.objects.exists()
    assert AuditEntry.objects.filter(action="post visit-list").exists()


@pytest.mark.parametrize("actor", ["max", "ada"])
def test_managers_take_no_more(
    busy: Town, actor: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """They have no assignments, and shifts of their own."""
    with django_assert_max_num_queries(MOST):
        record(busy.company.members[actor], busy.visit(busy.north[0], SAID))


def test_the_same_said_again_keeps_its_entry(town: Town) -> None:
    """A correction takes it over, with its source and start; what is wrong after all lifts it."""
    rosa, door = town.company.rosa, town.north[0]
    said = record(rosa, town.visit(door, SAID))
    right = record(rosa, town.visit(door, "no_soliciting_sign", supersedes=said.pk))
    entry = DoNotKnockEntry.objects.get()
    assert (entry.visit, entry.source, entry.lifted_at) == (right, "sign", None)
    record(rosa, town.visit(door, "demo", supersedes=right.pk))
    assert DoNotKnockEntry.objects.get().lifted_at == NOW
