"""What is odd about a visit: one pure rule for each kind of flag that recording can see."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from functools import cache
from math import cos, hypot, radians
from pathlib import Path
from typing import Any, NamedTuple, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from canvass import permitted_hours
from canvass.errors import FlagThresholdsInvalid
from canvass.models import FlagKind

DEFAULT_FILE = Path(__file__).parent / "data" / "flag_thresholds.json"  # with their sources
METRES_A_DEGREE = 111_195  # of latitude, on a sphere of 6,371 km
LARGEST = 1_000_000
HOUR = timedelta(hours=1)

Details = Mapping[str, Any]
Place = tuple[float, float]


@dataclass(frozen=True)
class Thresholds:
    """From where on something is odd, by the names of the file that explains the defaults."""

    near_m: float
    far_m: float
    accuracy_m: float
    speed_m_s: float
    doors_an_hour: int
    spot_m: float
    spot_buildings: int
    grace_s: int
    contact_sigmas: float
    contact_visits: int
    contact_days: int

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 0 < getattr(self, field.name) <= LARGEST:
                raise FlagThresholdsInvalid(field=field.name)
        if self.near_m > self.far_m:
            raise FlagThresholdsInvalid(field="far_m")

    @classmethod
    def of(cls, *own: Mapping[str, Any] | None) -> Self:
        """The defaults, with an organisation's and then a campaign's own in their place.

        Raises FlagThresholdsInvalid.
        """
        return cls(**merged(own))

    @classmethod
    def in_force(
        cls, company: Mapping[str, Any] | None, campaign: Mapping[str, Any] | None
    ) -> Self:
        """As `of`, right whatever both say: a `far_m` that is too near is as far as `near_m`."""
        told = merged((company, campaign))
        return cls(**{**told, "far_m": max(told["far_m"], told["near_m"])})


def merged(own: Iterable[Mapping[str, Any] | None]) -> dict[str, Any]:
    """The default thresholds with others in their place, the last ones first of all."""
    told = dict(default_thresholds())
    for some in own:
        told |= some or {}
    return told


@cache
def default_thresholds() -> Mapping[str, Any]:
    """The thresholds of the file, without their sources."""
    told: dict[str, Any] = json.loads(DEFAULT_FILE.read_text(encoding="utf-8"))
    return {field.name: told[field.name] for field in fields(Thresholds)}


class Seen(NamedTuple):
    """A visit as the rules see it; `place` is the phone's (lon, lat)."""

    id: UUID
    door: int
    building: int
    occurred_at: datetime
    place: Place | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Case:
    """A visit with all that decides whether it is odd.

    `recent` are the member's visits of the hour before it, in their order, without it; `shifts`
    the member's windows around that day; `hours` the campaign's, by the clocks of `zone`;
    `forbidden_since` says from when on nobody was to knock there, if the member could know it;
    `closed_since` from when on the door was closed because people there were hostile.
    `by_daylight`: only who is invited knocks in the dark; `invited`: a time around it was agreed.
    """

    visit: Seen
    door: Place
    recent: Sequence[Seen]
    shifts: Sequence[tuple[datetime, datetime]]
    hours: tuple[time, time]
    zone: str
    thresholds: Thresholds
    skew_s: int = 0
    in_assignment: bool = True
    forbidden_since: datetime | None = None
    closed_since: datetime | None = None
    by_daylight: bool = False
    invited: bool = False


def flags_of(case: Case) -> dict[FlagKind, Details]:
    """Every kind of flag that a visit gets, with its details."""
    found = ((kind, rule(case)) for kind, rule in RULES.items())
    return {kind: details for kind, details in found if details is not None}


def away_from_door(case: Case) -> Details | None:
    """Further from the door than `near_m`, with a position good enough to say so."""
    place, limits = good_place(case.visit, case.thresholds), case.thresholds
    if place is None:
        return None
    distance_m = length_m(place, case.door)
    if distance_m <= limits.near_m:
        return None
    beyond_m = limits.far_m if distance_m > limits.far_m else limits.near_m
    return {"distance_m": round(distance_m), "beyond_m": beyond_m}


def no_gps(case: Case) -> Details | None:
    """No position, or one that may be too far off."""
    if good_place(case.visit, case.thresholds):
        return None
    return {"accuracy_m": case.visit.accuracy_m}


def too_fast(case: Case) -> Details | None:
    """Nobody gets from the last visit to this one in that time."""
    here = good_place(case.visit, case.thresholds)
    earlier = next(
        (seen for seen in reversed(case.recent) if good_place(seen, case.thresholds)), None
    )
    if here is None or earlier is None or earlier.place is None:
        return None
    slack_m = (case.visit.accuracy_m or 0) + (earlier.accuracy_m or 0)
    way_m = length_m(here, earlier.place) - slack_m
    seconds = max(1.0, (case.visit.occurred_at - earlier.occurred_at).total_seconds())
    if way_m / seconds <= case.thresholds.speed_m_s:
        return None
    return {"since": str(earlier.id), "way_m": round(way_m), "seconds": round(seconds)}


def too_many_doors(case: Case) -> Details | None:
    """More doors within an hour than anybody can knock at."""
    doors = len({case.visit.door, *(seen.door for seen in case.recent)})
    return {"doors": doors} if doors > case.thresholds.doors_an_hour else None


def same_spot(case: Case) -> Details | None:
    """Visits to many buildings within an hour, from one spot."""
    here, limits = good_place(case.visit, case.thresholds), case.thresholds
    if here is None:
        return None
    buildings = {case.visit.building} | {
        seen.building
        for seen in case.recent
        if seen.place and length_m(seen.place, here) <= limits.spot_m
    }
    return {"buildings": len(buildings)} if len(buildings) >= limits.spot_buildings else None


def outside_shift(case: Case) -> Details | None:
    """Before or after the shift, where the member had one that day."""
    if not case.shifts or in_shift(case):
        return None
    return {"shifts": [[start.isoformat(), end.isoformat()] for start, end in case.shifts]}


def outside_hours(case: Case) -> Details | None:
    """Outside the campaign's working hours, and in no shift that says otherwise."""
    there = case.visit.occurred_at.astimezone(ZoneInfo(case.zone))
    start, end = case.hours
    if start <= there.time() <= end or in_shift(case):
        return None
    return {"local_time": there.strftime("%H:%M")}


def in_shift(case: Case) -> bool:
    """Whether the visit fell into a shift, or a moment before or after."""
    grace, at = timedelta(seconds=case.thresholds.grace_s), case.visit.occurred_at
    return any(start - grace <= at <= end + grace for start, end in case.shifts)


def clock_skew(case: Case) -> Details | None:
    """The phone said a time that was still to come."""
    return {"skew_s": case.skew_s} if case.skew_s else None


def outside_assignment(case: Case) -> Details | None:
    """A former assignee's, from a day on which the door was not theirs any more."""
    return None if case.in_assignment else {}


def do_not_knock(case: Case) -> Details | None:
    """Where nobody was to knock, by an entry that was known and in force."""
    since = case.forbidden_since
    return {"since": since.isoformat()} if since else None


def door_closed(case: Case) -> Details | None:
    """Where hostile visits had closed the door, and no manager had opened it again."""
    since = case.closed_since
    return {"since": since.isoformat()} if since and since < case.visit.occurred_at else None


def after_dark(case: Case) -> Details | None:
    """Uninvited between sunset and sunrise at the door, where the campaign wants none of that."""
    if not case.by_daylight or case.invited:
        return None
    at, place = case.visit.occurred_at, permitted_hours.Place(*case.door, case.zone)
    return {} if permitted_hours.is_dark(at, place) else None


RULES: Mapping[FlagKind, Callable[[Case], Details | None]] = {
    FlagKind.AWAY_FROM_DOOR: away_from_door,
    FlagKind.NO_GPS: no_gps,
    FlagKind.TOO_FAST: too_fast,
    FlagKind.TOO_MANY_DOORS: too_many_doors,
    FlagKind.SAME_SPOT: same_spot,
    FlagKind.OUTSIDE_SHIFT: outside_shift,
    FlagKind.OUTSIDE_HOURS: outside_hours,
    FlagKind.CLOCK_SKEW: clock_skew,
    FlagKind.OUTSIDE_ASSIGNMENT: outside_assignment,
    FlagKind.DO_NOT_KNOCK: do_not_knock,
    FlagKind.AFTER_DARK: after_dark,
    FlagKind.DOOR_CLOSED: door_closed,
}


def good_place(seen: Seen, limits: Thresholds) -> Place | None:
    """Where the phone was, if it knew that well enough."""
    return None if (seen.accuracy_m or 0) > limits.accuracy_m else seen.place


def length_m(one: Place, other: Place) -> float:
    """Metres between two places: flat, within a thousandth for the tens of kilometres of a day."""
    (lon_a, lat_a), (lon_b, lat_b) = one, other
    turn = (lon_a - lon_b + 180) % 360 - 180  # the short way around, across the antimeridian too
    return METRES_A_DEGREE * hypot(lat_a - lat_b, turn * cos(radians((lat_a + lat_b) / 2)))
