"""Connections to the database: kept between requests, and given up where they do not work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, connections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web_thread() -> Iterator[ThreadPoolExecutor]:
    """A thread that answers one request after the other, as the web server's do."""
    with ThreadPoolExecutor(1) as thread:
        yield thread
        thread.submit(connections.close_all).result()


def asked() -> tuple[str, Any]:
    """How a request that needs the database is answered, and the connection that it leaves."""
    environ: dict[str, Any] = {"PATH_INFO": "/healthz"}
    setup_testing_defaults(environ)
    told: list[Any] = []

    def start(status: str, *_: Any) -> Callable[[bytes], object]:
        told.append(status)
        return told.append

    WSGIHandler()(environ, start).close()
    return told[0], connection.connection


def test_a_thread_keeps_its_connection(web_thread: ThreadPoolExecutor) -> None:
    """The second request finds the one that the first has opened."""
    (status, first), (_, second) = (web_thread.submit(asked).result() for _ in range(2))
    assert status == "200 OK"
    assert first is not None
    assert first is second


def test_nobody_notices_that_the_database_was_started_again(web_thread: ThreadPoolExecutor) -> None:
    """A connection that has ended meanwhile is replaced before the next request is answered."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server.")
    _, first = web_thread.submit(asked).result()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [first.info.backend_pid])
    status, second = web_thread.submit(asked).result()
    assert status == "200 OK"
    assert first is not second
