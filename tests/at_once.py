"""Calls that start together, each in a thread with a connection of its own.

SQLite lets one writer in at a time, so such tests say something on PostgreSQL only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

from common.errors import DomainError

Answer = TypeVar("Answer")


def at_once(*calls: Callable[[], Answer]) -> list[Answer | DomainError]:
    """What calls that start together answer, or the domain errors that they raise."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], Answer]) -> Answer | DomainError:
        try:
            connection.ensure_connection()
            start.wait()
            return call()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def errors_in(answers: list[Answer | DomainError]) -> list[type[DomainError]]:
    """The kinds of the domain errors among the answers."""
    return [type(answer) for answer in answers if isinstance(answer, DomainError)]
