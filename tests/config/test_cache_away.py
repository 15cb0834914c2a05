"""A Redis that goes away takes nobody's sign-in, push or lock-out with it."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client

from canvass.models import Alarm
from config import caches
from config.caches import SteadyClient
from config.environment import ROOT, cache
from config.limits import count
from tests.accounts.people import can_sign_in
from tests.accounts.test_sessions import phone, sign_in
from tests.canvass.sync.phones import PUSH, batch, op
from tests.cast import NOON, Company
from tests.servers import free_port, redis

pytestmark = pytest.mark.redis


@pytest.fixture
def port(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where the cache's Redis would listen, at noon; each call looks for it anew."""
    port = free_port()
    monkeypatch.setenv("CACHE_URL", f"redis://127.0.0.1:{port}/0")
    monkeypatch.setattr(caches, "LOOK_EVERY_S", 0.0)
    settings.CACHES = {"default": cache()}
    with time_machine.travel(NOON, tick=False):
        yield port
    SteadyClient(None).own.clear()


def told(caplog: pytest.LogCaptureFixture) -> set[int]:
    """The levels of what the cache has logged since the last time."""
    levels = {record.levelno for record in caplog.records if record.name == "config.caches"}
    caplog.clear()
    return levels


def push(token: dict[str, str], kind: str = "alarm") -> int:
    """The status of a phone's push."""
    body = batch([op(kind, {})])
    return Client().post(PUSH, body, content_type="application/json", headers=token).status_code


def test_a_push_goes_through_without_it_and_is_counted(
    port: int, sunrise: Company, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    """While Redis is there, after it has stopped in the middle, and when it is there again."""
    with redis(port):
        token = phone(sunrise.rosa)
        settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"sync": 2}
        assert [push(token) for _ in range(3)] == [200, 200, 429]
        assert told(caplog) == set()
    assert [push(token) for _ in range(3)] == [200, 200, 429]
    assert Alarm.objects.count() == 4
    assert told(caplog) == {logging.WARNING}
    with redis(port):
        assert [push(token) for _ in range(3)] == [200, 200, 429]
        assert told(caplog) == set()


def test_guessing_is_locked_out_without_it(port: int, sunrise: Company) -> None:
    """Five wrong passwords in a process, and then the right one is refused too."""
    can_sign_in(sunrise.rosa)
    email = sunrise.rosa.user.email
    assert sign_in(Client(), email).status_code == 200
    for _ in range(5):
        assert sign_in(Client(), email, "wrong").status_code == 400
    refused = sign_in(Client(), email)
    assert refused.json()["errors"][0]["code"] == "too_many_login_attempts"


def test_processes_count_together_while_it_answers(port: int) -> None:
    """The own cache is for the meantime only."""
    script = "import django; django.setup(); from config.limits import count; print(count('a'))"
    with redis(port):
        counted = [count("a")]
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
            )
            counted.append(int(done.stdout))
        counted.append(count("a"))
    assert counted == [1, 2, 3, 4]


def test_what_does_not_answer_is_not_asked_at_each_call(
    port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits for it again and again, and the log says it once."""
    monkeypatch.setattr(caches, "LOOK_EVERY_S", 3600.0)
    monkeypatch.setattr(SteadyClient, "away_until", 0.0)
    assert [count("b") for _ in range(50)] == list(range(1, 51))
    assert len(caplog.records) == 1
