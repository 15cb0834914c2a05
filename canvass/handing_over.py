"""Taking a territory away from a member: what is outstanding there, and who takes it over.

Outstanding are agreed callbacks and sold goods that are still to be brought.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Member
from canvass.deliveries import hand_over, undelivered_there
from canvass.errors import OutstandingWork
from canvass.models import Campaign, Prospect, ProspectQuerySet, Sale
from common.clock import local_day
from common.errors import NotFound
from territories.assignment_states import end_assignment, finish_assignment, return_assignment
from territories.assignments import assign_territory
from territories.cuts import lock_cuts
from territories.models import (
    OVER,
    Assignment,
    AssignmentQuerySet,
    AssignmentState,
    CutRun,
    TerritoryDoor,
)


@dataclass(frozen=True)
class TakenAway:
    """A revoked assignment, the one that goes on instead, and how much was outstanding."""

    revoked: Assignment
    handed_to: Assignment | None
    callbacks: int
    deliveries: int = 0


def outstanding(actor: Member, assignment: Assignment) -> ProspectQuerySet:
    """The prospects of an assignment's territory where a time to come back is agreed.

    Of every campaign that works the cut, the earliest first. Progress belongs to the door and the
    campaign: whoever has the territory next has these.
    """
    placed = TerritoryDoor.objects.filter(territory=assignment.territory_id)
    rows = Prospect.objects.for_member(actor).filter(
        campaign__cut=assignment.territory.cut_id,
        door__in=placed.values("door"),
        next_due_at__isnull=False,
        do_not_knock=False,
    )
    allowed = rows.knockable(timezone.now())
    return allowed.select_related("door__building").order_by("next_due_at", "pk")


def outstanding_in_cut(actor: Member, cut: CutRun) -> AssignmentQuerySet:
    """The live assignments of a cut with something outstanding, counted, by territory.

    Each with its `callbacks` and `deliveries`: what publishing another cut over this one leaves to
    whoever has the doors then, as publishing ends them all.
    """
    waiting = Prospect.objects.filter(
        campaign__cut=cut.pk,
        door__placements__territory=OuterRef("territory"),
        next_due_at__isnull=False,
        do_not_knock=False,
    )
    to_bring = Sale.objects.undelivered().filter(
        campaign__cut=cut.pk,
        door__placements__territory=OuterRef("territory"),
        deliverer=OuterRef("member"),
    )
    rows = Assignment.objects.for_member(actor).filter(territory__cut=cut, ended_at=None)
    counted = rows.annotate(
        callbacks=count_of(waiting.knockable(timezone.now())), deliveries=count_of(to_bring)
    )
    some = counted.filter(Q(callbacks__gt=0) | Q(deliveries__gt=0))
    return some.select_related("territory", "member__user").order_by("territory__number", "pk")


def count_of(rows: QuerySet[Any, Any]) -> Coalesce:
    """The number of rows, as a subquery."""
    counted = rows.order_by().values(one=Value(1)).annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted), 0)


def take_away(  # noqa: PLR0913  # what a manager decides, each named by the caller
    *,
    actor: Member,
    assignment: Assignment,
    reason: str,
    hand_to: Member | None = None,
    leave_outstanding: bool = False,
    now: datetime,
) -> TakenAway:
    """Revoke an assignment, and give the territory with what is outstanding to `hand_to`.

    From today on; `hand_to` also brings what was sold there and not delivered. Doing it again
    changes nothing. Raises OutstandingWork where something is outstanding and nobody is named,
    unless `leave_outstanding`; TerritoryTaken, MemberLeft, CutNotPublished and NotFound.
    """
    with transaction.atomic():
        if not Assignment.objects.for_member(actor).filter(pk=assignment.pk).exists():
            raise NotFound
        lock_cuts(actor, assignment.territory.cut_id)
        assignment.refresh_from_db(fields=["ended_at", "state"])
        to_bring = list(undelivered_there(assignment).select_for_update(no_key=True))
        decided = hand_to is not None or leave_outstanding
        callbacks = refuse_undecided(actor, assignment, len(to_bring), decided=decided)
        revoked = end_assignment(
            actor=actor, assignment=assignment, now=now, reason=reason, handed_to=hand_to
        )
        goes_on = hand_to and hand_on(actor, revoked, hand_to, now)
        if hand_to:
            hand_over(actor, to_bring, hand_to, now)
    return TakenAway(revoked, goes_on or None, callbacks, len(to_bring))


def give_up(  # noqa: PLR0913  # as above
    *,
    actor: Member,
    assignment: Assignment,
    to: AssignmentState,
    reason: str = "",
    leave_outstanding: bool = False,
    now: datetime,
) -> Assignment:
    """Finish an assignment, or return it, for its member or whoever manages them.

    What is outstanding stays with the doors, for whoever has the territory next: OutstandingWork
    unless that is said with `leave_outstanding`, or the territory was only offered. Raises
    AssignmentStateWrong and NotFound.
    """
    with transaction.atomic():
        rows = Assignment.objects.for_member(actor).filter(pk=assignment.pk)
        if not rows.select_for_update(no_key=True, of=("self",)).exists():
            raise NotFound
        assignment.refresh_from_db(fields=["ended_at", "state"])
        to_bring = undelivered_there(assignment).count()
        decided = leave_outstanding or assignment.state == AssignmentState.OFFERED
        refuse_undecided(actor, assignment, to_bring, decided=decided)
        given = finish_assignment if to == AssignmentState.FINISHED else return_assignment
        return given(actor=actor, assignment=assignment, reason=reason, now=now)


def refuse_undecided(
    actor: Member, assignment: Assignment, deliveries: int, *, decided: bool
) -> int:
    """How many callbacks are outstanding; OutstandingWork if a decision is due and missing."""
    callbacks = outstanding(actor, assignment).count()
    if (callbacks or deliveries) and not decided and assignment.state not in OVER:
        raise OutstandingWork(callbacks=callbacks, deliveries=deliveries)
    return callbacks


def hand_on(actor: Member, revoked: Assignment, hand_to: Member, now: datetime) -> Assignment:
    """Give what was taken away to somebody else, from today on, to the same last day."""
    return assign_territory(
        actor=actor,
        territory=revoked.territory,
        member=hand_to,
        starts_on=max(revoked.starts_on, today_there(revoked, now)),
        ends_on=revoked.ends_on,
        shared=revoked.shared,
        now=now,
    )


def today_there(assignment: Assignment, now: datetime) -> date:
    """The local day where the territory lies, by the newest campaign that works its cut."""
    campaigns = Campaign.objects.filter(cut=assignment.territory.cut_id).order_by("-pk")
    zone = campaigns.values_list("time_zone", flat=True).first()
    return local_day(now, zone or "UTC")
