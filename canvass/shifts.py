"""Scheduling shifts: one by one, or a whole day for everybody who has a territory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Avg, Exists, F, OuterRef

from accounts.models import Member, MemberQuerySet
from canvass.errors import (
    CampaignWithoutCut,
    ShiftExists,
    ShiftHoursInvalid,
    ShiftMemberLeft,
    ShiftOutsideCampaign,
    ShiftOutsidePermittedHours,
    ShiftWithoutPlace,
)
from canvass.law import LawBook
from canvass.models import Campaign, Jurisdiction, Shift
from canvass.pauses import Pause, refuse_bad_pause, usual_pause
from canvass.permitted_hours import Window, overlap
from canvass.uniqueness import unless_taken
from common.clock import day_bounds, local_instant
from common.errors import NotFound
from territories.models import Assignment

Place = tuple[float, float]


@dataclass(frozen=True)
class ShiftPlan:
    """A member's shift in a campaign on one of its local days.

    Hours left out are the campaign's own, and so are the pause and the longest walking; a pause of
    no seconds is none. Places are (lon, lat); left out, they are the member's
    home, or the middle of the member's territories where no home is known.
    """

    campaign: Campaign
    member: Member
    day: date
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    start: Place | None = None
    end: Place | None = None
    pause: Pause | None = None
    most_walk_s: int | None = None


def schedule_shift(*, actor: Member, plan: ShiftPlan, now: datetime) -> Shift:
    """Schedule one shift.

    Raises ShiftExists, ShiftOutsideCampaign, ShiftHoursInvalid, ShiftPauseInvalid, ShiftMemberLeft,
    ShiftWithoutPlace, ShiftOutsidePermittedHours, and NotFound for a campaign or member that the
    actor may not see.
    """
    has_law = refuse_day_outside(actor, plan.campaign, plan.day)
    refuse_absent(actor, plan.member)
    usual = shift_window(plan.campaign, plan.day, plan.starts_at, plan.ends_at)
    ends = places(plan)
    book = LawBook(plan.campaign.organisation_id, plan.day) if has_law else None
    window = lawful_window(book, plan, usual, ends[0])
    if plan.pause is not None:
        refuse_bad_pause(plan.pause, *window)
    shift = new_shift(plan, window, ends, now)
    with unless_taken(ShiftExists):
        shift.save(force_insert=True)
    return shift


def schedule_day(*, actor: Member, campaign: Campaign, day: date, now: datetime) -> list[Shift]:
    """A shift of the campaign's usual hours for everybody who works one of its territories then.

    That is every serving member whom the actor may see and who has an assignment in the campaign's
    cut on that day. Shifts that exist are kept as they are. Returns the shifts of these members, by
    name. Who may not knock that day at all where the day would start is left at home. Raises
    CampaignWithoutCut, ShiftOutsideCampaign, ShiftHoursInvalid and NotFound.
    """
    has_law = refuse_day_outside(actor, campaign, day)
    if campaign.cut_id is None:
        raise CampaignWithoutCut
    window = shift_window(campaign, day)
    members = list(with_middles(Member.objects.for_member(actor).serving(), campaign, day))
    plans = [ShiftPlan(campaign, member, day) for member in members]
    book = LawBook(campaign.organisation_id, day) if has_law else None
    Shift.objects.bulk_create(lawful_shifts(book, plans, window, now), ignore_conflicts=True)
    shifts = Shift.objects.filter(campaign=campaign, day=day, member__in=members)
    return list(shifts.select_related("member__user").order_by("member__user__name", "pk"))


def lawful_shifts(
    book: LawBook | None, plans: Sequence[ShiftPlan], window: Window, now: datetime
) -> Iterator[Shift]:
    """The unsaved shifts of those who may knock at some time of the window."""
    for plan in plans:
        home = home_or_middle(plan.member)
        try:
            yield new_shift(plan, lawful_window(book, plan, window, home), (home, home), now)
        except ShiftOutsidePermittedHours:
            continue


def lawful_window(book: LawBook | None, plan: ShiftPlan, window: Window, start: Place) -> Window:
    """The shift's hours, if the law of the place where it starts permits them.

    Usual hours are clipped to the longest window that is permitted. Raises
    ShiftOutsidePermittedHours where nothing is left, or hours that somebody chose lie outside.
    """
    if book is None:  # the organisation has written down no jurisdiction
        return window
    permitted = book.windows_at(*start, plan.campaign.time_zone)
    left = max(overlap([window], permitted), key=lambda part: part[1] - part[0], default=None)
    if left is None:
        raise ShiftOutsidePermittedHours(permitted=permitted)
    if (plan.starts_at and left[0] > window[0]) or (plan.ends_at and left[1] < window[1]):
        raise ShiftOutsidePermittedHours(permitted=permitted)
    return left


def new_shift(plan: ShiftPlan, window: Window, ends: tuple[Place, Place], now: datetime) -> Shift:
    """The unsaved row of a shift whose hours, start and end are settled."""
    (start_lon, start_lat), (end_lon, end_lat) = ends
    pause = plan.pause or usual_pause(plan.campaign, plan.day).within(*window)
    limit = plan.campaign.most_walk_s if plan.most_walk_s is None else plan.most_walk_s
    return Shift(
        organisation_id=plan.campaign.organisation_id,
        campaign=plan.campaign,
        member=plan.member,
        day=plan.day,
        starts_at=window[0],
        ends_at=window[1],
        start_lon=start_lon,
        start_lat=start_lat,
        end_lon=end_lon,
        end_lat=end_lat,
        pause_s=pause.pause_s,
        pause_from=pause.starts_from,
        pause_to=pause.starts_to,
        most_walk_s=limit,
        created_at=now,
    )


def refuse_day_outside(actor: Member, campaign: Campaign, day: date) -> bool:
    """Raise unless the campaign is one the actor may see, and runs on that day.

    Returns whether the organisation has written down any jurisdiction.
    """
    law = Exists(Jurisdiction.objects.filter(organisation=OuterRef("organisation")))
    rows = Campaign.objects.for_member(actor).filter(pk=campaign.pk).annotate(has_law=law)
    found = rows.values_list("has_law", flat=True).first()
    if found is None:
        raise NotFound
    if not campaign.starts_on <= day < campaign.ends_on:
        raise ShiftOutsideCampaign(starts_on=campaign.starts_on, ends_on=campaign.ends_on)
    return bool(found)


def refuse_absent(actor: Member, member: Member) -> None:
    """Raise unless the actor may see the member, and the member has not left."""
    found = Member.objects.for_member(actor).filter(pk=member.pk).first()
    if found is None:
        raise NotFound
    if found.left_on is not None:
        raise ShiftMemberLeft


def shift_window(
    campaign: Campaign,
    day: date,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Window:
    """The hours given, or else the campaign's own on that day.

    Raises ShiftHoursInvalid where they leave the day or are no time at all; a clock change that
    skips the whole shift does that too.
    """
    zone = campaign.time_zone
    starts_at = starts_at or local_instant(day, campaign.shift_starts_at, zone)
    ends_at = ends_at or local_instant(day, campaign.shift_ends_at, zone)
    midnight, next_midnight = day_bounds(day, zone)
    if not midnight <= starts_at < ends_at <= next_midnight:
        raise ShiftHoursInvalid(day_starts_at=midnight, day_ends_at=next_midnight)
    return starts_at, ends_at


def places(plan: ShiftPlan) -> tuple[Place, Place]:
    """Where the shift starts and where it ends. Raises ShiftWithoutPlace if that is unknown."""
    if plan.start and plan.end:
        return plan.start, plan.end
    usual = usual_place(plan)
    return plan.start or usual, plan.end or usual


def usual_place(plan: ShiftPlan) -> Place:
    """Where the member's shifts start and end. Raises ShiftWithoutPlace if that is unknown."""
    if plan.member.home_lon is not None:
        return home_or_middle(plan.member)
    rows = Member.objects.filter(pk=plan.member.pk)
    found = with_middles(rows, plan.campaign, plan.day).first()
    if found is None:
        raise ShiftWithoutPlace
    return home_or_middle(found)


def with_middles(members: MemberQuerySet, campaign: Campaign, day: date) -> MemberQuerySet:
    """Those members who have a territory of the campaign's cut that day, by id.

    Each carries `middle_lon` and `middle_lat`: the mean of the middles of their territories.
    """
    live = Assignment.objects.on(day).filter(territory__cut=campaign.cut_id)
    box = {
        side: F(f"assignments__territory__{side}") for side in ("west", "east", "south", "north")
    }
    return (
        members.filter(assignments__in=live)
        .annotate(
            middle_lon=Avg((box["west"] + box["east"]) / 2),
            middle_lat=Avg((box["south"] + box["north"]) / 2),
        )
        .order_by("pk")
    )


def home_or_middle(member: Member) -> Place:
    """The home of a member of `with_middles`, or where none is known their territories' middle."""
    if member.home_lon is not None and member.home_lat is not None:
        return member.home_lon, member.home_lat
    return vars(member)["middle_lon"], vars(member)["middle_lat"]
