"""When a knock keeps an agreed time: the one rule for plans and for what became of callbacks."""

from __future__ import annotations

from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=15)  # either way


def planned_window(due_at: datetime, until: datetime | None) -> tuple[datetime, datetime]:
    """When a plan knocks: around an agreed time, or within an agreed window."""
    return (due_at - TOLERANCE, due_at + TOLERANCE) if until is None else (due_at, until)
