"""GET and POST /api/v1/telephone-callbacks/: agreed calls, and the list that forbids them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.callback_reminders import remind_of_callbacks
from canvass.do_not_call import NewNumber, list_number, unlist_number
from canvass.do_not_knock import NewEntry, Place, add_entry
from canvass.householders import erase_householder
from canvass.keeping import change_settings, remove_what_is_too_old
from canvass.models import Prospect, TelephoneCall, TelephoneCallback
from canvass.telephone import NewCall, NewTelephoneCallback, agree_on_call, record_call
from common.ids import uuid7
from territories.models import Assignment, Door
from tests.at_once import at_once, errors_in
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import NOW, TODAY, Town, assign, record, undone
from tests.cast import Company

URL = "/api/v1/telephone-callbacks/"
NUMBER = "+13015550147"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def body(town: Town, door: Door | None = None, **fields: Any) -> dict[str, Any]:
    """A call in an hour, agreed at the north's first door, unless said otherwise."""
    usual = {"campaign": town.campaign.pk, "door": (door or town.north[0]).pk}
    times = {"agreed_at": NOW.isoformat(), "call_at": (NOW + HOUR).isoformat()}
    return {"id": str(uuid7(NOW)), "phone": NUMBER, **usual, **times, **fields}


def agreed(town: Town, door: Door | None = None, **fields: Any) -> TelephoneCallback:
    """The same, kept."""
    usual: dict[str, Any] = {"phone": NUMBER, "agreed_at": NOW, "call_at": NOW + HOUR, **fields}
    door = door or town.north[0]
    new = NewTelephoneCallback(uuid7(NOW), town.campaign.pk, door.pk, **usual)
    return agree_on_call(actor=town.company.rosa, new=new, now=NOW)[0]


def listed(town: Town, phone: str = NUMBER) -> Any:
    """The number, on the list from now on."""
    return list_number(actor=town.company.ada, new=NewNumber(phone, "UTC"), now=NOW)[0]


def shown(as_member: SignIn, member: Any) -> list[tuple[str, str | None, int]]:
    """State, number and calls of each callback that a member sees."""
    rows = as_member(member).get(URL).json()["results"]
    return [(row["state"], row["phone"], row["calls"]) for row in rows]


def test_a_call_is_agreed_and_made(town: Town, as_member: SignIn) -> None:
    """201, then 200; open, until somebody is reached. The prospect has no stop to make."""
    rosa, sent = as_member(town.company.rosa), body(town, note="Ask for Kim.")
    first = rosa.post(URL, sent)
    assert first.status_code == 201
    told = first.json()
    assert (told["phone"], told["state"], told["calls"]) == (NUMBER, "open", 0)
    again = rosa.post(URL, sent)
    assert (again.status_code, again.json()) == (200, told)
    assert town.prospect(town.north[0]).next_due_at is None
    call = {"id": str(uuid7(NOW)), "called_at": NOW.isoformat(), "reached": False}
    made = rosa.post(f"{URL}{sent['id']}/call/", call)
    assert (made.status_code, made.json()["listed"]) == (201, False)
    assert rosa.post(f"{URL}{sent['id']}/call/", call).status_code == 200
    assert shown(as_member, town.company.rosa) == [("open", NUMBER, 1)]
    answered = {**call, "id": str(uuid7(NOW)), "reached": True}
    assert rosa.post(f"{URL}{sent['id']}/call/", answered).status_code == 201
    assert shown(as_member, town.company.rosa) == [("reached", NUMBER, 2)]
    assert rosa.get(URL, {"state": "open"}).json()["count"] == 0
    assert NUMBER not in str(list(AuditEntry.objects.values("before", "after")))


def test_a_listed_number_is_refused(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """With who said so; another company's list says nothing here, nor does one that is over."""
    theirs = NewNumber(NUMBER, "UTC")
    list_number(actor=moonlight.olga, new=theirs, now=NOW)
    rosa = as_member(town.company.rosa)
    assert rosa.post(URL, body(town)).status_code == 201
    entry = listed(town)
    refused = rosa.post(URL, body(town))
    assert problem(refused) == (422, "do_not_call.listed")
    assert refused.json()["source"] == "householder"
    assert rosa.post(URL, body(town, phone="+13015550148")).status_code == 201
    unlist_number(actor=town.company.ada, entry=entry, reason="He asked us to.", now=NOW)
    with time_machine.travel(NOW + HOUR / 2, tick=False):
        assert rosa.post(URL, body(town)).status_code == 201


def test_what_is_listed_later_is_blocked_and_has_no_number(town: Town, as_member: SignIn) -> None:
    """For everybody; a call all the same is kept, and says so. Lifted, it is open again."""
    callback, entry = agreed(town), listed(town)
    for member in (town.company.rosa, town.company.ada):
        assert shown(as_member, member) == [("blocked", None, 0)]
    call = {"id": str(uuid7(NOW)), "called_at": NOW.isoformat(), "reached": False}
    made = as_member(town.company.rosa).post(f"{URL}{callback.pk}/call/", call)
    assert (made.status_code, made.json()["listed"]) == (201, True)
    unlist_number(actor=town.company.ada, entry=entry, reason="By mistake.", now=NOW)
    assert shown(as_member, town.company.rosa) == [("open", NUMBER, 1)]


def test_the_lists_of_doors_and_of_numbers_are_separate(town: Town, as_member: SignIn) -> None:
    """Do-not-knock does not forbid a call, nor do-not-call a knock."""
    here = NewEntry(Place(door=town.north[0]), "manager", "UTC")
    add_entry(actor=town.company.ada, new=here, now=NOW)
    agreed(town)
    listed(town, "+13015550148")
    assert shown(as_member, town.company.rosa) == [("open", NUMBER, 0)]
    assert Prospect.objects.knockable(NOW).count() == 5


def test_a_call_is_missed_once_its_time_has_passed(town: Town, as_member: SignIn) -> None:
    """A quarter of an hour after the time, or after the window."""
    agreed(town)
    agreed(town, call_at=NOW + HOUR + HOUR / 60, call_until=NOW + 3 * HOUR)
    quarter = timedelta(minutes=15)
    for later, states in (
        (HOUR + quarter, ["open", "open"]),
        (HOUR + 2 * quarter, ["missed", "open"]),
        (4 * HOUR, ["missed", "missed"]),
    ):
        with time_machine.travel(NOW + later, tick=False):
            assert [row[0] for row in shown(as_member, town.company.rosa)] == states


def test_who_is_to_call_is_told_once(town: Town) -> None:
    """Two hours before, in one e-mail with the visits of the hour; not where nobody may call."""
    at = NOW + 3 * HOUR  # 17:00 in New York
    agreed(town, call_at=at, call_until=at + HOUR, note="Ask for Kim.")
    agreed(town, town.north[1], call_at=at, phone="+13015550148")
    listed(town, "+13015550148")
    visit = town.visit(town.north[2], "callback", callback_at=at + HOUR / 2)
    record(town.company.rosa, visit)
    assert remind_of_callbacks(NOW + HOUR - SECOND) == 0
    assert remind_of_callbacks(NOW + 2 * HOUR) == 2
    assert remind_of_callbacks(NOW + 2 * HOUR) == 0
    (told,) = mail.outbox
    first, third = (door.building.number for door in (town.north[0], town.north[2]))
    assert told.to == ["rosa@sunrise.test"]
    assert f"17:00 to 18:00  call  Elm Street {first}, Yonkers" in told.body
    assert f"17:30  Elm Street {third}, Yonkers" in told.body
    assert (NUMBER in told.body, "Kim" in told.body) == (False, False)


def test_who_has_the_door_by_then_is_told_of_the_call(town: Town) -> None:
    """Not who agreed on it and has handed the territory over; and nobody who was reached."""
    callback = agreed(town)
    Assignment.objects.filter(member=town.company.rosa).update(ends_on=TODAY)
    assign(town.territory(1), town.company.rui, starts_on=TODAY)
    with undone():
        assert remind_of_callbacks(NOW) == 1
        assert mail.outbox[-1].to == ["rui@sunrise.test"]
    record_call(
        actor=town.company.rosa, new=NewCall(uuid7(NOW), callback.pk, NOW, reached=True), now=NOW
    )
    assert remind_of_callbacks(NOW) == 0


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"phone": "555"}, (422, "phone.invalid")),
        ({"call_at": NOW.isoformat()}, (422, "callback.in_past")),
        ({"call_until": NOW.isoformat()}, (400, "invalid")),
        ({"campaign": 10**9}, (404, "telephone_callback.place_not_found")),
        ({"door": 10**9}, (404, "telephone_callback.place_not_found")),
        ({"id": "00000000-0000-4000-8000-000000000000"}, (400, "invalid")),
    ],
)
def test_bad_callbacks_are_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    """With a code of its own; nothing is written."""
    assert problem(as_member(town.company.rosa).post(URL, {**body(town), **fields})) == expected
    assert not TelephoneCallback.objects.exists()


def test_ids_are_used_once(town: Town, as_member: SignIn) -> None:
    """For callbacks and for calls, whoever sends them."""
    rosa, sent = as_member(town.company.rosa), body(town)
    assert rosa.post(URL, sent).status_code == 201
    for client, other in ((rosa, {"note": "x"}), (as_member(town.company.ada), {})):
        answer = client.post(URL, {**sent, **other})
        assert problem(answer) == (409, "telephone_callback.id_reused")
    call = {"id": str(uuid7(NOW)), "called_at": NOW.isoformat(), "reached": False}
    path = f"{URL}{sent['id']}/call/"
    assert rosa.post(path, call).status_code == 201
    again = rosa.post(path, {**call, "reached": True})
    assert problem(again) == (409, "telephone_call.id_reused")
    assert TelephoneCall.objects.count() == 1


def test_who_may_and_who_sees(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Reps for the doors that were theirs that day, managers anywhere; each sees what is theirs."""
    company = town.company
    for member, door, status in (
        (company.rosa, town.south[0], 404),
        (company.rosa, town.north[0], 201),
        (company.sam, town.south[1], 201),
    ):
        assert as_member(member).post(URL, body(town, door)).status_code == status
    counts = {"ada": 2, "max": 1, "mona": 1, "rosa": 1, "rui": 0, "sam": 1}
    for name, count in counts.items():
        assert (name, as_member(company.members[name]).get(URL).json()["count"]) == (name, count)
    call = {"id": str(uuid7(NOW)), "called_at": NOW.isoformat(), "reached": True}
    theirs = f"{URL}{TelephoneCallback.objects.get(door=town.north[0]).pk}/call/"
    for member in (company.sam, moonlight.olga):
        assert problem(as_member(member).post(theirs, call)) == (404, "not_found")
    assert problem(as_member(moonlight.olga).post(URL, body(town)))[0] == 404
    assert problem(as_member(None).get(URL))[0] == 401


def test_a_clock_ahead_is_set_to_now(town: Town) -> None:
    """An agreement an hour from now was made now."""
    callback = agreed(town, agreed_at=NOW + HOUR, call_at=NOW + 2 * HOUR)
    assert callback.agreed_at == NOW


def test_erasing_empties_the_number(town: Town, as_member: SignIn) -> None:
    """Nobody can call any more; the list keeps what it forbids."""
    callback, entry = agreed(town, note="Kim"), listed(town, "+13015550148")
    shown_to_them = as_member(town.company.ada).get(
        f"/api/v1/doors/{town.north[0].pk}/householder/"
    )
    assert shown_to_them.json()["telephone_callbacks"][0]["phone"] == NUMBER
    erasure, _ = erase_householder(actor=town.company.ada, door=town.north[0], now=NOW)
    assert erasure.erased["telephone_callbacks"] == 1
    callback.refresh_from_db()
    entry.refresh_from_db()
    assert (callback.phone, callback.note, entry.phone) == ("", "", "+13015550148")
    assert shown(as_member, town.company.rosa) == [("blocked", None, 0)]


def test_numbers_are_not_kept_longer_than_notes(town: Town) -> None:
    """A company that keeps notes for a year keeps numbers for a year."""
    agreed(town)
    change_settings(actor=town.company.ada, changes={"note_days": 365}, now=NOW)
    day = timedelta(days=1)
    assert remove_what_is_too_old(NOW + 364 * day) == {}
    assert remove_what_is_too_old(NOW + 366 * day) == {"telephone_callbacks": 1}


def test_the_list_takes_few_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However many callbacks there are."""
    for _ in range(5):
        agreed(town)
    client = as_member(town.company.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 5


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_one_id_sent_twice_at_once_is_one_callback(town: Town) -> None:
    """Neither sender gets an error."""
    new = NewTelephoneCallback(
        uuid7(NOW), town.campaign.pk, town.north[0].pk, NUMBER, NOW, NOW + HOUR
    )

    def agree() -> Any:
        return agree_on_call(actor=town.company.rosa, new=new, now=NOW)

    assert errors_in(at_once(agree, agree)) == []
    assert TelephoneCallback.objects.count() == 1
