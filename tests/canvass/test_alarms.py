"""Calls for help: kept, e-mailed until the mail server takes it, acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import AuditEntry, Member
from canvass.alarms import RETRY_AFTER, NewAlarm, raise_alarm, send_alarm, send_waiting_alarms
from canvass.models import Alarm
from common.ids import uuid7
from config import celery_app
from tests.calls import SignIn, problem
from tests.canvass.world import NOW, Town
from tests.cast import Company

ALARMS = "/api/v1/alarms/"


def cry(**more: Any) -> dict[str, Any]:
    """What Rosa's phone sends from the corner of Elm Street."""
    place = {"lon": -73.9, "lat": 40.7, "accuracy_m": 8.0, "message": "A dog has me cornered."}
    return {"id": str(uuid7(NOW)), "occurred_at": NOW.isoformat(), **place, **more}


def call(member: Member) -> Alarm:
    return raise_alarm(actor=member, new=NewAlarm(uuid7(NOW), NOW), now=NOW)[0]


def messages() -> Iterator[tuple[str, Any]]:
    """The tasks that wait at the broker with their arguments; they are then gone."""
    with celery_app.connection_for_read() as broker:
        queue = broker.SimpleQueue(celery_app.conf.task_default_queue)
        while len(queue):
            message = queue.get_nowait()
            message.ack()
            yield message.headers["task"], message.payload[0]


def test_an_alarm_reaches_the_managers_above(
    town: Town,
    as_member: SignIn,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Who, when, where and why, on commit; not the south's manager, nor the admin."""
    list(messages())
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_member(town.company.rosa).post(ALARMS, cry())
    assert answer.status_code == 201
    celery_app.loader.import_default_modules()
    for task, arguments in messages():
        celery_app.tasks[task](*arguments)
    (letter,) = mail.outbox
    assert letter.to == ["max@sunrise.test"]
    assert letter.subject == "Rosa needs help"
    for part in ("2026-06-10 18:00:00 UTC", "40.700000, -73.900000", "within 8 m", "A dog"):
        assert part in letter.body


def test_the_same_again_is_one_alarm(town: Town, as_member: SignIn, moonlight: Company) -> None:
    """200 for a replay, 409 for anything else under the id, also somebody else's."""
    client, sent = as_member(town.company.rosa), cry()
    assert [client.post(ALARMS, sent).status_code for _ in range(3)] == [201, 200, 200]
    assert Alarm.objects.count() == 1
    reused = (409, "alarm.id_reused")
    assert problem(client.post(ALARMS, {**sent, "lon": -73.8})) == reused
    assert problem(as_member(moonlight.otto).post(ALARMS, sent)) == reused


class BrokenServer:
    """A mail server that takes nothing."""

    def __init__(self, **options: Any) -> None:
        pass

    def send_messages(self, messages: Any) -> int:
        """Refuse."""
        raise ConnectionRefusedError


def test_a_broken_mail_server_loses_nothing(town: Town, settings: LazySettings) -> None:
    """It is tried again a minute later, and every minute, until it is taken; then no more."""
    alarm = call(town.company.rosa)
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    for minute in range(300):
        assert send_waiting_alarms(NOW + minute * RETRY_AFTER) == 0
    settings.EMAIL_BACKEND = works
    at = NOW + 300 * RETRY_AFTER
    assert send_waiting_alarms(at - timedelta(seconds=1)) == 0
    assert send_waiting_alarms(at) == 1
    assert send_waiting_alarms(at + timedelta(days=1)) == 0
    assert len(mail.outbox) == 1
    alarm.refresh_from_db()
    assert alarm.notified_at == at


def test_two_workers_send_one_e_mail(town: Town) -> None:
    """The one who claims it first; the other finds it claimed."""
    alarm = call(town.company.rosa)
    Alarm.objects.filter(pk=alarm.pk).update(tried_at=NOW)
    assert not send_alarm(alarm.pk, NOW)
    assert not mail.outbox


def test_who_has_no_manager_reaches_the_admins(town: Town) -> None:
    """A manager's own alarm goes to those above, never to themselves."""
    call(town.company.max)
    send_waiting_alarms(NOW)
    assert mail.outbox[0].to == ["ada@sunrise.test"]


def test_a_manager_acknowledges_once(town: Town, as_member: SignIn, moonlight: Company) -> None:
    """The first one stays; reps may not, others find nothing; then nobody is e-mailed."""
    alarm = call(town.company.rosa)
    url = f"{ALARMS}{alarm.pk}/acknowledge/"
    assert problem(as_member(town.company.rosa).post(url)) == (403, "not_allowed")
    for stranger in (town.company.mona, moonlight.olga):
        assert problem(as_member(stranger).post(url)) == (404, "not_found")
    boss = as_member(town.company.max)
    assert boss.get(ALARMS, {"open": "true"}).json()["count"] == 1
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        first = boss.post(url).json()
    assert first["acknowledged_by"] == town.company.max.pk
    assert as_member(town.company.ada).post(url).json() == first
    assert boss.get(ALARMS, {"open": "true"}).json()["count"] == 0
    assert send_waiting_alarms(NOW) == 0
    told = AuditEntry.objects.filter(kind="canvass.Alarm").values_list("action", flat=True)
    assert sorted(told) == ["alarm.acknowledged", "alarm.raised"]


def test_everybody_sees_the_own_alarms(town: Town, as_member: SignIn) -> None:
    """A rep theirs, a manager the subtree's."""
    call(town.company.rosa)
    call(town.company.sam)
    people = town.company
    counts = [
        as_member(one).get(ALARMS).json()["count"]
        for one in (people.rosa, people.rui, people.max, people.mona, people.ada)
    ]
    assert counts == [1, 0, 1, 1, 2]


@pytest.mark.parametrize(
    "fields",
    [{"lat": None}, {"lon": 181}, {"id": "7"}, {"occurred_at": "2026-06-10T18:00:00"}],
)
def test_nonsense_is_refused(town: Town, as_member: SignIn, fields: dict[str, Any]) -> None:
    """400, and nothing is kept."""
    answer = as_member(town.company.rosa).post(ALARMS, cry(**fields))
    assert problem(answer) == (400, "invalid")
    assert not Alarm.objects.exists()


def test_a_clock_ahead_is_set_back(town: Town, as_member: SignIn) -> None:
    """An alarm of tomorrow is one of now, and still the same when sent again."""
    client, sent = as_member(town.company.rosa), cry(occurred_at="2026-06-11T18:00:00Z")
    assert client.post(ALARMS, sent).json()["occurred_at"] == "2026-06-10T18:00:00Z"
    assert client.post(ALARMS, sent).status_code == 200
