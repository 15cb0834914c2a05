"""What the law of an organisation's jurisdictions says at a place on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any, cast

import numpy as np
from shapely.geometry import shape

from canvass.models import Jurisdiction, JurisdictionLevel, Ordinance, Permit
from canvass.permitted_hours import DayHours, HoursRule, Place, Window, permitted_windows
from territories.boundaries.locating import NOWHERE, Areas, Floats, locate

FINENESS = {level: number for number, level in enumerate(JurisdictionLevel.values)}
Law = Sequence[Ordinance]


class LawBook:
    """An organisation's jurisdictions and what they rule on one local day. Three queries in all."""

    def __init__(self, organisation_id: int, day: date) -> None:
        self.organisation_id = organisation_id
        self.day = day

    @cached_property
    def jurisdictions(self) -> dict[int, Jurisdiction]:
        """Every jurisdiction by its id."""
        rows = Jurisdiction.objects.filter(organisation=self.organisation_id)
        return {row.pk: row for row in rows.select_related("neighborhood").order_by("pk")}

    def on(self, day: date) -> LawBook:
        """The same law on another day, without asking again."""
        book = LawBook(self.organisation_id, day)
        vars(book).update(jurisdictions=self.jurisdictions, written=self.written, areas=self.areas)
        return book

    @cached_property
    def written(self) -> list[Ordinance]:
        """Every ordinance of any day, the newest last."""
        rows = Ordinance.objects.filter(organisation=self.organisation_id)
        return list(rows.order_by("starts_on", "pk"))

    @cached_property
    def ordinances(self) -> dict[int, Ordinance]:
        """The ordinance that counts, for each jurisdiction that has one: the newest."""
        return {row.jurisdiction_id: row for row in self.written if row.holds_on(self.day)}

    @cached_property
    def areas(self) -> Areas:
        """The jurisdictions that are somewhere, for `locate`."""
        placed = [(one, area_of(one)) for one in self.jurisdictions.values()]
        known = [(one, area) for one, area in placed if area is not None]
        return Areas(
            np.array([one.pk for one, _ in known], dtype=np.int64),
            np.array([FINENESS[one.level] for one, _ in known], dtype=np.int64),
            np.array([shape(area) for _, area in known], dtype=object),
        )

    @cached_property
    def everywhere(self) -> list[int]:
        """The ids of the countries that are everywhere."""
        return [
            one.pk
            for one in self.jurisdictions.values()
            if one.level == JurisdictionLevel.COUNTRY and area_of(one) is None
        ]

    def at(self, lon: Floats, lat: Floats) -> list[tuple[int, ...]]:
        """The ids of the jurisdictions around each position (n,), the smallest first.

        In bulk, by a tree of positions; of each level the lowest id where several overlap.
        """
        found = locate(self.areas, lon, lat).tolist()
        return [self.chain(None if pk == NOWHERE else pk) for pk in found]

    def around(self, lon: float, lat: float) -> tuple[int, ...]:
        """The ids of the jurisdictions around one position, the smallest first."""
        return self.at(np.array([lon]), np.array([lat]))[0]

    def chain(self, pk: int | None) -> tuple[int, ...]:
        """A jurisdiction, those that it is part of, and the countries that are everywhere."""
        chain: list[int] = []
        while pk is not None and pk not in chain:
            chain.append(pk)
            pk = self.jurisdictions[pk].parent_id
        return (*chain, *(one for one in self.everywhere if one not in chain))

    def law(self, chain: Iterable[int], *, invited: bool = False) -> list[Ordinance]:
        """What the jurisdictions of a chain rule on the day, for a visit that is invited or not."""
        rules = (self.ordinances[pk] for pk in chain if pk in self.ordinances)
        return [rule for rule in rules if not (invited and rule.invited_exempt)]

    def windows(
        self,
        chain: Sequence[int],
        place: Place,
        *,
        invited: bool = False,
        own: Iterable[HoursRule] = (),
    ) -> list[Window]:
        """When somebody may knock at a place of these jurisdictions, by the `own` rules too."""
        rules = [hours_rule(ordinance) for ordinance in self.law(chain, invited=invited)]
        rules += own
        return permitted_windows(rules, self.day, place)

    def windows_at(self, lon: float, lat: float, time_zone: str) -> list[Window]:
        """When somebody may knock uninvited at a position."""
        return self.windows(self.around(lon, lat), Place(lon, lat, time_zone))

    def permits_needed(self, chain: Iterable[int], *, invited: bool = False) -> set[int]:
        """The jurisdictions of a chain that ask for a permit."""
        rules = self.law(chain, invited=invited)
        return {rule.jurisdiction_id for rule in rules if rule.permit_needed}

    def sign_binds(self, chain: Iterable[int]) -> bool:
        """Whether a no-soliciting sign forbids to knock there."""
        return any(rule.sign_binds for rule in self.law(chain))

    def permits_of(self, member_id: int) -> set[int]:
        """The jurisdictions for which a member has a permit on the day."""
        held = Permit.objects.on(self.day).filter(member=member_id)
        return set(held.values_list("jurisdiction", flat=True))


def area_of(jurisdiction: Jurisdiction) -> dict[str, Any] | None:
    """Where a jurisdiction is, as GeoJSON; None if that is not known."""
    if jurisdiction.area is not None:
        return cast("dict[str, Any]", jurisdiction.area)
    near = jurisdiction.neighborhood
    return None if near is None else cast("dict[str, Any]", near.geometry)


def hours_rule(ordinance: Ordinance) -> HoursRule:
    """What an ordinance says of hours."""
    return HoursRule(day_hours(ordinance.hours), ordinance.closed_on_holidays_of)


def day_hours(kept: Iterable[dict[str, Any]]) -> tuple[DayHours, ...]:
    """Hours out of their JSON. Raises HoursInvalid."""
    return tuple(DayHours(tuple(one["weekdays"]), one["opens"], one["closes"]) for one in kept)
