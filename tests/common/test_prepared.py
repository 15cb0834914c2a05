"""Queries whose SQL is made once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db.models import BigIntegerField, CharField, DateTimeField
from pytest_django import DjangoAssertNumQueries

from accounts.models import Team
from common.prepared import Among, Given, Prepared
from tests import cast

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
