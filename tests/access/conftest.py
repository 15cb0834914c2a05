"""The two companies of the tests of access, built once for each module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.db import transaction
from django.test import override_settings
from rest_framework.test import APIClient

from accounts.models import Member
from tests.access.bodies import FILES, HEADERS, body_of
from tests.access.table import Line
from tests.access.world import Estate, estate
from tests.canvass.world import NOW


@dataclass(frozen=True)
class Town:
    """Two companies with the same doors, and a client for everybody who asks, by column."""

    hers: Estate
    twin: Estate
    clients: dict[str, APIClient]
    files: Path

    def ask(self, who: str, line: Line, rows: Estate, path: str | None = None) -> Any:
        """The answer to a line of the table whose body names `rows`, and so does its path.

        Unless another path is given. Nothing that it writes stays.
        """
        address = "/api/v1/" + (path or rows.address(line.path))
        client = self.clients[who]
        with transaction.atomic():
            if line.method == "GET":
                answer = client.get(address)
            else:
                kind = "multipart" if line.name in FILES else "json"
                call = getattr(client, line.method.lower())
                answer = call(
                    address, body_of(rows, line.name), format=kind, headers=HEADERS.get(line.name)
                )
            transaction.set_rollback(True)
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # closes the file
        return answer

    def call(self, who: str, method: str, path: str) -> Any:
        """The answer to {} sent anywhere, from a browser of its own, which it may sign out."""
        browser = APIClient()
        browser.cookies.update(self.clients[who].cookies)
        return getattr(browser, method.lower())(path, {}, format="json")


@pytest.fixture(scope="module")
def town(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """Sunrise and its twin with a row of every kind."""
    files = tmp_path_factory.mktemp("media")
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=files),
        time_machine.travel(NOW, tick=False),
        transaction.atomic(),
    ):
        hers, twin = estate(), estate("Moonlight")
        yield Town(hers, twin, clients(hers, twin), files)
        transaction.set_rollback(True)


def clients(hers: Estate, twin: Estate) -> dict[str, APIClient]:
    """Everybody of the table's columns, and the twin's manager and rep, signed in."""
    company, other = hers.company, twin.company
    people: dict[str, Member | None] = {
        "admin": company.ada, "manager": company.max, "other": company.mona, "rep": company.rosa,
        "mate": company.rui, "twin": other.ada, "twin's manager": other.max,
        "twin's rep": other.rosa, "nobody": None,
    }  # fmt: skip
    made = {who: APIClient() for who in people}
    for who, member in people.items():
        if member is not None:
            made[who].force_login(member.user)
    return made


@pytest.fixture(autouse=True)
def _files(town: Town, db: None, settings: LazySettings) -> Iterator[None]:
    """The world's files, and its clock, in each test."""
    settings.MEDIA_ROOT = town.files
    with time_machine.travel(NOW, tick=False):
        yield
