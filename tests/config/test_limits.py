"""How many requests a minute go through, and what becomes of the others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from rest_framework.test import APIRequestFactory

from canvass.models import SyncOp
from common.ids import uuid7
from config.environment import ROOT, limits
from config.limits import count, kind_of
from tests.access.addresses import Address, addresses
from tests.accounts.api.test_api_keys import ask, key
from tests.accounts.test_sessions import APP, JSON
from tests.calls import SignIn, problem
from tests.cast import NOON, Company

ME, ACCEPT = "/api/v1/me/", "/api/v1/invitations/accept/"
API = "api/v1/"
PUSH, PULL = "/api/v1/sync/push", "/api/v1/sync/pull"
REFUSED = (429, "too_many_requests")
COUNT = (
    "import sys, django; django.setup(); from config.limits import count; print(count(sys.argv[1]))"
)

SetLimits = Callable[..., None]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Noon."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def limit(settings: LazySettings) -> SetLimits:
    """Sets limits; those that are not named let everything through."""

    def put(**some: int) -> None:
        settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | some

    return put


def push(client: Any, *ops: dict[str, Any]) -> Any:
    """The answer to a push of a phone."""
    envelope = {"device_id": "phone", "client_time": NOON.isoformat(), "schema": 1}
    return client.post(PUSH, {**envelope, "ops": list(ops)})


def alarm() -> dict[str, Any]:
    """An operation of a phone."""
    return {
        "id": str(uuid7(NOON)), "type": "alarm", "occurred_at": NOON.isoformat(), "payload": {},
    }  # fmt: skip


def accept(address: str) -> tuple[int, str]:
    """What nobody at an address is answered, who tries an invitation's token."""
    body = {"token": "guessed", "password": "correct horse battery"}
    return problem(Client(REMOTE_ADDR=address).post(ACCEPT, body, content_type=JSON))


def test_who_asks_too_often_is_told_when_to_come_again(
    sunrise: Company, as_member: SignIn, limit: SetLimits, clock: time_machine.Traveller
) -> None:
    """Three go through and no fourth, until the seconds have passed that the answer says."""
    limit(read=3)
    client = as_member(sunrise.rosa)
    for _ in range(2):
        assert [client.get(ME).status_code for _ in range(3)] == [200] * 3
        refused = client.get(ME)
        assert problem(refused) == REFUSED
        wait_s = refused.json()["retry_after_s"]
        assert refused["Retry-After"] == str(wait_s)
        clock.shift(wait_s - 1)
        assert client.get(ME)["Retry-After"] == "1"
        clock.shift(1)


def test_kinds_are_counted_apart_and_so_are_members(
    sunrise: Company, as_member: SignIn, limit: SetLimits
) -> None:
    """Who reads too much still syncs and writes; Rui, at the same address, reads."""
    limit(read=1)
    rosa = as_member(sunrise.rosa)
    assert [rosa.get(ME).status_code for _ in range(2)] == [200, 429]
    assert rosa.get(PULL).status_code == push(rosa).status_code == 200
    assert rosa.post("/api/v1/alarms/", alarm()).status_code == 201
    assert as_member(sunrise.rui).get(ME).status_code == 200


def test_what_is_refused_is_not_done_and_the_phone_may_send_it_again(
    sunrise: Company, as_member: SignIn, limit: SetLimits, clock: time_machine.Traveller
) -> None:
    """The batch as a whole is refused, and applied once when it comes again."""
    limit(sync=1)
    client, op = as_member(sunrise.rosa), alarm()
    assert push(client).status_code == 200
    refused = push(client, op)
    assert problem(refused) == REFUSED
    assert not SyncOp.objects.exists()
    clock.shift(int(refused["Retry-After"]))
    assert push(client, op).json()["results"][0]["status"] == "applied"


def test_a_key_is_counted_apart_from_its_member(
    sunrise: Company, as_member: SignIn, limit: SetLimits
) -> None:
    """A program that runs wild does not lock out the admin as whom it acts, nor another program."""
    limit(read=2)
    wild, other = key(sunrise), key(sunrise)
    assert [ask(wild).status_code for _ in range(3)] == [200, 200, 429]
    assert problem(ask(wild)) == REFUSED
    assert ask(other).status_code == as_member(sunrise.ada).get(ME).status_code == 200


def test_nobody_is_counted_by_address(db: None, limit: SetLimits, settings: LazySettings) -> None:
    """Behind a proxy by that which the proxy has seen, not by one that the client makes up."""
    limit(sign_in=1)
    assert [accept("192.0.2.1")[0] for _ in range(2)] == [404, 429]
    assert accept("192.0.2.2")[0] == 404
    settings.TRUSTED_PROXIES = 1
    body, told = {"token": "x", "password": "correct horse battery"}, "{}, 192.0.2.3"
    for number, status in enumerate([404, 429]):
        headers = {"X-Forwarded-For": told.format(f"10.0.0.{number}")}
        answer = Client().post(ACCEPT, body, content_type=JSON, headers=headers)
        assert answer.status_code == status


def test_the_schema_is_a_download(db: None, limit: SetLimits) -> None:
    """Making it costs a second, and anybody may ask: so not as often as they like."""
    limit(export=1, read=0)
    answers = [Client().get("/api/openapi.yaml") for _ in range(2)]
    assert answers[0].status_code == 200
    assert problem(answers[1]) == REFUSED


def test_sign_in_refuses_like_everything_else(db: None) -> None:
    """It has limits of its own: twenty links to choose a password a minute from one address."""
    bodies = [{"email": f"nobody{number}@sunrise.test"} for number in range(21)]
    path = f"{APP}/auth/password/request"
    answers = [Client().post(path, body, content_type=JSON) for body in bodies]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert problem(answers[-1]) == REFUSED
    assert answers[-1]["Retry-After"] == "60"


def test_a_phone_that_catches_up_is_not_stopped(
    sunrise: Company, as_member: SignIn, settings: LazySettings
) -> None:
    """Under the limits that count if nobody sets any: two pushes and two pulls a second."""
    settings.REQUEST_LIMITS = limits()
    client = as_member(sunrise.rosa)
    answers = [answer for _ in range(60) for answer in (push(client), client.get(PULL))]
    assert {answer.status_code for answer in answers} == {200}


def test_however_many_count_at_once_each_gets_a_number_of_its_own() -> None:
    """Nobody slips through between reading and writing."""
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(count, ["mark"] * 400))
    assert sorted(numbers) == list(range(1, 401))


@pytest.mark.redis
def test_processes_with_one_cache_count_together(settings: LazySettings) -> None:
    """What this process has counted, another goes on counting."""
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        pytest.skip("TEST_REDIS_URL names no Redis; `make test` starts one")
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": url}}
    mark = uuid4().hex
    assert [count(mark), count(mark)] == [1, 2]
    told = {"CACHE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    other = subprocess.run(
        [sys.executable, "-c", COUNT, mark],
        cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert other.stdout.strip() == "3"


def expected_kind(method: str, path: str) -> str:
    """What a request should be counted as, by its address alone."""
    if path.startswith("sync/"):
        return "sync"
    if path.endswith(("/rejects/", "/csv/")):
        return "export"
    if path == "invitations/accept/":
        return "sign_in"
    is_long = path.partition("/")[0].endswith("-runs") or path.startswith("street-maps/")
    if method == "GET":
        return "read"
    return "work" if is_long else "write"


def kind_at(address: Address, method: str) -> str:
    """What a request is counted as."""
    view: Any = address.view
    made = (getattr(view, "cls", None) or view.view_class)(**getattr(view, "initkwargs", {}))
    request: Any = APIRequestFactory().generic(method, "/")
    return kind_of(request, made)


def test_every_address_is_counted_as_what_it_is() -> None:
    """Long work, downloads, syncing and trying passwords are these; all else reads or writes."""
    found = {
        (method, address.path): kind_at(address, method)
        for address in addresses()
        if address.path.startswith(API)
        for method in address.methods
    }
    assert len(found) > 150
    assert found == {(how, path): expected_kind(how, path.removeprefix(API)) for how, path in found}
