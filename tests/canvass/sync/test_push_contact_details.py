"""Operations of type `contact_details`: who lives there, and how they are reached."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.do_not_call import NewNumber, list_number, unlist_number
from canvass.householders import erase_householder
from canvass.keeping import change_settings, remove_what_is_too_old
from canvass.models import ContactDetails, ContactReview
from territories.models import Door
from tests.at_once import at_once
from tests.calls import SIGNED_IN, SignIn
from tests.canvass import world
from tests.canvass.sync.phones import Phone, op, outcomes, push
from tests.canvass.world import NOW, Town
from tests.cast import Company

REVIEWS = "/api/v1/contact-reviews/"
NUMBER = "+12015550123"


def said(town: Town, door: Door, base: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    """What a phone says of the people behind a door, which knew these versions."""
    at = more.pop("at", NOW)
    told = op("contact_details", {"campaign": town.campaign.pk, "door": door.pk, **more}, at)
    return told if base is None else {**told, "base_version": base}


@pytest.fixture
def shared(town: Town) -> Town:
    """The town, whose north Rui works too."""
    world.assign(town.territory(1), town.company.rui, shared=True)
    return town


def contact(door: Door) -> dict[str, Any]:
    """What is kept of the people behind a door."""
    row = ContactDetails.objects.get(door=door)
    return {name: getattr(row, name) for name in ("name", "phone", "email", "language")}


def test_what_is_said_is_kept_and_told_to_who_works_there(shared: Town, as_member: SignIn) -> None:
    """Once, however often it is sent; the number in the form in which all are kept."""
    mine, theirs, elsewhere = (
        Phone(as_member(who))
        for who in (shared.company.rosa, shared.company.rui, shared.company.sam)
    )
    for phone in (mine, theirs, elsewhere):
        phone.pull()
    door = shared.north[0]
    sent = said(shared, door, name="Kim", phone="(201) 555-0123", region="US", language="ko")
    first, second = push(mine.client, sent, sent)
    versions = {"name": 1, "phone": 1, "language": 1}
    assert (first["status"], second["status"]) == ("applied", "duplicate")
    assert first["result"] == second["result"] == {"versions": versions, "conflicts": []}
    kept = {"name": "Kim", "phone": NUMBER, "email": "", "language": "ko"}
    assert contact(door) == kept
    for phone in (mine, theirs):
        assert "contact" in phone.kinds()
        ((_, shown),) = [pair for pair in phone.mirror.items() if pair[0][0] == "contact"]
        assert shown.items() >= {**kept, "door": door.pk, "versions": versions}.items()
    elsewhere.pull()
    assert elsewhere.shows("contact") == set()
    shared.territory(1).assignments.filter(member=shared.company.rosa).update(ends_on="2026-06-05")
    mine.pull()
    assert mine.shows("contact") == set()


def test_another_s_later_value_stands_and_a_review_opens(shared: Town, as_member: SignIn) -> None:
    """Fields that nobody else has written are written all the same."""
    door, rosa, rui = shared.north[0], shared.company.rosa, shared.company.rui
    push(as_member(rosa), said(shared, door, name="Kim", email="kim@home.test"))
    push(as_member(rui), said(shared, door, {"name": 1}, name="Kim Lee"))
    sent = said(shared, door, {"name": 1, "email": 1}, name="Kym", email="kym@home.test")
    first, again = push(as_member(rosa), sent, sent)
    assert (first["status"], first["problem"]) == ("conflict", None)
    assert first["result"]["conflicts"] == ["name"]
    assert first["result"]["server"]["name"] == "Kim Lee"
    assert contact(door)["name"] == "Kim Lee"
    assert contact(door)["email"] == "kym@home.test"
    assert again["status"] == "duplicate"
    assert again["result"] == {"versions": {"name": 2, "email": 2}, "conflicts": ["name"]}
    review = ContactReview.objects.get()
    assert (review.field, review.value, review.member) == ("name", "Kym", rosa)


@pytest.mark.parametrize(
    ("base", "name", "status"),
    [
        (None, "Kym", "conflict"),
        ({"name": 0}, "Kym", "conflict"),
        ({"name": 1}, "Kym", "applied"),
        ({"name": 0}, "Kim", "applied"),
        ({"email": 1}, "Kym", "conflict"),
    ],
    ids=["knew-nothing", "knew-none", "knew-it", "says-the-same", "knew-another-field"],
)
def test_only_what_the_phone_did_not_know_is_a_conflict(
    base: dict[str, int] | None, name: str, status: str, shared: Town, as_member: SignIn
) -> None:
    """A field at a time, and only where the values differ."""
    door = shared.north[0]
    push(as_member(shared.company.rui), said(shared, door, name="Kim"))
    results = push(as_member(shared.company.rosa), said(shared, door, base, name=name))
    assert outcomes(results) == [status]
    assert ContactReview.objects.count() == (status == "conflict")


def test_one_s_own_changes_never_conflict(town: Town, as_member: SignIn) -> None:
    """A phone without a signal writes one after the other, all of them to what it saw last."""
    ops = [said(town, town.north[0], {"name": 0}, name=name) for name in ("Kim", "Kym", "")]
    assert outcomes(push(as_member(town.company.rosa), *ops)) == ["applied"] * 3
    assert contact(town.north[0])["name"] == ""


@pytest.fixture
def review(shared: Town, as_member: SignIn) -> ContactReview:
    """Rui wrote "Kim Lee", and Rosa, who did not know, "Kym"."""
    door = shared.north[0]
    push(as_member(shared.company.rui), said(shared, door, name="Kim Lee"))
    push(as_member(shared.company.rosa), said(shared, door, name="Kym"))
    return ContactReview.objects.get()


@pytest.mark.parametrize(("decision", "name"), [("server", "Kim Lee"), ("phone", "Kym")])
def test_a_manager_decides(
    decision: str, name: str, review: ContactReview, shared: Town, as_member: SignIn
) -> None:
    """Whose value stands; once, and phones and the audit trail are told."""
    phone = Phone(as_member(shared.company.rui))
    phone.pull()
    max_ = as_member(shared.company.max)
    (row,) = max_.get(REVIEWS, {"decision": "open"}).json()["results"]
    assert (row["value"], row["server"], row["door"]) == ("Kym", "Kim Lee", shared.north[0].pk)
    for _ in range(2):
        answer = max_.post(f"{REVIEWS}{review.pk}/decide/", {"decision": decision})
        assert (answer.status_code, answer.json()["decision"]) == (200, decision)
    other = {"server": "phone", "phone": "server"}[decision]
    again = max_.post(f"{REVIEWS}{review.pk}/decide/", {"decision": other})
    assert (again.status_code, again.json()["code"]) == (409, "contact_review.decided")
    assert contact(shared.north[0])["name"] == name
    assert max_.get(REVIEWS, {"decision": "open"}).json()["results"] == []
    told = AuditEntry.objects.get(action="contact_review.decided")
    assert (told.member, told.after) == (
        shared.company.max,
        {"field": "name", "decision": decision},
    )
    phone.pull()
    ((_, shown),) = [pair for pair in phone.mirror.items() if pair[0][0] == "contact"]
    assert shown["name"] == name


def test_the_trail_does_not_say_what_was_said(review: ContactReview) -> None:
    """It outlives the erasure of what it tells of."""
    texts = [str(row.after) for row in AuditEntry.objects.all()]
    assert not any("Kym" in text or "Kim" in text for text in texts)


@pytest.mark.parametrize("wrong", ["erased", "open", "theirs", ""])
def test_nothing_else_can_be_decided(
    wrong: str, review: ContactReview, town: Town, as_member: SignIn
) -> None:
    """Only whose value stands."""
    answer = as_member(town.company.max).post(f"{REVIEWS}{review.pk}/decide/", {"decision": wrong})
    assert answer.status_code == 400


def test_an_erasure_empties_both_values(
    review: ContactReview, shared: Town, as_member: SignIn
) -> None:
    """And a phone that still has them does not bring them back."""
    door, ada = shared.north[0], shared.company.ada
    erased, is_new = erase_householder(actor=ada, door=door, now=NOW)
    assert (is_new, erased.erased) == (True, {"contacts": 2})
    assert not any(contact(door).values())
    review.refresh_from_db()
    assert (review.value, review.decision, review.decided_by) == ("", "erased", ada)
    stale = said(shared, door, {"name": 1}, name="Kim Lee")
    assert outcomes(push(as_member(shared.company.rui), stale)) == ["conflict"]
    assert contact(door)["name"] == ""
    assert erase_householder(actor=ada, door=door, now=NOW)[1]
    assert not erase_householder(actor=ada, door=door, now=NOW)[1]


def test_the_householder_is_shown_it(
    review: ContactReview, shared: Town, as_member: SignIn
) -> None:
    """With what a phone said otherwise."""
    told = as_member(shared.company.max).get(f"/api/v1/doors/{shared.north[0].pk}/householder/")
    assert told.json()["contact"]["name"] == "Kim Lee"
    assert [row["value"] for row in told.json()["contact_reviews"]] == ["Kym"]
    none = as_member(shared.company.max).get(f"/api/v1/doors/{shared.north[1].pk}/householder/")
    assert (none.json()["contact"], none.json()["contact_reviews"]) == (None, [])


def test_it_goes_when_notes_go(review: ContactReview, shared: Town) -> None:
    """As the organisation's settings say."""
    change_settings(actor=shared.company.ada, changes={"note_days": 30}, now=NOW)
    assert "contacts" not in remove_what_is_too_old(NOW + timedelta(days=29))
    assert remove_what_is_too_old(NOW + timedelta(days=31))["contacts"] == 2
    assert not any(contact(shared.north[0]).values())


def test_a_listed_number_is_shown_to_nobody(town: Town, as_member: SignIn) -> None:
    """As long as it is on the do-not-call list; phones are told when that begins and ends."""
    phone = Phone(as_member(town.company.rosa))
    push(phone.client, said(town, town.north[0], phone=NUMBER))
    phone.pull()
    (key,) = [key for key in phone.mirror if key[0] == "contact"]
    assert (phone.mirror[key]["phone"], phone.mirror[key]["do_not_call"]) == (NUMBER, False)
    new = NewNumber(NUMBER, "America/New_York", starts_at=NOW - timedelta(hours=1))
    entry, _ = list_number(actor=town.company.max, new=new, now=NOW)
    phone.pull()
    assert (phone.mirror[key]["phone"], phone.mirror[key]["do_not_call"]) == ("", True)
    unlist_number(actor=town.company.max, entry=entry, reason="A mistake", now=NOW)
    phone.pull()
    assert phone.mirror[key]["phone"] == NUMBER


@pytest.mark.parametrize("who", ["sam", "rui", "olga"])
def test_who_does_not_work_the_door_writes_nothing(
    who: str, town: Town, moonlight: Company, as_member: SignIn
) -> None:
    """A colleague, and another company, to whom it does not exist."""
    members = {**town.company.members, **moonlight.members}
    results = push(as_member(members[who]), said(town, town.north[0], name="Kim"))
    assert outcomes(results) == ["contact.door_not_found"]
    assert not ContactDetails.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({}, "sync.op_invalid"),
        ({"name": 7, "email": "7"}, "sync.op_invalid"),
        ({"name": "\0"}, "sync.op_invalid"),
        ({"email": "kim at home"}, "sync.op_invalid"),
        ({"language": "Korean"}, "sync.op_invalid"),
        ({"birthday": "1980-01-01"}, "sync.op_invalid"),
        ({"name": "Kim", "base_version": {}}, "sync.op_invalid"),
        ({"phone": "0123"}, "phone.invalid"),
        ({"name": "Kim", "door": 10**6}, "contact.door_not_found"),
    ],
    ids=lambda value: str(value)[:24].encode("unicode_escape").decode(),
)
def test_what_cannot_be_meant_is_refused(
    wrong: dict[str, Any], code: str, town: Town, as_member: SignIn
) -> None:
    """And nothing is written."""
    sent = said(town, town.north[0])
    sent["payload"] |= wrong
    assert outcomes(push(as_member(town.company.rosa), sent)) == [code]
    assert not ContactDetails.objects.exists()


@pytest.mark.parametrize(
    "base",
    [7, "1", [], {"name": "1"}, {"name": True}, {"name": -1}, {"name": None}, {"age": 1}],
    ids=str,
)
def test_versions_of_another_shape_are_refused(base: Any, town: Town, as_member: SignIn) -> None:
    """They are numbers by field."""
    sent = said(town, town.north[0], name="Kim") | {"base_version": base}
    assert outcomes(push(as_member(town.company.rosa), sent)) == ["sync.op_invalid"]


def test_a_bounded_number_of_queries(
    review: ContactReview,
    shared: Town,
    as_member: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """For writing as for listing."""
    client, max_ = as_member(shared.company.rosa), as_member(shared.company.max)
    with django_assert_max_num_queries(SIGNED_IN + 25):
        push(client, said(shared, shared.north[0], name="Kym Lee", email="k@home.test"))
    with django_assert_max_num_queries(SIGNED_IN + 3):
        assert len(max_.get(REVIEWS).json()["results"]) == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_reviewed(shared: Town, as_member: SignIn) -> None:
    """Whoever comes second, also where nobody had written of the door before."""
    door, company = shared.north[0], shared.company
    pushes = [
        (as_member(company.rosa), said(shared, door, name="Kim")),
        (as_member(company.rui), said(shared, door, name="Kym")),
    ]
    answers = at_once(*(lambda c=c, o=o: push(c, o)[0]["status"] for c, o in pushes))
    assert sorted(map(str, answers)) == ["applied", "conflict"]
    assert {contact(door)["name"], ContactReview.objects.get().value} == {"Kim", "Kym"}
