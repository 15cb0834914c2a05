"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection, transaction
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from accounts.models import Member
from config import celery_app
from config.origin import Writes
from tests import cast

# Tests share their machine with other work: how long an example takes says nothing about the code.
hypothesis_settings.register_profile("canvass", deadline=None)
hypothesis_settings.load_profile("canvass")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as in use: threads and worker processes open it too."""
    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(scope="session", autouse=True)
def _own_broker() -> None:
    """Messages that a test sends are for nobody else's worker."""
    celery_app.conf.update(broker_url="memory://", broker_transport_options={})


@pytest.fixture(autouse=True)
def _own_folders(settings: LazySettings, tmp_path: Path) -> None:
    """Files that a test uploads go with the test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_ROOT = tmp_path  # must exist: the static files' middleware warns otherwise


@pytest.fixture(scope="session", autouse=True)
def _trail_may_be_flushed() -> Iterator[None]:
    """Lift the triggers that keep the audit trail while the database is emptied between tests.

    Nothing else empties it: `manage.py flush` is refused like every other delete.
    """
    flush: Callable[..., None] = type(connection.ops).execute_sql_flush
    triggers = import_module("accounts.migrations.0003_trail_stays")

    def lifted(ops: Any, statements: list[str]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in triggers.BACKWARDS[connection.vendor]:
                cursor.execute(statement)
            flush(ops, statements)
            for statement in triggers.FORWARDS[connection.vendor]:
                cursor.execute(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connection.ops), "execute_sql_flush", lifted)
        yield


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """What other tests counted in the cache slows nobody down: rolled back ids come again."""
    cache.clear()


@pytest.fixture(autouse=True)
def _no_request_limits(settings: LazySettings) -> None:
    """A test may ask as often as it likes; those of the limits set their own."""
    settings.REQUEST_LIMITS = dict.fromkeys(settings.REQUEST_LIMITS, 0)


@pytest.fixture
def sunrise(db: None) -> cast.Company:
    """The company of most tests; see tests/cast.py."""
    return cast.sunrise()


@pytest.fixture
def moonlight(db: None) -> cast.Company:
    """The other company; see tests/cast.py."""
    return cast.moonlight()


class TracedClient(APIClient):
    """An API client that insists on the audit trail: whatever a call writes is told there.

    As every endpoint has a test that writes through it, none can be forgotten.
    """

    def request(self, **kwargs: Any) -> Any:
        """Make a call; fails if it was answered well and wrote something that nobody tells."""
        writes = Writes()
        with connection.execute_wrapper(writes):
            response = super().request(**kwargs)
        assert response.status_code >= 400 or not writes.untold, writes.tables
        return response


@pytest.fixture
def as_member() -> Callable[[Member | None], APIClient]:
    """An API client that is signed in as a member, or as nobody."""

    def sign_in(member: Member | None) -> APIClient:
        client = TracedClient()
        if member is not None:
            client.force_login(member.user)
        return client

    return sign_in
