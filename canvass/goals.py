"""What reps set out to reach on a day, and what they have reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from accounts.models import Member
from canvass.campaigns import lock_campaign
from canvass.errors import GoalInvalid
from canvass.models import Campaign, Goal, GoalFigure
from canvass.selectors import funnel
from common.errors import NotFound


@dataclass(frozen=True)
class GoalPlan:
    """So many of a figure a day, from a local day on; of everybody where no member is named."""

    campaign: Campaign
    figure: str
    per_day: int
    starts_on: date
    member: Member | None = None


def set_goal(*, actor: Member, plan: GoalPlan) -> Goal:
    """Set a goal; again for the same day changes what was said. Raises GoalInvalid, NotFound."""
    with transaction.atomic():
        campaign = lock_campaign(actor, plan.campaign)
        if not campaign.starts_on <= plan.starts_on < campaign.ends_on:
            raise GoalInvalid(starts_on=campaign.starts_on, ends_on=campaign.ends_on)
        if plan.member and not Member.objects.for_member(actor).filter(pk=plan.member.pk).exists():
            raise NotFound
        return Goal.objects.update_or_create(
            campaign=campaign,
            member=plan.member,
            figure=plan.figure,
            starts_on=plan.starts_on,
            defaults={"per_day": plan.per_day, "organisation_id": campaign.organisation_id},
        )[0]


@dataclass(frozen=True)
class GoalProgress:
    """What a member is to reach of one figure on one day, and has reached."""

    member: int
    name: str
    figure: str
    per_day: int
    reached: int


def goal_progress(*, member: Member, campaign: Campaign, day: date) -> list[GoalProgress]:
    """The goals of a local day and what has been reached, by name: of all whom `member` may see.

    A member's own goal counts before everybody's, the latest before earlier ones. Three queries.
    """
    goals = list(
        Goal.objects.for_member(member)
        .filter(campaign=campaign, starts_on__lte=day)
        .order_by("starts_on")
    )
    people = Member.objects.for_member(member).serving().filter(role="rep").select_related("user")
    after = day + timedelta(days=1)
    rows = funnel(member=member, campaign=campaign, by="rep", from_day=day, to_day=after)
    reached = {row.key: row for row in rows}
    return [
        GoalProgress(
            person.pk,
            person.user.name,
            figure,
            per_day,
            getattr(reached[person.pk], figure) if person.pk in reached else 0,
        )
        for person in people.order_by("user__name", "pk")
        for figure in GoalFigure.values
        if (per_day := goal_of(person, figure, goals)) is not None
    ]


def goal_of(person: Member, figure: str, goals: Iterable[Goal]) -> int | None:
    """How many of a figure a day somebody is to reach, by goals in the order of their days."""
    own = everybody = None
    for goal in goals:
        if goal.figure == figure and goal.member_id == person.pk:
            own = goal.per_day
        elif goal.figure == figure and goal.member_id is None:
            everybody = goal.per_day
    return everybody if own is None else own
