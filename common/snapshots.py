"""Reading in several queries what must belong together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Let all queries of a block see the database as it is at the first of them.

    The block may only read: PostgreSQL refuses to write in it. Inside another transaction it is
    that transaction's view, and no more.
    """
    if connection.in_atomic_block:
        yield
        return
    with _waiting_for_no_writer(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def _waiting_for_no_writer() -> Iterator[None]:
    """On SQLite, let transactions begin as readers, which see one state of the database anyway."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    sqlite: Any = connection
    usual, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
    try:
        yield
    finally:
        sqlite.transaction_mode = usual
