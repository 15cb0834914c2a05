"""Two streets, a campaign and shifts for the tests of routing.

It is NOW of tests/canvass/world.py. Street A is Rosa's and street B is Sam's, ten houses each, 20 m
apart. Everybody lives at house A1, where shifts start and end: 16:00 to 20:00 local time unless a
test makes them shorter. A knock takes 90 seconds. All hours are alike unless a test says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import Member
from canvass.campaigns import add_missing_prospects
from canvass.models import Campaign, Prospect, Shift, Visit
from canvass.new_visits import NewVisit
from canvass.outcomes import add_default_outcomes
from canvass.shifts import ShiftPlan, schedule_shift
from canvass.visits import record_visit
from common.ids import uuid7
from routing.models import PlanRun, Route, RouteStop
from routing.plans import request_plan
from routing.tasks import plan_shift
from territories.models import CutRun, Door, Territory
from tests.canvass.world import NOW, TODAY, assign, local, make_campaign, place, published_cut
from tests.cast import Company
from tests.territories.town import admin_of, house

QUICK_S = 0.2
ALIKE = {kind: [0.3] * 24 for kind in ("weekday", "saturday", "sunday")}


@dataclass(frozen=True)
class Town:
    """A company's campaign on two streets; `a` and `b` are their doors by number."""

    company: Company
    campaign: Campaign
    cut: CutRun
    a: list[Door]
    b: list[Door]

    def territory(self, number: int) -> Territory:
        """The territory with that number: 1 is street A, 2 is street B."""
        return Territory.objects.get(cut=self.cut, number=number)

    def prospect(self, door: Door) -> Prospect:
        """The prospect of a door, as it is now."""
        return Prospect.objects.get(campaign=self.campaign, door=door)

    def visit(self, door: Door, outcome: str, **more: Any) -> Visit:
        """A visit to a door yesterday evening, recorded by the admin unless said otherwise."""
        at = more.pop("occurred_at", local(9, 18))
        actor = more.pop("actor", admin_of(self.company))
        new = NewVisit(uuid7(at), self.campaign.pk, door.pk, outcome, at, **more)
        return record_visit(actor=actor, new=new, now=NOW)[0]

    def shift(
        self, member: Member, day: date = TODAY, minutes: int | None = None, **more: Any
    ) -> Shift:
        """A shift of the member, of the usual hours or the first so many minutes of them."""
        plan = ShiftPlan(self.campaign, member, day, **more)
        shift = schedule_shift(actor=admin_of(self.company), plan=plan, now=NOW)
        if minutes is not None:
            shift.ends_at = shift.starts_at + timedelta(minutes=minutes)
            shift.save(update_fields=["ends_at"])
        return shift


def settle(company: Company, houses: int = 10, **campaign: Any) -> Town:
    """The town of the module's docstring, with so many houses in each street."""
    add_default_outcomes(organisation=company.organisation)
    cut = published_cut(company)
    streets = [street(company, name, row, houses) for row, name in enumerate("AB")]
    for number, doors in enumerate(streets, start=1):
        place(cut, number, doors)
    made = make_campaign(company, cut=cut, **{"contact_rates": ALIKE, **campaign})
    add_missing_prospects(campaign_id=made.pk, cut_id=cut.pk)
    return Town(company, made, cut, *streets)


def street(company: Company, name: str, row: int, houses: int) -> list[Door]:
    """So many houses in a street, the first at the corner."""
    return [
        house(company.organisation, street=name, number=str(at + 1), at=(at, row))
        for at in range(houses)
    ]


def hill(company: Company, houses: int = 10, **campaign: Any) -> Town:
    """Sunrise's town with its streets given out."""
    town = settle(company, houses, **campaign)
    assign(town.territory(1), company.rosa)
    assign(town.territory(2), company.sam)
    return town


def planned(shift: Shift, seconds: float = QUICK_S) -> PlanRun:
    """A plan of the shift, asked for by the admin and carried out by a worker's task."""
    actor = Member.objects.get(organisation=shift.organisation_id, role="admin")
    run = request_plan(actor=actor, shift=shift, now=NOW, seconds=seconds)
    plan_shift(run.pk)
    run.refresh_from_db()
    return run


def route_of(shift: Shift, seconds: float = QUICK_S) -> Route:
    """The current route of the shift, after a plan of it that went well."""
    run = planned(shift, seconds)
    assert run.state == "done", run.error_message
    return Route.objects.get(shift=shift, is_current=True)


def addresses(route: Route) -> list[str]:
    """Street and number of each stop, in order."""
    stops = route.stops.select_related("building").order_by("position")
    return [f"{stop.building.street}{stop.building.number}" for stop in stops]


def left_out(route: Route) -> dict[int, str]:
    """The reason of each door that the route leaves out, by the door's id."""
    return dict(route.doors.filter(stop=None).values_list("door", "reason"))


def knock(route: Route, door: Door) -> RouteStop:
    """The stop at which the route knocks at the door."""
    return RouteStop.objects.get(route=route, doors__door=door)
