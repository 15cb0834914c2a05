"""Doing something in a connection of its own while a test's own transaction goes on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection


def elsewhere(call: Callable[[], object]) -> None:
    """Carry out a call in a connection of its own, to its commit."""

    def run() -> None:
        try:
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result(30)
