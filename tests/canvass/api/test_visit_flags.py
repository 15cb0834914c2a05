"""Flags of visits over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.flags import flag_contact_rates
from canvass.models import Visit, VisitFlag
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import NOW, Town, local, record
from tests.cast import Company

URL = "/api/v1/visit-flags/"
COMPANY = "/api/v1/flag-thresholds/"
AT_DOOR = {"lon": -73.9, "lat": 40.7, "accuracy_m": 5.0}


def kinds_of(visit: Visit) -> set[str]:
    """What a visit is flagged for."""
    return set(VisitFlag.objects.filter(visit=visit).values_list("kind", flat=True))


@pytest.fixture
def flag(town: Town) -> VisitFlag:
    """Rosa was half a kilometre away."""
    away: dict[str, Any] = {**AT_DOOR, "lat": 40.705}
    record(
        town.company.rosa,
        town.visit(town.north[0], occurred_at=local(10, 16, 30), **away),
        local(10, 17),
    )
    return VisitFlag.objects.get()


def test_recording_flags_and_blocks_nothing(town: Town, as_member: SignIn) -> None:
    """An hour ahead, out of hours and far away: the visit counts, and each reason is a flag."""
    away: dict[str, Any] = {**AT_DOOR, "lat": 40.705}
    ahead = town.visit(town.north[0], "sale", occurred_at=NOW + timedelta(hours=1), **away)
    visit = record(town.company.rosa, ahead)
    assert (visit.occurred_at, town.prospect(town.north[0]).customer) == (NOW, True)
    rows = as_member(town.company.rosa).get(URL, {"visit": str(visit.pk)}).json()["results"]
    assert {row["kind"]: row["details"] for row in rows} == {
        "away_from_door": {"distance_m": 556, "beyond_m": 300},
        "outside_hours": {"local_time": "14:00"},
        "clock_skew": {"skew_s": 3600},
    }


def test_who_sees_flags_and_who_decides(
    town: Town, flag: VisitFlag, moonlight: Company, as_member: SignIn
) -> None:
    """The rep the own, the manager the subtree's; a rep: 403, others: 404, nobody: 401."""
    cast = town.company
    seen = {name: as_member(m).get(URL).json()["count"] for name, m in cast.members.items()}
    assert seen == {"ada": 1, "max": 1, "mona": 0, "rosa": 1, "rui": 0, "sam": 0}
    url, said = f"{URL}{flag.pk}/decide/", {"decision": "fine"}
    assert problem(as_member(cast.rosa).post(url, said)) == (403, "not_allowed")
    assert problem(as_member(cast.mona).post(url, said)) == (404, "not_found")
    assert problem(as_member(moonlight.olga).post(url, said)) == (404, "not_found")
    assert problem(as_member(None).post(url, said))[0] == 401
    assert problem(as_member(cast.max).post(url, {"decision": "odd"})) == (400, "invalid")
    flag.refresh_from_db()
    assert flag.decision == "open"


def test_a_manager_decides_and_decides_again(
    town: Town, flag: VisitFlag, as_member: SignIn
) -> None:
    """Who, when and why is kept; open again, nobody has decided."""
    client, url = as_member(town.company.max), f"{URL}{flag.pk}/decide/"
    row = client.post(url, {"decision": "wrong", "note": "Ask her."}).json()
    assert (row["decision"], row["note"], row["decided_by"]) == (
        "wrong",
        "Ask her.",
        town.company.max.pk,
    )
    assert row["decided_at"] == "2026-06-10T18:00:00Z"
    assert client.get(URL, {"decision": "wrong", "kind": "away_from_door"}).json()["count"] == 1
    again = client.post(url, {"decision": "open"}).json()
    assert (again["decision"], again["decided_at"], again["decided_by"]) == ("open", None, None)


def test_a_campaign_has_its_own_thresholds(town: Town, as_member: SignIn) -> None:
    """What is left out stays, null goes back to the default; nonsense is refused."""
    client, url = (
        as_member(town.company.max),
        f"/api/v1/campaigns/{town.campaign.pk}/flag-thresholds/",
    )
    assert client.get(url).json()["far_m"] == 300
    assert client.patch(url, {"near_m": 700, "far_m": 900}).json()["near_m"] == 700
    assert client.patch(url, {"speed_m_s": 50}).json()["far_m"] == 900
    away: dict[str, Any] = {**AT_DOOR, "lat": 40.705}
    record(town.company.rosa, town.visit(town.north[0], occurred_at=local(10, 13, 59), **away))
    assert not VisitFlag.objects.filter(kind="away_from_door").exists()
    assert problem(client.patch(url, {"far_m": 600})) == (422, "flag.thresholds_invalid")
    assert problem(client.patch(url, {"far_m": -1})) == (400, "invalid")
    assert client.patch(url, {"near_m": None, "far_m": None}).json()["near_m"] == 100
    assert problem(as_member(town.company.rosa).patch(url, {"near_m": 1})) == (403, "not_allowed")


def test_an_organisation_has_thresholds_for_all_its_campaigns(
    town: Town, moonlight: Company, as_member: SignIn
) -> None:
    """A campaign's own go before them, and null takes either back; other companies keep theirs."""
    ada, own = as_member(town.company.ada), f"/api/v1/campaigns/{town.campaign.pk}/flag-thresholds/"
    told = ada.patch(COMPANY, {"near_m": 700, "far_m": 900, "accuracy_m": 50}).json()
    assert (told["near_m"], told["far_m"], told["doors_an_hour"]) == (700, 900, 27)
    assert ada.get(own).json() == ada.get(COMPANY).json() == told
    assert as_member(moonlight.olga).get(COMPANY).json()["near_m"] == 100
    knock: dict[str, Any] = {**AT_DOOR, "lat": 40.705, "accuracy_m": 30}  # 556 m to the north
    first = record(town.company.rosa, town.visit(town.north[0], **knock))
    assert "away_from_door" not in kinds_of(first)
    assert ada.patch(own, {"near_m": 300}).json()["far_m"] == 900
    second = record(town.company.rosa, town.visit(town.north[0], **knock))
    assert "away_from_door" in kinds_of(second)
    assert ada.patch(own, {"near_m": None}).json()["near_m"] == 700
    assert ada.patch(COMPANY, {"near_m": None, "far_m": None}).json()["near_m"] == 100
    entry = AuditEntry.objects.filter(action="record_settings.flag_thresholds_changed").last()
    assert entry is not None
    assert entry.before == {"near_m": 700, "far_m": 900, "accuracy_m": 50}
    assert (entry.after, entry.member) == ({"accuracy_m": 50}, town.company.ada)


def test_thresholds_that_contradict_each_other_block_no_visit(
    town: Town, as_member: SignIn
) -> None:
    """A campaign's `far_m` that the organisation's `near_m` has overtaken is as far as that."""
    ada, own = as_member(town.company.ada), f"/api/v1/campaigns/{town.campaign.pk}/flag-thresholds/"
    assert ada.patch(own, {"far_m": 200}).json()["near_m"] == 100
    assert ada.patch(COMPANY, {"near_m": 250}).status_code == 200
    assert (ada.get(own).json()["near_m"], ada.get(own).json()["far_m"]) == (250, 250)
    away: dict[str, Any] = {**AT_DOOR, "lat": 40.705}
    visit = record(town.company.rosa, town.visit(town.north[0], **away))
    flag = VisitFlag.objects.get(visit=visit, kind="away_from_door")
    assert flag.details == {"distance_m": 556, "beyond_m": 250}
    assert problem(ada.patch(COMPANY, {"far_m": 240})) == (422, "flag.thresholds_invalid")
    assert problem(ada.patch(own, {"far_m": 240})) == (422, "flag.thresholds_invalid")


def test_contact_rates_far_from_the_others_are_flagged_once(town: Town) -> None:
    """On the latest visit; run again it adds nothing, and the others have no flag."""
    for number in range(60):
        at = NOW - timedelta(minutes=number)
        rosa = "sale" if number % 10 else "no_answer"
        record(town.company.rosa, town.visit(town.north[number % 3], rosa, occurred_at=at))
        sam: dict[str, Any] = {"occurred_at": at}
        record(town.company.sam, town.visit(town.south[number % 3], "no_answer", **sam))
    assert flag_contact_rates(NOW) == 2
    assert flag_contact_rates(NOW) == 0
    flags = VisitFlag.objects.filter(kind="contact_rate").select_related("visit")
    assert {flag.visit.member_id for flag in flags} == {town.company.rosa.pk, town.company.sam.pk}
    assert {flag.visit.occurred_at for flag in flags} == {NOW}
    rates = {flag.visit.member_id: flag.details["rate"] for flag in flags}
    assert rates == {town.company.rosa.pk: 0.9, town.company.sam.pk: 0.0}


def test_the_list_takes_a_bounded_number_of_queries(
    town: Town,
    flag: VisitFlag,
    as_member: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """A count and a page."""
    client = as_member(town.company.max)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        client.get(URL)
