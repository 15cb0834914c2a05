"""Two companies at the same doors: nobody of one sees, names or changes a row of the other."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from common.scoping import ScopedModel
from tests.access.bodies import BODIES
from tests.access.conftest import Town
from tests.access.table import LINES, Line
from tests.access.world import Estate

STRANGERS = {"twin": "admin", "twin's manager": "manager", "twin's rep": "rep"}
DETAILS = [line for line in LINES if "{" in line.name]
NAMING = [line for line in LINES if "<" in str(BODIES.get(line.name, "")) or "={" in line.path]


def models() -> list[type[ScopedModel]]:
    """Every table of the domain."""
    return [model for model in apps.get_models() if issubclass(model, ScopedModel)]


@pytest.mark.parametrize("model", models(), ids=lambda model: model._meta.label)
def test_both_companies_have_a_row_of_every_kind(town: Town, model: type[ScopedModel]) -> None:
    """A new table needs a row in tests/access/world.py, or it would be tested nowhere here."""
    for each in (town.hers, town.twin):
        company = each.company.organisation
        assert model._base_manager.filter(organisation=company).exists()


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("line", DETAILS, ids=[line.name for line in DETAILS])
def test_a_row_of_another_company_is_not_found(town: Town, line: Line, who: str) -> None:
    """Or not even looked for, where the role does nothing here in any company."""
    hidden = {404} if line.statuses[STRANGERS[who]] != 403 else {403, 404}
    assert town.ask(who, line, town.hers).status_code in hidden


@pytest.mark.parametrize("line", NAMING, ids=[line.name for line in NAMING])
def test_naming_another_company_s_rows_does_nothing(town: Town, line: Line) -> None:
    """The address is one's own; what the body, or the query, names is not."""
    path, _, query = line.path.partition("?")
    asked = f"{town.twin.address(path)}?{town.hers.address(query)}"
    answer = town.ask("twin", line, town.hers, path=asked)
    rows = answer.json().get("answers", []) if answer.status_code == 200 else []
    assert ({row["status"] for row in rows} or {answer.status_code}) <= {404, 422}, answer.content


@pytest.mark.parametrize("pk", ["0", "2147483647", "00000000-0000-4000-8000-000000000000"])
def test_an_id_of_no_row_is_not_found(town: Town, pk: str) -> None:
    """At every address, be it a number or a UUID."""
    for line in DETAILS:
        answer = town.ask("admin", line, town.hers, path=town.hers.address(at(line, pk)))
        assert answer.status_code in (403, 404), (line, answer.content)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=st.sampled_from(DETAILS), who=st.sampled_from(list(STRANGERS)), pick=st.integers(0, 10**6)
)
def test_no_id_of_another_company_opens_anything(
    town: Town, line: Line, who: str, pick: int
) -> None:
    """Whatever kind of row it names: the answer is that to an id which nobody has."""
    rows = list(town.hers.rows.values())
    stranger = rows[pick % len(rows)]
    assume(stranger.pk not in {row.pk for row in own_rows(town.twin, line)})
    answer, nothing = (
        town.ask(who, line, town.twin, path=town.twin.address(at(line, pk)))
        for pk in (stranger.pk, no_such(stranger.pk))
    )
    assert answer.status_code in (403, 404)
    assert (answer.status_code, answer.json()) == (nothing.status_code, nothing.json())


def own_rows(estate: Estate, line: Line) -> list[Any]:
    """The company's own rows of the kind that a line is about."""
    name = line.path.partition("{")[2].partition("}")[0]
    model = type(estate.rows[name])
    return list(model._base_manager.filter(organisation=estate.company.organisation))


def at(line: Line, pk: object) -> str:
    """A line's path with an id in it."""
    before, _, rest = line.path.partition("{")
    return f"{before}{pk}{rest.partition('}')[2]}"


def no_such(pk: object) -> object:
    """An id of that kind which no row has."""
    return 2**40 if isinstance(pk, int) else "01975b1e-ffff-7000-8000-000000000000"
