"""Doors at which somebody was hostile: who is warned, when they close, who opens them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import time_machine
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.hostility import decide_closure
from canvass.models import ClosureDecision, DoorWarning, Prospect, VisitFlag
from canvass.new_visits import NewVisit
from canvass.outcomes import Look, create_outcome
from canvass.visits import record_visit
from tests.at_once import at_once
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import NOW, Town, record, undone
from tests.cast import Company

WARNINGS = "/api/v1/door-warnings/"
PROSPECTS = "/api/v1/prospects/"
MINUTE = timedelta(minutes=1)
BEGIN = NOW - 10 * MINUTE


def shout(town: Town, minute: int = 0, outcome: str = "hostile", **more: Any) -> NewVisit:
    """A hostile visit to the first door of the north, so many minutes after 17:50 UTC."""
    at = BEGIN + minute * MINUTE
    visit = town.visit(town.north[0], outcome, occurred_at=at, **more)
    record(town.company.rosa, visit, now=at)
    return visit


def warning(town: Town) -> DoorWarning:
    return DoorWarning.objects.get(door=town.north[0])


def is_listed(client: Any, town: Town) -> bool:
    rows = client.get(PROSPECTS).json()["results"]
    return town.north[0].pk in [row["door"]["id"] for row in rows]


def decide(client: Any, town: Town, decision: str) -> Any:
    body = {"decision": decision, "reason": "Talked to the owner."}
    return client.post(f"{WARNINGS}{warning(town).pk}/decide/", body)


def test_one_hostile_visit_warns_whoever_has_the_door(town: Town, as_member: SignIn) -> None:
    """In every campaign, with the gravest outcome; the door stays open."""
    boss = as_member(town.company.ada)
    create_outcome(
        actor=town.company.ada, code="dog", label="Dog", kind="hostile", look=Look(severity=3)
    )
    other = world.make_campaign(town.company, cut=town.cut, name="Autumn")
    theirs = Prospect.objects.create(
        organisation=town.company.organisation, campaign=other, door=town.north[0]
    )
    shout(town, outcome="dog")
    shown = boss.get(f"{PROSPECTS}{theirs.pk}/").json()["warning"]
    assert shown == {
        "id": warning(town).pk,
        "severity": 3,
        "visits": 1,
        "last_at": "2026-06-10T17:50:00Z",
        "closed": False,
    }
    rep = as_member(town.company.rosa)
    assert is_listed(rep, town)
    assert rep.get(WARNINGS).json()["count"] == 1
    assert as_member(town.company.sam).get(WARNINGS).json()["count"] == 0
    quiet = rep.get(PROSPECTS, {"door": town.north[1].pk}).json()["results"][0]
    assert quiet["warning"] is None


def test_the_second_closes_the_door_until_a_manager_decides(town: Town, as_member: SignIn) -> None:
    """It vanishes from lists at once; reopened, it is back, with its history, and closes anew."""
    rep, boss = as_member(town.company.rosa), as_member(town.company.max)
    shout(town)
    shout(town, 1)
    assert not is_listed(rep, town)
    (row,) = boss.get(WARNINGS, {"undecided": "true"}).json()["results"]
    assert (row["closed"], row["closed_at"]) == (True, "2026-06-10T17:51:00Z")
    assert problem(decide(rep, town, "reopened")) == (403, "not_allowed")
    answer = decide(boss, town, "reopened").json()
    assert (answer["closed"], answer["visits"], answer["decision"]) == (False, 2, "reopened")
    assert is_listed(rep, town)
    assert problem(decide(boss, town, "reopened")) == (409, "door_warning.not_closed")
    with time_machine.travel(NOW + 20 * MINUTE, tick=False):
        shout(town, 20)
        assert is_listed(rep, town)
        shout(town, 21)
        assert not is_listed(rep, town)
    assert boss.get(WARNINGS).json()["results"][0]["decision"] == ""
    told = AuditEntry.objects.filter(kind="canvass.DoorWarning").order_by("pk")
    closed = ("door_warning.closed", town.company.rosa.pk, str(warning(town).pk))
    assert list(told.values_list("action", "member", "row")) == [
        closed, ("door_warning.reopened", town.company.max.pk, closed[2]), closed,
    ]  # fmt: skip


def test_kept_closed_it_stays_closed(town: Town, as_member: SignIn) -> None:
    """Whatever is corrected afterwards, until a manager reopens it after all."""
    boss = as_member(town.company.max)
    first = shout(town)
    shout(town, 1)
    assert decide(boss, town, "kept_closed").json()["closed"] is True
    shout(town, 2, "no_answer", supersedes=first.id)
    assert warning(town).closed_at is not None
    assert boss.get(WARNINGS, {"undecided": "true"}).json()["count"] == 0
    assert decide(boss, town, "reopened").json()["closed"] is False


def test_a_correction_takes_back_warning_and_closing(town: Town, as_member: SignIn) -> None:
    """As if it had not been; a third hostile visit is then the second."""
    rep = as_member(town.company.rosa)
    first = shout(town)
    shout(town, 1)
    shout(town, 2, "no_answer", supersedes=first.id)
    assert is_listed(rep, town)
    assert (warning(town).visits, warning(town).closed_at) == (1, None)
    shout(town, 3)
    assert not is_listed(rep, town)


def test_what_counts_does_not_hang_on_the_order_of_arrival(town: Town) -> None:
    """Two hostile visits, one of them corrected, and a third: the same warning for every order."""
    times = [BEGIN + n * MINUTE for n in range(4)]
    visits = [town.visit(town.north[0], "hostile", occurred_at=at) for at in times[:3]]
    mistaken = visits[0]
    visits.append(
        town.visit(town.north[0], "refused", occurred_at=times[3], supersedes=mistaken.id)
    )
    found = set()
    for order in permutations(visits):
        if order.index(visits[3]) < order.index(mistaken):
            continue  # a correction of what is not known is refused
        with undone():
            found.add(told(town, order))
    assert found == {(2, times[2], times[2])}


def told(town: Town, order: Sequence[NewVisit]) -> tuple[Any, ...]:
    """The warning after visits that arrive in that order."""
    for new in order:
        record(town.company.rosa, new)
    row = warning(town)
    return row.visits, row.last_at, row.closed_at


def test_only_hostile_outcomes_are_grave(town: Town, as_member: SignIn) -> None:
    """422 for any other kind, and 400 for what is graver than violence."""
    boss, body = as_member(town.company.ada), {"code": "dog", "label": "Dog", "severity": 2}
    answer = boss.post("/api/v1/outcomes/", {**body, "kind": "refused"})
    assert problem(answer) == (422, "outcome.not_hostile")
    answer = boss.post("/api/v1/outcomes/", {**body, "kind": "hostile", "severity": 4})
    assert problem(answer) == (400, "invalid")
    made = boss.post("/api/v1/outcomes/", {**body, "kind": "hostile"})
    assert made.json()["severity"] == 2


def test_nobody_decides_for_another_organisation(
    town: Town, as_member: SignIn, moonlight: Company
) -> None:
    """404, as if there were no such door."""
    shout(town)
    shout(town, 1)
    assert problem(decide(as_member(moonlight.olga), town, "reopened")) == (404, "not_found")


def test_lists_of_warnings_take_two_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However many there are."""
    for door in town.north:
        record(town.company.rosa, town.visit(door, "hostile"))
    client = as_member(town.company.max)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(WARNINGS).json()["count"] == 3


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_two_campaigns_at_once_close_the_door(town: Town, attempt: int) -> None:
    """Each sees the other's visit, whoever is first."""
    other = world.make_campaign(town.company, cut=town.cut, name="Autumn")
    Prospect.objects.create(
        organisation=town.company.organisation, campaign=other, door=town.north[0]
    )
    here = town.visit(town.north[0], "hostile")
    there = Town(town.company, other, town.cut, town.north, town.south).visit(
        town.north[0], "hostile", occurred_at=NOW + MINUTE
    )
    rosa = town.company.rosa
    at_once(*(lambda new=new: record_visit(actor=rosa, new=new, now=NOW) for new in (here, there)))
    assert (warning(town).visits, warning(town).closed_at) == (2, NOW + MINUTE)


def test_a_visit_at_a_closed_door_is_flagged(town: Town) -> None:
    """From the second hostile visit on, whoever makes it, until a manager opens the door again."""
    visits = [shout(town), shout(town, 1), shout(town, 2, "no_answer"), shout(town, 3)]
    closed = VisitFlag.objects.filter(kind="door_closed").order_by("visit__occurred_at")
    assert [flag.visit_id for flag in closed] == [visit.id for visit in visits[2:]]
    assert closed[0].details == {"since": "2026-06-10T17:51:00+00:00"}
    found = warning(town)
    decision: Any = {"decision": ClosureDecision.REOPENED, "reason": "They said sorry."}
    decide_closure(actor=town.company.ada, warning=found, now=NOW, **decision)
    shout(town, 11, "no_answer")
    assert closed.count() == 2
