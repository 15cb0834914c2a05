"""When to try a door again: how long to wait after each outcome, and at which time of day."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol, Self
from zoneinfo import ZoneInfo

from canvass.errors import CadenceInvalid
from canvass.models.outcomes import OutcomeKind
from common.clock import local_instant

DEFAULT_FILE = Path(__file__).parent / "data" / "cadence.json"  # with the source of each figure
MAX_WAIT_DAYS = 366
MAX_ATTEMPTS = 1000
MAX_SLOTS = 20


class Attempt(Protocol):
    """What of a visit matters to the cadence."""

    @property
    def kind(self) -> str:
        """Its outcome's OutcomeKind."""

    @property
    def occurred_at(self) -> datetime:
        """When it was."""


@dataclass(frozen=True)
class Slot:
    """A time of day, [starts_at, ends_at) by local clocks, on some weekdays; Monday is 0."""

    weekdays: tuple[int, ...]
    starts_at: time
    ends_at: time

    def holds(self, there: datetime) -> bool:
        """Whether a local time falls into it."""
        in_hours = self.starts_at <= there.time() < self.ends_at
        return in_hours and there.weekday() in self.weekdays


@dataclass(frozen=True)
class Cadence:
    """Wait so many days after a kind of outcome, then try in a slot tried least so far.

    Kinds that are not in `wait_days` are not tried again. After `max_attempts` nobody tries again;
    None means without end. Raises CadenceInvalid when made of nonsense.
    """

    zone: str
    slots: tuple[Slot, ...]
    wait_days: Mapping[str, int]
    max_attempts: int | None = None
    _starts: dict[tuple[date, int], datetime] = field(
        default_factory=dict, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        most = self.max_attempts
        if most is not None and not 1 <= most <= MAX_ATTEMPTS:
            raise CadenceInvalid(field="max_attempts")
        days = self.wait_days.values()
        known = set(self.wait_days) <= set(OutcomeKind.values)
        if not known or not all(0 <= wait <= MAX_WAIT_DAYS for wait in days):
            raise CadenceInvalid(field="wait_days")
        if len(self.slots) > MAX_SLOTS or any(is_nonsense(slot) for slot in self.slots):
            raise CadenceInvalid(field="slots")

    @classmethod
    def of(cls, stored: Mapping[str, Any], zone: str) -> Self:
        """The cadence that a campaign's JSON tells."""
        slots = tuple(
            Slot(
                tuple(told["weekdays"]),
                time.fromisoformat(told["starts_at"]),
                time.fromisoformat(told["ends_at"]),
            )
            for told in stored["slots"]
        )
        return cls(zone, slots, dict(stored["wait_days"]), stored["max_attempts"])

    def stored(self) -> dict[str, Any]:
        """The cadence as a campaign's JSON tells it."""
        slots = [
            {
                "weekdays": list(slot.weekdays),
                "starts_at": slot.starts_at.isoformat("minutes"),
                "ends_at": slot.ends_at.isoformat("minutes"),
            }
            for slot in self.slots
        ]
        waits = dict(self.wait_days)
        return {"max_attempts": self.max_attempts, "slots": slots, "wait_days": waits}

    def used_up(self, standing: Sequence[Attempt]) -> bool:
        """Whether another try would be due but for the limit of attempts."""
        most = self.max_attempts
        return most is not None and len(standing) >= most and standing[-1].kind in self.wait_days

    def next_try(self, standing: Sequence[Attempt]) -> datetime | None:
        """When to try again after these visits, in their order; None where nobody is to.

        The first moment, once the wait is over, of a slot in which the fewest visits were.
        """
        last = standing[-1]
        wait = self.wait_days.get(last.kind)
        if wait is None or not self.slots or self.used_up(standing):
            return None
        zone = ZoneInfo(self.zone)
        tried = self._tries(visit.occurred_at.astimezone(zone) for visit in standing)
        fewest = min(tried)
        first = last.occurred_at.astimezone(zone).date() + timedelta(days=wait)
        slots = [number for number, tries in enumerate(tried) if tries == fewest]
        return min(self._first_start(number, first, last.occurred_at) for number in slots)

    def hours_of_try(self, again: datetime, day: date) -> tuple[datetime, datetime] | None:
        """The hours on a day of the slot that a time to try again opens; None if it has none."""
        there = again.astimezone(ZoneInfo(self.zone))
        for slot in self.slots:
            if slot.starts_at == there.time() and {there.weekday(), day.weekday()} <= set(
                slot.weekdays
            ):
                ends = (slot.starts_at, slot.ends_at)
                begin, end = (local_instant(day, at, self.zone) for at in ends)
                return (begin, end) if begin < end else None
        return None

    def _tries(self, times: Iterable[datetime]) -> list[int]:
        """How many of some local times fall into each slot."""
        found = Counter(
            number for there in times for number, slot in enumerate(self.slots) if slot.holds(there)
        )
        return [found[number] for number in range(len(self.slots))]

    def _first_start(self, number: int, day: date, after: datetime) -> datetime:
        """The first start of a slot on a local day or later, after an instant."""
        weekdays = self.slots[number].weekdays
        day += timedelta(days=min((weekday - day.weekday()) % 7 for weekday in weekdays))
        start = self._start(day, number)
        if start > after:
            return start
        return self._first_start(number, day + timedelta(days=1), after)

    def _start(self, day: date, number: int) -> datetime:
        """When a slot starts on a day; remembered, for a million doors ask for the same few."""
        known = self._starts.get((day, number))
        if known is None:
            known = local_instant(day, self.slots[number].starts_at, self.zone)
            self._starts[day, number] = known
        return known


def is_nonsense(slot: Slot) -> bool:
    """Whether a slot has no weekday, one that is none, or no time."""
    days = slot.weekdays
    known = bool(days) and set(days) <= set(range(7)) and len(set(days)) == len(days)
    return not known or slot.starts_at >= slot.ends_at


@cache
def default_cadence() -> Mapping[str, Any]:
    """The cadence of a new campaign, as its JSON; the file names the source of each figure."""
    told: dict[str, Any] = json.loads(DEFAULT_FILE.read_text(encoding="utf-8"))
    return {name: told[name] for name in ("max_attempts", "slots", "wait_days")}
