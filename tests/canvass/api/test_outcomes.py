"""GET, POST and PATCH /api/v1/outcomes/."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Outcome, OutcomeKind
from canvass.outcomes import Look, add_default_outcomes, create_outcome
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import Company

URL = "/api/v1/outcomes/"
LOOK = {"position": 3, "colour": "#0072b2", "icon": "dog", "severity": 1}
BODY = {"code": "dog", "label": "A dog", "kind": "inaccessible", **LOOK}


@pytest.fixture
def dog(sunrise: Company) -> Outcome:
    """An outcome of Sunrise."""
    look = Look(3, "#0072b2", "dog")
    names = {"code": "dog", "label": "A dog", "kind": "inaccessible"}
    return create_outcome(actor=sunrise.ada, look=look, **names)


def one(outcome: Outcome) -> str:
    return f"{URL}{outcome.pk}/"


def test_an_admin_adds_an_outcome(sunrise: Company, as_member: SignIn) -> None:
    """201 with the outcome, in use."""
    answer = as_member(sunrise.ada).post(URL, BODY)
    assert answer.status_code == 201
    row = Outcome.objects.get()
    assert answer.json() == {**BODY, "id": row.pk, "is_active": True}
    assert row.organisation == sunrise.organisation
    assert as_member(sunrise.rosa).get(one(row)).json() == answer.json()


def test_the_position_may_be_left_out(sunrise: Company, as_member: SignIn) -> None:
    """Then the outcome comes first."""
    sent = {name: value for name, value in BODY.items() if name != "position"}
    assert as_member(sunrise.ada).post(URL, sent).json()["position"] == 0


def test_adding_it_again_is_refused(sunrise: Company, as_member: SignIn) -> None:
    """A replay learns with a 409 that the code is taken; there is one outcome."""
    client = as_member(sunrise.ada)
    client.post(URL, BODY)
    assert problem(client.post(URL, BODY)) == (409, "outcome.code_taken")
    assert Outcome.objects.count() == 1


BAD = [
    ("label", ""),
    ("label", "l" * 81),
    ("label", None),
    ("position", -1),
    ("position", 32768),
    ("position", "first"),
    ("position", None),
    ("colour", "red"),
    ("colour", "#0072B2"),
    ("icon", "two words"),
]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *BAD,
        ("code", ""),
        ("code", "a dog"),
        ("code", "c" * 41),
        ("kind", ""),
        ("kind", "dog"),
        ("kind", None),
    ],
)
def test_bad_input_is_refused(sunrise: Company, as_member: SignIn, field: str, value: Any) -> None:
    """A 400 with the field; nothing is added."""
    answer = as_member(sunrise.ada).post(URL, {**BODY, field: value})
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("field", ["code", "label", "kind"])
def test_what_is_missing_is_named(sunrise: Company, as_member: SignIn, field: str) -> None:
    """A 400 for each of the three that every outcome needs."""
    sent = {name: value for name, value in BODY.items() if name != field}
    answer = as_member(sunrise.ada).post(URL, sent)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("kind", OutcomeKind.values)
def test_every_kind_is_taken(sunrise: Company, as_member: SignIn, kind: str) -> None:
    """And given back."""
    answer = as_member(sunrise.ada).post(URL, {**BODY, "kind": kind})
    assert (answer.status_code, answer.json()["kind"]) == (201, kind)


def test_an_admin_changes_and_retires(sunrise: Company, as_member: SignIn, dog: Outcome) -> None:
    """200 with what changed and what did not; sending it again answers the same."""
    client = as_member(sunrise.ada)
    before = client.get(one(dog)).json()
    changes = {"label": "Dog", "position": 0, "colour": "#000000", "icon": "", "is_active": False}
    first, second = (client.patch(one(dog), changes) for _ in range(2))
    assert first.status_code == 200
    assert first.json() == second.json() == {**before, **changes}
    assert client.patch(one(dog), {}).json() == first.json()
    assert client.patch(one(dog), {"is_active": True}).json()["is_active"] is True


def test_code_and_kind_are_for_good(sunrise: Company, as_member: SignIn, dog: Outcome) -> None:
    """In a change they are passed over: recorded visits mean what they meant."""
    client = as_member(sunrise.ada)
    before = client.get(one(dog)).json()
    assert client.patch(one(dog), {"code": "cat", "kind": "sale"}).json() == before


@pytest.mark.parametrize(("field", "value"), [*BAD, ("is_active", None), ("is_active", "maybe")])
def test_bad_changes_are_refused(
    sunrise: Company, as_member: SignIn, dog: Outcome, field: str, value: Any
) -> None:
    """A 400 with the field; the outcome stays."""
    answer = as_member(sunrise.ada).patch(one(dog), {field: value})
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]
    stored = Outcome.objects.values("label", "position", "is_active").get()
    assert stored == {"label": "A dog", "position": 3, "is_active": True}


def test_who_may_not_write(
    sunrise: Company, moonlight: Company, as_member: SignIn, dog: Outcome
) -> None:
    """A rep and a manager: 403. Another company: 404. Nobody: 401. Deleting: 405."""
    body, changes = {**BODY, "code": "cat"}, {"label": "Theirs"}
    for member in (sunrise.rosa, sunrise.max):
        assert problem(as_member(member).post(URL, body)) == (403, "not_allowed")
        assert problem(as_member(member).patch(one(dog), changes)) == (403, "not_allowed")
    assert problem(as_member(moonlight.olga).patch(one(dog), changes)) == (404, "not_found")
    assert problem(as_member(None).post(URL, body))[0] == 401
    assert problem(as_member(None).patch(one(dog), changes))[0] == 401
    assert problem(as_member(sunrise.ada).delete(one(dog)))[0] == 405
    assert Outcome.objects.get().label == "A dog"


def test_who_reads(sunrise: Company, moonlight: Company, as_member: SignIn, dog: Outcome) -> None:
    """Everybody in the organisation, nobody of another, and nobody gets a 401."""
    for member in sunrise.members.values():
        assert as_member(member).get(URL).json()["count"] == 1
    assert as_member(moonlight.otto).get(URL).json()["count"] == 0
    assert problem(as_member(moonlight.otto).get(one(dog))) == (404, "not_found")
    assert problem(as_member(None).get(URL))[0] == 401


def test_outcomes_are_filtered(sunrise: Company, as_member: SignIn, dog: Outcome) -> None:
    """By kind, and with or without the retired; in the order of their positions."""
    add_default_outcomes(organisation=sunrise.organisation)
    Outcome.objects.filter(code="inaccessible").update(is_active=False)
    client = as_member(sunrise.rosa)

    def codes(**query: Any) -> list[str]:
        return [row["code"] for row in client.get(URL, query).json()["results"]]

    assert codes()[:4] == ["no_answer", "not_interested", "dog", "not_home_decision_maker"]
    assert codes(kind="inaccessible") == ["dog", "inaccessible"]
    assert codes(kind="inaccessible", is_active="true") == ["dog"]
    assert codes(is_active="false") == ["inaccessible"]
    assert codes(page_size=1, page=2) == ["not_interested"]
    assert problem(client.get(URL, {"kind": "dog"})) == (400, "invalid")


def test_the_list_takes_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page."""
    add_default_outcomes(organisation=sunrise.organisation)
    client = as_member(sunrise.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 12
