"""docs/data-model.md against the models."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from common.runs import Run
from config.environment import ROOT

APPS = ("accounts", "territories", "canvass", "routing")
PAGE = (ROOT / "docs" / "data-model.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| .+ \| (.+) \|$", re.MULTILINE)
LINE = re.compile(r"^    (\w+) ([|}][|o])--([|o][|{]) (\w+) : (\w+)$", re.MULTILINE)
LEFT_OUT = {"organisation"} | {field.name for field in Run._meta.fields}


def models(app: str) -> list[type[Model]]:
    """The models of an app."""
    return list(apps.get_app_config(app).get_models())


def section(app: str) -> str:
    """What the page says about an app."""
    return PAGE.split(f"\n## {app}: ")[1].split("\n## ")[0]


def drawn(field: ForeignKey[Model, Model]) -> tuple[str, str, str, str, str]:
    """A reference as the diagrams draw it: who, how many, how many, whom, by which field."""
    one = "|o" if field.null else "||"
    many = "o|" if field.unique else "o{"
    return field.related_model.__name__, one, many, field.model.__name__, field.name


def references(app: str) -> Iterator[ForeignKey[Model, Model]]:
    """The references of an app's models that its diagram shows."""
    for model in models(app):
        for field in model._meta.fields:
            if isinstance(field, ForeignKey) and field.name not in LEFT_OUT:
                yield field


@pytest.mark.parametrize("app", APPS)
def test_every_model_has_its_line_and_there_is_no_line_too_many(app: str) -> None:
    """Under the app that it belongs to."""
    said = [name for name, _ in ROW.findall(section(app))]
    assert sorted(said) == sorted(model.__name__ for model in models(app))


@pytest.mark.parametrize("app", APPS)
def test_the_lines_name_every_constraint_of_their_models_and_no_other(app: str) -> None:
    """What keeps a table right is said where the table is explained."""
    said = {
        name: set(re.findall(r"`(\w+_\w+)`", rules)) for name, rules in ROW.findall(section(app))
    }
    for model in models(app):
        names = {constraint.name for constraint in model._meta.constraints}
        columns = {field.name for field in model._meta.fields}
        assert said[model.__name__] - columns == names, model.__name__
        for field in model._meta.fields:
            assert not field.unique or field.primary_key or f"`{field.name}`" in section(app)


@pytest.mark.parametrize("app", APPS)
def test_the_diagram_shows_every_reference(app: str) -> None:
    """With the right ends: optional or not, one or many."""
    assert set(LINE.findall(section(app))) == {drawn(field) for field in references(app)}


def test_no_app_is_left_out() -> None:
    """A new app with tables needs a section."""
    ours = {
        config.label
        for config in apps.get_app_configs()
        if (ROOT / config.label).is_dir() and list(config.get_models())
    }
    assert ours == set(APPS)
