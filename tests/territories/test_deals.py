"""Proposals for who gets which territory: found, changed, applied."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts.models import Member
from common.errors import NotFound
from territories.cuts import publish_cut
from territories.deals import DealWish, Taker, apply_deal, change_deal, request_deal
from territories.errors import DealApplied, DealInvalid, DealNotDone, TerritoryTaken
from territories.models import Assignment, AssignmentEvent, CutRun, DealRun
from territories.tasks import deal_territories_of
from tests.at_once import at_once, errors_in
from tests.calls import SignIn, problem
from tests.cast import NOON, Company
from tests.territories.town import MONDAY, done_cut, give, published_cut, settle, territory

URL = "/api/v1/deal-runs/"


@pytest.fixture
def cut(sunrise: Company) -> CutRun:
    """A published cut of four equal territories, a street each."""
    settle(sunrise.organisation, streets=4, houses=4)
    return published_cut(sunrise, territories=4)


def asked(company: Company, cut: CutRun, *takers: Taker, **rules: Any) -> DealRun:
    wish = DealWish(takers=takers, **rules)
    return request_deal(actor=company.ada, cut=cut, wish=wish, starts_on=MONDAY, now=NOON)


def dealt(company: Company, cut: CutRun, *takers: Taker, **rules: Any) -> DealRun:
    run = asked(company, cut, *takers, **rules)
    deal_territories_of(run.pk)
    run.refresh_from_db()
    return run


def takers(*members: Member, **more: Any) -> list[Taker]:
    return [Taker(member.pk, **more) for member in members]


def of(run: DealRun, cut: CutRun, number: int) -> int | None:
    found: int | None = run.deal[str(territory(cut, number).pk)]
    return found


def test_every_territory_gets_somebody_and_applying_assigns_it(
    sunrise: Company, cut: CutRun
) -> None:
    """Two each; nothing is assigned before, and applying again answers the same."""
    run = dealt(sunrise, cut, *takers(sunrise.rosa, sunrise.rui))
    assert (run.state, run.result["dealt"], run.result["left_out"]) == ("done", 4, [])
    assert sorted(run.deal.values()) == sorted([sunrise.rosa.pk, sunrise.rui.pk] * 2)
    assert not Assignment.objects.exists()
    made, again = (apply_deal(actor=sunrise.ada, run=run, now=NOON) for _ in range(2))
    assert {str(row.territory_id): row.member_id for row in made} == run.deal
    assert [row.pk for row in again] == [row.pk for row in made]
    assert AssignmentEvent.objects.filter(change="active").count() == 4


def test_rules_are_kept_and_what_they_leave_out_is_named(sunrise: Company, cut: CutRun) -> None:
    """Forced, forbidden, a language that nobody speaks, and a rep who may take nothing."""
    every = tuple((number, sunrise.sam.pk) for number in range(1, 5))
    run = dealt(
        sunrise, cut, *takers(sunrise.rosa, sunrise.rui, sunrise.sam),
        forced=((1, sunrise.rosa.pk),), forbidden=((2, sunrise.rosa.pk), *every),
        needs=((4, "Klingon"),),
    )  # fmt: skip
    assert of(run, cut, 1) == sunrise.rosa.pk
    assert of(run, cut, 2) == sunrise.rui.pk
    assert of(run, cut, 4) is None
    why = {"territory": territory(cut, 4).pk, "number": 4, "why": "nobody_allowed"}
    assert run.result["left_out"] == [why]
    assert run.result["idle"] == [{"member": sunrise.sam.pk, "why": "nothing_allowed"}]


def test_languages_permits_and_skills_open_doors(sunrise: Company, cut: CutRun) -> None:
    """A language is the member's own, a permit is said; case does not matter."""
    Member.objects.filter(pk=sunrise.rosa.pk).update(languages=["es"])
    run = dealt(
        sunrise, cut, *takers(sunrise.rosa), Taker(sunrise.rui.pk, has=("Hill permit",)),
        needs=((1, "ES"), (2, "hill permit")),
    )  # fmt: skip
    assert (of(run, cut, 1), of(run, cut, 2)) == (sunrise.rosa.pk, sunrise.rui.pk)


def test_minutes_a_week_are_a_cap(sunrise: Company, cut: CutRun) -> None:
    """Who can do one gets one; what nobody can do is left out, and said."""
    minutes = territory(cut).expected_minutes * 1.1
    run = dealt(sunrise, cut, *takers(sunrise.rosa, sunrise.rui, most_minutes=minutes))
    assert run.result["dealt"] == 2
    assert {one["why"] for one in run.result["left_out"]} == {"reps_full"}


def test_who_had_it_last_keeps_it_also_in_the_cut_that_follows(
    sunrise: Company, cut: CutRun
) -> None:
    """By most of its doors."""
    for number, rep in enumerate([sunrise.rui, sunrise.rosa, sunrise.rui, sunrise.rosa], start=1):
        give(sunrise, territory(cut, number), rep)
    later = done_cut(sunrise, territories=4)
    publish_cut(actor=sunrise.ada, cut=later, supersedes=cut, now=NOON)
    run = dealt(sunrise, later, *takers(sunrise.rosa, sunrise.rui))
    kept = [of(run, later, number) for number in range(1, 5)]
    assert kept == [sunrise.rui.pk, sunrise.rosa.pk, sunrise.rui.pk, sunrise.rosa.pk]


def test_what_somebody_has_is_not_dealt(sunrise: Company, cut: CutRun) -> None:
    """And if somebody gets one before the proposal is applied, nothing of it is."""
    give(sunrise, territory(cut, 1), sunrise.sam)
    run = dealt(sunrise, cut, *takers(sunrise.rosa))
    assert len(run.deal) == 3
    give(sunrise, territory(cut, 2), sunrise.sam)
    with pytest.raises(TerritoryTaken):
        apply_deal(actor=sunrise.ada, run=run, now=NOON)
    assert Assignment.objects.count() == 2


def test_a_proposal_is_changed_by_hand_until_it_is_applied(sunrise: Company, cut: CutRun) -> None:
    """To somebody else, or to nobody."""
    run = dealt(sunrise, cut, *takers(sunrise.rosa))
    change = partial(change_deal, actor=sunrise.ada, run=run)
    change(territory=territory(cut, 1), member=sunrise.rui)
    change(territory=territory(cut, 2), member=None)
    made = apply_deal(actor=sunrise.ada, run=run, offer=True, now=NOON)
    assert sorted(row.member_id for row in made) == sorted(
        [sunrise.rui.pk, sunrise.rosa.pk, sunrise.rosa.pk]
    )
    assert {row.state for row in made} == {"offered"}
    with pytest.raises(DealApplied):
        change(territory=territory(cut, 3), member=None)


def test_what_makes_no_sense_is_refused(sunrise: Company, moonlight: Company, cut: CutRun) -> None:
    """Rules that contradict each other, a proposal not done, what is somebody else's."""
    clash = dealt(
        sunrise, cut, *takers(sunrise.rosa, sunrise.rui),
        forced=((1, sunrise.rosa.pk), (1, sunrise.rui.pk)),
    )  # fmt: skip
    assert (clash.state, clash.error_code) == ("failed", DealInvalid.code)
    waiting = asked(sunrise, cut, *takers(sunrise.rosa))
    assert asked(sunrise, cut, *takers(sunrise.rosa)).pk == waiting.pk
    with pytest.raises(DealNotDone):
        apply_deal(actor=sunrise.ada, run=waiting, now=NOON)
    with pytest.raises(NotFound):
        asked(sunrise, cut, *takers(moonlight.otto))
    with pytest.raises(NotFound):
        apply_deal(actor=moonlight.olga, run=waiting, now=NOON)


def test_it_is_done_over_http(
    sunrise: Company, moonlight: Company, as_member: SignIn, cut: CutRun
) -> None:
    """Asked for, polled, changed, applied; and by whom it may not be."""
    client = as_member(sunrise.max)
    body = {
        "cut": cut.pk, "starts_on": "2026-06-01", "takers": [{"member": sunrise.rosa.pk}],
        "needs": [{"territory": 4, "need": "Klingon"}],
    }  # fmt: skip
    answer = client.post(URL, body)
    assert answer.status_code == 202
    one = f"{URL}{answer.json()['id']}/"
    assert problem(client.post(f"{one}apply/", {})) == (409, "deal.not_done")
    deal_territories_of(answer.json()["id"])
    done = client.get(one).json()
    assert (done["state"], done["result"]["dealt"]) == ("done", 3)
    place = territory(cut, 4).pk
    changed = client.post(f"{one}change/", {"territory": place, "member": sunrise.rui.pk})
    assert changed.json()["deal"][str(place)] == sunrise.rui.pk
    applied = client.post(f"{one}apply/", {"offer": True})
    assert (applied.status_code, len(applied.json())) == (201, 4)
    assert client.post(f"{one}apply/", {}).json() == applied.json()
    assert problem(client.post(URL, {**body, "takers": []})) == (400, "invalid")
    for member, expected in (
        (sunrise.rosa, (403, "not_allowed")), (moonlight.olga, (404, "not_found")),
    ):  # fmt: skip
        other = as_member(member)
        for refused in (other.get(one), other.post(f"{one}apply/", {}), other.post(URL, body)):
            assert problem(refused) == expected
    assert as_member(None).get(one).status_code == 401


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_who_apply_at_once_assign_once(sunrise: Company) -> None:
    """Both are told the same assignments."""
    settle(sunrise.organisation, streets=4, houses=4)
    run = dealt(sunrise, published_cut(sunrise, territories=4), *takers(sunrise.rosa))
    answers = at_once(*[partial(apply_deal, actor=sunrise.ada, run=run, now=NOON)] * 2)
    assert errors_in(answers) == []
    assert Assignment.objects.count() == 4
