"""When a knock keeps an agreed time, and whether the law permits it then."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from canvass.errors.callbacks import CallbackOutsidePermittedHours
from canvass.law import LawBook
from canvass.permitted_hours import Place, overlap
from common.clock import local_day

TOLERANCE = timedelta(minutes=15)  # either way
MOMENT = timedelta(seconds=1)


def planned_window(due_at: datetime, until: datetime | None) -> tuple[datetime, datetime]:
    """When a plan knocks: around an agreed time, or within an agreed window."""
    return (due_at - TOLERANCE, due_at + TOLERANCE) if until is None else (due_at, until)


def refuse_unlawful(book: LawBook, place: Place, due_at: datetime, until: datetime | None) -> None:
    """Raise unless somebody invited may knock at a place at an agreed time.

    Of a window any part will do: the first and the last of its days are looked at. `book` is of any
    day; its two queries are made here. Raises CallbackOutsidePermittedHours.
    """
    if not book.jurisdictions:
        return
    ends = until or due_at + MOMENT
    chain = book.at(np.array([place.lon]), np.array([place.lat]))[0]
    days = {local_day(at, place.time_zone) for at in (due_at, ends - MOMENT)}
    permitted = [
        window
        for day in sorted(days)
        for window in book.on(day).windows(chain, place, invited=True)
    ]
    if not overlap([(due_at, ends)], permitted):
        raise CallbackOutsidePermittedHours(permitted=permitted)
