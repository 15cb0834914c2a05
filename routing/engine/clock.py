"""The budget while it is being used."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from routing.engine.objective import Score
from routing.engine.solution import Budget, never_cancelled

LEAST_S = 0.01
CHUNK_S = 0.015
FIRST_MARK = 250  # iterations
COUNTED = 5000  # iterations between two looks at whether the search is cancelled


def say_nothing(_: float) -> None:
    """For who does not want to know how far the search is."""


@dataclass
class Record:
    """What a method writes down of its work.

    How many iterations it did, and how many of them found a better plan; `bound`, if it has proved
    that no plan has a better score.
    """

    iterations: int = 0
    improvements: int = 0
    bound: Score | None = None


@dataclass
class Clock:
    """How much of a budget is left, whom to tell, `report(fraction used)`, and the `record`.

    Nothing is left once `cancelled` says so; it is asked every few milliseconds.
    """

    budget: Budget
    report: Callable[[float], None] = say_nothing
    started: float = field(default_factory=time.monotonic)
    record: Record = field(default_factory=Record)
    cancelled: Callable[[], bool] = never_cancelled

    @property
    def left_s(self) -> float:
        """Seconds left; without end where iterations are counted instead."""
        if self.cancelled():
            return 0.0
        if self.budget.iterations is not None:
            return float("inf")
        return self.started + self.budget.seconds - time.monotonic()

    def after(self, fraction: float) -> Callable[[], bool]:
        """A question: is that fraction of the budget, and some milliseconds in any case, over?"""
        limit_s = max(self.budget.seconds * fraction, LEAST_S)
        return lambda: self.budget.seconds - self.left_s > limit_s or self.cancelled()

    def within(self, fraction: float) -> Callable[[], bool]:
        """A question: has that fraction of the budget passed since it was asked first?"""
        limit_s = max(self.budget.seconds * fraction, LEAST_S)
        first: list[float] = []

        def is_over() -> bool:
            if not first:
                first.append(self.left_s)
            return first[0] - self.left_s > limit_s or self.cancelled()

        return is_over

    def part(self, fraction: float) -> Clock:
        """The same clock, over when that fraction of the budget is used; iterations stay all."""
        seconds = self.budget.seconds * fraction
        part = replace(self.budget, seconds=seconds)
        report = self.report
        return replace(self, budget=part, report=lambda used: report(used * fraction))

    def until(self, seconds: float) -> Clock:
        """The same clock, over that many seconds after it was started, or earlier."""
        return self.part(min(1.0, seconds / self.budget.seconds)) if self.budget.seconds else self

    def counting(self, iterations: int) -> Clock:
        """The same clock for so many iterations; it has the same record."""
        return replace(self, budget=replace(self.budget, iterations=iterations))

    def tick(self) -> None:
        """Tell how far the search is; say it as often as you like."""
        if self.budget.iterations is None and self.budget.seconds:
            self.report(min(1.0, 1 - self.left_s / self.budget.seconds))


def marks(iterations: int) -> list[int]:
    """Up to how many iterations OR-Tools has its turns: fixed, so that more never undo fewer.

    What a budget of so many iterations gives is the best of a sequence of plans that a larger one
    only makes longer.
    """
    return [mark for each in range(40) if (mark := FIRST_MARK << each) <= iterations]


def moments(first_s: float, growth: float, seconds: float) -> list[float]:
    """Up to so many seconds the times first_s, first_s · growth and so on.

    They are fixed for the same reason: a larger budget only goes on where a smaller one ends.
    """
    return [at_s for each in range(40) if (at_s := first_s * growth**each) < seconds]


def in_chunks(step: Callable[[int], None], clock: Clock, reserve_s: float = 0.005) -> int:
    """Call `step(iterations)` in chunks of about 15 ms until the budget is used; how many in all.

    Where iterations are counted, exactly so many are done. They go on record.
    """
    if clock.budget.iterations is not None:
        return count_down(step, clock)
    done, chunk = 0, 1
    while clock.left_s > reserve_s:
        before_s = clock.left_s
        step(chunk)
        done += chunk
        each_s = max(before_s - clock.left_s, 1e-6) / chunk
        aim_s = min(CHUNK_S, clock.left_s - reserve_s)
        chunk = max(1, min(2 * chunk, int(aim_s / each_s)))
        clock.tick()
    clock.record.iterations += done
    return done


def count_down(step: Callable[[int], None], clock: Clock) -> int:
    """Call `step(iterations)` until the budget's iterations are done; how many were done in all."""
    wanted, done = clock.budget.iterations or 0, 0
    while done < wanted and not clock.cancelled():
        chunk = min(COUNTED, wanted - done)
        step(chunk)
        done += chunk
    clock.record.iterations += done
    return done
