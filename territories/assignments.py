"""Giving territories to members, one by one or a whole cut at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from django.db import transaction
from django.db.models import Avg

from accounts.models import Member
from common.errors import NotFound
from territories.assignment_states import note_made
from territories.cuts import lock_cuts
from territories.cutting import great_circle_m
from territories.cutting.assigning import Wish, assign
from territories.errors import (
    AssignmentDatesInvalid,
    CutAllAssigned,
    CutNotPublished,
    MemberLeft,
    MemberWithoutHome,
    NobodyToAssign,
    TerritoryTaken,
)
from territories.models import (
    Assignment,
    AssignmentQuerySet,
    AssignmentState,
    CutRun,
    CutStatus,
    Territory,
)


def assign_territory(  # noqa: PLR0913  # what an assignment is made of, each named by the caller
    *,
    actor: Member,
    territory: Territory,
    member: Member,
    starts_on: date,
    ends_on: date | None = None,
    shared: bool = False,
    offer: bool = False,
    now: datetime,
) -> Assignment:
    """Give a territory of a published cut to a member from a day to a day, half-open.

    With `offer` it is kept for the member, who works it once they have accepted.
    Repeating it answers the same assignment. Raises TerritoryTaken if it is assigned on some of the
    days, unless to somebody else and `shared` on purpose; AssignmentDatesInvalid, CutNotPublished,
    MemberLeft, and NotFound for what the actor may not see.
    """
    wanted = Assignment(
        organisation_id=actor.organisation_id,
        territory=territory,
        member=member,
        starts_on=starts_on,
        ends_on=ends_on,
        shared=shared,
        assigned_by=actor,
        created_at=now,
        state=AssignmentState.OFFERED if offer else AssignmentState.ACTIVE,
    )
    if ends_on is not None and ends_on <= starts_on:
        raise AssignmentDatesInvalid
    with transaction.atomic():
        lock_published(actor, territory.cut_id)
        if not Territory.objects.for_member(actor).filter(pk=territory.pk).exists():
            raise NotFound
        serving(actor, [member])
        known = repeated(wanted)
        if known:
            return known
        refuse_conflict(actor, wanted)
        wanted.save(force_insert=True)
        note_made([wanted], AssignmentState(wanted.state), actor, now)
    return wanted


def lock_published(actor: Member, cut_id: int) -> None:
    """Hold the cut's row until the transaction ends; raise unless it is published."""
    if lock_cuts(actor, cut_id)[cut_id].status != CutStatus.PUBLISHED:
        raise CutNotPublished


def serving(actor: Member, members: Sequence[Member]) -> list[Member]:
    """The members as they are now, in the same order, each once.

    Raises NotFound if the actor may not see one, MemberLeft if one has left.
    """
    ids = list(dict.fromkeys(member.pk for member in members))
    known = Member.objects.for_member(actor).in_bulk(ids)
    if len(known) < len(ids):
        raise NotFound(members=[pk for pk in ids if pk not in known])
    left = [pk for pk in ids if known[pk].left_on is not None]
    if left:
        raise MemberLeft(members=left)
    return [known[pk] for pk in ids]


def overlapping(wanted: Assignment) -> AssignmentQuerySet:
    """The assignments of the same territory that share a day with the wanted one."""
    rows = Assignment.objects.filter(territory=wanted.territory_id)
    return rows.overlapping(wanted.starts_on, wanted.ends_on).order_by("pk")


def repeated(wanted: Assignment) -> Assignment | None:
    """The live assignment that is the wanted one, made before."""
    same = {name: getattr(wanted, name) for name in ("member", "starts_on", "ends_on", "shared")}
    return overlapping(wanted).filter(**same).first()


def refuse_conflict(actor: Member, wanted: Assignment) -> None:
    """Raise TerritoryTaken if others, or the member's own other dates, are in the way."""
    in_the_way = overlapping(wanted)
    if wanted.shared:
        in_the_way = in_the_way.filter(member=wanted.member_id)
    if in_the_way.exists():
        visible = in_the_way.for_member(actor).values_list("pk", flat=True)
        raise TerritoryTaken(territory=wanted.territory_id, assignments=list(visible))


def assign_cut(
    *, actor: Member, cut: CutRun, members: Sequence[Member], starts_on: date, now: datetime
) -> list[Assignment]:
    """Give every free territory of a published cut to the member who lives nearest.

    Each member gets the same number of them, or one more; territories that somebody has from
    `starts_on` on stay as they are. With fewer territories than members, some get none. Raises
    CutAllAssigned if none is free, MemberWithoutHome, MemberLeft, CutNotPublished and NotFound.
    """
    with transaction.atomic():
        lock_published(actor, cut.pk)
        reps = with_homes(serving(actor, members))
        free = free_territories(cut, starts_on)
        deal = assign(Wish.of_ways(distances_m(free, reps)))
        made = Assignment.objects.bulk_create(
            Assignment(
                organisation_id=cut.organisation_id,
                territory=territory,
                member=reps[rep],
                starts_on=starts_on,
                assigned_by=actor,
                created_at=now,
            )
            for territory, rep in zip(free, deal.rep.tolist(), strict=True)
        )
        note_made(made, AssignmentState.ACTIVE, actor, now)
        return made


def with_homes(members: list[Member]) -> list[Member]:
    """The members, if there are some and each has a home position."""
    if not members:
        raise NobodyToAssign
    homeless = [member.pk for member in members if member.home_lon is None]
    if homeless:
        raise MemberWithoutHome(members=homeless)
    return members


def free_territories(cut: CutRun, starts_on: date) -> list[Territory]:
    """The territories that nobody has from a day on, each with the middle of its doors."""
    taken = Assignment.objects.filter(territory__cut=cut).overlapping(starts_on, None)
    free = Territory.objects.filter(cut=cut).exclude(pk__in=taken.values("territory"))
    middles = {"lon": Avg("placements__door__lon"), "lat": Avg("placements__door__lat")}
    found = list(free.annotate(**middles).order_by("number"))
    if not found:
        raise CutAllAssigned
    return found


def distances_m(territories: list[Territory], reps: list[Member]) -> np.ndarray:
    """Great-circle metres (t, r) from the middle of each territory to each rep's home."""
    middles = np.array([(vars(row)["lon"], vars(row)["lat"]) for row in territories])
    homes = np.array([(rep.home_lon, rep.home_lat) for rep in reps])
    return great_circle_m(middles[:, :1], middles[:, 1:], homes[:, 0], homes[:, 1])
