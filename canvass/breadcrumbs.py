"""Where reps walked: positions in batches, of open and unpaused shifts only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from django.db import transaction

from accounts.audit import Change, note
from accounts.models import Member
from canvass.errors.keeping import (
    BreadcrumbImprecise,
    BreadcrumbInFuture,
    BreadcrumbShiftNotOpen,
    BreadcrumbTooOld,
)
from canvass.flag_rules import Thresholds, length_m
from canvass.keeping import settings_of
from canvass.models import Shift
from canvass.models.keeping import Breadcrumb, BreadcrumbQuerySet
from canvass.shift_events import facts
from canvass.shift_work import Span, worked_spans
from common.clock import CLOCK_TOLERANCE
from common.errors import DomainError, NotFound

APART = timedelta(seconds=10)
APART_M = 10.0


class Position(NamedTuple):
    """Where a phone was, as it tells."""

    at: datetime
    lon: float
    lat: float
    accuracy_m: float | None = None


class Kept(StrEnum):
    """What became of a position."""

    KEPT = "kept"
    KNOWN = "known"
    THINNED = "thinned"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """What became of a position that was sent; one that is refused has an error."""

    at: datetime
    result: Kept
    error: DomainError | None = None


def record_breadcrumbs(
    *, actor: Member, shift: Shift, positions: Sequence[Position], now: datetime
) -> list[Answer]:
    """Keep positions of one's own shift; an answer for each, in their order.

    Each is kept, known already, thinned out because a kept one is near, or refused by itself.
    Sending the same again keeps nothing more. Raises NotFound for somebody else's shift.
    """
    with transaction.atomic():
        rows = Shift.objects.filter(pk=shift.pk, member=actor).select_related("campaign")
        held = rows.select_for_update(of=("self",), no_key=True).first()
        if held is None:
            raise NotFound
        ground = ground_of(held, now)
        known = list(crumbs_of(held).values_list("at", "lon", "lat", "accuracy_m"))
        kept = [Position(*row) for row in known]
        answers = [answer(position, ground, kept) for position in positions]
        new = sorted({*kept} - {Position(*row) for row in known})
        ours = {"organisation_id": held.organisation_id, "shift": held}
        Breadcrumb.objects.bulk_create(Breadcrumb(**ours, **each._asdict()) for each in new)
        if new:  # the trail outlives the positions, and tells none of them
            note(actor, "shift.breadcrumbs", Change(held, None, {"kept": len(new)}), now=now)
    return answers


class Ground(NamedTuple):
    """What decides on a shift's positions: when it was worked, and what is too old or imprecise."""

    spans: list[Span]
    oldest: datetime
    newest: datetime
    accuracy_m: float


def ground_of(shift: Shift, now: datetime) -> Ground:
    """What decides on a shift's positions. Two queries.

    Where nobody said that it was closed, what the phone tells of the idle time after the last sign
    of life still counts.
    """
    settings = settings_of(shift.organisation_id)
    grace = timedelta(seconds=settings.idle_s)
    return Ground(
        worked_spans(facts(shift.events.all()), now + CLOCK_TOLERANCE, grace),
        now - timedelta(days=settings.breadcrumb_days),
        now + CLOCK_TOLERANCE,
        Thresholds.in_force(settings.flag_thresholds, shift.campaign.flag_thresholds).accuracy_m,
    )


def answer(position: Position, ground: Ground, kept: list[Position]) -> Answer:
    """Say what becomes of a position, and add it to the kept ones, in order, if it is kept."""
    error = refusal(position, ground)
    if error:
        return Answer(position.at, Kept.REFUSED, error)
    place = bisect_left(kept, position.at, key=lambda one: one.at)
    if place < len(kept) and kept[place].at == position.at:
        return Answer(position.at, Kept.KNOWN)
    near = kept[max(0, place - 1) : place + 1]
    if not all(are_apart(position, other) for other in near):
        return Answer(position.at, Kept.THINNED)
    kept.insert(place, position)
    return Answer(position.at, Kept.KEPT)


def refusal(position: Position, ground: Ground) -> DomainError | None:
    """Why a position is not kept at all, if so."""
    if position.at > ground.newest:
        return BreadcrumbInFuture()
    if position.at < ground.oldest:
        return BreadcrumbTooOld()
    if not any(span.begin <= position.at < span.end for span in ground.spans):
        return BreadcrumbShiftNotOpen()
    if (position.accuracy_m or 0) > ground.accuracy_m:
        return BreadcrumbImprecise(most_m=ground.accuracy_m)
    return None


def are_apart(one: Position, other: Position) -> bool:
    """Whether two positions are far enough apart, in time and in space, to keep both."""
    far = length_m((one.lon, one.lat), (other.lon, other.lat)) >= APART_M
    return far and abs(one.at - other.at) >= APART


def crumbs_of(shift: Shift) -> BreadcrumbQuerySet:
    """The positions of a shift, in their order."""
    return Breadcrumb.objects.filter(shift=shift).order_by("at")


def walked_m(positions: Iterable[Position], spans: Sequence[Span]) -> float:
    """Metres from position to position, in order; not across pauses."""
    return sum(
        length_m((one.lon, one.lat), (other.lon, other.lat))
        for one, other in pairwise(positions)
        if any(span.begin <= one.at and other.at < span.end for span in spans)
    )


def distance_of(shift: Shift, now: datetime) -> float:
    """Metres that a shift's positions add up to. Three queries."""
    rows = crumbs_of(shift).values_list("at", "lon", "lat")
    return walked_m((Position(*row) for row in rows), ground_of(shift, now).spans)
