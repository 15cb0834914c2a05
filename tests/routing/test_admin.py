"""The pages of the Django admin for plan runs, routes and what they hold."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from common.ids import uuid7
from routing.models import PlanRun, Route, RouteDoor, RouteStop, StopProgress
from routing.progress import NewProgress, record_progress
from tests.canvass.world import NOW
from tests.routing.world import Town, route_of

MODELS = (PlanRun, Route, RouteStop, RouteDoor, StopProgress)


@pytest.fixture
def operator(hill: Town, client: Client) -> Client:
    """Whoever runs the installation, signed in, after a plan with doors left out."""
    route = route_of(hill.shift(hill.company.rosa, minutes=10))
    said = NewProgress(uuid7(NOW), route.pk, 1, "done", NOW)
    record_progress(actor=hill.company.rosa, new=said, now=NOW)
    client.force_login(User.objects.create_superuser("root@example.test", "pw", name="Root"))
    return client


def page(model: type, name: str, *args: object) -> str:
    return reverse(f"admin:routing_{model.__name__.lower()}_{name}", args=args)


def test_every_model_is_there() -> None:
    """A model that is added later is added here too."""
    shown = {model for model in admin.site._registry if model._meta.app_label == "routing"}
    assert shown == set(MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_a_models_pages_open(operator: Client, model: type[Route]) -> None:
    """Its list, the list after a search, and the page of each of its rows."""
    rows = list(model.objects.all())
    assert rows
    assert operator.get(page(model, "changelist")).status_code == 200
    assert operator.get(page(model, "changelist"), {"q": "1"}).status_code == 200
    for row in rows:
        assert operator.get(page(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_made_changed_or_deleted_there(operator: Client, model: type[Route]) -> None:
    """Plans and routes are made by planning alone."""
    row = model.objects.all()[0]
    assert operator.get(page(model, "add")).status_code == 403
    assert operator.post(page(model, "change", row.pk), {}).status_code == 403
    assert operator.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [RouteStop, RouteDoor])
def test_a_list_takes_no_query_per_row(
    operator: Client, model: type[Route], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """What the columns show is joined: session, user, count and page are all."""
    assert model.objects.count() > 3
    with django_assert_max_num_queries(4):
        operator.get(page(model, "changelist"))


def test_an_admin_of_a_company_is_no_operator(hill: Town, client: Client) -> None:
    """The admin pages show every company: they are for the installation's operator."""
    client.force_login(hill.company.ada.user)
    assert client.get(page(Route, "changelist")).status_code == 302
