"""Where a request came from, for whoever keeps a record of it: its id, address and device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """Of one request; all empty where nobody asks over HTTP, as in a command or a task."""

    request_id: str = ""
    address: str = ""
    device: str = ""


NOBODY = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=NOBODY)
_aside: ContextVar[bool] = ContextVar("aside", default=False)


def origin() -> Origin:
    """Where the request that is being answered came from."""
    return _origin.get()


@contextmanager
def coming_from(found: Origin) -> Iterator[None]:
    """What happens in the block was asked for from there."""
    token = _origin.set(found)
    try:
        yield
    finally:
        _origin.reset(token)


def is_aside() -> bool:
    """Whether what is told now is no more than a consequence of what is still to be told."""
    return _aside.get()


@contextmanager
def aside() -> Iterator[None]:
    """What is told in the block does not tell all: its cause is still to be told."""
    token = _aside.set(True)
    try:
        yield
    finally:
        _aside.reset(token)
