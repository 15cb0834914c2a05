"""What the engine answers: each walker's stops with their times, and the stops left out and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Orders: TypeAlias = list[list[int]]
"""Each walker's stops in order, as indexes into `Tables.stops`: a plan without its times."""


class Reason(StrEnum):
    """Why a stop was left out."""

    NO_TIME = "no_time"
    OUTSIDE_WINDOW = "outside_window"
    UNREACHABLE = "unreachable"
    WRONG_SKILL = "wrong_skill"
    AFTER_ONE_LEFT_OUT = "after_one_left_out"
    WORTH_LESS_THAN_THE_DETOUR = "worth_less_than_the_detour"


def never_cancelled() -> bool:
    """For who lets a search have its whole budget."""
    return False


@dataclass(frozen=True)
class Budget:
    """How long to search: seconds, or a number of iterations for the same answer every time.

    With `iterations` the clock is not looked at. The search ends early once `cancelled` says so,
    which may be the `is_set` of a threading.Event; it is asked every few milliseconds.
    """

    seconds: float = 1.0
    iterations: int | None = None
    cancelled: Callable[[], bool] = field(default=never_cancelled, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.seconds < float("inf"):
            raise ValueError(f"A budget of {self.seconds} seconds cannot be kept.")
        if self.iterations is not None and self.iterations < 0:
            raise ValueError(f"A budget of {self.iterations} iterations cannot be kept.")


@dataclass(frozen=True)
class PlannedStop:
    """One stop of a walk: `walk_s` from the place before, then waiting, then service.

    `stop` is its index in the problem. A break on the way makes `arrive_s` later; one after
    arriving is a part of `wait_s`.
    """

    stop: int
    walk_s: int
    arrive_s: int
    wait_s: int
    start_s: int
    leave_s: int


@dataclass(frozen=True)
class Walk:
    """One walker's stops in order. A walker without stops does not leave: `end_s` is the opening.

    `walk_s` is the walking of the whole walk, the way to the walker's end included. `breaks_s` says
    when each of the walker's breaks starts; `end_s` comes after the last.
    """

    stops: tuple[PlannedStop, ...]
    end_s: int
    walk_s: int
    breaks_s: tuple[int, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A stop that no walk has, and why."""

    stop: int
    reason: Reason


@dataclass(frozen=True)
class Effort:
    """What one method has done: its iterations, how many found a better plan, and its seconds."""

    method: str
    iterations: int
    improvements: int
    seconds: float = field(compare=False)


@dataclass(frozen=True)
class Solution:
    """A plan for a problem; `walks` stand in the order of its walkers.

    `time_s` adds up how long the walkers are out, `walk_s` how long they walk. `missed` are the
    required stops left out. `engine` is the method that found the plan, `efforts` what all have
    done, in the order of their turns. `status` says what is known of the quality: `optimal`,
    `bound 3.2%` (no plan is better by more than that share of what could be had) or `heuristic`.
    """

    walks: tuple[Walk, ...]
    left_out: tuple[LeftOut, ...]
    missed: tuple[int, ...]
    value: int
    time_s: int
    walk_s: int
    engine: str
    status: str
    efforts: tuple[Effort, ...] = ()
