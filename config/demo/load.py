"""The demo's main job, step by step: doors, territories, reps, walks, visits.

Every step finds what an earlier, interrupted call has already made and goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from canvass.cadence import Cadence, Slot, default_cadence
from canvass.campaigns import CampaignPlan, add_product, create_campaign, work_cut
from canvass.models import Campaign
from canvass.rebuilding import change_cadence
from canvass.shifts import schedule_day
from common.clock import local_day
from common.runs import Run, RunState
from config.demo.people import Company, found_company, give_passwords, hire
from config.demo.simulation import Evening, Phone, walk_evening
from config.demo.steps import Steps
from config.demo.towns import Town
from config.processes import Child
from routing.models import Route
from routing.plans import request_day
from territories.assignments import assign_cut
from territories.cut_criteria import CutCriteria
from territories.cuts import publish_cut, request_cut
from territories.importing.options import ImportOptions, format_of
from territories.imports import request_import
from territories.models import (
    Assignment,
    Building,
    CutRun,
    Door,
    ImportFormat,
    ImportRun,
    SnapRun,
    StreetMap,
)
from territories.street_maps import request_street_map

CAMPAIGN = "Demo season"
PAST_DAYS = 3
EVENING = Slot(tuple(range(7)), clock_time(17, 0), clock_time(20, 0))
DOOR_S = 180  # most doors stay shut, but one in fifteen is a demonstration or a sale
PRODUCTS = (("atlas", "Family atlas", 4900), ("reader", "First reader set", 8900))


class DemoFailed(Exception):
    """A step of the demo could not be done; the message says why."""


@dataclass(frozen=True)
class Setting:
    """What every step needs: the town, the worker, the progress, the passwords' file."""

    town: Town
    worker: Child
    steps: Steps
    accounts: Path


def loaded_campaigns() -> list[Campaign]:
    """The demo campaigns whose last day is planned: their towns are loaded."""
    campaigns = Campaign.objects.filter(name=CAMPAIGN).select_related("organisation", "cut")
    return [campaign for campaign in campaigns.order_by("pk") if is_planned(campaign)]


def is_planned(campaign: Campaign) -> bool:
    """Whether every shift of the demo's last day has its route."""
    routes = Route.objects.filter(shift__campaign=campaign, shift__day=demo_day(campaign))
    shifts = campaign.shifts.filter(day=demo_day(campaign)).count()
    return 0 < shifts == routes.filter(is_current=True).count()


def demo_day(campaign: Campaign) -> date:
    """The day that the demo plans for: the one after the simulated days."""
    return campaign.starts_on + timedelta(days=PAST_DAYS)


def load(setting: Setting) -> Campaign:
    """Do the whole job for a town and return its campaign. Raises DemoFailed or a DomainError."""
    now = timezone.now()
    admin = found_company(setting.town.name, now=now)
    import_town(setting, admin)
    import_town_streets(setting, admin)
    company = hire(admin, hired_on=now.date() - timedelta(days=40), now=now)
    passwords = give_passwords(company, setting.accounts)
    campaign = open_campaign(setting, company, now)
    cut_and_assign(setting, company, campaign)
    for offset in range(PAST_DAYS):
        day = campaign.starts_on + timedelta(days=offset)
        plan_day(setting, company, campaign, day)
        walk_day(setting, company, campaign, (day, passwords))
    plan_day(setting, company, campaign, demo_day(campaign))
    return campaign


def import_town(setting: Setting, admin: Member) -> None:
    """Import the town's doors, unless that has been done."""
    runs = ImportRun.objects.filter(organisation=admin.organisation)
    if runs.filter(state=RunState.DONE).exists():
        return
    path = setting.town.path
    options = ImportOptions(format=format_of(path.name), dataset="town")
    with path.open("rb") as file:
        run = request_import(
            actor=admin,
            file=File(file, path.name),
            options=options,
            now=timezone.now(),
        )
    wait_for(setting, f"Importing doors of {setting.town.name}", [run])


def import_town_streets(setting: Setting, admin: Member) -> None:
    """Import the streets of the town's file and snap the doors to them, unless that is done.

    A file without streets is no obstacle: then walking times are estimated.
    """
    path, name = setting.town.path, setting.town.name
    known = StreetMap.objects.filter(organisation=admin.organisation).current()
    if known.exists() or format_of(path.name) != ImportFormat.OSM:
        return
    with path.open("rb") as file:
        street_map = request_street_map(
            actor=admin, file=File(file, path.name), name=name, now=timezone.now()
        )
    try:
        wait_for(setting, f"Importing streets of {name}", [street_map])
    except DemoFailed as error:
        setting.steps.console.print(f"Walking times will be estimated. {error}", soft_wrap=True)
        return
    street_map.refresh_from_db()
    snaps = SnapRun.objects.filter(pk=street_map.result["snap_run"])
    wait_for(setting, "Snapping doors to the streets", list(snaps))


def open_campaign(setting: Setting, company: Company, now: datetime) -> Campaign:
    """The demo's campaign with its products, begun so that today is its fourth day.

    The company works evenings only, on all of them, so that its cadence tries again in evenings.
    """
    known = Campaign.objects.filter(organisation=company.organisation, name=CAMPAIGN).first()
    if known:
        return known
    zone = setting.town.time_zone or zone_at(company)
    first = local_day(now, zone) - timedelta(days=PAST_DAYS)
    plan = CampaignPlan(
        name=CAMPAIGN,
        starts_on=first,
        ends_on=first + timedelta(days=90),
        time_zone=zone,
        currency="EUR",
        shift_starts_at=EVENING.starts_at,
        shift_ends_at=EVENING.ends_at,
        door_s=DOOR_S,
    )
    cadence = replace(Cadence.of(default_cadence(), zone), slots=(EVENING,))
    with transaction.atomic():
        campaign = create_campaign(actor=company.admin, plan=plan, now=now)
        change_cadence(actor=company.admin, campaign=campaign, cadence=cadence, now=now)
        for code, name, price in PRODUCTS:
            add_product(
                actor=company.admin, campaign=campaign, code=code, name=name, price_minor=price
            )
    return campaign


def zone_at(company: Company) -> str:
    """The nautical time zone of the town; the real one is the manager's to set."""
    door = Door.objects.filter(organisation=company.organisation).order_by("pk")[:1].get()
    hours = round(door.lon / 15)
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


def cut_and_assign(setting: Setting, company: Company, campaign: Campaign) -> None:
    """Cut the town into one territory for each rep, publish, and give the territories out."""
    cut = campaign.cut or published_cut(setting, company, campaign)
    work_cut(actor=company.manager, campaign=campaign, cut=cut, now=timezone.now())
    if not Assignment.objects.filter(territory__cut=cut).exists():
        assign_cut(
            actor=company.manager,
            cut=cut,
            members=company.reps,
            starts_on=campaign.starts_on,
            now=timezone.now(),
        )


def published_cut(setting: Setting, company: Company, campaign: Campaign) -> CutRun:
    """The demo's cut: a territory for each rep, or fewer where there are fewer buildings."""
    buildings = Building.objects.filter(organisation=company.organisation).count()
    territories = min(len(company.reps), buildings)
    criteria = CutCriteria(territories=territories, door_s=campaign.door_s)
    lost = (RunState.FAILED, RunState.CANCELLED)
    done = CutRun.objects.filter(organisation=company.organisation).exclude(state__in=lost)
    cut = done.first() or request_cut(
        actor=company.manager, name="First cut", criteria=criteria, now=timezone.now()
    )
    wait_for(setting, "Cutting territories", [cut])
    cut.refresh_from_db()
    if cut.published_at is None:
        publish_cut(actor=company.manager, cut=cut, now=timezone.now())
    return cut


def plan_day(setting: Setting, company: Company, campaign: Campaign, day: date) -> None:
    """Schedule the reps' shifts of a day and plan their routes, unless they are planned."""
    now = timezone.now()
    schedule_day(actor=company.manager, campaign=campaign, day=day, now=now)
    routes = Route.objects.filter(shift__campaign=campaign, shift__day=day, is_current=True)
    if routes.count() < campaign.shifts.filter(day=day).count():
        runs = request_day(actor=company.manager, campaign=campaign, day=day, now=now)
        wait_for(setting, f"Planning the walks of {day:%A}", runs)


def walk_day(
    setting: Setting, company: Company, campaign: Campaign, when: tuple[date, dict[str, str]]
) -> None:
    """Let every rep walk a simulated day; `when` is the day and everybody's passwords."""
    day, passwords = when
    routes = Route.objects.filter(shift__campaign=campaign, shift__day=day, is_current=True)
    doors = sum(route.doors.exclude(stop=None).count() for route in routes)
    with setting.steps.step(f"Simulating the visits of {day:%A}", doors) as advance:
        for rep in company.reps:
            phone = Phone(rep.user.email, passwords[rep.user.email])
            evening = Evening(rep, campaign, day, day + timedelta(days=1))
            walk_evening(phone, evening, seed=1, tick=advance)


def wait_for(setting: Setting, title: str, runs: Sequence[Run]) -> None:
    """Show the progress of background runs until all have ended.

    Raises DemoFailed with the run's own message if one fails, or if the worker has gone.
    """
    model, ids = type(runs[0]), [run.pk for run in runs]
    with setting.steps.step(title, len(runs) * 100) as advance:
        shown = 0
        while True:
            rows = list(model.objects.filter(pk__in=ids))
            failed = next((row for row in rows if row.state == RunState.FAILED), None)
            if failed:
                raise DemoFailed(failed.error_message)
            if any(row.state == RunState.CANCELLED for row in rows):
                raise DemoFailed(f"{title}: somebody has cancelled it. Start again.")
            percent = sum(percent_done(row) for row in rows)
            advance(percent - shown)
            shown = percent
            if all(row.ended for row in rows):
                return
            if setting.worker.exited():
                raise DemoFailed(f"The background worker has stopped; see {setting.worker.log}.")
            time.sleep(0.1)


def percent_done(run: Run) -> int:
    """How far a run has come, 0 to 100."""
    if run.ended:
        return 100
    return int(99 * run.progress_done / run.progress_total) if run.progress_total else 0
