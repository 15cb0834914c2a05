"""POST .../cancel/ of every kind of run, and the same in the Django admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, User
from canvass.shifts import ShiftPlan, schedule_shift
from common.runs import Run, run_models
from territories.cut_criteria import CutCriteria
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass.world import NOW, TODAY, make_campaign, published_cut
from tests.cast import NOON, Company

KINDS = sorted(run_models(), key=lambda model: model.__name__)
kinds = pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)


def queued(model: type[Run], company: Company) -> Run:
    """A queued run of a kind, with what it needs."""
    needs = {field.name for field in model._meta.fields}
    more: dict[str, object] = {}
    if "criteria" in needs:
        more["criteria"] = CutCriteria(territories=2).to_json()
    if needs & {"campaign", "shift"}:
        campaign = make_campaign(company)
        more["campaign"] = campaign
        plan = ShiftPlan(campaign, company.rosa, TODAY)
        more["shift"] = schedule_shift(actor=company.ada, plan=plan, now=NOW)
    if "cut" in needs:
        more |= {"cut": published_cut(company), "starts_on": NOON.date(), "wish": {}}
    more = {name: value for name, value in more.items() if name in needs}
    return model.objects.create(
        organisation=company.organisation, created_at=NOON, sent_at=NOON, **more
    )


def address(run: Run) -> str:
    """Where a run of its kind is cancelled, as the resolver has it."""
    return reverse(f"{type(run).__name__.lower()}-cancel", args=[run.pk])


@kinds
def test_a_manager_cancels_every_kind_of_run(
    sunrise: Company, as_member: SignIn, model: type[Run]
) -> None:
    """The answer is the run with who and when; again, it is the same answer."""
    run = queued(model, sunrise)
    client = as_member(sunrise.max)
    first, second = client.post(address(run)), client.post(address(run))
    assert first.status_code == 200, first.content
    body = first.json()
    assert (body["state"], body["cancelled_by"]) == ("cancelled", sunrise.max.pk)
    assert body["finished_at"] is not None
    assert second.json() == body
    assert AuditEntry.objects.filter(action="run.cancelled").count() == 1


@kinds
def test_nobody_else_does(
    sunrise: Company, moonlight: Company, as_member: SignIn, model: type[Run]
) -> None:
    """Not a rep, nor whoever is not signed in; another company's run is not there."""
    run = queued(model, sunrise)
    assert problem(as_member(sunrise.rosa).post(address(run))) == (403, "not_allowed")
    assert problem(as_member(None).post(address(run))) == (401, "not_signed_in")
    assert problem(as_member(moonlight.olga).post(address(run))) == (404, "not_found")
    run.refresh_from_db()
    assert run.state == "queued"


@kinds
def test_what_has_ended_cannot_be_cancelled(
    sunrise: Company, as_member: SignIn, model: type[Run]
) -> None:
    """A 409 that says how it ended."""
    run = queued(model, sunrise)
    model.objects.filter(pk=run.pk).update(state="done")
    answer = as_member(sunrise.ada).post(address(run))
    assert problem(answer) == (409, "run.ended")
    assert answer.json()["state"] == "done"


def test_a_manager_does_not_see_the_plans_of_another_team(
    sunrise: Company, as_member: SignIn
) -> None:
    """Rosa is none of Mona's: her plan is not found, and goes on."""
    (plans,) = [model for model in KINDS if model.__name__ == "PlanRun"]
    run = queued(plans, sunrise)
    assert problem(as_member(sunrise.mona).post(address(run))) == (404, "not_found")


@kinds
def test_cancelling_takes_few_queries(
    sunrise: Company,
    as_member: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    model: type[Run],
) -> None:
    """To see it, to see it again, to hold it, to write it, and to tell the trail."""
    run = queued(model, sunrise)
    client = as_member(sunrise.max)
    with django_assert_max_num_queries(SIGNED_IN + 7):  # two of them a savepoint
        client.post(address(run))


@kinds
def test_the_operator_cancels_in_the_admin(sunrise: Company, model: type[Run]) -> None:
    """The trail names the operator, who is no member; an ended run is left as it is, and said."""
    run = queued(model, sunrise)
    operator = Client()
    operator.force_login(User.objects.create_superuser("root@canvass.test", name="Root"))
    meta = model._meta
    page = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    chosen = {"action": "cancel", "_selected_action": [run.pk]}
    assert "1 cancelled." in operator.post(page, chosen, follow=True).content.decode()
    run.refresh_from_db()
    assert (run.state, run.cancelled_by) == ("cancelled", None)
    entry = AuditEntry.objects.get(action="run.cancelled")
    assert (entry.member, entry.organisation) == (None, sunrise.organisation)
    assert entry.after == {"state": "cancelled", "operator": "root@canvass.test"}
    model.objects.filter(pk=run.pk).update(state="done")
    assert "The run is over" in operator.post(page, chosen, follow=True).content.decode()


def test_who_may_only_look_at_the_admin_cancels_nothing(sunrise: Company) -> None:
    """A colleague of the operator without the right to change runs."""
    (cuts,) = [model for model in KINDS if model.__name__ == "CutRun"]
    run = queued(cuts, sunrise)
    looker = User.objects.create_user("look@canvass.test", name="Look", is_staff=True)
    looker.user_permissions.set(Permission.objects.filter(codename="view_cutrun"))
    client = Client()
    client.force_login(looker)
    page = reverse("admin:territories_cutrun_changelist")
    assert client.get(page).status_code == 200
    client.post(page, {"action": "cancel", "_selected_action": [run.pk]})
    run.refresh_from_db()
    assert run.state == "queued"
