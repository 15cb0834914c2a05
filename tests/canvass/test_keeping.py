"""What is kept of people, for how long, and how it is erased."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.alarms import NewAlarm, raise_alarm
from canvass.keeping import change_settings, remove_what_is_too_old
from canvass.models import (
    DoNotKnockEntry,
    Erasure,
    Outcome,
    Referral,
    Sale,
    SaleEvent,
    Shift,
    Visit,
)
from canvass.questions import Question
from canvass.scripts import publish_script
from canvass.shift_events import NewShiftEvent, close_idle_shifts, record_shift_event
from canvass.shifts import ShiftPlan, schedule_shift
from common.ids import uuid7
from territories.models import Door
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.selling import happen, sell
from tests.canvass.world import NOW, TODAY, Town, record
from tests.cast import Company

SECRETS = ("Miller", "blue parrot", "four children", "cash in a jar")
SETTINGS = "/api/v1/record-settings/"


def erase(door: Door) -> str:
    return f"/api/v1/doors/{door.pk}/erase/"


@pytest.fixture
def told(town: Town) -> Town:
    """The first door of the north with something personal in every place that can hold it."""
    door, rosa = town.north[0], town.company.rosa
    publish_script(
        actor=town.company.ada,
        campaign=town.campaign,
        questions=[Question("name", "Your name?", "text")],
        now=NOW,
    )
    said = {"script_version": 1, "answers": {"name": "Miller"}, "photos": ("a" * 64,)}
    record(rosa, town.visit(door, "demo", note="Has a blue parrot.", **said))
    record(rosa, town.visit(door, "do_not_knock", note="Miller is cross."))
    sale = sell(town, buyer_name="Miller", note="cash in a jar", buyer_age=71)
    happen(rosa, sale, "delivered", note="Miller was glad.")
    owed = sale.owed_minor
    happen(rosa, sale, "balance_paid", amount_minor=owed)
    Referral.objects.create(
        id=uuid7(NOW),
        organisation=town.company.organisation,
        campaign=town.campaign,
        door=door,
        member=rosa,
        said_at=NOW,
        received_at=NOW,
        said_by="Miller",
        note="They have four children.",
        payload_hash="0" * 64,
    )
    Door.objects.filter(pk=door.pk).update(name="Miller")
    return town


def everything(door: Door) -> str:
    """All rows about a door, as text."""
    rows: list[Any] = [
        *Visit.objects.filter(door=door).values(),
        *Sale.objects.filter(door=door).values(),
        *SaleEvent.objects.filter(sale__door=door).values(),
        *Referral.objects.filter(door=door).values(),
        *DoNotKnockEntry.objects.filter(door=door).values(),
        *Door.objects.filter(pk=door.pk).values(),
        *AuditEntry.objects.values(),
    ]
    return json.dumps(rows, default=str)


def test_a_householder_is_shown_all_that_is_kept(told: Town, as_member: SignIn) -> None:
    """To managers; reps may not, others find nothing."""
    url = f"/api/v1/doors/{told.north[0].pk}/householder/"
    shown = as_member(told.company.max).get(url)
    text = json.dumps(shown.json())
    assert all(secret in text for secret in SECRETS)
    assert {"prospects", "visits", "sales", "referrals", "do_not_knock"} <= shown.json().keys()
    assert problem(as_member(told.company.rosa).get(url)) == (403, "not_allowed")


def test_an_erasure_empties_what_is_personal_and_nothing_else(
    told: Town, as_member: SignIn
) -> None:
    """Names, notes, answers and photos go; outcomes, amounts and do-not-knock entries stay."""
    door = told.north[0]
    prospect = told.prospect(door)
    kept = list(Visit.objects.order_by("pk").values_list("pk", "outcome", "occurred_at"))
    answer = as_member(told.company.ada).post(erase(door))
    assert answer.status_code == 201
    assert answer.json()["erased"] == {
        "visits": 2, "referrals": 1, "sales": 1, "sale_events": 1, "doors": 1,
    }  # fmt: skip
    assert not any(secret in everything(door) for secret in SECRETS)
    assert list(Visit.objects.order_by("pk").values_list("pk", "outcome", "occurred_at")) == kept
    assert Visit.objects.exclude(photos=[]).count() == 0
    assert Sale.objects.get().total_minor == 4900
    assert DoNotKnockEntry.objects.get().lifted_at is None
    assert told.prospect(door).attempts == prospect.attempts == 2
    entry = AuditEntry.objects.get(action="householder.erased")
    assert entry.member == told.company.ada
    assert not any(secret in json.dumps(entry.after) for secret in SECRETS)


def test_erasing_again_changes_nothing(told: Town, as_member: SignIn) -> None:
    """200 with the record of the first time."""
    boss, door = as_member(told.company.ada), told.north[0]
    first = boss.post(erase(door))
    again = boss.post(erase(door))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Erasure.objects.count() == 1


def test_what_a_phone_sends_again_stays_erased(told: Town, as_member: SignIn) -> None:
    """A replay finds the visit, and brings nothing back."""
    door, rosa = told.north[1], told.company.rosa
    new = told.visit(door, note="Has a blue parrot.")
    record(rosa, new)
    as_member(told.company.ada).post(erase(door))
    body = {
        "id": str(new.id), "campaign": new.campaign_id, "door": new.door_id,
        "outcome": new.outcome, "occurred_at": new.occurred_at.isoformat(), "note": new.note,
    }  # fmt: skip
    assert as_member(rosa).post("/api/v1/visits/", body).status_code == 200
    assert Visit.objects.get(pk=new.id).note == ""


def test_who_is_owed_something_is_not_erased(town: Town, as_member: SignIn) -> None:
    """409 with the receipt numbers, and nothing is emptied."""
    sale = sell(town, buyer_name="Miller")
    answer = as_member(town.company.ada).post(erase(town.north[0]))
    assert problem(answer) == (409, "erasure.sale_open")
    assert answer.json()["receipts"] == [sale.receipt_number]
    assert Sale.objects.get().buyer_name == "Miller"


def test_only_admins_erase(told: Town, as_member: SignIn, moonlight: Company) -> None:
    """A manager may not, another organisation finds no such door."""
    door = told.north[0]
    assert problem(as_member(told.company.max).post(erase(door))) == (403, "not_allowed")
    assert problem(as_member(moonlight.olga).post(erase(door))) == (404, "not_found")
    assert not Erasure.objects.exists()


def test_the_guard_allows_exactly_that(told: Town) -> None:
    """Rows for ever give up what is personal, or too old, where their model says so; no more."""
    with pytest.raises(TypeError):
        Visit.objects.all().update(note="")
    with pytest.raises(TypeError):
        Visit.objects.all().remove_expired(NOW)
    with pytest.raises(TypeError):
        AuditEntry.objects.all().empty_personal()
    with pytest.raises(TypeError):
        Erasure.objects.all().empty_personal()
    with pytest.raises(TypeError):
        Erasure.objects.all().remove_expired(NOW)


def test_notes_and_the_trail_go_when_their_time_is_over(told: Town) -> None:
    """By the organisation's settings; the visits themselves stay."""
    ada, day = told.company.ada, timedelta(days=1)
    assert remove_what_is_too_old(NOW + 3000 * day) == {}
    change_settings(actor=ada, changes={"note_days": 365, "audit_days": 730}, now=NOW)
    assert remove_what_is_too_old(NOW + 365 * day) == {}
    visits = Visit.objects.count()
    assert remove_what_is_too_old(NOW + 366 * day) == {"visits": 2, "referrals": 1}
    assert Visit.objects.count() == visits
    old, out = AuditEntry.objects.filter(at__lt=NOW + day).count(), StringIO()
    assert remove_what_is_too_old(NOW + 731 * day) == {"audit_entries": old}
    call_command("remove_too_old", stdout=out)
    assert "0 rows in all" in out.getvalue()


def test_where_somebody_called_for_help_goes_with_the_other_positions(
    town: Town, moonlight: Company
) -> None:
    """After thirty days or fewer; the call stays, its words as long as notes, and is counted."""
    rosa = town.company.rosa
    place: dict[str, Any] = {"lon": -73.9, "lat": 40.7, "accuracy_m": 8.0}
    cry = NewAlarm(uuid7(NOW), NOW, **place, message="A dog has me cornered.")
    alarm, _ = raise_alarm(actor=rosa, new=cry, now=NOW)
    theirs, _ = raise_alarm(actor=moonlight.otto, new=NewAlarm(uuid7(NOW), NOW, **place), now=NOW)
    day = timedelta(days=1)
    changes = {"breadcrumb_days": 7, "note_days": 20}
    change_settings(actor=town.company.ada, changes=changes, now=NOW)
    assert remove_what_is_too_old(NOW + 7 * day) == {}
    assert remove_what_is_too_old(NOW + 8 * day) == {"alarm_positions": 1}
    alarm.refresh_from_db()
    assert (alarm.lon, alarm.lat, alarm.accuracy_m, alarm.message) == (
        None, None, None, "A dog has me cornered.",
    )  # fmt: skip
    told = AuditEntry.objects.get(action="record.too_old_removed")
    assert (told.after, told.organisation) == ({"alarm_positions": 1}, town.company.organisation)
    assert remove_what_is_too_old(NOW + 21 * day) == {"alarm_messages": 1}
    assert raise_alarm(actor=rosa, new=cry, now=NOW + 22 * day)[0].message == ""
    theirs.refresh_from_db()
    assert theirs.lon == -73.9
    assert remove_what_is_too_old(NOW + 31 * day) == {"alarm_positions": 1}


def test_another_organisation_keeps_its_own(told: Town, moonlight: Company) -> None:
    """Whose settings say nothing of it."""
    change_settings(actor=moonlight.olga, changes={"note_days": 1}, now=NOW)
    assert remove_what_is_too_old(NOW + timedelta(days=100)) == {}
    assert Visit.objects.exclude(note="").count() == 2


def test_an_admin_sets_how_long_what_is_kept(town: Town, as_member: SignIn) -> None:
    """Everybody may know; thirty days of positions are the most."""
    usual = {"idle_s": 7200, "breadcrumb_days": 30, "note_days": None, "audit_days": None}
    assert as_member(town.company.rosa).get(SETTINGS).json() == usual
    boss = as_member(town.company.ada)
    changed = boss.patch(SETTINGS, {"breadcrumb_days": 7, "idle_s": 3600}).json()
    assert changed == {**usual, "breadcrumb_days": 7, "idle_s": 3600}
    for wrong in ({"breadcrumb_days": 31}, {"idle_s": 60}, {"note_days": 0}):
        assert problem(boss.patch(SETTINGS, wrong)) == (400, "invalid")
    assert problem(as_member(town.company.max).patch(SETTINGS, {})) == (403, "not_allowed")
    entry = AuditEntry.objects.get(action="record_settings.changed")
    assert entry.before == {"breadcrumb_days": 30, "idle_s": 7200}


def test_the_idle_limit_is_the_organisation_s(town: Town) -> None:
    """After half an hour instead of two."""
    rosa = town.company.rosa
    plan = ShiftPlan(town.campaign, rosa, TODAY, starts_at=NOW)
    shift = schedule_shift(actor=town.company.max, plan=plan, now=NOW)
    new = NewShiftEvent(uuid7(NOW), shift.pk, "opened", NOW)
    record_shift_event(actor=rosa, new=new, now=NOW)
    later = NOW + timedelta(minutes=30)
    assert close_idle_shifts(later) == 0
    change_settings(actor=town.company.ada, changes={"idle_s": 1800}, now=NOW)
    assert close_idle_shifts(later) == 1


def test_a_rep_sees_all_that_is_kept_about_them(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Shifts, events, positions, visits, flags, alarms: their own and nobody else's."""
    rosa, sam = town.company.rosa, town.company.sam
    plan = ShiftPlan(town.campaign, rosa, TODAY, starts_at=NOW)
    shift = schedule_shift(actor=town.company.max, plan=plan, now=NOW)
    record_shift_event(actor=rosa, new=NewShiftEvent(uuid7(NOW), shift.pk, "opened", NOW), now=NOW)
    client = as_member(rosa)
    crumb = {"at": NOW.isoformat(), "lon": -73.9, "lat": 40.7}
    client.post(f"/api/v1/shifts/{shift.pk}/breadcrumbs/", {"positions": [crumb]})
    record(rosa, town.visit(town.north[0]))
    record(sam, town.visit(town.south[0]))
    days = {"from_day": "2026-06-10", "to_day": "2026-06-11"}
    with django_assert_max_num_queries(SIGNED_IN + 6):
        found = client.get("/api/v1/me/record/", days).json()
    assert {kind: len(rows) for kind, rows in found.items()} == {
        "shifts": 1, "events": 1, "breadcrumbs": 1, "visits": 1, "flags": 1, "alarms": 0,
    }  # fmt: skip
    assert Shift.objects.count() == 1
    assert Outcome.objects.exists()
    wrong = {"from_day": "2026-06-10", "to_day": "2026-08-10"}
    assert problem(client.get("/api/v1/me/record/", wrong)) == (400, "invalid")
