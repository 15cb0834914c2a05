"""Ctrl-C during a search ends it, and what has been found so far is the answer."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from typing import Any


@contextmanager
def interruption() -> Iterator[Event]:
    """An event that the first Ctrl-C sets instead of raising; the second one raises.

    Only where Ctrl-C would raise KeyboardInterrupt: in the main thread of a program that has not
    made its own arrangements. Elsewhere the event is never set.
    """
    event = Event()
    usual = signal.default_int_handler
    if current_thread() is not main_thread() or signal.getsignal(signal.SIGINT) is not usual:
        yield event
        return

    def note(*_: Any) -> None:
        event.set()
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, note)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, usual)
