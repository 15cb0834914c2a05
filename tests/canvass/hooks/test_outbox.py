"""What reaches the outbox of the hooks, and what of it each hook is to be told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from canvass.callbacks import NewMove, move_callback
from canvass.do_not_knock import NewEntry, Place, add_entry, lift_entry, renew_entry
from canvass.hooks import triggers
from canvass.hooks.outbox import relay
from canvass.models import DoNotKnockEntry, Visit
from canvass.models.hooks import HookDelivery, HookEvent
from canvass.visits import record_visits
from common.ids import uuid7
from tests.canvass.hooks.conftest import MakeHook
from tests.canvass.selling import happen, sell
from tests.canvass.world import NOW, Town, record
from tests.cast import Company

HOUR = timedelta(hours=1)
URL = "http://127.0.0.1:9/crm"


def told() -> list[dict[str, Any]]:
    """Empty the outbox; what is to be sent, in its order."""
    while relay(NOW):
        pass
    rows = HookDelivery.objects.order_by("pk")
    return [json.loads(row.body) for row in rows]


def types() -> list[str]:
    return [each["type"] for each in told()]


def test_a_visit_is_told_with_ids_and_no_words(town: Town, hooked: MakeHook) -> None:
    """What a CRM needs to follow along; the note stays here."""
    hooked(URL)
    visit = record(town.company.rosa, town.visit(town.north[0], "demo", note="Ask for Kim"))
    (body,) = told()
    assert body == {
        "id": body["id"],
        "type": "visit.recorded",
        "organisation": town.company.organisation.slug,
        "created_at": "2026-06-10T18:00:00Z",
        "data": {
            "id": str(visit.pk),
            "campaign": town.campaign.pk,
            "door": town.north[0].pk,
            "member": town.company.rosa.pk,
            "outcome": "demo",
            "kind": "demo",
            "occurred_at": "2026-06-10T18:00:00Z",
            "supersedes": None,
            "counts": True,
            "simulated": False,
        },
    }
    assert not HookEvent.objects.exists()


def test_callbacks_are_told_when_agreed_and_when_moved(town: Town, hooked: MakeHook) -> None:
    """Each with the time that holds now."""
    hooked(URL, kinds=["callback"])
    rosa, at = town.company.rosa, NOW + HOUR
    visit = record(rosa, town.visit(town.north[0], "callback", callback_at=at))
    move = NewMove(uuid7(NOW), visit.pk, NOW, at + HOUR)
    move_callback(actor=rosa, new=move, now=NOW)
    agreed, moved = told()
    assert (agreed["type"], moved["type"]) == ("callback.agreed", "callback.moved")
    assert agreed["data"]["callback_at"] == "2026-06-10T19:00:00Z"
    assert moved["data"]["callback_at"] == "2026-06-10T20:00:00Z"
    assert {agreed["data"]["visit"], moved["data"]["visit"]} == {str(visit.pk)}


def test_a_sale_is_told_event_by_event(town: Town, hooked: MakeHook) -> None:
    """Booked, paid, delivered: with the amount of each."""
    hooked(URL, kinds=["sale"])
    sale = sell(town, deposit_minor=900)
    happen(town.company.rosa, sale, "delivered")
    booked, paid, delivered = told()
    assert [each["type"] for each in (booked, paid, delivered)] == [
        "sale.booked",
        "sale.deposit_paid",
        "sale.delivered",
    ]
    assert paid["data"]["amount_minor"] == 900
    assert {each["data"]["sale"] for each in (booked, paid, delivered)} == {str(sale.pk)}


def test_do_not_knock_is_told_wherever_it_comes_from(town: Town, hooked: MakeHook) -> None:
    """Said at the door and corrected; added, renewed and lifted by a manager; no registry's."""
    hooked(URL, kinds=["do_not_knock"])
    ada, rosa, door = town.company.ada, town.company.rosa, town.north[0]
    said = record(rosa, town.visit(door, "do_not_knock"))
    record(rosa, town.visit(door, "demo", supersedes=said.pk))
    new = NewEntry(Place(door=door), "manager", "America/New_York")
    entry = renew_entry(actor=ada, entry=add_entry(actor=ada, new=new, now=NOW), now=NOW)
    lift_entry(actor=ada, entry=entry, reason="Moved away.", now=NOW)
    lift_entry(actor=ada, entry=entry, reason="Moved away.", now=NOW)
    DoNotKnockEntry.objects.create(
        organisation=town.company.organisation, reach="door", door=door, source="registry",
        scope="every_door", starts_at=NOW, expiry="never", time_zone="UTC", created_at=NOW,
    )  # fmt: skip
    kinds = ["added", "lifted", "added", "renewed", "lifted"]
    assert types() == [f"do_not_knock.{kind}" for kind in kinds]


def test_only_what_was_asked_for_of_the_own_organisation(
    town: Town, hooked: MakeHook, moonlight: Company
) -> None:
    """By kind; nothing while a hook is off, and never another company's."""
    ours, sales = hooked(URL), hooked(f"{URL}/sales", kinds=["sale"])
    hooked(f"{URL}/theirs", moonlight)
    off = hooked(f"{URL}/off")
    off.enabled = False
    off.save()
    record(town.company.rosa, town.visit(town.north[0]))
    sell(town)
    told()
    rows = HookDelivery.objects.order_by("hook", "event").values_list("hook", "type")
    assert list(rows) == [
        (ours.pk, "visit.recorded"),
        (ours.pk, "sale.booked"),
        (sales.pk, "sale.booked"),
    ]


def test_who_has_no_hook_fills_no_outbox(town: Town, moonlight: Company, hooked: MakeHook) -> None:
    """Nor does the hook of somebody else."""
    hooked(URL, moonlight)
    record(town.company.rosa, town.visit(town.north[0]))
    assert not HookEvent.objects.exists()


def test_what_is_undone_is_not_told(town: Town, hooked: MakeHook) -> None:
    """The event is of the transaction that writes the visit; what is sent again is none."""
    hooked(URL)
    new = town.visit(town.north[0])
    with transaction.atomic():
        record(town.company.rosa, new)
        transaction.set_rollback(True)
    assert not HookEvent.objects.exists()
    for _ in range(2):
        record_visits(actor=town.company.rosa, news=[new], now=NOW)
    assert types() == ["visit.recorded"]


@pytest.mark.parametrize("kind", ["no_answer", "demo", "hostile", "do_not_knock"])
def test_a_visit_takes_no_more_queries_with_hooks(
    town: Town, hooked: MakeHook, kind: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Twelve at most, also for a correction: the database itself writes the event."""
    hooked(URL)
    hooked(f"{URL}/2")
    rosa, door = town.company.rosa, town.north[0]
    for _ in range(3):
        record(rosa, town.visit(door, "hostile"))
    said = record(rosa, town.visit(door, "do_not_knock"))
    before = HookEvent.objects.count()
    with django_assert_max_num_queries(12):
        record(rosa, town.visit(door, kind, supersedes=said.pk))
    assert HookEvent.objects.count() > before


def test_the_outbox_is_emptied_in_few_queries(
    town: Town, hooked: MakeHook, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However much there is in it; and what is emptied again makes no second delivery."""
    hooked(URL)
    news = [town.visit(town.north[0], callback_at=NOW + HOUR) for _ in range(40)]
    record_visits(actor=town.company.rosa, news=news, now=NOW)
    sell(town)
    events = list(HookEvent.objects.all())
    with django_assert_max_num_queries(10):
        assert relay(NOW) == 81
    HookEvent.objects.bulk_create(events)  # as if another had emptied it at the same time
    relay(NOW)
    assert HookDelivery.objects.count() == 81


def test_the_triggers_survive_a_table_made_anew(town: Town, hooked: MakeHook) -> None:
    """After any migration the missing ones are there again."""
    hooked(URL)
    triggers.remove_triggers(connection)
    record(town.company.rosa, town.visit(town.north[0]))
    assert not HookEvent.objects.exists()
    for _ in range(2):
        triggers.install_triggers(using="default")
    record(town.company.rosa, town.visit(town.north[0]))
    assert HookEvent.objects.count() == 1
    assert Visit.objects.count() == 2
