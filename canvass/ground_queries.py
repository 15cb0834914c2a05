"""The queries of `canvass.visit_ground`, whose SQL is made once: prospects, and visits."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    Exists,
    F,
    FilteredRelation,
    FloatField,
    IntegerField,
    JSONField,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)

from canvass.agreed_times import with_agreed
from canvass.company_rows import nothing
from canvass.do_not_knock_doors import WIDE, Forbids
from canvass.hostility import KEPT
from canvass.models import (
    Campaign,
    DoNotKnockEntry,
    Feed,
    Prospect,
    RecordSettings,
    Visit,
)
from common.prepared import Among, Given, Prepared
from territories.models import Building, Door

NOTICED = (
    "campaign", "door", "member", "id", "outcome__kind", "occurred_at", "due_at",
    "supersedes", "due_until", "counts", "door__building", "lon", "lat", "accuracy_m",
)  # fmt: skip
WARNED = ("outcome__severity", *(f"door__warning__{name}" for name in KEPT))
SCRIPT = ("pk", "version", "questions")
ENTRY = (
    "id", "reach", "scope", "building_id", "street", "city", "postcode", "area", "starts_at",
    "ends_at", "created_at", "added_by_id",
)  # fmt: skip
OWN, DOOR, RULES, BUILDING = (
    tuple(column.attname for column in model._meta.concrete_fields)
    for model in (Prospect, Door, Campaign, Building)
)
ID = BigIntegerField()
ORGANISATION = Given("organisation", ID)

NO_CADENCE = nothing(ID, JSONField())
TEXTS, DATES = [CharField()] * 3, [DateTimeField()] * 3
NO_ENTRY = nothing(ID, *TEXTS[:2], ID, *TEXTS, JSONField(), *DATES, ID)
NO_VISIT = nothing(
    ID, ID, ID, UUIDField(), CharField(), *DATES[:2], UUIDField(), DateTimeField(), BooleanField(),
    ID, *[FloatField()] * 3, ID, *DATES, ID, *TEXTS[:2],
)  # fmt: skip


@cache
def held_prospects(*, with_doors: bool, with_scripts: bool, with_buildings: bool) -> Prepared:
    """The query of `hold_prospects`: prospects, each once for every entry and script, or once.

    Every do-not-knock entry that covers the door, and every one of the versions of its campaign's
    script. Also when the door was closed, if it is, and the organisation's own thresholds. Where
    doors may be new, their buildings.
    """
    at_doors = Among("campaign", "campaigns", ID), Among("door", "doors", ID)
    rows = Prospect.objects.filter(*at_doors, organisation=ORGANISATION)
    told: list[Any] = [F(f"door__forbidden_by__entry__{name}") for name in Forbids._fields]
    has_phones: Any = Value(value=True)  # elsewhere a phone may begin before this is over
    if connection.vendor == "sqlite":
        has_phones = Exists(Feed.objects.filter(organisation=ORGANISATION))
    thresholds = RecordSettings.objects.filter(organisation=ORGANISATION).values("flag_thresholds")
    script: list[Any] = []
    if with_scripts:
        asked = Q(Among("campaign__scripts__version", "versions", IntegerField()))
        rows = rows.annotate(asked=FilteredRelation("campaign__scripts", condition=asked))
        script = [F(f"asked__{name}") for name in SCRIPT]
    columns = [*OWN, *(f"door__{name}" for name in DOOR), *(f"campaign__{name}" for name in RULES)]
    at = [F(f"door__building__{name}") for name in BUILDING] if with_buildings else []
    warned = F("door__warning__closed_at")
    held = rows.order_by("door", "campaign").values_list(
        *columns, *told, warned, Subquery(thresholds), has_phones, *script, *at
    )
    return Prepared(held, hold=(Prospect, Door) if with_doors else (Prospect,))


@cache
def noticed_visits(*, of_all_campaigns: bool, with_entries: bool) -> Prepared:
    """The query of `notice_visits`; of all campaigns with what closes doors.

    Beside the visits it tells of the campaigns' cadences, and of entries that may cover new doors:
    as in `company_for`, the columns of the others are empty.
    """
    at_doors = Q(Among("door", "doors", ID))
    if not of_all_campaigns:
        at_doors &= Q(Among("campaign", "campaigns", ID))
    first, last = (Given(name, DateTimeField()) for name in ("first", "last"))
    of_actor = Q(member=Given("actor", ID), occurred_at__gte=first, occurred_at__lte=last)
    rows = with_agreed(Visit.objects.filter(at_doors | of_actor))
    names = (*NOTICED, *(WARNED if of_all_campaigns else ()))
    no_visit, no_entry = NO_VISIT[: len(names)], NO_ENTRY if with_entries else []
    campaigns = Campaign.objects.filter(Among("pk", "campaigns", ID)).order_by()
    others = [campaigns.values_list(*no_visit, "pk", "cadence", *no_entry)]
    if with_entries:
        others.append(wide_entries().values_list(*no_visit, *NO_CADENCE, *ENTRY))
    told = rows.order_by().values_list(*names, *NO_CADENCE, *no_entry)
    return Prepared(told.union(*others, all=True))


def wide_entries() -> QuerySet[Any, Any]:
    """The entries that may cover doors that come later: of streets, areas, and some buildings."""
    here = Q(reach__in=WIDE) | Q(Among("building", "buildings", ID))
    unended = Q(ends_at=None) | Q(ends_at__gt=Given("now", DateTimeField()))
    rows = DoNotKnockEntry.objects.filter(unended, here, organisation=ORGANISATION, lifted_at=None)
    return rows.order_by()
