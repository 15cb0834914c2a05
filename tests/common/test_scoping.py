"""What holds for the rows of every organisation, whatever their model."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import Model

from common.scoping import ScopedModel, ScopedQuerySet
from territories.models import TerritoryDoor
from tests.cast import Company

APPS = ("accounts", "territories", "canvass", "routing")
DOMAIN = [model for app in APPS for model in apps.get_app_config(app).get_models()]
UNSCOPED = {"Organisation", "User"}  # what organisations are made of


@pytest.mark.parametrize("model", DOMAIN, ids=lambda model: model.__name__)
def test_every_row_belongs_to_an_organisation(model: type[Model]) -> None:
    """A model that forgot the scoped base or manager would show one company's rows to another."""
    if model.__name__ in UNSCOPED:
        return
    assert issubclass(model, ScopedModel)
    assert isinstance(model._default_manager.all(), ScopedQuerySet)


@pytest.mark.parametrize("model", DOMAIN, ids=lambda model: model.__name__)
@pytest.mark.parametrize("person", ["ada", "max", "rosa"])
def test_nobody_asks_for_another_organisations_rows(
    sunrise: Company, model: type[Model], person: str
) -> None:
    """Every role's query names the organisation, whatever else it says."""
    if model.__name__ in UNSCOPED:
        return
    rows = model._default_manager.all()
    assert isinstance(rows, ScopedQuerySet)
    seen = rows.for_member(sunrise.members[person])
    if not seen.query.is_empty():
        assert "organisation_id" in str(seen.query).partition(" WHERE ")[2]


def test_a_model_that_says_nothing_shows_nothing_to_reps(sunrise: Company) -> None:
    """The default hides."""
    assert TerritoryDoor.objects.for_member(sunrise.rosa).query.is_empty()
    assert not TerritoryDoor.objects.for_member(sunrise.ada).query.is_empty()
