"""GET and POST /api/v1/referrals/, and what referrals make of prospects."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import IntegrityError, connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.models import Campaign, Prospect, Referral, ReferralWithdrawal
from canvass.new_visits import NewVisit
from canvass.prospect_state import ProspectState
from canvass.rebuilding import rebuild_prospects
from canvass.referrals import NewReferral, record_referral
from common.ids import uuid7
from territories.models import Door
from tests.at_once import at_once, errors_in
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.test_prospect_state import stored_state
from tests.canvass.test_rebuild import Watched
from tests.canvass.world import NOW, Town, local, record, undone
from tests.cast import Company

URL = "/api/v1/referrals/"
TOLD = {"said_by": "Mrs. Lee", "note": "The Millers at 14 have children."}


def body(town: Town, door: Door | None = None, **fields: Any) -> dict[str, Any]:
    """What a neighbour said of the north's first door, unless said otherwise."""
    usual = {"campaign": town.campaign.pk, "door": (door or town.north[0]).pk}
    return {"id": str(uuid7(NOW)), "said_at": NOW.isoformat(), **usual, **TOLD, **fields}


def heard(town: Town, door: Door | None = None, **fields: Any) -> NewReferral:
    """The same for the flow."""
    usual = {"said_at": NOW, "said_by": "Mrs. Lee", **fields}
    return NewReferral(uuid7(NOW), town.campaign.pk, (door or town.north[0]).pk, **usual)


def test_a_referral_makes_a_prospect_warm(town: Town, as_member: SignIn) -> None:
    """201 with who said it; the prospect is warm and nobody has visited it."""
    client, sent = as_member(town.company.rosa), body(town, said_by_door=town.north[1].pk)
    answer = client.post(URL, sent)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": sent["id"],
        "campaign": town.campaign.pk,
        "door": town.north[0].pk,
        "member": town.company.rosa.pk,
        "said_at": "2026-06-10T18:00:00Z",
        "received_at": "2026-06-10T18:00:00Z",
        "said_by_door": town.north[1].pk,
        "withdrawn_at": None,
        **TOLD,
    }
    found = client.get("/api/v1/prospects/", {"referred": "true"}).json()["results"]
    assert [(row["door"]["id"], row["temperature"], row["attempts"]) for row in found] == [
        (town.north[0].pk, "warm", 0)
    ]
    assert client.get(URL, {"door": town.north[0].pk}).json()["results"] == [answer.json()]
    assert client.get(URL, {"door": town.north[1].pk}).json()["count"] == 0
    entry = AuditEntry.objects.get(action="referral.recorded")
    assert (entry.member, entry.row) == (town.company.rosa, sent["id"])
    assert "Lee" not in str(entry.after)


def test_sending_it_again_records_it_once(town: Town, as_member: SignIn) -> None:
    """200 with the stored one; anything different under the id, or somebody else's, is refused."""
    rosa, sent = as_member(town.company.rosa), body(town)
    first = rosa.post(URL, sent)
    again = rosa.post(URL, {**sent, "said_at": local(10, 14).isoformat()})
    assert (again.status_code, again.json()) == (200, first.json())
    for other in ({"note": "x"}, {"said_by": "Mr. Lee"}, {"door": town.north[1].pk}):
        assert problem(rosa.post(URL, {**sent, **other})) == (409, "referral.id_reused")
    assert problem(as_member(town.company.ada).post(URL, sent)) == (409, "referral.id_reused")
    assert Referral.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"said_by": ""}, (400, "invalid")),
        ({"said_at": "2026-06-10T18:00:00"}, (400, "invalid")),
        ({"id": "00000000-0000-4000-8000-000000000000"}, (400, "invalid")),
        ({"campaign": 10**9}, (404, "referral.campaign_not_found")),
        ({"door": 10**9}, (404, "referral.door_not_found")),
        ({"said_by_door": 10**9}, (404, "referral.said_by_door_not_found")),
    ],
)
def test_bad_referrals_are_refused(
    town: Town, as_member: SignIn, fields: dict[str, Any], expected: tuple[int, str]
) -> None:
    """With a code of its own; nothing is written."""
    before = Prospect.objects.count()
    assert problem(as_member(town.company.rosa).post(URL, {**body(town), **fields})) == expected
    assert (Referral.objects.count(), Prospect.objects.count()) == (0, before)


def test_nobody_refers_themselves(town: Town, as_member: SignIn) -> None:
    """422 over HTTP, and the database refuses it too, and what nobody has said."""
    itself = body(town, said_by_door=town.north[0].pk)
    assert problem(as_member(town.company.rosa).post(URL, itself)) == (422, "referral.of_itself")
    row = {
        "organisation": town.company.organisation, "campaign": town.campaign,
        "door": town.north[0], "member": town.company.rosa, "said_at": NOW, "received_at": NOW,
    }  # fmt: skip
    for wrong in ({"said_by_door": town.north[0]}, {"said_by": ""}):
        with pytest.raises(IntegrityError), undone():
            Referral.objects.create(id=uuid7(NOW), **row, **wrong)


def test_who_may_and_who_sees(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Reps for the doors that were theirs that day, managers anywhere; each sees what is theirs."""
    company = town.company
    for member, door, status in (
        (company.rosa, town.south[0], 404),
        (company.rosa, town.north[0], 201),
        (company.sam, town.south[1], 201),
        (company.max, town.south[0], 201),
    ):
        assert as_member(member).post(URL, body(town, door)).status_code == status
    counts = {"ada": 3, "max": 2, "mona": 1, "rosa": 1, "rui": 0, "sam": 2}
    for name, count in counts.items():
        assert (name, as_member(company.members[name]).get(URL).json()["count"]) == (name, count)
    olga = as_member(moonlight.olga)
    assert olga.get(URL).json()["count"] == 0
    assert problem(olga.get(f"{URL}{Referral.objects.all()[0].pk}/"))[0] == 404
    assert problem(olga.post(URL, body(town))) == (404, "referral.campaign_not_found")
    assert problem(as_member(None).post(URL, body(town)))[0] == 401
    theirs = body(town, said_by_door=town.south[0].pk)
    refused = as_member(company.rosa).post(URL, theirs)
    assert problem(refused) == (404, "referral.said_by_door_not_found")


def test_a_clock_ahead_is_set_to_now(town: Town) -> None:
    """A few minutes are let through."""
    for ahead, kept in ((timedelta(hours=1), NOW), (timedelta(minutes=4),) * 2):
        at = NOW + ahead
        new = heard(town, said_at=at)
        referral, _ = record_referral(actor=town.company.rosa, new=new, now=NOW)
        assert referral.said_at == (kept if kept == NOW else at)


def test_any_order_of_visits_and_referrals_gives_the_same_prospect(town: Town) -> None:
    """Also that of a rebuild, which mends what is spoiled."""
    rosa, door = town.company.rosa, town.north[0]
    visits = [town.visit(door, kind, occurred_at=local(9, hour)) for hour, kind in
              ((10, "no_answer"), (12, "not_interested"))]  # fmt: skip
    states = set()
    told: list[NewReferral | NewVisit] = [heard(town), heard(town), *visits]
    for order in permutations(told):
        with undone():
            for new in order:
                if isinstance(new, NewReferral):
                    record_referral(actor=rosa, new=new, now=NOW)
                else:
                    record(rosa, new)
            assert rebuild_prospects(town.campaign, Watched()).changed == 0
            before = stored_state(town.prospect(door))
            Prospect.objects.update(referred=False, temperature="cold")
            assert rebuild_prospects(town.campaign, Watched()).changed == 1
            assert stored_state(town.prospect(door)) == before
            states.add(before)
    (state,) = states
    assert (state.referred, state.temperature, state.attempts) == (True, "warm", 2)


def test_a_rebuild_takes_referrals_of_doors_never_visited(town: Town) -> None:
    """And those of another campaign are none of this one's."""
    record_referral(actor=town.company.rosa, new=heard(town), now=NOW)
    Prospect.objects.update(referred=False, temperature="cold")
    assert rebuild_prospects(town.campaign, Watched()).changed == 1
    assert stored_state(town.prospect(town.north[0])).referred
    winter = Campaign.objects.create(
        **{name: value for name, value in Campaign.objects.values()[0].items() if name != "id"}
        | {"name": "Winter"}
    )
    Prospect.objects.create(
        organisation=town.company.organisation, campaign=winter, door=town.north[0]
    )
    assert rebuild_prospects(winter, Watched()).changed == 0


def test_the_funnel_tells_what_referrals_bring(town: Town, as_member: SignIn) -> None:
    """A visit counts as referred from what was said on, and as not referred before."""
    rosa = town.company.rosa
    record_referral(actor=rosa, new=heard(town, said_at=local(9, 12)), now=NOW)
    for door, kind, hour in ((0, "no_answer", 10), (0, "sale", 14), (1, "no_answer", 15)):
        record(rosa, town.visit(town.north[door], kind, occurred_at=local(9, hour)))
    query: dict[str, Any] = {"campaign": town.campaign.pk, "by": "referred"}
    rows = as_member(town.company.max).get("/api/v1/reports/funnel/", query).json()["rows"]
    assert [(row["key"], row["label"], row["visits"], row["sales"]) for row in rows] == [
        ("referred", "referred", 1, 1),
        ("not referred", "not referred", 2, 0),
    ]


def test_a_referral_takes_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Recording takes twelve and a savepoint's two, a list three, however many there are."""
    new = heard(town, said_by_door_id=town.north[1].pk)
    with django_assert_max_num_queries(14):
        record_referral(actor=town.company.rosa, new=new, now=NOW)
    for _ in range(20):
        record_referral(actor=town.company.rosa, new=heard(town), now=NOW)
    client = as_member(town.company.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 3):
        assert client.get(URL).json()["count"] == 21


def test_a_referral_is_for_ever(town: Town) -> None:
    """Nothing of the code changes or deletes one."""
    referral, _ = record_referral(actor=town.company.rosa, new=heard(town), now=NOW)
    for change in (referral.delete, Referral.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        Referral.objects.update(note="x")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_two_phones_at_once(town: Town, attempt: int) -> None:
    """One id sent twice is one referral; another beside a visit loses neither."""
    rosa, new = town.company.rosa, heard(town)
    answers = at_once(
        lambda: record_referral(actor=rosa, new=new, now=NOW),
        lambda: record_referral(actor=rosa, new=new, now=NOW),
        lambda: record(rosa, town.visit(town.north[0])),
    )
    assert errors_in(answers) == []
    assert Referral.objects.count() == 1
    state = stored_state(town.prospect(town.north[0]))
    assert (state.referred, state.temperature, state.attempts) == (True, "warm", 1)


def test_a_withdrawn_referral_warms_no_more(town: Town, as_member: SignIn) -> None:
    """The prospect is what it would be without it; it stays readable, and again changes nothing."""
    rosa, door = as_member(town.company.rosa), town.north[0]
    first, other = (rosa.post(URL, body(town)).json()["id"] for _ in range(2))
    answer = rosa.post(f"{URL}{first}/withdraw/", {"reason": "Wrong street."})
    assert (answer.status_code, answer.json()["withdrawn_at"]) == (200, "2026-06-10T18:00:00Z")
    assert town.prospect(door).temperature == "warm"  # of the other
    rosa.post(f"{URL}{other}/withdraw/", {"reason": "Wrong street."})
    assert stored_state(town.prospect(door)) == ProspectState()
    assert rebuild_prospects(town.campaign, Watched()).changed == 0
    again = rosa.post(f"{URL}{other}/withdraw/", {"reason": "Again."})
    assert again.status_code == 200
    assert [row.reason for row in ReferralWithdrawal.objects.all()] == ["Wrong street."] * 2
    record(town.company.rosa, town.visit(door))
    asked: dict[str, Any] = {"campaign": town.campaign.pk, "by": "referred"}
    visits = rosa.get("/api/v1/reports/funnel/", asked).json()
    assert [(row["key"], row["visits"]) for row in visits["rows"]] == [("not referred", 1)]
    assert AuditEntry.objects.filter(action="referral.withdrawn").count() == 2


def test_who_may_withdraw(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Whoever heard it, and managers; for others it is not there, or not theirs."""
    heard_by_max = as_member(town.company.max).post(URL, body(town)).json()["id"]
    path, why = f"{URL}{heard_by_max}/withdraw/", {"reason": "x"}
    assert problem(as_member(town.company.rosa).post(path, why)) == (403, "not_allowed")
    for member in (town.company.sam, moonlight.olga):
        assert problem(as_member(member).post(path, why)) == (404, "not_found")
    assert problem(as_member(town.company.max).post(path, {"reason": ""}))[0] == 400
    assert not ReferralWithdrawal.objects.exists()
    assert as_member(town.company.ada).post(path, why).status_code == 200
