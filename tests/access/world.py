"""One company with a row of every kind, and its twin: another company at the same doors.

It is NOW of tests/canvass/world.py. What has an owner is Rosa's, who knocks in the north; Rui is in
her team and has no territory, Sam and his manager Mona have the south.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from django.core.files.base import ContentFile
from django.db.models import Model

from accounts.audit import Change, note
from accounts.invitations import hash_of
from accounts.models import ApiKey, AuditEntry, Invitation, TrailLimit
from canvass.alarms import NewAlarm, raise_alarm
from canvass.cadence import default_cadence
from canvass.models import (
    Breadcrumb,
    CallbackMove,
    CallbackReminder,
    CancellationRule,
    CommissionRule,
    ContactDetails,
    ContactReview,
    DoNotCallEntry,
    DoNotCallRun,
    DoNotKnockDoor,
    DoNotKnockEntry,
    DoNotKnockRun,
    DoorWarning,
    Erasure,
    Feed,
    FeedMark,
    FeedTerritory,
    FoundDoor,
    Goal,
    Hook,
    HookDelivery,
    HookEvent,
    Jurisdiction,
    Ordinance,
    Permit,
    Photo,
    PhotoPart,
    ProductPrice,
    RebuildRun,
    RecordSettings,
    ReferralWithdrawal,
    Script,
    ShiftEvent,
    SyncOp,
    TelephoneCall,
    TelephoneCallback,
    TelephoneReminder,
    VisitFlag,
)
from canvass.referrals import NewReferral, record_referral
from canvass.shifts import ShiftPlan, schedule_shift
from common.ids import uuid7
from common.runs import RunState
from routing.models import PlanRun, Route, RouteDoor, RouteStop, StopProgress
from territories.cut_criteria import CutCriteria
from territories.cut_edits import Edit, edit_cut
from territories.models import (
    Assignment,
    AssignmentEvent,
    CutRun,
    DealRun,
    DoorSnap,
    GeocodedAddress,
    ImportRun,
    LocateRun,
    Neighborhood,
    NeighborhoodRun,
    SnapRun,
    StreetMap,
)
from tests.canvass import selling, world
from tests.canvass.world import NOW, TODAY, Town
from tests.cast import Company, sunrise

SQUARE = {"type": "Polygon", "coordinates": [[[-75, 40], [-73, 40], [-73, 42], [-75, 40]]]}
BOX = {"west": -75.0, "south": 40.0, "east": -73.0, "north": 42.0}
DONE = {"state": RunState.DONE, "created_at": NOW, "sent_at": NOW}
RUN = DONE | {"state": RunState.QUEUED}
LATER = NOW + timedelta(hours=3)
PHOTOS = {"sha256": "0" * 64, "whole": "1" * 64}

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Estate:
    """A company, its town, and a row of every kind by the name that the access table uses."""

    company: Company
    town: Town
    rows: dict[str, Any] = field(default_factory=dict)

    def put(self, key: str, model: type[Row], /, **fields: Any) -> Row:
        """Keep a new row of the company under a key."""
        made: Row = model._default_manager.create(organisation=self.company.organisation, **fields)
        self.rows[key] = made
        return made

    def address(self, path: str) -> str:
        """A path of the table with ids in the places of its names; both have the same photos."""
        return path.format_map({name: row.pk for name, row in self.rows.items()} | PHOTOS)


def estate(name: str = "Sunrise") -> Estate:
    """Found a company and let everything happen there once."""
    company = sunrise(name)
    made = Estate(company, world.sunrise_town(company))
    parts = (people, ground, uploads, cuts, law, rules, shifts, field_record, sales, walk)
    for build in (*parts, telephone, told):
        build(made)
    return made


def people(made: Estate) -> None:
    """Who is there, who is invited, and an entry of the audit trail."""
    company, teams = made.company, made.company.teams
    made.rows.update(team=teams["North"], member=company.rosa, colleague=company.rui)
    made.put(
        "invitation", Invitation, email="nina@new.test", name="Nina", role="rep",
        team=teams["North"], invited_by=company.max, created_at=NOW,
        token_hash=hash_of(company.organisation.slug), expires_at=NOW + timedelta(days=3),
    )  # fmt: skip
    made.put(
        "api_key", ApiKey, name="CRM", member=company.ada, role="manager", scopes=["read"],
        prefix="canvass_", key_hash=hash_of(f"key of {company.organisation.slug}"),
        created_by=company.ada, created_at=NOW,
    )  # fmt: skip
    note(company.ada, "team.renamed", Change(teams["North"]), now=NOW)
    made.put("trail_limit", TrailLimit, removed_before=NOW - timedelta(days=365))
    made.rows["audit_entry"] = AuditEntry.objects.latest("pk")


def ground(made: Estate) -> None:
    """Doors, neighborhoods and streets; the town has its territories already."""
    town, door = made.town, made.town.north[0]
    world.place(town.cut, 3, 1)
    town.campaign.cadence = dict(default_cadence())
    town.campaign.save(update_fields=["cadence"])
    made.rows.update(
        door=door, building=door.building, campaign=town.campaign, cut=town.cut,
        territory=town.territory(1), free=town.territory(3), prospect=town.prospect(town.north[1]),
        assignment=Assignment.objects.get(territory=town.territory(1)),
        outcome=world.outcome(made.company, "no_answer"),
    )  # fmt: skip
    made.put(
        "neighborhood", Neighborhood, dataset="tracts", key="1", level="neighborhood",
        name="Elm Hill", geometry=SQUARE, **BOX,
    )  # fmt: skip
    streets = made.put(
        "street_map", StreetMap, **DONE, **BOX, name="Yonkers", version=1, file_name="y.osm",
        checksum="0" * 64,
    )  # fmt: skip
    made.put(
        "snap", DoorSnap, door=door, street_map=streets, lon=door.lon, lat=door.lat, street="Elm",
        edge=1, offset_m=0.0, side=1, setback_m=5.0, quality=0,
    )  # fmt: skip
    made.put("snap_run", SnapRun, **RUN)
    made.put("geocoded", GeocodedAddress, service="s", key="1", problem="unknown", asked_at=NOW)
    made.put(
        "assignment_event", AssignmentEvent, assignment=made.rows["assignment"], at=NOW,
        change="active",
    )  # fmt: skip


def uploads(made: Estate) -> None:
    """Files that were imported, and what was left out of them."""
    models: dict[str, type[Model]] = {
        "import_run": ImportRun, "do_not_knock_run": DoNotKnockRun, "do_not_call_run": DoNotCallRun,
    }  # fmt: skip
    for name, model in models.items():
        made.put(
            name, model, **RUN, dataset="town", format="csv", file_name="doors.csv",
            rejects=ContentFile(b"line,reason,detail\r\n", name="rejects.csv"),
        )  # fmt: skip
    made.put("neighborhood_run", NeighborhoodRun, **RUN, dataset="tracts", file_name="t.geojson")
    made.put("locate_run", LocateRun, **RUN)
    made.put("rebuild_run", RebuildRun, **RUN, campaign=made.town.campaign)


def cuts(made: Estate) -> None:
    """A proposed cut of two territories, changed by hand, and a deal of the published one."""
    draft = world.published_cut(made.company, status="proposed")
    draft.published_at = None
    draft.criteria = CutCriteria(territories=2).to_json()
    draft.save(update_fields=["published_at", "criteria"])
    CutRun.objects.filter(pk=made.town.cut.pk).update(criteria=draft.criteria)
    for number, doors in enumerate((made.town.north, made.town.south), start=1):
        world.place(draft, number, doors)
    made.rows["draft"] = draft
    moved = Edit("move_doors", into=1, doors=(made.town.south[0].pk,))
    made.rows["cut_edit"] = edit_cut(actor=made.company.max, cut=draft, edit=moved, now=NOW)
    deal = {str(made.rows["free"].pk): made.company.rosa.pk}
    made.put("deal", DealRun, **DONE, cut=made.town.cut, starts_on=TODAY, wish={}, deal=deal)


def law(made: Estate) -> None:
    """A city that wants a permit, Rosa's permit, and a building where nobody knocks."""
    city = made.put("jurisdiction", Jurisdiction, name="Yonkers", level="city", time_zone="UTC")
    since = world.PLAN.starts_on
    made.put("ordinance", Ordinance, jurisdiction=city, starts_on=since, citation="§ 1")
    made.put(
        "permit", Permit, member=made.company.rosa, jurisdiction=city, number="7",
        starts_on=since, ends_on=world.PLAN.ends_on,
    )  # fmt: skip
    closed = made.town.south[2]
    entry = made.put(
        "do_not_knock", DoNotKnockEntry, reach="door", door=closed, source="householder",
        scope="every_door", starts_at=NOW, expiry="never", time_zone="UTC", created_at=NOW,
        added_by=made.company.ada,
    )  # fmt: skip
    made.put("do_not_knock_door", DoNotKnockDoor, entry=entry, door=closed)


def rules(made: Estate) -> None:
    """What is sold, asked, aimed at and earned, and how long what is kept."""
    campaign, since = made.town.campaign, world.PLAN.starts_on
    product = made.rows["product"] = selling.product(made.town)
    made.put("price", ProductPrice, product=product, starts_on=TODAY, price_minor=selling.ATLAS)
    made.put(
        "script", Script, campaign=campaign, version=1, questions=[], published_at=NOW,
        published_by=made.company.ada,
    )  # fmt: skip
    made.put(
        "goal", Goal, campaign=campaign, member=made.company.rosa, figure="visits",
        starts_on=since, per_day=60,
    )  # fmt: skip
    made.put(
        "cancellation_rule", CancellationRule, name="Three days", days=3, currency="USD",
        day_kind="calendar", refund_days=10, citation="16 CFR 429", starts_on=since,
    )  # fmt: skip
    made.put(
        "commission_rule", CommissionRule, campaign=campaign, member=made.company.rosa,
        unit="per_unit", tiers=[{"from": 0, "rate": 500}], starts_on=since, created_at=NOW,
    )  # fmt: skip
    made.put("record_settings", RecordSettings)


def shifts(made: Estate) -> None:
    """Rosa's shift of today, which she has opened, and where she was."""
    plan = ShiftPlan(made.town.campaign, made.company.rosa, TODAY)
    shift = schedule_shift(actor=made.company.ada, plan=plan, now=NOW)
    made.rows["shift"] = shift
    made.put(
        "shift_event", ShiftEvent, id=uuid7(NOW), shift=shift, kind="opened",
        occurred_at=NOW - timedelta(hours=1), received_at=NOW,
    )  # fmt: skip
    made.put("breadcrumb", Breadcrumb, shift=shift, at=NOW, lon=-73.9, lat=40.7)


def field_record(made: Estate) -> None:
    """What Rosa told of the doors: a callback, who was hostile, a referral, a call for help."""
    town, rosa = made.town, made.company.rosa
    visit = world.record(
        rosa,
        town.visit(town.north[0], "callback", callback_at=LATER, photos=tuple(PHOTOS.values())),
    )
    made.rows["visit"] = visit
    photo = made.put(
        "photo", Photo, visit=visit, sha256=PHOTOS["sha256"], content_type="image/png",
        size=9, received=4, created_at=NOW, touched_at=NOW,
    )  # fmt: skip
    made.put(
        "photo_whole", Photo, visit=visit, sha256=PHOTOS["whole"], content_type="image/png", size=5,
        received=5, created_at=NOW, touched_at=NOW, finished_at=NOW, file_sha256=PHOTOS["whole"],
        file=ContentFile(b"whole", name="whole.png"),
    )  # fmt: skip
    made.put("photo_part", PhotoPart, photo=photo, start=0, data=b"half")
    made.put("flag", VisitFlag, visit=visit, kind="too_fast", raised_at=NOW)
    made.put(
        "move", CallbackMove, id=uuid7(NOW), visit=visit, member=rosa, moved_at=NOW,
        received_at=NOW, callback_at=LATER, payload_hash="0",
    )  # fmt: skip
    made.put("reminder", CallbackReminder, visit=visit, member=rosa, due_at=LATER, sent_at=NOW)
    made.put("warning", DoorWarning, door=town.north[0], severity=3, visits=1, closed_at=NOW)
    told = NewReferral(uuid7(NOW), town.campaign.pk, town.north[2].pk, NOW, said_by="A neighbour")
    made.rows["referral"], _ = record_referral(actor=rosa, new=told, now=NOW)
    made.put(
        "withdrawal", ReferralWithdrawal, referral=made.rows["referral"], member=rosa,
        withdrawn_at=NOW, reason="The wrong house.",
    )  # fmt: skip
    contact = made.put("contact", ContactDetails, door=town.north[1], name="Kim", changed_at=NOW)
    made.put(
        "contact_review", ContactReview, contact=contact, member=rosa, field="name", value="Kym",
        occurred_at=NOW, opened_at=NOW,
    )  # fmt: skip
    made.put(
        "found_door", FoundDoor, id=uuid7(NOW), campaign=town.campaign, door=town.north[1],
        member=rosa, territory=town.territory(1), known=True, found_at=NOW, received_at=NOW,
        payload_hash="0",
    )  # fmt: skip
    made.rows["alarm"], _ = raise_alarm(actor=rosa, new=NewAlarm(uuid7(NOW), NOW), now=NOW)
    made.put(
        "sync_op", SyncOp, member=rosa, op_id=uuid7(NOW), type="visit", digest="0",
        status="applied", device_id="phone", occurred_at=NOW, client_time=NOW, received_at=NOW,
        skew_s=0,
    )  # fmt: skip
    feed = made.put("feed", Feed, member=rosa, epoch="first", last_seq=1)
    made.put("feed_territory", FeedTerritory, feed=feed, territory=town.territory(1))
    made.put("feed_mark", FeedMark, feed=feed, entity="visit", row=str(visit.pk), seq=1)
    made.put("erasure", Erasure, door=town.south[0], erased_at=NOW, erased_by=made.company.ada)


def telephone(made: Estate) -> None:
    """A call that somebody agreed to and that was made, and a number that nobody may call."""
    rosa, told = made.company.rosa, {"received_at": NOW, "payload_hash": "0"}
    agreed = made.put(
        "telephone_callback", TelephoneCallback, id=uuid7(NOW), campaign=made.town.campaign,
        door=made.town.north[0], member=rosa, agreed_at=NOW, call_at=LATER, phone="+13015550147",
        **told,
    )  # fmt: skip
    made.put(
        "call_reminder", TelephoneReminder, callback=made.rows["telephone_callback"], member=rosa,
        sent_at=NOW,
    )  # fmt: skip
    made.put(
        "telephone_call", TelephoneCall, id=uuid7(NOW), callback=agreed, member=rosa,
        called_at=NOW, reached=False, listed=False, **told,
    )  # fmt: skip
    made.put(
        "do_not_call", DoNotCallEntry, phone="+13015550148", source="householder", starts_at=NOW,
        expiry="never", time_zone="UTC", created_at=NOW, added_by=rosa,
    )  # fmt: skip


def sales(made: Estate) -> None:
    """An atlas that Rosa has sold, of which something is to be paid yet."""
    sale = made.rows["sale"] = selling.sell(made.town, door_id=made.town.north[1].pk)
    made.rows["sale_event"] = selling.happen(
        made.company.rosa, sale, "deposit_paid", amount_minor=100
    )


def walk(made: Estate) -> None:
    """The plan of Rosa's shift: one building, and a door that is left out."""
    shift, doors = made.rows["shift"], made.town.north
    run = made.put("plan_run", PlanRun, **RUN, shift=shift)
    route = made.put(
        "route", Route, shift=shift, plan_run=run, starts_at=shift.starts_at, ends_at=shift.ends_at,
        walk_s=60, walk_m=70, address_order_walk_m=90, value=1, travel_source="test",
        engine="test", planned_at=NOW,
    )  # fmt: skip
    stop = made.put(
        "stop", RouteStop, route=route, position=1, building=doors[1].building, arrive_at=LATER,
        leave_at=LATER, walk_s=60, walk_m=70, reason="fresh",
    )  # fmt: skip
    made.put(
        "stop_progress", StopProgress, id=uuid7(NOW), stop=stop, progress="done", occurred_at=NOW,
        received_at=NOW, is_late=False, payload_hash="0",
    )  # fmt: skip
    made.put("route_door", RouteDoor, route=route, stop=stop, door=doors[1], appeal="fresh")
    made.put("left_out", RouteDoor, route=route, door=doors[2], appeal="fresh", reason="no_time")


def told(made: Estate) -> None:
    """A hook, what it is to be told of, and what it did not take."""
    hook = made.put(
        "hook", Hook, url="https://93.184.216.34/", kinds=["sale"], nonce="0", created_at=NOW
    )
    made.put("hook_event", HookEvent, type="sale.booked", row="0", created_at=NOW)
    made.put(
        "hook_delivery", HookDelivery, hook=hook, event=1, type="sale.booked", body="{}",
        state="dead", created_at=NOW, due_at=NOW,
    )  # fmt: skip
