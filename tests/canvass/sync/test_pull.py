"""GET /api/v1/sync/pull: all that a phone shows, then every change of it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.callbacks import NewMove, move_callback
from canvass.campaigns import (
    ProductChanges,
    add_product,
    change_campaign,
    change_product,
    create_campaign,
    work_cut,
)
from canvass.deliveries import hand_over_delivery
from canvass.do_not_knock import NewEntry, Place, add_entry, lift_entry
from canvass.do_not_knock_doors import cover_all_again
from canvass.handing_over import take_away
from canvass.hostility import decide_closure
from canvass.householders import erase_householder
from canvass.keeping import change_settings, remove_what_is_too_old
from canvass.models import (
    ClosureDecision,
    DoNotKnockEntry,
    DoorWarning,
    Feed,
    FeedMark,
    Outcome,
    Product,
    Prospect,
    Sale,
    Shift,
    Visit,
)
from canvass.outcomes import OutcomeChanges, change_outcome, create_outcome
from canvass.prices import set_price
from canvass.questions import Question
from canvass.referrals import NewReferral, record_referral
from canvass.scripts import publish_script
from canvass.shifts import ShiftPlan, schedule_day, schedule_shift
from canvass.sync.feed import mark
from canvass.sync.pull import SALT
from common.ids import uuid7
from territories.assignment_states import return_assignment
from territories.models import Assignment
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.selling import sell
from tests.canvass.sync.phones import PULL, Phone, push, visit
from tests.canvass.world import NOW, TODAY, Town, record
from tests.cast import Company


def ids(rows: Any) -> set[str]:
    return {str(row.pk) for row in rows}


def prospects_of(town: Town, doors: list[Any]) -> set[str]:
    return ids(Prospect.objects.filter(door__in=doors))


@pytest.fixture
def lived(town: Town, moonlight: Company) -> Town:
    """The town with something of every kind, of Rosa's, of Sam's, and of another company."""
    ada, rosa = town.company.ada, town.company.rosa
    publish_script(
        actor=ada, campaign=town.campaign, questions=[Question("n", "Name?", "text")], now=NOW
    )
    schedule_day(actor=ada, campaign=town.campaign, day=TODAY, now=NOW)
    sell(town)
    record(rosa, town.visit(town.north[0], "callback", callback_at=NOW + timedelta(hours=2)))
    record(rosa, town.visit(town.north[1], "hostile"))
    record(town.company.sam, town.visit(town.south[0], "demo"))
    create_campaign(actor=moonlight.olga, plan=world.PLAN, now=NOW)
    return town


def test_a_new_phone_is_told_all_that_its_member_may_see(lived: Town, as_member: SignIn) -> None:
    """Everything of the own territory and day, and nothing of anybody else's."""
    rosa = lived.company.rosa
    phone = Phone(as_member(rosa))
    phone.pull()
    assert phone.shows("territory") == {str(lived.territory(1).pk)}
    assert phone.shows("prospect") == prospects_of(lived, lived.north)
    assert phone.shows("campaign") == {str(lived.campaign.pk)}
    ours = {"organisation": lived.company.organisation}
    assert phone.shows("outcome") == ids(Outcome.objects.filter(**ours))
    assert phone.shows("product") == ids(Product.objects.all()) != set()
    assert phone.shows("script") == {str(lived.campaign.pk)}
    assert phone.shows("shift") == ids(Shift.objects.filter(member=rosa)) != set()
    assert phone.shows("visit") == ids(Visit.objects.filter(member=rosa)) != set()
    assert phone.shows("sale") == ids(Sale.objects.filter(member=rosa)) != set()
    assert phone.shows("callback") == ids(Visit.objects.filter(callback_at__isnull=False)) != set()
    assert phone.shows("warning") == ids(DoorWarning.objects.all()) != set()
    state = phone.mirror["prospect", str(lived.prospect(lived.north[1]).pk)]
    assert (state["attempts"], state["warning"]["severity"]) == (1, 1)
    assert phone.pull() == []


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_pages_add_up_to_the_whole(limit: int, lived: Town, as_member: SignIn) -> None:
    """However small they are, also where something changes between them."""
    client = as_member(lived.company.rosa)
    small = Phone(client, limit)
    for _ in range(4):
        small.page()
    push(client, visit(lived, lived.north[2], "sale"))
    small.pull()
    whole = Phone(client)
    whole.pull()
    assert small.mirror == whole.mirror


def test_a_change_is_told_once_at_its_latest(lived: Town, as_member: SignIn) -> None:
    """A thing has one place in the feed; a later change moves it forward."""
    client, door = as_member(lived.company.rosa), lived.north[0]
    phone = Phone(client)
    phone.pull()
    push(client, visit(lived, door), visit(lived, door, "sale"))
    told = phone.pull()
    prospect = str(lived.prospect(door).pk)
    assert [one for one in told if one[0] == "prospect"] == [("prospect", prospect, False)]
    assert len([one for one in told if one[0] == "visit"]) == 2
    assert phone.mirror["prospect", prospect]["customer"]
    assert phone.pull() == []


def test_versions_only_grow(lived: Town, as_member: SignIn) -> None:
    """So a phone that is told two things of one may keep the one with the higher version."""
    client = as_member(lived.company.rosa)
    phone, last = Phone(client), 0
    for _ in range(3):
        push(client, visit(lived, lived.north[0]))
        versions = [change["version"] for change in phone.page()["changes"]]
        assert versions == sorted(versions)
        assert versions[0] > last
        last = versions[-1]


def test_who_shares_a_territory_is_told_of_the_other(lived: Town, as_member: SignIn) -> None:
    """Of the doors, not of the other's visits."""
    rosa, rui = lived.company.rosa, lived.company.rui
    world.assign(lived.territory(1), rui, shared=True)
    phone = Phone(as_member(rui))
    phone.pull()
    push(as_member(rosa), visit(lived, lived.north[0]))
    assert phone.kinds() == {"prospect", "callback"}
    assert phone.shows("visit") == set()


def test_reassigning_takes_from_one_phone_and_gives_to_the_other(
    lived: Town, as_member: SignIn
) -> None:
    """With prospects, agreed times and warnings, at the first pull afterwards."""
    company = lived.company
    old, new = Phone(as_member(company.rosa)), Phone(as_member(company.rui))
    old.pull(), new.pull()
    assert new.shows("prospect") == set()
    take_away(
        actor=company.max,
        assignment=Assignment.objects.get(member=company.rosa),
        reason="Ill",
        hand_to=company.rui,
        now=NOW,
    )
    assert {"territory-", "prospect-", "callback-", "warning-"} <= old.kinds()
    new.pull()
    for entity in ("territory", "prospect", "callback", "warning"):
        assert old.shows(entity) == set()
        assert new.shows(entity) != set()
    assert old.shows("visit") == ids(Visit.objects.filter(member=company.rosa))
    assert new.shows("prospect") == prospects_of(lived, lived.north)


def test_what_ends_by_its_date_is_gone_without_anybody_doing_anything(
    lived: Town, as_member: SignIn
) -> None:
    """An assignment's last day passes while the phone is in a drawer."""
    Assignment.objects.filter(member=lived.company.rosa).update(ends_on=TODAY)
    client = as_member(lived.company.rosa)
    phone = Phone(client)
    phone.pull()
    assert phone.shows("prospect")
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        phone.pull()
    assert phone.shows("prospect") == phone.shows("territory") == set()


def test_a_territory_may_come_back(lived: Town, as_member: SignIn) -> None:
    """What was gone is told anew."""
    rosa = lived.company.rosa
    phone = Phone(as_member(rosa))
    phone.pull()
    assignment = Assignment.objects.get(member=rosa)
    return_assignment(actor=rosa, assignment=assignment, reason="", now=NOW)
    phone.pull()
    world.assign(lived.territory(1), rosa, starts_on=TODAY)
    phone.pull()
    assert phone.shows("prospect") == prospects_of(lived, lived.north)
    fresh = Phone(as_member(rosa))
    fresh.pull()
    assert fresh.mirror == phone.mirror


def test_where_nobody_may_knock_is_gone_until_it_is_lifted(lived: Town, as_member: SignIn) -> None:
    """With the times that were agreed there; also where a manager says it."""
    phone, ada = Phone(as_member(lived.company.rosa)), lived.company.ada
    phone.pull()
    new = NewEntry(Place(door=lived.north[0]), "householder", "America/New_York")
    entry = add_entry(actor=ada, new=new, now=NOW)
    assert {"prospect-", "callback-"} <= phone.kinds()
    lift_entry(actor=ada, entry=entry, reason="Moved away", now=NOW)
    phone.pull()
    assert phone.shows("prospect") == prospects_of(lived, lived.north)
    assert phone.shows("callback") != set()


def test_an_entry_that_begins_by_the_clock_is_told(lived: Town, as_member: SignIn) -> None:
    """By the hourly task."""
    new = NewEntry(Place(door=lived.north[0]), "registry", "America/New_York")
    add_entry(actor=lived.company.ada, new=new, now=NOW)
    DoNotKnockEntry.objects.update(starts_at=NOW + timedelta(minutes=30))
    phone = Phone(as_member(lived.company.rosa))
    phone.pull()
    later = NOW + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        cover_all_again(later)
        assert "prospect-" in phone.kinds()


Flow = Callable[[Town], object]


def moved(town: Town) -> object:
    agreed = Visit.objects.get(callback_at__isnull=False)
    new = NewMove(uuid7(NOW), agreed.pk, NOW, NOW + timedelta(hours=3))
    return move_callback(actor=town.company.rosa, new=new, now=NOW)


def referred(town: Town) -> object:
    new = NewReferral(uuid7(NOW), town.campaign.pk, town.north[2].pk, NOW, said_by="Mr. Lee")
    return record_referral(actor=town.company.rosa, new=new, now=NOW)


def reopened(town: Town) -> object:
    record(town.company.rosa, town.visit(town.north[1], "hostile"))
    return decide_closure(
        actor=town.company.max,
        warning=DoorWarning.objects.get(),
        decision=ClosureDecision.REOPENED,
        reason="Sorted out",
        now=NOW,
    )


def handed_over(town: Town) -> object:
    sale = Sale.objects.filter(delivered_at=None)[0]
    return hand_over_delivery(actor=town.company.ada, sale=sale, to=town.company.rui, now=NOW)


def published(town: Town) -> object:
    questions = [Question("m", "Mood?", "text")]
    return publish_script(
        actor=town.company.ada, campaign=town.campaign, questions=questions, now=NOW
    )


def re_cut(town: Town) -> object:
    cut = world.published_cut(town.company)
    world.place(cut, 1, town.south)
    return work_cut(actor=town.company.ada, campaign=town.campaign, cut=cut, now=NOW)


def set_up(town: Town) -> object:
    plan = world.PLAN.__class__(**{**vars(world.PLAN), "name": "Winter"})
    return create_campaign(actor=town.company.ada, plan=plan, now=NOW)


def add_atlas(town: Town) -> object:
    return add_product(
        actor=town.company.ada, campaign=town.campaign, code="z", name="Z", price_minor=1
    )


def retire(town: Town) -> object:
    changes = ProductChanges(is_active=False)
    return change_product(
        actor=town.company.ada, product=Product.objects.order_by("pk")[0], changes=changes
    )


def price(town: Town) -> object:
    product = Product.objects.order_by("pk")[0]
    return set_price(actor=town.company.ada, product=product, starts_on=TODAY, price_minor=3)


def scheduled(town: Town) -> object:
    plan = ShiftPlan(town.campaign, town.company.rosa, TODAY + timedelta(days=1))
    return schedule_shift(actor=town.company.ada, plan=plan, now=NOW)


def scheduled_day(town: Town) -> object:
    day = TODAY + timedelta(days=1)
    return schedule_day(actor=town.company.ada, campaign=town.campaign, day=day, now=NOW)


def renamed(town: Town) -> object:
    return change_campaign(
        actor=town.company.ada, campaign=town.campaign, changes={"name": "Autumn"}
    )


def new_outcome(town: Town) -> object:
    return create_outcome(actor=town.company.ada, code="dog", label="Dog", kind="inaccessible")


def changed_outcome(town: Town) -> object:
    outcome = world.outcome(town.company, "demo")
    return change_outcome(
        actor=town.company.ada, outcome=outcome, changes=OutcomeChanges(label="Shown")
    )


@pytest.mark.parametrize(
    ("flow", "kinds"),
    [
        (moved, {"prospect", "callback"}),
        (referred, {"prospect"}),
        (reopened, {"visit", "prospect", "warning"}),
        (handed_over, {"sale"}),
        (published, {"script"}),
        (re_cut, {"campaign", "territory", "prospect-", "callback-", "warning"}),
        (set_up, {"campaign"}),
        (renamed, {"campaign"}),
        (add_atlas, {"product"}),
        (retire, {"product"}),
        (price, {"product"}),
        (new_outcome, {"outcome"}),
        (changed_outcome, {"outcome"}),
        (scheduled, {"shift"}),
        (scheduled_day, {"shift"}),
    ],
)
def test_every_flow_tells_the_phones_that_show_it(
    flow: Flow, kinds: set[str], lived: Town, as_member: SignIn
) -> None:
    """And afterwards the mirror is what a new phone is told."""
    rosa = lived.company.rosa
    phone = Phone(as_member(rosa))
    phone.pull()
    flow(lived)
    assert phone.kinds() == kinds
    fresh = Phone(as_member(rosa))
    fresh.pull()
    assert fresh.mirror == phone.mirror


def test_what_is_erased_is_erased_on_phones(lived: Town, as_member: SignIn) -> None:
    """A householder's request, and notes that are too old."""
    rosa = lived.company.rosa
    for door in (lived.north[0], lived.north[2]):
        record(rosa, lived.visit(door, note="Blue door."))
    Sale.objects.update(status="completed")
    phone = Phone(as_member(rosa))
    phone.pull()
    erase_householder(actor=lived.company.ada, door=lived.north[0], now=NOW)
    assert "visit" in phone.kinds()
    change_settings(actor=lived.company.ada, changes={"note_days": 30}, now=NOW)
    later = NOW + timedelta(days=31)
    remove_what_is_too_old(later)
    assert "visit" in phone.kinds()
    notes = {data["note"] for (entity, _), data in phone.mirror.items() if entity == "visit"}
    assert notes == {""}


def refused(client: Any, cursor: str) -> None:
    assert problem(client.get(PULL, {"cursor": cursor})) == (410, "sync.cursor_gone")


def test_a_cursor_that_says_too_little_is_gone(lived: Town, as_member: SignIn) -> None:
    """One of another member, none of ours, of another epoch, and from before a restored backup."""
    rosa, sam = Phone(as_member(lived.company.rosa)), Phone(as_member(lived.company.sam))
    rosa.pull(), sam.pull()
    cursor = str(rosa.cursor)
    for other in (sam.cursor, "nonsense", cursor + "x", signing.dumps([1], salt=SALT)):
        refused(rosa.client, str(other))
    Feed.objects.update(last_seq=0)
    FeedMark.objects.update(seq=0)
    refused(rosa.client, cursor)
    Feed.objects.all().delete()
    refused(rosa.client, cursor)
    rosa.cursor = None
    assert rosa.pull() != []


def test_a_phone_that_slept_through_what_left_begins_again(lived: Town, as_member: SignIn) -> None:
    """Marks of what is gone are kept for thirty days; who is told in time goes on."""
    rosa = lived.company.rosa
    asleep, awake = Phone(as_member(rosa)), Phone(as_member(rosa))
    asleep.pull(), awake.pull()
    assignment = Assignment.objects.get(member=rosa)
    return_assignment(actor=rosa, assignment=assignment, reason="", now=NOW)
    awake.pull()
    remove_what_is_too_old(NOW + timedelta(days=29))
    assert FeedMark.objects.filter(gone_at__isnull=False).exists()
    remove_what_is_too_old(NOW + timedelta(days=31))
    assert not FeedMark.objects.filter(gone_at__isnull=False).exists()
    refused(asleep.client, str(asleep.cursor))
    assert awake.pull() == []
    asleep.cursor, asleep.mirror = None, {}
    asleep.pull()
    assert asleep.mirror == awake.mirror


def test_a_manager_mirrors_what_they_work_themselves(lived: Town, as_member: SignIn) -> None:
    """Not the whole company."""
    phone = Phone(as_member(lived.company.max))
    phone.pull()
    assert phone.shows("prospect") == set()
    world.assign(lived.territory(2), lived.company.max, shared=True)
    phone.pull()
    assert phone.shows("prospect") == prospects_of(lived, lived.south)


def test_the_trail_says_which_territories_went_to_whose_phone(
    lived: Town, as_member: SignIn
) -> None:
    """And pulling again writes nothing."""
    phone = Phone(as_member(lived.company.rosa))
    phone.pull()
    phone.pull()
    told = AuditEntry.objects.get(action="sync.scope_changed")
    assert told.after == {"territories": [lived.territory(1).pk]}


@pytest.mark.parametrize("limit", ["0", "1001", "x"])
def test_a_limit_that_is_none_is_refused(limit: str, lived: Town, as_member: SignIn) -> None:
    """From 1 to 1000."""
    answer = as_member(lived.company.rosa).get(PULL, {"limit": limit})
    assert problem(answer) == (400, "invalid")


def test_nobody_is_told_nothing(town: Town, as_member: SignIn) -> None:
    """Without a session."""
    assert problem(as_member(None).get(PULL)) == (401, "not_signed_in")


def test_queries_do_not_grow_with_the_doors(
    lived: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A few for each kind of thing on the page; three where nothing has changed."""
    rosa = lived.company.rosa
    cut = world.published_cut(lived.company)
    world.place(cut, 1, 300)
    work_cut(actor=lived.company.ada, campaign=lived.campaign, cut=cut, now=NOW)
    world.assign(cut.territories.get(), rosa)
    phone = Phone(as_member(rosa))
    phone.page()
    phone.cursor = None
    with django_assert_max_num_queries(SIGNED_IN + 30):
        assert len(phone.page()["changes"]) > 300
    with django_assert_max_num_queries(SIGNED_IN + 7):
        phone.pull()


def test_marking_five_hundred_doors_is_one_statement(
    lived: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However many phones show them."""
    Phone(as_member(lived.company.rosa)).pull()
    with django_assert_max_num_queries(1):
        mark(doors=range(1, 501))
