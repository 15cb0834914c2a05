"""Who else writes than the API's members: the operator, commands, tasks; all name themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

import manage
from accounts.audit import Change, note, remove_entries
from accounts.models import AuditEntry, Member, TrailLimit, User
from canvass.alarms import NewAlarm, raise_alarm
from canvass.breadcrumbs import Position, record_breadcrumbs
from canvass.cadence import Cadence, default_cadence
from canvass.do_not_knock import NewEntry, Place, add_entry
from canvass.flag_rules import default_thresholds
from canvass.hooks.endpoints import add_hook
from canvass.jurisdictions import OrdinancePlan, add_ordinance
from canvass.keeping import change_settings
from canvass.models import Campaign, DoNotKnockDoor, Jurisdiction, Permit, RebuildRun
from canvass.rebuilding import change_cadence
from canvass.shift_events import NewShiftEvent, record_shift_event
from canvass.shifts import ShiftPlan, schedule_shift
from common.ids import uuid7
from config import celery_app
from config.origin import watched
from territories.models import Assignment
from tests.calls import SignIn
from tests.canvass.api.test_do_not_knock import square
from tests.canvass.world import NOW, TODAY, Town, record, sunrise_town
from tests.cast import NOON, Company

SCHEDULE: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATER = NOW + DAY + timedelta(minutes=1)
PAGES = ("invitations", "password")
READ = ("", "healthz")  # functions that take any method, and write nothing
# Tables that the clock writes and that only repeat what other rows, which are told, add up to.
DERIVED = {
    "canvass_donotknockdoor": "which doors an entry covers",
    "canvass_callbackreminder": "the record of an e-mail, kept as it is",
    "canvass_hookdelivery": "what an outbox held of visits and the like, on its way out",
    "canvass_hookevent": "that outbox",
}


@pytest.fixture
def town(sunrise: Company) -> Town:
    """The north and the south of Sunrise."""
    return sunrise_town(sunrise)


@pytest.fixture
def operator(db: None, client: Client) -> Client:
    """The browser of the installation's operator."""
    client.force_login(User.objects.create_superuser("root@example.test", name="Root"))
    return client


def test_what_the_operator_mends_is_told(sunrise: Company, operator: Client) -> None:
    """By name, with what it was before; a form that changes nothing tells nothing."""
    url = f"/admin/accounts/member/{sunrise.rosa.pk}/change/"
    body = {"role": "admin", "languages": '["fi"]', "home_lon": "24.94", "home_lat": "60.17",
            "hired_on": "2026-05-01"}  # fmt: skip
    assert operator.post(url, body, headers={"User-Agent": "Firefox"}).status_code == 302
    told = AuditEntry.objects.get()
    assert (told.action, told.kind, told.row) == ("mended", "accounts.Member", str(sunrise.rosa.pk))
    assert (told.organisation, told.member, told.device) == (sunrise.organisation, None, "Firefox")
    assert told.before == {"role": "rep", "languages": []}
    assert told.after == {"role": "admin", "languages": ["fi"], "operator": "root@example.test"}
    assert operator.post(url, body).status_code == 302
    assert AuditEntry.objects.count() == 1


def test_a_user_s_change_is_told_wherever_they_serve(
    sunrise: Company, moonlight: Company, operator: Client
) -> None:
    """Once in each organisation; of a password only that it was set."""
    rosa = sunrise.rosa.user
    Member.objects.create(
        organisation=moonlight.organisation, user=rosa, role="rep", team=moonlight.olga.team
    )
    url = f"/admin/accounts/user/{rosa.pk}/"
    body = {"email": "rosa@sunrise.test", "name": "Rosa Rot", "is_active": "on"}
    assert operator.post(f"{url}change/", body).status_code == 302
    secret = "correct horse battery"
    body = {"password1": secret, "password2": secret, "usable_password": "true"}
    assert operator.post(f"{url}password/", body).status_code == 302
    for company in (sunrise, moonlight):
        told = AuditEntry.objects.filter(organisation=company.organisation).order_by("pk")
        assert [entry.action for entry in told] == ["mended", "user.password_set"]
        assert told[0].before == {"name": "Rosa"}
        assert told[1].after == {"operator": "root@example.test"}


def test_what_cannot_be_told_is_not_mended(sunrise: Company, operator: Client) -> None:
    """Change and entry are one transaction: without the one, not the other."""
    url = f"/admin/accounts/team/{sunrise.teams['North'].pk}/change/"
    operator.raise_request_exception = False
    with connection.execute_wrapper(no_trail):
        assert operator.post(url, {"name": "Norden"}).status_code == 500
    sunrise.teams["North"].refresh_from_db()
    assert sunrise.teams["North"].name == "North"


def no_trail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """A database that takes no entry."""
    if "INTO" in sql and '"accounts_auditentry"' in sql:
        raise IntegrityError
    return execute(sql, params, many, context)


def test_the_net_tells_before_and_after(sunrise: Company, as_member: SignIn) -> None:
    """Of the row that the address names, the columns that changed and no others."""
    north = sunrise.teams["North"]
    as_member(sunrise.ada).patch(f"/api/v1/teams/{north.pk}/", {"name": "Nord"})
    home = {"home": {"lon": 25.0, "lat": 60.2}, "languages": ["fi"]}
    as_member(sunrise.rosa).patch(f"/api/v1/members/{sunrise.rosa.pk}/", home)
    team, member = AuditEntry.objects.order_by("pk")
    assert (team.before, team.after and team.after["changed"]) == (
        {"name": "North"},
        {"name": "Nord"},
    )
    hidden = {"home_lon": "[hidden]", "home_lat": "[hidden]"}
    assert member.before == {**hidden, "languages": []}
    assert member.after is not None
    assert member.after["changed"] == {**hidden, "languages": ["fi"]}


def test_settings_of_a_campaign_tell_before_and_after(town: Town, as_member: SignIn) -> None:
    """Which have addresses of their own."""
    url = f"/api/v1/campaigns/{town.campaign.pk}/flag-thresholds/"
    known = default_thresholds()
    assert as_member(town.company.max).patch(url, {"far_m": 500}).status_code == 200
    told = AuditEntry.objects.get(action="campaign.flag_thresholds_changed")
    assert (told.member, told.before, told.after) == (town.company.max, {}, {"far_m": 500})
    assert known["far_m"] != 500


def test_a_command_names_itself(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the operator typed it, without its arguments."""
    note(town.company.ada, "a.done", Change(town.company.rosa), now=NOW)
    change_settings(actor=town.company.ada, changes={"audit_days": 1}, now=NOW)
    monkeypatch.setattr("django.db.connections.close_all", bool)  # its last word
    monkeypatch.setattr(sys, "argv", ["manage.py", "remove_too_old", "--no-color"])
    with time_machine.travel(NOW + 30 * DAY, tick=False):
        manage.main()
    told = AuditEntry.objects.get(action="record.too_old_removed")
    assert told.device == "command remove_too_old"


def test_the_end_of_a_run_is_told(town: Town) -> None:
    """By the name of its task, for whoever asked for it; again tells nothing more."""
    cadence = Cadence.of(default_cadence(), town.campaign.time_zone)
    ada = town.company.ada
    run = change_cadence(actor=ada, campaign=town.campaign, cadence=cadence, now=NOW)
    celery_app.loader.import_default_modules()
    for _ in range(2):
        celery_app.tasks[RebuildRun.task_name](run.pk)
    told = AuditEntry.objects.get(kind="canvass.RebuildRun")
    assert (told.action, told.member, told.row) == ("run.done", ada, str(run.pk))
    assert told.device == f"task {RebuildRun.task_name}"


def late_in_everything(town: Town) -> None:
    """Work for every task of the clock on the next day."""
    company, ours = town.company, {"organisation": town.company.organisation}
    add_hook(actor=company.ada, url="https://93.184.216.34/", kinds=["visit"], now=NOW)
    campaigns = Campaign.objects.filter(pk=town.campaign.pk)
    campaigns.update(untouched_days=1)
    Assignment.objects.filter(member=company.sam).update(state="accepted")
    record(company.rosa, town.visit(town.north[0], "callback", callback_at=LATER + HOUR))
    plan = ShiftPlan(town.campaign, company.rosa, TODAY, starts_at=NOW)
    shift = schedule_shift(actor=company.max, plan=plan, now=NOW)
    opened = NewShiftEvent(uuid7(NOW), shift.pk, "opened", NOW)
    record_shift_event(actor=company.rosa, new=opened, now=NOW)
    positions = [Position(NOW, -73.9, 40.7)]
    record_breadcrumbs(actor=company.rosa, shift=shift, positions=positions, now=NOW)
    change_settings(actor=company.ada, changes={"breadcrumb_days": 1}, now=NOW)
    raise_alarm(actor=company.rosa, new=NewAlarm(uuid7(NOW), NOW), now=NOW)
    place = Jurisdiction.objects.create(**ours, name="Yonkers", level="city", time_zone="UTC")
    Permit.objects.create(
        **ours, member=company.rosa, jurisdiction=place, number="7", starts_on=TODAY,
        ends_on=TODAY + 3 * DAY,
    )  # fmt: skip
    entry = add_entry(actor=company.ada, new=NewEntry(Place(door=town.north[1]), "manager", "UTC"),
                      now=NOW)  # fmt: skip
    DoNotKnockDoor.objects.filter(entry=entry).delete()
    Jurisdiction.objects.filter(pk=place.pk).update(area=square(-73.9, 40.7))
    evenings = [{"weekdays": [*range(7)], "opens": "17:00", "closes": "20:00"}]
    ruled = OrdinancePlan(place, TODAY, "Code 1-2-3", hours=evenings)
    add_ordinance(actor=company.ada, plan=ruled)


def test_what_the_clock_changes_is_told(town: Town) -> None:
    """Every task of the schedule that finds something to do tells it, by its name."""
    late_in_everything(town)
    wrote: dict[str, set[str]] = {}
    names = sorted({str(each["task"]) for each in SCHEDULE.values()})
    celery_app.loader.import_default_modules()
    for name in names:
        with time_machine.travel(LATER, tick=False), watched() as writes:
            celery_app.tasks[name]()
        if writes.tables:
            wrote[name] = writes.tables
        told = AuditEntry.objects.filter(device=f"task {name}").exists()
        assert told or writes.tables <= DERIVED.keys(), (name, writes.tables)
    idle = {"common.sweep", "canvass.flag_contact_rates"}
    assert set(names) - wrote.keys() == idle


def test_the_database_itself_keeps_the_trail(sunrise: Company, moonlight: Company) -> None:
    """Whoever gets to it with SQL changes no entry, and deletes none but what was given up."""
    later = NOON + DAY
    for at in (NOON, later):
        note(sunrise.ada, "a.done", Change(sunrise.rosa), now=at)
        note(moonlight.olga, "a.done", Change(moonlight.otto), now=at)
    statements = [
        "UPDATE accounts_auditentry SET action = 'x'",
        "UPDATE accounts_auditentry SET member_id = NULL",
        "DELETE FROM accounts_auditentry",
    ]
    if connection.vendor == "postgresql":  # SQLite has no such statement
        connection.check_constraints()  # what waits for the end of the transaction is in its way
        statements.append("TRUNCATE accounts_auditentry")
    for statement in statements:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert remove_entries(sunrise.organisation.pk, later) == 1
    left = AuditEntry.objects.order_by("pk").values_list("organisation", "at")
    ours, theirs = sunrise.organisation.pk, moonlight.organisation.pk
    assert list(left) == [(theirs, NOON), (ours, later), (theirs, later)]
    assert TrailLimit.objects.get().removed_before == later
    assert remove_entries(sunrise.organisation.pk, later) == 0


def test_nothing_that_writes_is_outside_the_net(db: None) -> None:
    """All addresses but these are reads, or below the API, whose every write the net tells."""
    outside = {
        route
        for route, view in addresses(get_resolver())
        if not route.startswith("api/v1/") and not set(methods(view)) <= {"get", "head"}
    }
    # The admin site and both pages tell themselves; allauth's are sign-in, and passwords, told too.
    assert {route.split("/")[0] for route in outside} <= {"admin", "_allauth", *PAGES, *READ}


def addresses(found: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every address of the URL configuration with its view."""
    for each in found.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each, route)
        else:
            yield route, each.callback


def methods(view: Any) -> list[str]:
    """The methods that a view of a class answers; every method, for a function."""
    kind = getattr(view, "view_class", getattr(view, "cls", None))
    if kind is None:
        return ["POST"]
    return [name for name in kind.http_method_names if hasattr(kind, name) and name != "options"]
