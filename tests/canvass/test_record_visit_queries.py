"""How many queries recording a visit takes, whatever it says; BEGIN and COMMIT are two of them."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.api.entities import ENTITIES
from canvass.do_not_knock import NewEntry, Place, add_entry
from canvass.models import DoNotKnockEntry, OutcomeKind, VisitFlag
from canvass.questions import Question
from canvass.scripts import publish_script
from canvass.sync.pull import pull
from tests.canvass.world import NOW, Town, record

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
