"""The territories models in the Django admin."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from territories.models import (
    Assignment,
    Building,
    CutRun,
    Door,
    DoorSnap,
    ImportRun,
    LocateRun,
    Neighborhood,
    NeighborhoodRun,
    SnapRun,
    StreetMap,
    Territory,
    TerritoryDoor,
)
from tests.cast import Company
from tests.territories.boundary_files import boxed, brought_in
from tests.territories.importing.reading import csv, imported
from tests.territories.town import give, house, published_cut, settle, territory
from tests.territories.town_streets import mapped

MODELS = [
    Assignment, Building, CutRun, Door, DoorSnap, ImportRun, LocateRun, Neighborhood,
    NeighborhoodRun, SnapRun, StreetMap, Territory, TerritoryDoor,
]  # fmt: skip
MENDED = (Neighborhood, Territory)


@pytest.fixture
def operator(db: None) -> Client:
    """A browser in which the operator of the installation is signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("root@canvass.test", name="Root"))
    return client


@pytest.fixture
def town(sunrise: Company) -> Company:
    """A company with a row of everything."""
    settle(sunrise.organisation, streets=2, houses=6)
    grow(sunrise, 1)
    return sunrise


def grow(company: Company, territories: int) -> None:
    """One more of everything; as many more territories and assignments."""
    imported(company, csv(f"24.9,60.1,{territories},Long Way,,Hill,", "x,y,1,Long Way,,Hill,"))
    brought_in(company.max, boxed(f"Hill {territories}", 0, 0, 1, 1), dataset=f"d{territories}")
    house(company.organisation, street="A", number=f"10{territories}", at=(territories, 0))
    mapped(company)
    cut = published_cut(company, territories)
    for number in range(1, territories + 1):
        give(company, territory(cut, number), company.rosa)


def address(model: type, page: str) -> str:
    return f"/admin/territories/{model.__name__.lower()}/{page}"


@pytest.mark.parametrize("model", MODELS)
def test_lists_and_rows_can_be_looked_at(town: Company, operator: Client, model: type) -> None:
    """Every model's list, a search in it, and a row of it."""
    row = model.objects.first()  # type: ignore[attr-defined]  # every model has it
    for page in ("", "?q=hill", f"{row.pk}/change/"):
        answer = operator.get(address(model, page))
        assert answer.status_code == 200, page
    assert str(row.pk) in operator.get(address(model, "")).content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_a_longer_list_takes_no_more_queries(town: Company, operator: Client, model: type) -> None:
    """However many rows it shows."""

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            operator.get(address(model, ""))
        return len(found)

    operator.get(address(model, ""))
    before, rows = queries(), model.objects.count()  # type: ignore[attr-defined]  # as above
    grow(town, 5)
    assert model.objects.count() > rows  # type: ignore[attr-defined]  # as above
    assert queries() == before


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_made_or_deleted_here(town: Company, operator: Client, model: type) -> None:
    """Rows are made through the API, which keeps the rules."""
    row = model.objects.first()  # type: ignore[attr-defined]  # every model has it
    assert operator.get(address(model, "add/")).status_code == 403
    assert operator.post(address(model, f"{row.pk}/delete/"), {"post": "yes"}).status_code == 403
    if model not in MENDED:
        assert operator.post(address(model, f"{row.pk}/change/"), {"name": "x"}).status_code == 403


def test_a_territorys_name_may_be_mended(town: Company, operator: Client) -> None:
    """And nothing else of it."""
    row = Territory.objects.get()
    answer = operator.post(
        address(Territory, f"{row.pk}/change/"), {"name": "Riverside", "door_count": "999"}
    )
    assert answer.status_code == 302
    again = Territory.objects.get(pk=row.pk)
    assert (again.name, again.door_count) == ("Riverside", row.door_count)


def test_the_files_of_an_import_stay_out(town: Company, operator: Client) -> None:
    """They hold addresses; the admin shows neither them nor where they are."""
    run = ImportRun.objects.get()
    page = operator.get(address(ImportRun, f"{run.pk}/change/")).content.decode()
    assert run.file_name in page
    assert str(run.file.name) not in page
    assert str(run.rejects.name) not in page


def test_members_have_no_admin(town: Company) -> None:
    """Not even the company's admin: this is for the operator of the installation."""
    client = Client()
    client.force_login(town.ada.user)
    assert client.get(address(Door, "")).status_code == 302
