"""What phones show: how each kind of thing is found for a member, and what is told of it.

A phone shows what its member works, whatever their role: a manager who knocks has the own
territories on it, and the whole organisation in the console.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from accounts.models import Member
from canvass import selectors
from canvass.api.serializers.callbacks import CallbackOut
from canvass.api.serializers.campaigns import CampaignOut, ProductOut
from canvass.api.serializers.contacts import contact_data
from canvass.api.serializers.outcomes import OutcomeOut
from canvass.api.serializers.prospects import ProspectOut
from canvass.api.serializers.safety import WarningOut
from canvass.api.serializers.sales import SaleOut
from canvass.api.serializers.scripts import ScriptOut
from canvass.api.serializers.shifts import ShiftOut
from canvass.api.serializers.visits import VisitOut
from canvass.callbacks import callbacks
from canvass.contacts import listed_numbers
from canvass.ledger import sales
from canvass.models import (
    Campaign,
    ContactDetails,
    DoorWarning,
    Outcome,
    Prospect,
    Script,
    Visit,
)
from canvass.sync.pull import Entity, Shown
from common.scoping import ScopedQuerySet
from territories.api.serializers import TerritoryOut
from territories.models import Territory

Rows = Callable[[], ScopedQuerySet[Any]]
Told = dict[str, list[Shown]]


def worked(rows: ScopedQuerySet[Any], member: Member) -> ScopedQuerySet[Any]:
    """The rows that a member sees who knocks."""
    return rows.filter(organisation=member.organisation_id).for_rep(member)


def listed(
    name: str, rows: Rows, out: type[serializers.BaseSerializer[Any]], key: str = "pk"
) -> Entity:
    """Rows that a phone shows one by one, each under the value of `key`; the last of these wins."""

    def fill(member: Member, _: datetime) -> Iterable[object]:
        return worked(rows(), member).order_by().values_list(key, flat=True).distinct()

    def show(member: Member, wanted: Sequence[str], _: datetime) -> Told:
        found = worked(rows(), member).filter(**{f"{key}__in": wanted})
        by_key = found.values_list("pk", key)
        keys = {pk: str(value) for pk, value in by_key}
        return {keys[row.pk]: [Shown(name, keys[row.pk], out(row).data)] for row in found}

    return Entity(fill, show)


def none(_: Member, __: datetime) -> Iterable[object]:
    """Nothing: territories bring it."""
    return ()


def show_doors(member: Member, wanted: Sequence[str], now: datetime) -> Told:
    """What is at some doors: prospects, agreed times and a warning, or that they are gone.

    Ten queries, however many doors.
    """
    doors = [int(door) for door in wanted]
    told: defaultdict[str, list[Shown]] = defaultdict(list)
    shown = worked(selectors.prospects(), member).select_related("door__contact")
    seen = list(shown.filter(door__in=doors))
    keys = {(row.campaign_id, row.door_id) for row in seen}
    agreed = callbacks(now).select_related("door__building").filter(door__in=doors)
    due = [row for row in agreed if (row.campaign_id, row.door_id) in keys]
    warned = worked(DoorWarning.objects.filter(door__in=doors, visits__gt=0), member)
    here = {"organisation": member.organisation_id, "door__in": doors}
    known: dict[str, QuerySet[Any, Any]] = {
        "prospect": Prospect.objects.filter(**here),
        "callback": Visit.objects.filter(**here, callback_at__isnull=False),
        "warning": DoorWarning.objects.filter(**here),
        "contact": ContactDetails.objects.filter(**here),
    }
    data: dict[str, dict[object, Mapping[str, Any]]] = {
        "prospect": {row.pk: ProspectOut(row).data for row in seen},
        "callback": {row.pk: CallbackOut(row).data for row in due},
        "contact": contacts_of(seen, now),
        "warning": {row.pk: {**WarningOut(row).data, "door": row.door_id} for row in warned},
    }
    for entity, rows in known.items():
        for door, pk in rows.order_by("pk").values_list("door", "pk"):
            told[str(door)].append(Shown(entity, str(pk), data[entity].get(pk)))
    return {row: told[row] for row in wanted}


def contacts_of(seen: Iterable[Prospect], now: datetime) -> dict[object, Mapping[str, Any]]:
    """The contact details at the doors of prospects, by their ids. One query; none without any."""
    found = {row.door.contact.pk: row.door.contact for row in seen if hasattr(row.door, "contact")}
    phones = {one.phone for one in found.values() if one.phone}
    organisations = {one.organisation_id for one in found.values()}
    listed = {phone for pk in organisations for phone in listed_numbers(pk, sorted(phones), now)}
    return {pk: contact_data(one, listed) for pk, one in found.items()}


def latest_scripts() -> ScopedQuerySet[Any]:
    """Scripts, the current version of each campaign last."""
    return Script.objects.order_by("campaign", "version")


ENTITIES: Mapping[str, Entity] = {
    "campaign": listed("campaign", Campaign.objects.all, CampaignOut),
    "outcome": listed("outcome", Outcome.objects.all, OutcomeOut),
    "product": listed("product", selectors.products, ProductOut),
    "script": listed("script", latest_scripts, ScriptOut, key="campaign"),
    "territory": Entity(none, listed("territory", Territory.objects.all, TerritoryOut).show),
    "door": Entity(none, show_doors),
    "visit": listed("visit", selectors.visits, VisitOut),
    "sale": listed("sale", sales, SaleOut),
    "shift": replace(listed("shift", selectors.shifts, ShiftOut), comes_unmarked=True),
}
