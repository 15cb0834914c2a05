"""GET, POST and PATCH /api/v1/products/."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.campaigns import MAX_PRICE_MINOR, add_product
from canvass.models import Product
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import Town
from tests.cast import Company

URL = "/api/v1/products/"
BODY = {"code": "atlas", "name": "World atlas", "price_minor": 4900}


def body(town: Town, **fields: Any) -> dict[str, Any]:
    return {"campaign": town.campaign.pk, **BODY, **fields}


def sell(town: Town, **fields: Any) -> Product:
    wish = {"campaign": town.campaign, **BODY, **fields}
    return add_product(actor=town.company.ada, **wish)


def one(product: Product) -> str:
    return f"{URL}{product.pk}/"


def test_a_manager_adds_a_product(town: Town, as_member: SignIn) -> None:
    """201 with the product, on sale."""
    answer = as_member(town.company.max).post(URL, body(town))
    assert answer.status_code == 201
    row = Product.objects.get()
    assert answer.json() == {**body(town), "id": row.pk, "prices": [], "is_active": True}
    assert row.organisation == town.company.organisation
    assert as_member(town.company.rosa).get(one(row)).json() == answer.json()


def test_adding_it_again_is_refused(town: Town, as_member: SignIn) -> None:
    """A replay learns with a 409 that the code is taken; there is one product."""
    client = as_member(town.company.max)
    client.post(URL, body(town))
    assert problem(client.post(URL, body(town))) == (409, "product.code_taken")
    assert Product.objects.count() == 1


BAD = [
    ("name", "", 400),
    ("name", "n" * 121, 400),
    ("name", None, 400),
    ("price_minor", -1, 400),
    ("price_minor", MAX_PRICE_MINOR + 1, 400),
    ("price_minor", 10**30, 400),
    ("price_minor", 49.5, 400),
    ("price_minor", "cheap", 400),
    ("price_minor", None, 400),
]


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        *BAD,
        ("code", "", 400),
        ("code", "two words", 400),
        ("code", "c" * 41, 400),
        ("campaign", None, 400),
        ("campaign", "summer", 400),
        ("campaign", 10**9, 404),
    ],
)
def test_bad_input_is_refused(
    town: Town, as_member: SignIn, field: str, value: Any, status: int
) -> None:
    """400 with the field, 404 for a campaign that is not there; nothing is added."""
    answer = as_member(town.company.max).post(URL, body(town, **{field: value}))
    assert problem(answer) == (status, "invalid" if status == 400 else "not_found")
    assert field in (answer.json().get("errors") or [answer.json().get("field")])
    assert not Product.objects.exists()


@pytest.mark.parametrize("field", ["campaign", *BODY])
def test_every_field_is_needed(town: Town, as_member: SignIn, field: str) -> None:
    """A 400 names the missing one."""
    sent = {name: value for name, value in body(town).items() if name != field}
    answer = as_member(town.company.max).post(URL, sent)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]


def test_a_manager_changes_and_retires_a_product(town: Town, as_member: SignIn) -> None:
    """200 with what changed and what did not; sending it again answers the same."""
    client, product = as_member(town.company.max), sell(town)
    before = client.get(one(product)).json()
    changes = {"price_minor": 0, "is_active": False}
    first, second = (client.patch(one(product), changes) for _ in range(2))
    assert first.status_code == 200
    assert first.json() == second.json() == {**before, **changes}
    assert client.patch(one(product), {}).json() == first.json()
    back = client.patch(one(product), {"is_active": True, "name": "Atlas"})
    assert back.json() == {**before, "price_minor": 0, "name": "Atlas"}


def test_code_and_campaign_are_for_good(town: Town, as_member: SignIn) -> None:
    """In a change they are passed over."""
    client, product = as_member(town.company.max), sell(town)
    winter = world.make_campaign(town.company, name="Winter")
    before = client.get(one(product)).json()
    assert client.patch(one(product), {"code": "x", "campaign": winter.pk}).json() == before


@pytest.mark.parametrize(
    ("field", "value", "status"), [*BAD, ("is_active", None, 400), ("is_active", "maybe", 400)]
)
def test_bad_changes_are_refused(
    town: Town, as_member: SignIn, field: str, value: Any, status: int
) -> None:
    """A 400 with the field; the product stays."""
    product = sell(town)
    answer = as_member(town.company.max).patch(one(product), {field: value})
    assert problem(answer) == (status, "invalid")
    assert list(answer.json()["errors"]) == [field]
    assert Product.objects.values("name", "price_minor", "is_active").get() == {
        "name": "World atlas",
        "price_minor": 4900,
        "is_active": True,
    }


def test_who_may_not_write(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """A rep: 403. Another company's campaign or product: 404. Nobody: 401. Deleting: 405."""
    product, changes = sell(town), {"name": "Theirs"}
    rosa, olga, nobody = map(as_member, (town.company.rosa, moonlight.olga, None))
    assert problem(rosa.post(URL, body(town, code="x"))) == (403, "not_allowed")
    assert problem(rosa.patch(one(product), changes)) == (403, "not_allowed")
    assert problem(olga.post(URL, body(town, code="x"))) == (404, "not_found")
    assert problem(olga.patch(one(product), changes)) == (404, "not_found")
    assert problem(nobody.post(URL, body(town)))[0] == 401
    assert problem(nobody.patch(one(product), changes))[0] == 401
    assert problem(as_member(town.company.ada).delete(one(product)))[0] == 405
    assert Product.objects.get().name == "World atlas"


def test_who_reads(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Everybody in the organisation, nobody of another, and nobody gets a 401."""
    product = sell(town)
    for member in town.company.members.values():
        assert as_member(member).get(URL).json()["count"] == 1
    assert as_member(moonlight.olga).get(URL).json()["count"] == 0
    assert problem(as_member(moonlight.olga).get(one(product))) == (404, "not_found")
    assert problem(as_member(None).get(URL))[0] == 401


def test_products_are_filtered(town: Town, as_member: SignIn) -> None:
    """By campaign, and with or without the retired; campaign by campaign, by code."""
    winter = world.make_campaign(town.company, name="Winter")
    cold, zoo, atlas = sell(town, campaign=winter), sell(town, code="zoo"), sell(town)
    Product.objects.filter(pk=zoo.pk).update(is_active=False)
    client = as_member(town.company.rosa)

    def ids(**query: Any) -> list[int]:
        return [row["id"] for row in client.get(URL, query).json()["results"]]

    assert ids() == [atlas.pk, zoo.pk, cold.pk]
    assert ids(campaign=town.campaign.pk) == [atlas.pk, zoo.pk]
    assert ids(campaign=town.campaign.pk, is_active="true") == [atlas.pk]
    assert ids(is_active="false") == [zoo.pk]
    assert ids(page_size=1, page=2) == [zoo.pk]
    for query in ({"campaign": "summer"}, {"campaign": 10**30}):
        assert problem(client.get(URL, query)) == (400, "invalid")


def test_the_list_takes_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page."""
    for number in range(10):
        sell(town, code=f"p{number}")
    client = as_member(town.company.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 10
