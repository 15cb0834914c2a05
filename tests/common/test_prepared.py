"""Queries whose SQL is made once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import connection
from django.db.models import BigIntegerField, CharField, DateTimeField
from pytest_django import DjangoAssertNumQueries

from accounts.models import Team
from canvass.models import Visit
from common.ids import uuid7
from common.prepared import Among, Given, Prepared, insert
from tests import cast
from tests.canvass.world import NOW, record, sunrise_town

NOTE = '\'; \u00e9 \\ \\" {1,2} "NULL"\n'
LATER = datetime(2100, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))


@pytest.fixture
def teams(sunrise: cast.Company) -> Prepared:
    """The names of some teams that were made before an instant, with when they were."""
    rows = Team.objects.filter(
        Among("name", "names", CharField()),
        organisation=Given("organisation", BigIntegerField()),
        created_at__lt=Given("before", DateTimeField()),
    )
    return Prepared(rows.order_by("name").values_list("name", "created_at"), hold=(Team,))


def test_the_same_query_is_asked_with_other_values(
    sunrise: cast.Company, teams: Prepared, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Each time in one statement, with as many as there are; columns are as the ORM has them."""
    known = dict(Team.objects.order_by("name").values_list("name", "created_at"))
    given = {"organisation": sunrise.organisation.pk, "before": LATER}
    for names in (list(known), list(known)[:1], [*known, "nobody's"], []):
        with django_assert_num_queries(1):
            found = teams.rows(names=names, **given)
        assert dict(found) == {name: known[name] for name in names if name in known}
    assert all(made.tzinfo is not None for _, made in teams.rows(names=known, **given))


def test_values_are_compared_as_their_columns_are(sunrise: cast.Company, teams: Prepared) -> None:
    """An instant of any zone; text that looks like SQL is text."""
    name, made = Team.objects.values_list("name", "created_at")[0]
    given = {"organisation": sunrise.organisation.pk, "names": [name]}
    east = timezone(timedelta(hours=9))
    assert teams.rows(before=(made + timedelta(seconds=1)).astimezone(east), **given)
    assert not teams.rows(before=made.astimezone(UTC), **given)
    assert not teams.rows(**{**given, "names": ["%s'); --", "{a,b}"]}, before=LATER)


def test_plans_are_kept(sunrise: cast.Company, teams: Prepared) -> None:
    """By PostgreSQL, for each connection, from the third time on."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite plans in no time")
    given = {"organisation": sunrise.organisation.pk, "before": LATER}
    for name in ("North", "South", "West"):
        teams.rows(names=[name], **given)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        assert any("accounts_team" in statement for (statement,) in cursor.fetchall())


def test_rows_are_inserted_as_the_orm_would(
    sunrise: cast.Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Several at once, with empty columns, whole numbers for fractions, and JSON."""
    town = sunrise_town(sunrise)
    model = record(sunrise.rosa, town.visit(town.north[0]))
    columns = {name: value for name, value in vars(model).items() if name != "_state"}
    texts = {"note": NOTE, "answers": {"a": [None, 1, "\u2028"]}, "photos": ["x"]}
    told = [
        {**columns, "id": uuid7(NOW), "lon": -74, "lat": 40, "accuracy_m": None},
        {**columns, "id": uuid7(NOW), **texts, "supersedes_id": model.pk, "callback_at": LATER},
    ]
    with django_assert_num_queries(1):
        insert([Visit(**each) for each in told])
    stored = Visit.objects.in_bulk([each["id"] for each in told])
    for each in told:
        assert {name: getattr(stored[each["id"]], name) for name in columns} == each


@pytest.mark.parametrize(
    "names",
    [[], ["NULL"], ["", " "], [NOTE], ["a,b", "{}"]],
    ids=["none", "NULL", "empty", "odd", "array"],
)
def test_texts_go_as_they_are(sunrise: cast.Company, teams: Prepared, names: list[str]) -> None:
    """Whatever an array's text would make of them."""
    for name in names:
        Team.objects.create(organisation=sunrise.organisation, name=name, created_at=NOW)
    found = teams.rows(organisation=sunrise.organisation.pk, names=names, before=LATER)
    assert sorted(name for name, _ in found) == sorted(names)


def test_nothing_to_insert_is_no_statement(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Nor is it an error."""
    with django_assert_num_queries(0):
        insert([])
