"""The pause of a shift: how long, and from when to when it may begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from canvass.campaigns import MAX_PAUSE_S
from canvass.errors import ShiftPauseInvalid
from canvass.models import Campaign
from common.clock import local_instant


@dataclass(frozen=True)
class Pause:
    """`pause_s` seconds that begin within [starts_from, starts_to], both included; 0 is none."""

    pause_s: int = 0
    starts_from: datetime | None = None
    starts_to: datetime | None = None

    def within(self, starts_at: datetime, ends_at: datetime) -> Pause:
        """What of it a time has room for: a later or earlier beginning, or no pause at all."""
        if self.starts_from is None or self.starts_to is None:
            return Pause()
        first = max(self.starts_from, starts_at)
        last = min(self.starts_to, ends_at - timedelta(seconds=self.pause_s))
        return Pause(self.pause_s, first, last) if first <= last else Pause()


def usual_pause(campaign: Campaign, day: date) -> Pause:
    """The campaign's pause on a day."""
    if campaign.pause_from is None or campaign.pause_to is None:
        return Pause()
    return Pause(
        campaign.pause_s,
        local_instant(day, campaign.pause_from, campaign.time_zone),
        local_instant(day, campaign.pause_to, campaign.time_zone),
    )


def refuse_bad_pause(pause: Pause, starts_at: datetime, ends_at: datetime) -> None:
    """Raise ShiftPauseInvalid unless the pause is whole and lies within the shift."""
    is_long = 0 < pause.pause_s <= MAX_PAUSE_S
    if pause != Pause() and not (is_long and pause.within(starts_at, ends_at) == pause):
        raise ShiftPauseInvalid(shift_starts_at=starts_at, shift_ends_at=ends_at)
