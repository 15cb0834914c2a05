"""Asking for plans: of one shift, or of everybody's on a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.models import Member, Role, User
from canvass.models import Shift
from common.errors import NotFound
from common.runs import RunState
from routing.errors import NobodyToPlan
from routing.models import PlanRun, PlanRunQuerySet, Route
from routing.plans import request_day, request_plan
from routing.tasks import plan_shift
from tests.canvass.world import NOW, TODAY, make_campaign
from tests.cast import Company
from tests.routing.world import Town

LATER = NOW + timedelta(minutes=5)


def shifts_of_many(town: Town, number: int) -> list[Shift]:
    """Shifts of so many new reps in Rosa's team."""
    users = User.objects.bulk_create(
        User(email=f"rep{at}@sunrise.test", name=f"Rep {at}") for at in range(number)
    )
    members = Member.objects.bulk_create(
        Member(organisation=town.company.organisation, user=user, role=Role.REP,
               team=town.company.rosa.team)
        for user in users
    )  # fmt: skip
    like = {"starts_at": NOW, "ends_at": LATER, "start_lon": 24.94, "start_lat": 60.17,
            "end_lon": 24.94, "end_lat": 60.17, "created_at": NOW}  # fmt: skip
    return Shift.objects.bulk_create(
        Shift(organisation=member.organisation, campaign=town.campaign, member=member, day=TODAY,
              **like)
        for member in members
    )  # fmt: skip


def test_a_plan_is_queued_and_a_worker_is_woken_on_commit(
    hill: Town, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """The run carries what was asked, and one message waits to be sent."""
    shift = hill.shift(hill.company.rosa)
    with django_capture_on_commit_callbacks() as messages:
        run = request_plan(actor=hill.company.max, shift=shift, now=NOW, seed=7, seconds=2.5)
    assert len(messages) == 1
    run.refresh_from_db()
    assert (run.state, run.shift, run.organisation) == (
        RunState.QUEUED, shift, hill.company.organisation,
    )  # fmt: skip
    assert (run.requested_by, run.created_at, run.seed, run.seconds) == (
        hill.company.max, NOW, 7, 2.5,
    )  # fmt: skip


def test_the_seconds_asked_for_are_the_searchs(hill: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Budget and seed reach the engine."""
    seen = []

    def look(problem: object, budget: object, seed: int, **_: object) -> None:
        seen.append((budget, seed))
        raise NobodyToPlan

    monkeypatch.setattr("routing.planning.solve", look)
    shift = hill.shift(hill.company.rosa)
    run = request_plan(actor=hill.company.max, shift=shift, now=NOW, seed=7, seconds=2.5)
    plan_shift(run.pk)
    assert [(budget.seconds, budget.iterations, seed) for budget, seed in seen] == [(2.5, None, 7)]  # type: ignore[attr-defined]  # a Budget


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING])
def test_asking_again_while_a_plan_is_under_way_answers_that_one(
    hill: Town, state: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """Whoever asks, whatever they wish; no second message is sent."""
    shift = hill.shift(hill.company.rosa)
    first = request_plan(actor=hill.company.max, shift=shift, now=NOW)
    PlanRun.objects.update(state=state)
    with django_capture_on_commit_callbacks() as messages:
        again = request_plan(actor=hill.company.rosa, shift=shift, now=LATER, seed=9)
    assert (again.pk, again.seed, again.requested_by) == (first.pk, 0, hill.company.max)
    assert messages == []


@pytest.mark.parametrize("state", [RunState.DONE, RunState.FAILED])
def test_a_plan_that_has_ended_makes_room_for_another(hill: Town, state: str) -> None:
    """Planning again is a new run."""
    shift = hill.shift(hill.company.rosa)
    first = request_plan(actor=hill.company.max, shift=shift, now=NOW)
    PlanRun.objects.update(state=state)
    again = request_plan(actor=hill.company.max, shift=shift, now=LATER)
    assert again.pk != first.pk
    assert again.created_at == LATER


@pytest.mark.parametrize(
    ("name", "may"),
    [("ada", True), ("max", True), ("rosa", True), ("rui", False), ("mona", False), ("sam", False)],
)
def test_who_may_plan_a_shift(hill: Town, name: str, may: bool) -> None:
    """The admin, the manager above, and the rep whose shift it is; to others it does not exist."""
    shift = hill.shift(hill.company.rosa)
    actor = hill.company.members[name]
    if may:
        assert request_plan(actor=actor, shift=shift, now=NOW).requested_by == actor
    else:
        with pytest.raises(NotFound):
            request_plan(actor=actor, shift=shift, now=NOW)
        assert not PlanRun.objects.exists()


def test_another_companys_shift_does_not_exist(hill: Town, moonlight: Company) -> None:
    """Not even for who runs the other company."""
    shift = hill.shift(hill.company.rosa)
    with pytest.raises(NotFound):
        request_plan(actor=moonlight.olga, shift=shift, now=NOW)
    with pytest.raises(NobodyToPlan):
        request_day(actor=moonlight.olga, campaign=hill.campaign, day=TODAY, now=NOW)


def test_a_day_is_a_run_for_each_shift(
    hill: Town, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """A message each, for any number of workers; other days and campaigns are left alone."""
    company = hill.company
    shifts = [hill.shift(member) for member in (company.rosa, company.sam)]
    hill.shift(company.rosa, TODAY + timedelta(days=1))
    other = make_campaign(company, cut=hill.cut, name="Other")
    Town(company, other, hill.cut, hill.a, hill.b).shift(company.rosa)
    with django_capture_on_commit_callbacks() as messages:
        runs = request_day(actor=company.ada, campaign=hill.campaign, day=TODAY, now=NOW)
    assert [run.shift for run in runs] == shifts
    assert len(messages) == PlanRun.objects.count() == 2


def test_a_day_has_the_shifts_that_the_actor_may_see(hill: Town) -> None:
    """The manager of the north plans Rosa's, Sam his own, and Rui has none to plan."""
    rosas, sams = hill.shift(hill.company.rosa), hill.shift(hill.company.sam)
    for actor, expected in ((hill.company.max, rosas), (hill.company.sam, sams)):
        runs = request_day(actor=actor, campaign=hill.campaign, day=TODAY, now=NOW)
        assert [run.shift for run in runs] == [expected]
    with pytest.raises(NobodyToPlan):
        request_day(actor=hill.company.rui, campaign=hill.campaign, day=TODAY, now=NOW)


def test_a_day_asked_for_twice_keeps_what_is_under_way(hill: Town) -> None:
    """Open runs are answered again; a shift whose run has ended gets a new one."""
    for member in (hill.company.rosa, hill.company.sam):
        hill.shift(member)
    first = request_day(actor=hill.company.ada, campaign=hill.campaign, day=TODAY, now=NOW)
    PlanRun.objects.filter(pk=first[0].pk).update(state=RunState.DONE)
    second = request_day(actor=hill.company.ada, campaign=hill.campaign, day=TODAY, now=LATER)
    assert second[0].pk != first[0].pk
    assert second[1].pk == first[1].pk


def test_a_run_that_was_in_the_way_and_has_ended_makes_room(
    hill: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's run keeps ours from being made and has ended when it is read."""
    shift = hill.shift(hill.company.rosa)

    def held_up(*_: object, **__: object) -> None:
        monkeypatch.undo()

    monkeypatch.setattr(PlanRunQuerySet, "bulk_create", held_up)
    run = request_plan(actor=hill.company.max, shift=shift, now=NOW)
    assert PlanRun.objects.get() == run


def test_a_thousand_shifts_take_as_many_queries_as_one(
    hill: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Until the commit: the shifts, the open runs, the new ones, and those again.

    SQLite takes few enough values at a time to need several inserts for a thousand.
    """
    shifts_of_many(hill, 1000)
    with django_assert_max_num_queries(40):
        runs = request_day(actor=hill.company.ada, campaign=hill.campaign, day=TODAY, now=NOW)
    assert len(runs) == len({run.shift_id for run in runs}) == 1000
    assert PlanRun.objects.filter(state=RunState.QUEUED).count() == 1000


def test_every_shift_of_a_day_is_a_small_task_of_its_own(hill: Town) -> None:
    """In any order, and one that fails stops no other."""
    shifts = shifts_of_many(hill, 20)
    Shift.objects.filter(pk=shifts[3].pk).update(end_lat=61)
    runs = request_day(actor=hill.company.ada, campaign=hill.campaign, day=TODAY, now=NOW)
    for run in reversed(runs):
        plan_shift(run.pk)
    states = dict(PlanRun.objects.values_list("shift", "state"))
    assert states.pop(shifts[3].pk) == RunState.FAILED
    assert set(states.values()) == {RunState.DONE}
    assert Route.objects.filter(is_current=True).count() == 19
