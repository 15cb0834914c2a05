"""Doing things in connections of their own, at once or one while another waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, transaction


def in_own_connection(call: Callable[[], object]) -> object:
    """Carry out a call in a thread whose connection is closed afterwards; returns what it does."""
    try:
        return call()
    finally:
        connection.close()


def elsewhere(call: Callable[[], object]) -> None:
    """Carry out a call in a connection of its own, to its commit."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(in_own_connection, call).result(30)


class Slow:
    """A transaction in a connection of its own that has written, and commits when it is told to."""

    def __init__(self, pool: ThreadPoolExecutor, write: Callable[[], object]) -> None:
        self.written, self.go = threading.Event(), threading.Event()
        self.done: Future[None] = pool.submit(self.run, write)
        assert self.written.wait(30)

    def run(self, write: Callable[[], object]) -> None:
        """Write, and wait."""
        try:
            with transaction.atomic():
                write()
                self.written.set()
                assert self.go.wait(30)
        finally:
            connection.close()

    def commit(self) -> None:
        """Let it commit."""
        self.go.set()
        self.done.result(30)


@contextmanager
def waiting_for_a_lock(done: Future[object]) -> Iterator[None]:
    """Wait until another connection waits for a lock; it must not have got through."""
    asked = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    for _ in range(3000):
        with connection.cursor() as cursor:
            cursor.execute(asked)
            if cursor.fetchone()[0]:
                break
        assert not done.done()
        threading.Event().wait(0.01)
    else:
        raise AssertionError("nobody waits")
    yield
