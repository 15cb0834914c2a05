"""When a walker is where: the times of an order of stops, and what another stop would change."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from routing.engine.problem import LATEST, Problem

Ints = NDArray[np.int64]
NEVER = 4 * LATEST


@dataclass(frozen=True, eq=False)
class Tables:
    """A problem's numbers as arrays for vectors and as lists for loops. Windows are (n, w)."""

    problem: Problem
    travel: Ints = field(init=False)
    rows: list[list[int]] = field(init=False)
    place: Ints = field(init=False)
    value: Ints = field(init=False)
    service: Ints = field(init=False)

    def __post_init__(self) -> None:
        stops = self.problem.stops
        given = {
            "travel": self.problem.travel_s.astype(np.int64),
            "rows": self.problem.travel_s.tolist(),
            "place": np.array([stop.place for stop in stops], dtype=np.int64),
            "value": np.array([stop.value for stop in stops], dtype=np.int64),
            "service": np.array([stop.service_s for stop in stops], dtype=np.int64),
        }
        for name, table in given.items():
            object.__setattr__(self, name, table)

    @cached_property
    def windows(self) -> tuple[Ints, Ints]:
        """Opens and closes, (n, w) each; rows with fewer windows repeat their last."""
        spans = [stop.windows or ((0, NEVER),) for stop in self.problem.stops]
        width = max((len(span) for span in spans), default=1)
        padded = np.array([[*span, *[span[-1]] * (width - len(span))] for span in spans])
        shaped = padded.reshape(len(spans), width, 2).astype(np.int64)
        return shaped[:, :, 0], shaped[:, :, 1]

    def earliest_start(self, stop: int, at: int) -> int:
        """When service can begin for somebody who arrives at `at`; NEVER after the last window."""
        windows = self.problem.stops[stop].windows
        if not windows:
            return at
        return next((max(at, opens) for opens, closes in windows if at <= closes), NEVER)

    def latest_start(self, stop: int, at: int) -> int:
        """The last time not after `at` at which service can begin; -1 if there is none."""
        windows = self.problem.stops[stop].windows
        if not windows:
            return at
        return next((min(at, closes) for opens, closes in reversed(windows) if opens <= at), -1)

    def earliest_starts(self, stops: Ints, at: Ints) -> Ints:
        """`earliest_start` for arrivals (len(stops), m): (len(stops), m)."""
        opens, closes = (side[stops] for side in self.windows)
        found = np.full(at.shape, NEVER, dtype=np.int64)
        for column in reversed(range(opens.shape[1])):
            in_time = at <= closes[:, column, None]
            found = np.where(in_time, np.maximum(at, opens[:, column, None]), found)
        return found


class Timetable:
    """The times of one walker's order of stops; legs run from place `i` to place `i + 1`.

    `leave[i]` is when leg i begins, `arrive[i]` when it ends, `latest[i]` when it must end so that
    all that follows is still in time. The last leg ends at the walker's end.
    """

    def __init__(self, tables: Tables, walker: int, order: list[int]) -> None:
        self.tables = tables
        self.order = order
        person = tables.problem.walkers[walker]
        stops = tables.problem.stops
        self.places = [person.start, *(stops[stop].place for stop in order), person.end]
        self.opens, self.closes = person.shift
        self.arrive, self.leave = self._forward()
        self.latest = self._backward()

    @property
    def feasible(self) -> bool:
        """Whether every window is met and the walker is back before the shift closes."""
        return self.arrive[0] <= self.latest[0]

    @property
    def out_s(self) -> int:
        """How long the walker is out; 0 without stops."""
        return self.arrive[-1] - self.opens if self.order else 0

    def _forward(self) -> tuple[list[int], list[int]]:
        now, arrive, leave = self.opens, [], [self.opens]
        for leg, stop in enumerate(self.order):
            now += self.tables.rows[self.places[leg]][self.places[leg + 1]]
            arrive.append(now)
            now = self.tables.earliest_start(stop, now)
            now += self.tables.problem.stops[stop].service_s
            leave.append(now)
        arrive.append(now + self.tables.rows[self.places[-2]][self.places[-1]])
        return arrive, leave

    def _backward(self) -> list[int]:
        latest = [self.closes]
        for leg in range(len(self.order) - 1, -1, -1):
            stop = self.order[leg]
            way = self.tables.rows[self.places[leg + 1]][self.places[leg + 2]]
            leave_by = latest[-1] - way - self.tables.problem.stops[stop].service_s
            latest.append(self.tables.latest_start(stop, leave_by))
        return latest[::-1]

    def delays(self, stops: Ints, *, windows: bool = True) -> Ints:
        """How much later each leg would end with each stop put into it; NEVER where that fails.

        The first stop of a walk counts from the opening of the shift: nobody leaves for nothing.
        Returns (len(stops), legs). With `windows=False`, as if the stops had no windows.
        """
        tables = self.tables
        origin, target = np.array(self.places[:-1]), np.array(self.places[1:])
        leave, latest = np.array(self.leave), np.array(self.latest)
        place = tables.place[stops][:, None]
        arrive = leave + tables.travel[origin, place]
        start = tables.earliest_starts(stops, arrive) if windows else arrive
        end = start + tables.service[stops][:, None] + tables.travel[place, target]
        before = np.array(self.arrive if self.order else [self.opens])
        return np.where(end <= latest, end - before, NEVER)
