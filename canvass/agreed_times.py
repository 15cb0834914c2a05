"""What was agreed at visits, as the latest move says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Case, F, OuterRef, Subquery, When
from django.db.models.functions import Coalesce

from canvass.models import CallbackMove, Campaign, VisitQuerySet

Agreed = tuple[datetime, datetime | None]


def with_agreed(visits: VisitQuerySet) -> VisitQuerySet:
    """The visits with `due_at` and `due_until`: what was agreed there, as the latest move says."""
    moves = CallbackMove.objects.filter(visit=OuterRef("pk")).order_by("-moved_at", "-pk")
    moved_to = Subquery(moves.values("callback_at")[:1])
    until = Subquery(moves.values("callback_until")[:1])
    return visits.annotate(moved_to=moved_to).annotate(
        due_at=Coalesce(F("moved_to"), F("callback_at")),
        due_until=Case(When(moved_to=None, then=F("callback_until")), default=until),
    )


def moves_between(campaign: Campaign, first: int, last: int) -> Mapping[Any, Agreed]:
    """What the moved callbacks of the doors first … last were moved to.

    By the visit's id as the database's driver has it.
    """
    rows = CallbackMove.objects.filter(
        visit__campaign=campaign, visit__door__gte=first, visit__door__lte=last
    ).order_by("moved_at", "pk")
    moves = rows.values_list("visit", "callback_at", "callback_until")
    as_kept = connection.vendor == "postgresql"
    return {visit if as_kept else visit.hex: (due, until) for visit, due, until in moves}
