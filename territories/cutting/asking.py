"""What a search is given beside its task: its seed, and whom it asks whether to go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Ask = Callable[[], None]


def go_on() -> None:
    """Let a search go on, always."""


class Search(NamedTuple):
    """The seed of a search; `ask` is called all the while, and what it raises ends the search.

    It is called from several threads at once, some times a second.
    """

    seed: int = 0
    ask: Ask = go_on
