"""The budget while it is being used."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from routing.engine.solution import Budget

LEAST_S = 0.2


def say_nothing(_: float) -> None:
    """For who does not want to know how far the search is."""


@dataclass
class Clock:
    """How much of a budget is left, and whom to tell: `report(fraction used)`."""

    budget: Budget
    report: Callable[[float], None] = say_nothing
    started: float = field(default_factory=time.monotonic)

    @property
    def left_s(self) -> float:
        """Seconds left; without end where iterations are counted instead."""
        if self.budget.iterations is not None:
            return float("inf")
        return self.started + self.budget.seconds - time.monotonic()

    def after(self, fraction: float) -> Callable[[], bool]:
        """A question: is that fraction of the budget, and some milliseconds in any case, over?"""
        limit_s = max(self.budget.seconds * fraction, LEAST_S)
        return lambda: self.budget.seconds - self.left_s > limit_s

    def tick(self) -> None:
        """Tell how far the search is."""
        if self.budget.iterations is None and self.budget.seconds:
            self.report(min(1.0, 1 - self.left_s / self.budget.seconds))
