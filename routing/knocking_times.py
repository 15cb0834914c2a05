"""When in a shift each door may be knocked at: by what was agreed, by the cadence, by the law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from canvass.callback_times import planned_window
from canvass.models import OutcomeKind, Prospect, Shift
from canvass.permitted_hours import Window, overlap
from canvass.rebuilding import cadence_of
from routing.lawful import ShiftLaw
from routing.models import Appeal, LeftOutReason

Times = tuple[Window, ...]

ANY_TIME: Times = ()
INVITED = frozenset({Appeal.CALLBACK, Appeal.DELIVERY})
SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True)
class Knocking:
    """When a door may be knocked at: closed windows, none meaning at any time of the shift.

    Or why it is left out, whatever the plan.
    """

    times: Times = ANY_TIME
    reason: LeftOutReason | None = None


class KnockingTimes:
    """When the doors of a shift may be knocked at. `law` is None where none is written down."""

    def __init__(self, shift: Shift, law: ShiftLaw | None) -> None:
        self.shift = shift
        self.whole: Window = (shift.starts_at, shift.ends_at)
        self.law = law
        self.cadence = cadence_of(shift.campaign)
        self._tries: dict[datetime, Window | None] = {}

    def of(self, prospect: Prospect, appeal: Appeal) -> Knocking:
        """When a candidate may be knocked at; its building is loaded."""
        own = self.due(prospect, appeal)
        if isinstance(own, LeftOutReason):
            return Knocking(reason=own)
        if self.law is None:
            return self.cut([own])
        building, invited = prospect.door.building, appeal in INVITED
        sign = prospect.last_kind == OutcomeKind.NO_SOLICITING_SIGN
        reason = self.law.forbids(building, invited=invited, sign=sign)
        if reason is not None:
            return Knocking(reason=reason)
        return self.cut(overlap([own], self.law.hours(building, invited=invited)))

    def due(self, prospect: Prospect, appeal: Appeal) -> Window | LeftOutReason:
        """When the door is due, by what was agreed or else by the cadence."""
        if appeal is Appeal.CALLBACK and prospect.next_due_at is not None:
            return planned_window(prospect.next_due_at, prospect.next_due_until)
        if appeal in (Appeal.OVERDUE, Appeal.DELIVERY):
            return self.whole
        if prospect.given_up:
            return LeftOutReason.GIVEN_UP
        again = prospect.try_again_at
        if again is None:
            return self.whole
        if again not in self._tries:
            self._tries[again] = self.try_window(again)
        return self._tries[again] or LeftOutReason.NOT_DUE

    def try_window(self, again: datetime) -> Window | None:
        """When to try again: in the slot, if the shift meets it on its day, else once it is due.

        None where that is after the shift.
        """
        begin, end = self.whole
        left = (max(begin, again), end)
        if left[0] >= end:
            return None
        slot = self.cadence.hours_of_try(again, self.shift.day) if self.cadence else None
        return next(iter(overlap([left], [slot] if slot else [])), left)

    def cut(self, windows: Sequence[Window]) -> Knocking:
        """The windows within the shift; where none is long enough, the law is why, or the shift."""
        found = overlap([self.whole], windows)
        if found == [self.whole]:
            return Knocking()
        times = tuple(one for one in found if one[1] - one[0] >= SHORTEST)
        if times:
            return Knocking(times)
        reason = LeftOutReason.OUTSIDE_PERMITTED_HOURS if self.law else LeftOutReason.NO_TIME
        return Knocking(reason=reason)
