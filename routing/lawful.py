"""What the law says of the doors of a shift: permits, hours and signs, building by building."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from canvass.jurisdictions import WARN_DAYS
from canvass.law import LawBook
from canvass.models import Shift
from canvass.permitted_hours import BY_DAYLIGHT, Place, Window
from routing.models import LeftOutReason
from territories.models import Building

LAST = timedelta(seconds=1)  # permitted hours are half-open, and the engine's windows are closed
CELL_DEGREES = 2  # decimals: the sun sets at the same time, to three seconds, within such a cell


class ShiftLaw:
    """The law of a shift's day at its buildings. Four queries, however many there are."""

    def __init__(self, shift: Shift, buildings: Sequence[Building]) -> None:
        self.shift = shift
        self.book = LawBook(shift.organisation_id, shift.day)
        lon = np.array([building.lon for building in buildings], dtype=np.float64)
        lat = np.array([building.lat for building in buildings], dtype=np.float64)
        chains = self.book.at(lon, lat)
        self.chains = {
            building.pk: chain for building, chain in zip(buildings, chains, strict=True)
        }
        self.held = self.book.permits_of(shift.member_id)
        self._hours: dict[object, list[Window]] = {}

    def forbids(self, building: Building, *, invited: bool, sign: bool) -> LeftOutReason | None:
        """Why the member may not knock there on that day at all, if so.

        `sign`: the last visit found a no-soliciting sign.
        """
        chain = self.chains[building.pk]
        if self.book.permits_needed(chain, invited=invited) - self.held:
            return LeftOutReason.NO_PERMIT
        if sign and self.book.sign_binds(chain):
            return LeftOutReason.SIGN_BINDS
        return None

    def hours(self, building: Building, *, invited: bool) -> list[Window]:
        """When the first and the last knock there may be: closed windows, in order."""
        chain = self.chains[building.pk]
        lon, lat = round(building.lon, CELL_DEGREES), round(building.lat, CELL_DEGREES)
        key = chain, invited, lon, lat
        if key not in self._hours:
            place = Place(lon, lat, self.shift.campaign.time_zone)
            by_day = self.shift.campaign.after_dark_by_appointment and not invited
            own = (BY_DAYLIGHT,) if by_day else ()
            found = self.book.windows(chain, place, invited=invited, own=own)
            over = self.shift.ends_at  # whoever knocks there is done by then anyway
            self._hours[key] = [(a, b if b >= over else b - LAST) for a, b in found]
        return self._hours[key]

    def permits(self) -> dict[str, Any]:
        """What a plan tells of permits: places that the member lacks one for, and ends that near.

        A permit that ends within a fortnight of the day is told, unless a later one is there. One
        query, where permits are needed.
        """
        chains = set(self.chains.values())
        needed = {pk for chain in chains for pk in self.book.permits_needed(chain)}
        if not needed:
            return {}
        soon = LawBook(self.shift.organisation_id, self.shift.day + timedelta(days=WARN_DAYS))
        ending = (needed & self.held) - soon.permits_of(self.shift.member_id)
        told = {"permits_missing": needed - self.held, "permits_ending": ending}
        return {name: self.names(places) for name, places in told.items() if places}

    def names(self, places: set[int]) -> list[str]:
        """The names of jurisdictions, in order."""
        return sorted(self.book.jurisdictions[pk].name for pk in places)
