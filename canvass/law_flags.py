"""Flags of visits that the law of their place did not permit: found hour by hour, not on recording.

Recording would have to load every outline of the organisation's jurisdictions for each visit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from django.db import transaction

from accounts.audit import Change, note
from canvass.agreed_times import with_agreed
from canvass.flag_rules import Details
from canvass.law import LawBook
from canvass.models import Campaign, FlagKind, Ordinance, Permit, Sale, Visit, VisitFlag
from canvass.permitted_hours import Place, Window
from canvass.visit_ground import INVITED
from common.clock import local_day

AT_ONCE = 5_000
OVERLAP = timedelta(hours=1)  # a visit may be stored long after it was received
FIRST = timedelta(days=1)
KINDS = (FlagKind.NO_PERMIT, FlagKind.UNPERMITTED_HOURS)
CELL_DEGREES = 2  # decimals: the sun sets at the same time, to three seconds, within such a cell

Found = Mapping[FlagKind, Details]


def flag_unlawful_visits(now: datetime) -> int:
    """Flag visits received since the last time that lacked a permit, or were at forbidden hours.

    In every campaign whose organisation has written down ordinances; the first time, those of the
    last day. Returns how many flags are new. What the law said on the visit's day counts, as it is
    written down now. A few queries for each campaign, and some for each AT_ONCE visits.
    """
    ruled = Ordinance.objects.order_by().values("organisation")
    campaigns = Campaign.objects.filter(organisation__in=ruled)
    return sum(flag_unlawful_in(campaign, now) for campaign in campaigns.order_by("pk"))


def flag_unlawful_in(campaign: Campaign, now: datetime) -> int:
    """As `flag_unlawful_visits`, of one campaign."""
    since = (campaign.law_checked_at or now - FIRST) - OVERLAP
    visits = Visit.objects.filter(
        campaign=campaign, simulated=False, received_at__gte=since, received_at__lte=now
    )
    rows = visits.select_related("door").order_by("received_at", "pk").iterator(AT_ONCE)
    law, new = CampaignLaw(campaign, now.date()), 0
    while some := list(islice(rows, AT_ONCE)):
        new += raise_flags(campaign, law.breaches(some), now)
    Campaign.objects.filter(pk=campaign.pk).update(law_checked_at=now)
    return new


def raise_flags(campaign: Campaign, found: Mapping[UUID, Found], now: datetime) -> int:
    """Write and tell those flags of a campaign's visits that are not there yet; how many.

    The campaign is held: two tasks at once raise each flag once. Four queries.
    """
    if not found:
        return 0
    with transaction.atomic():
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        rows = VisitFlag.objects.filter(visit__in=found, kind__in=KINDS)
        known = set(rows.values_list("visit", "kind"))
        fresh = [
            VisitFlag(
                organisation_id=campaign.organisation_id,
                visit_id=visit,
                kind=kind,
                details=dict(details),
                raised_at=now,
            )
            for visit, kinds in found.items()
            for kind, details in kinds.items()
            if (visit, kind) not in known
        ]
        VisitFlag.objects.bulk_create(fresh)
        told = [Change(flag, None, {"visit": flag.visit_id, "kind": flag.kind}) for flag in fresh]
        note(None, "visit_flag.raised", *told, now=now)
    return len(fresh)


class CampaignLaw:
    """The law at the doors of a campaign, day by day."""

    def __init__(self, campaign: Campaign, today: date) -> None:
        self.campaign = campaign
        self.zone = campaign.time_zone
        self.book = LawBook(campaign.organisation_id, today)
        self._days: dict[date, LawBook] = {}
        self._windows: dict[object, list[Window]] = {}

    def breaches(self, visits: Sequence[Visit]) -> dict[UUID, Found]:
        """What was not permitted of visits with their doors, by their ids. Five queries at most."""
        lon = np.array([visit.door.lon for visit in visits])
        lat = np.array([visit.door.lat for visit in visits])
        chains = dict(zip((visit.pk for visit in visits), self.book.at(lon, lat), strict=True))
        permits = permits_of(visits)
        found: dict[UUID, Found] = {}
        suspects = [visit for visit in visits if self.breach(visit, chains[visit.pk], permits)]
        exempt = any(ordinance.invited_exempt for ordinance in self.book.written)
        invited = invited_of(self.campaign, suspects if exempt else ())
        for visit in suspects:
            breach = self.breach(visit, chains[visit.pk], permits, invited=visit.pk in invited)
            if breach:
                found[visit.pk] = breach
        return found

    def breach(
        self,
        visit: Visit,
        chain: tuple[int, ...],
        permits: Mapping[int, Sequence[Permit]],
        *,
        invited: bool = False,
    ) -> dict[FlagKind, dict[str, Any]]:
        """What the law of a chain of jurisdictions did not permit of a visit."""
        day = local_day(visit.occurred_at, self.zone)
        found: dict[FlagKind, dict[str, Any]] = {}
        book = self._days.setdefault(day, self.book.on(day))
        held = {
            permit.jurisdiction_id
            for permit in permits.get(visit.member_id, ())
            if permit.starts_on <= day < permit.ends_on
        }
        missing = book.permits_needed(chain, invited=invited) - held
        if missing:
            names = sorted(book.jurisdictions[pk].name for pk in missing)
            found[FlagKind.NO_PERMIT] = {"jurisdictions": names}
        windows = self.windows(book, visit, chain, invited=invited)
        if not any(begin <= visit.occurred_at < end for begin, end in windows):
            there = visit.occurred_at.astimezone(ZoneInfo(self.zone))
            told = [[begin.isoformat(), end.isoformat()] for begin, end in windows]
            found[FlagKind.UNPERMITTED_HOURS] = {
                "local_time": there.strftime("%H:%M"), "permitted": told,
            }  # fmt: skip
        return found

    def windows(
        self, book: LawBook, visit: Visit, chain: tuple[int, ...], *, invited: bool
    ) -> list[Window]:
        """When somebody may knock at a visit's door on the day of the book."""
        lon, lat = round(visit.door.lon, CELL_DEGREES), round(visit.door.lat, CELL_DEGREES)
        key = book.day, chain, invited, lon, lat
        if key not in self._windows:
            place = Place(lon, lat, self.zone)
            self._windows[key] = book.windows(chain, place, invited=invited)
        return self._windows[key]


def permits_of(visits: Sequence[Visit]) -> Mapping[int, Sequence[Permit]]:
    """The permits of whoever made the visits, by member. One query."""
    held: defaultdict[int, list[Permit]] = defaultdict(list)
    for permit in Permit.objects.filter(member__in={visit.member_id for visit in visits}):
        held[permit.member_id].append(permit)
    return held


def invited_of(campaign: Campaign, visits: Sequence[Visit]) -> set[UUID]:
    """The visits that somebody expected: around an agreed time, or with sold goods. Two queries."""
    if not visits:
        return set()
    here = {"campaign": campaign, "door__in": {visit.door_id for visit in visits}}
    agreed = defaultdict(list)
    told: Any = with_agreed(Visit.objects.filter(**here, callback_at__isnull=False))
    for door, at, due, until in told.values_list("door", "occurred_at", "due_at", "due_until"):
        agreed[door].append((at, due - INVITED, (until or due) + INVITED))
    brought = defaultdict(list)
    for sale in Sale.objects.filter(**here):
        brought[sale.door_id].append((sale.sold_at, sale.delivered_at or sale.cancelled_at))
    return {
        visit.pk
        for visit in visits
        if any(
            at < visit.occurred_at and begin <= visit.occurred_at <= end
            for at, begin, end in agreed[visit.door_id]
        )
        or any(
            at < visit.occurred_at and (done is None or visit.occurred_at <= done + INVITED)
            for at, done in brought[visit.door_id]
        )
    }
