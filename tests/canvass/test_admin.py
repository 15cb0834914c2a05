"""The canvass models in the Django admin."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from canvass.alarms import NewAlarm, raise_alarm
from canvass.api.entities import ENTITIES
from canvass.api.operations import KINDS
from canvass.breadcrumbs import Position, record_breadcrumbs
from canvass.cadence import Cadence, default_cadence
from canvass.callback_reminders import remind_of_callbacks
from canvass.callbacks import NewMove, move_callback
from canvass.campaigns import add_product
from canvass.cancellation_rules import load_default_rules
from canvass.commissions import RulePlan, create_rule
from canvass.contacts import NewDetails, write_contact
from canvass.do_not_call import NewNumber, list_number
from canvass.found_doors import NewDoor, record_found_door
from canvass.goals import GoalPlan, set_goal
from canvass.hooks.endpoints import add_hook
from canvass.hooks.outbox import relay
from canvass.householders import erase_householder
from canvass.keeping import change_settings
from canvass.models import (
    Alarm,
    Breadcrumb,
    CallbackMove,
    CallbackReminder,
    Campaign,
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
    Outcome,
    Permit,
    Photo,
    PhotoPart,
    Product,
    ProductPrice,
    Prospect,
    RebuildRun,
    ReceiptCounter,
    RecordSettings,
    Referral,
    ReferralWithdrawal,
    Sale,
    SaleEvent,
    SaleLine,
    Script,
    Shift,
    ShiftEvent,
    SyncOp,
    TelephoneCall,
    TelephoneCallback,
    TelephoneReminder,
    Visit,
    VisitFlag,
)
from canvass.photos import NewPhoto, announce_photo, receive_part
from canvass.prices import set_price
from canvass.questions import Question
from canvass.rebuilding import change_cadence
from canvass.referrals import NewReferral, record_referral, withdraw_referral
from canvass.scripts import publish_script
from canvass.shift_events import NewShiftEvent, record_shift_event
from canvass.shifts import schedule_day
from canvass.sync.ops import Batch, Op
from canvass.sync.pull import pull
from canvass.sync.push import push
from canvass.telephone import NewCall, NewTelephoneCallback, agree_on_call, record_call
from common.ids import uuid7
from territories.found_doors import Address
from tests.canvass.selling import sell
from tests.canvass.world import NOW, PLAN, TODAY, Town, record

LEDGER = (Sale, SaleLine, SaleEvent, ReceiptCounter, CommissionRule, CancellationRule, ShiftEvent)
HEARD = (Referral, ReferralWithdrawal, CallbackMove, CallbackReminder)
CALLS = (DoNotCallEntry, DoNotCallRun, TelephoneCall, TelephoneCallback, TelephoneReminder)
DOORS = (FoundDoor, ContactDetails, ContactReview)
PHONES = (SyncOp, Feed, FeedTerritory, FeedMark, *CALLS)
HOOKS = (Hook, HookDelivery, HookEvent)
SAFETY = (DoorWarning, Alarm, Breadcrumb, Erasure, RecordSettings)
LAW = (DoNotKnockDoor, DoNotKnockEntry, DoNotKnockRun, Jurisdiction, Ordinance, Permit)
RECORD = (Photo, PhotoPart, Prospect, Shift, Visit, VisitFlag)
DONE = (*RECORD, *HEARD, *LEDGER, *DOORS)
SHOWN = (ProductPrice, Script, Goal, RebuildRun, *DONE, *LAW, *SAFETY, *PHONES, *HOOKS)
MODELS = (Campaign, Product, Outcome, *SHOWN)
every_model = pytest.mark.parametrize("model", MODELS)


@pytest.fixture
def filled(town: Town) -> Town:
    """The town with a row of every model."""
    ada = town.company.ada
    atlas = add_product(actor=ada, campaign=town.campaign, code="a", name="Atlas", price_minor=4900)
    set_price(actor=ada, product=atlas, starts_on=TODAY, price_minor=5000)
    set_goal(actor=ada, plan=GoalPlan(town.campaign, "demos", 30, TODAY, town.company.rosa))
    questions = [Question("name", "Your name?", "text")]
    publish_script(actor=ada, campaign=town.campaign, questions=questions, now=NOW)
    cadence = Cadence.of(default_cadence(), town.campaign.time_zone)
    change_cadence(actor=ada, campaign=town.campaign, cadence=cadence, now=NOW)
    schedule_day(actor=ada, campaign=town.campaign, day=TODAY, now=NOW)
    photographed = town.visit(town.north[0], note="Blue door.", photos=("0" * 64,))
    visit = record(town.company.rosa, photographed)
    photo, _ = announce_photo(
        actor=town.company.rosa, new=NewPhoto(visit, "0" * 64, 9, "image/png"), now=NOW
    )
    receive_part(actor=town.company.rosa, photo=photo, start=0, data=b"half", now=NOW)
    sell(town)
    heard = NewReferral(uuid7(NOW), town.campaign.pk, town.north[1].pk, NOW, said_by="Mr. Lee")
    told, _ = record_referral(actor=town.company.rosa, new=heard, now=NOW)
    withdraw_referral(actor=ada, referral=told, reason="Wrong street.", now=NOW)
    new = town.visit(town.north[1], "callback", callback_at=NOW + timedelta(hours=1))
    visit = record(town.company.rosa, new)
    move = NewMove(uuid7(NOW), visit.pk, NOW, NOW + timedelta(hours=2))
    move_callback(actor=town.company.rosa, new=move, now=NOW)
    assert remind_of_callbacks(NOW + timedelta(hours=1)) == 1
    fill_law(town)
    plan = RulePlan(town.campaign, "basis_points", ((0, 1000),), TODAY)
    create_rule(actor=ada, plan=plan, now=NOW)
    load_default_rules(actor=ada, now=NOW)
    shift = Shift.objects.get(member=town.company.rosa)
    opened = NewShiftEvent(uuid7(NOW), shift.pk, "opened", NOW)
    record_shift_event(actor=town.company.rosa, new=opened, now=NOW)
    record(town.company.rosa, town.visit(town.north[1], "hostile"))
    raise_alarm(actor=town.company.rosa, new=NewAlarm(uuid7(NOW), NOW), now=NOW)
    positions = [Position(NOW, -73.9, 40.7)]
    record_breadcrumbs(actor=town.company.rosa, shift=shift, positions=positions, now=NOW)
    erase_householder(actor=ada, door=town.south[0], now=NOW)
    change_settings(actor=ada, changes={"note_days": 365}, now=NOW)
    tell(town)
    send(town)
    find(town)
    return town


def find(town: Town) -> None:
    """Come upon a door, and tell of the people there what somebody else tells otherwise."""
    address = Address("Oak Lane", "5", -73.9, 40.7)
    told = NewDoor(uuid7(NOW), town.campaign.pk, address, NOW)
    record_found_door(actor=town.company.rosa, new=told, now=NOW)
    for who, name in ((town.company.ada, "Kim"), (town.company.rosa, "Kym")):
        said = NewDetails(town.campaign.pk, town.north[0].pk, NOW, {"name": name})
        write_contact(actor=who, new=said, now=NOW)


def send(town: Town) -> None:
    """What a phone sent."""
    said = {"id": str(uuid7(NOW)), "occurred_at": NOW.isoformat()}
    op = Op(UUID(said["id"]), "alarm", NOW, {}, said)
    pull(actor=town.company.rosa, cursor=None, limit=1, entities=ENTITIES, now=NOW)
    push(batch=Batch(town.company.rosa, "phone-1", NOW, NOW), ops=[op], kinds=KINDS)


def tell(town: Town) -> None:
    """A hook that is told of one visit, and is to be told of another."""
    add_hook(actor=town.company.ada, url="https://93.184.216.34/", kinds=["visit"], now=NOW)
    for _ in range(2):
        assert not HookEvent.objects.exists()
        record(town.company.rosa, town.visit(town.north[1]))
        if not HookDelivery.objects.exists():
            relay(NOW)


def fill_law(town: Town) -> None:
    """A row of every model of the law's."""
    record(town.company.rosa, town.visit(town.north[2], "do_not_knock"))
    call_command("load_us_law", "sunrise", stdout=StringIO())
    Permit.objects.create(
        organisation=town.company.organisation,
        member=town.company.rosa,
        jurisdiction=Jurisdiction.objects.order_by("pk")[0],
        number="7",
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=90),
    )
    ours = {"organisation": town.company.organisation, "created_at": NOW, "sent_at": NOW}
    for run in (DoNotKnockRun, DoNotCallRun):
        run.objects.create(**ours, file_name="registry.csv")
    fill_calls(town)


def fill_calls(town: Town) -> None:
    """An agreed call that was made, and a number that nobody may call."""
    rosa = town.company.rosa
    times = (NOW, NOW + timedelta(hours=1))
    place = (town.campaign.pk, town.north[0].pk)
    new = NewTelephoneCallback(uuid7(NOW), *place, "+13015550147", *times)
    agree_on_call(actor=rosa, new=new, now=NOW)
    remind_of_callbacks(NOW)
    record_call(actor=rosa, new=NewCall(uuid7(NOW), new.id, NOW, reached=True), now=NOW)
    list_number(actor=rosa, new=NewNumber("+13015550148", "UTC"), now=NOW)


@pytest.fixture
def operator(db: None, client: Client) -> Client:
    """The browser of the installation's operator."""
    client.force_login(User.objects.create_superuser("root@example.test", name="Root"))
    return client


def url(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:canvass_{model._meta.model_name}_{page}", args=args)


def first(model: type[Model]) -> Any:
    return model._default_manager.order_by("pk")[0]


def test_every_model_is_there() -> None:
    """None of the app is forgotten."""
    registered = {model for model in admin.site._registry if model._meta.app_label == "canvass"}
    assert registered == set(MODELS) == set(apps.get_app_config("canvass").get_models())


@every_model
@pytest.mark.parametrize("query", ["", "?q=rosa", "?q=Elm+Street", "?q=%00", "?o=1.-2"])
def test_each_list_opens(filled: Town, operator: Client, model: type[Model], query: str) -> None:
    """Searched or sorted, too; whatever is typed into the search."""
    assert operator.get(url(model, "changelist") + query).status_code in (200, 302)


@every_model
def test_each_page_opens(filled: Town, operator: Client, model: type[Model]) -> None:
    """And shows the row, with its history."""
    for page in ("change", "history"):
        answer = operator.get(url(model, page, first(model).pk))
        assert answer.status_code == 200
        assert str(first(model)) in answer.content.decode()


@every_model
def test_nothing_is_added(filled: Town, operator: Client, model: type[Model]) -> None:
    """Rows are made through the API, which keeps the rules."""
    count = model._default_manager.count()
    for answer in (operator.get(url(model, "add")), operator.post(url(model, "add"), {})):
        assert answer.status_code == 403
    assert model._default_manager.count() == count


@every_model
def test_nothing_is_deleted(filled: Town, operator: Client, model: type[Model]) -> None:
    """Neither on its page nor by the list's action."""
    row, count = first(model), model._default_manager.count()
    assert operator.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    picked = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    operator.post(url(model, "changelist"), picked)
    assert model._default_manager.count() == count


@pytest.mark.parametrize("model", SHOWN)
def test_what_visits_are_and_add_up_to_is_only_looked_at(
    filled: Town, operator: Client, model: type[Model]
) -> None:
    """A form that is sent all the same is refused, and the row stays."""
    before = model._default_manager.order_by("pk").values()[0]
    sent = {name: "1" for name in before if name != "id"} | {"note": "changed"}
    assert operator.post(url(model, "change", first(model).pk), sent).status_code == 403
    assert model._default_manager.order_by("pk").values()[0] == before


def test_a_label_is_mended_and_its_meaning_kept(filled: Town, operator: Client) -> None:
    """The label changes; code, kind and organisation are shown and not taken."""
    outcome = Outcome.objects.get(code="sale")
    sent = {"label": "Hurrah", "position": 6, "is_active": "on", "kind": "refused", "code": "no"}
    assert operator.post(url(Outcome, "change", outcome.pk), sent).status_code == 302
    outcome.refresh_from_db()
    assert (outcome.label, outcome.code, outcome.kind) == ("Hurrah", "sale", "sale")


def test_a_campaign_is_mended_within_its_rules(filled: Town, operator: Client) -> None:
    """An end before the start is refused on the page; a name goes through, the cut stays."""
    sent = {name: str("" if value is None else value) for name, value in vars(PLAN).items()}
    page = url(Campaign, "change", filled.campaign.pk)
    assert operator.post(page, {**sent, "ends_on": "2026-05-01"}).status_code == 200
    assert operator.post(page, {**sent, "time_zone": "Yonkers"}).status_code == 200
    assert operator.post(page, {**sent, "name": "Sommer", "cut": ""}).status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.name, campaign.ends_on) == ("Sommer", PLAN.ends_on)
    assert (campaign.time_zone, campaign.cut) == (PLAN.time_zone, filled.cut)


@every_model
def test_a_list_takes_a_bounded_number_of_queries(
    filled: Town,
    operator: Client,
    model: type[Model],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """No query for each row: a dozen visits and twelve outcomes cost what one does."""
    for number in range(12):
        record(filled.company.rosa, filled.visit(filled.north[number % 3]))
        sell(filled)
    with django_assert_max_num_queries(9):
        operator.get(url(model, "changelist"))


def test_the_admin_is_the_operators(filled: Town, client: Client) -> None:
    """Not even an organisation's admin gets in: its rows are not the only ones there."""
    client.force_login(filled.company.ada.user)
    for model in MODELS:
        answer = client.get(url(model, "changelist"))
        assert (answer.status_code, "login" in answer["Location"]) == (302, True)
