"""Lists expire: a territory that nobody touches is offered back to its manager, never taken."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, Q

from canvass.models import Campaign
from common.clock import day_bounds
from territories.assignment_states import offer_back
from territories.models import Assignment, AssignmentState, TerritoryDoor


def offer_back_untouched(now: datetime) -> int:
    """Offer back what no visit has touched for its campaign's `untouched_days`; returns how many.

    The days count from the last visit, of anybody, and not before the assignment's first day, its
    making, or the manager's last word that it be kept. Running it again changes nothing.
    """
    campaigns = Campaign.objects.filter(untouched_days__isnull=False, cut__isnull=False)
    return sum(offer_back_in(campaign, now) for campaign in campaigns.order_by("pk"))


def offer_back_in(campaign: Campaign, now: datetime) -> int:
    """As `offer_back_untouched`, of one campaign. Three queries and a write."""
    days = timedelta(days=campaign.untouched_days or 0)
    active = Assignment.objects.filter(
        territory__cut=campaign.cut_id, state=AssignmentState.ACTIVE, offered_back_at=None
    )
    visited = last_visits(campaign)
    untouched = [
        assignment
        for assignment in active.order_by("pk")
        if now - last_touch(assignment, visited.get(assignment.territory_id), campaign) >= days
    ]
    return offer_back(untouched, f"Untouched for {campaign.untouched_days} days.", now)


def last_visits(campaign: Campaign) -> dict[int, datetime | None]:
    """When each territory of the campaign's cut was visited last, in that campaign."""
    here = Q(door__visits__campaign=campaign)
    rows = TerritoryDoor.objects.filter(cut=campaign.cut_id).values_list("territory")
    return dict(rows.annotate(last=Max("door__visits__occurred_at", filter=here)))


def last_touch(assignment: Assignment, visited: datetime | None, campaign: Campaign) -> datetime:
    """The instant from which an assignment's untouched days count."""
    first_day = day_bounds(assignment.starts_on, campaign.time_zone)[0]
    said = (visited, assignment.kept_at, assignment.created_at, first_day)
    return max(instant for instant in said if instant)
