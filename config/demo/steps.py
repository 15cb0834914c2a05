"""Progress in the terminal: one bar for each step that takes a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


class Advance(Protocol):
    """Moves a bar on by an amount of work."""

    def __call__(self, amount: float = 1) -> None:
        """Move the bar on."""


class Steps:
    """Prints each step with a bar; where the output is no terminal, one line when it is done."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, title: str, total: float) -> Iterator[Advance]:
        """A bar of `total` units for as long as the block lasts."""
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as progress:
            task = progress.add_task(f"{title:<42}", total=total)

            def advance(amount: float = 1) -> None:
                progress.advance(task, amount)

            yield advance
