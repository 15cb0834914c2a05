"""GET, POST and PATCH /api/v1/campaigns/."""

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canvass.models import Campaign
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.world import Town
from tests.cast import Company

URL = "/api/v1/campaigns/"
BODY = {
    "name": "Autumn",
    "starts_on": "2026-09-01",
    "ends_on": "2026-12-01",
    "time_zone": "America/Chicago",
    "currency": "USD",
    "shift_starts_at": "15:30:00",
    "shift_ends_at": "20:00:00",
    "door_s": 120,
}
MALFORMED, IMPOSSIBLE = (400, "invalid"), (422, "campaign.invalid")
BAD = [
    ("name", "", MALFORMED),
    ("name", "n" * 121, MALFORMED),
    ("name", None, MALFORMED),
    ("name", "a\u0000b", MALFORMED),
    ("starts_on", "soon", MALFORMED),
    ("starts_on", "2026-09-01T00:00:00Z", MALFORMED),
    ("starts_on", "1999-12-31", IMPOSSIBLE),
    ("ends_on", "2026-09-01", IMPOSSIBLE),
    ("ends_on", "2100-01-01", IMPOSSIBLE),
    ("time_zone", "Springfield", IMPOSSIBLE),
    ("currency", "usd", IMPOSSIBLE),
    ("currency", "DOLLARS", MALFORMED),
    ("shift_starts_at", "half past three", MALFORMED),
    ("shift_ends_at", "15:30", IMPOSSIBLE),
    ("door_s", "long", MALFORMED),
    ("door_s", 0, IMPOSSIBLE),
    ("untouched_days", 0, IMPOSSIBLE),
    ("untouched_days", 10**30, IMPOSSIBLE),
    ("door_s", 10**30, IMPOSSIBLE),
    ("pause_s", -1, IMPOSSIBLE),
    ("pause_s", 900, IMPOSSIBLE),
    ("pause_from", "at six", MALFORMED),
    ("most_walk_s", 0, IMPOSSIBLE),
    ("most_walk_s", 10**30, IMPOSSIBLE),
    ("contact_rates", 0.3, MALFORMED),
    ("contact_rates", dict.fromkeys(("weekday", "saturday", "sunday"), [0.3] * 23), MALFORMED),
    ("contact_rates", dict.fromkeys(("weekday", "saturday", "sunday"), [0] * 24), MALFORMED),
]
bad_input = pytest.mark.parametrize(("field", "value", "refusal"), BAD)


def one(campaign: Campaign) -> str:
    return f"{URL}{campaign.pk}/"


def names_the_field(answer: Any) -> list[str]:
    """The fields that a refusal names, in either of its shapes."""
    body = answer.json()
    return list(body["errors"]) if "errors" in body else [body["field"]]


def test_a_manager_sets_a_campaign_up(sunrise: Company, as_member: SignIn) -> None:
    """201 with the campaign as it is stored, without a cut."""
    answer = as_member(sunrise.max).post(URL, BODY)
    assert answer.status_code == 201
    row = Campaign.objects.get()
    more = {
        "id": row.pk,
        "untouched_days": None,
        "contact_rates": None,
        "pause_s": 0,
        "pause_from": None,
        "pause_to": None,
        "most_walk_s": None,
        "after_dark_by_appointment": False,
        "cut": None,
        "cut_at": None,
        "created_at": "2026-06-10T18:00:00Z",
    }
    assert answer.json() == {**BODY, **more}
    assert row.organisation == sunrise.organisation
    assert as_member(sunrise.max).get(one(row)).json() == answer.json()


def test_a_manager_says_what_each_hour_is_expected_to_bring(
    sunrise: Company, as_member: SignIn
) -> None:
    """At first and later, for all kinds of day at once; null goes back to the trade's rates."""
    client, rates = as_member(sunrise.max), dict.fromkeys(("weekday", "saturday"), [0.2] * 24)
    made = client.post(URL, {**BODY, "contact_rates": {**rates, "sunday": [0.1] * 24}}).json()
    assert made["contact_rates"] == {**rates, "sunday": [0.1] * 24}
    some = {**BODY, "name": "Winter", "contact_rates": rates}
    assert problem(client.post(URL, some)) == (400, "invalid")
    where = one(Campaign.objects.get())
    assert problem(client.patch(where, {"contact_rates": rates})) == (422, "campaign.invalid")
    assert client.patch(where, {"contact_rates": None}).json()["contact_rates"] is None


def test_setting_it_up_again_is_refused(sunrise: Company, as_member: SignIn) -> None:
    """A replay learns with a 409 that the name is taken; there is one campaign."""
    client = as_member(sunrise.ada)
    client.post(URL, BODY)
    assert problem(client.post(URL, BODY)) == (409, "campaign.name_taken")
    assert Campaign.objects.count() == 1


@bad_input
def test_nonsense_is_not_set_up(
    sunrise: Company, as_member: SignIn, field: str, value: Any, refusal: tuple[int, str]
) -> None:
    """400 for what is malformed, 422 for what cannot be; the field is named."""
    answer = as_member(sunrise.ada).post(URL, {**BODY, field: value})
    assert problem(answer) == refusal
    assert names_the_field(answer) == [field]
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("field", BODY)
def test_every_field_is_needed(sunrise: Company, as_member: SignIn, field: str) -> None:
    """A 400 names the missing one."""
    answer = as_member(sunrise.ada).post(URL, {k: v for k, v in BODY.items() if k != field})
    assert problem(answer) == (400, "invalid")
    assert names_the_field(answer) == [field]


@pytest.mark.parametrize("body", [[], [BODY], "Autumn", 7, None])
def test_a_body_is_an_object(sunrise: Company, as_member: SignIn, body: Any) -> None:
    """Anything else is a 400."""
    assert problem(as_member(sunrise.ada).post(URL, body, format="json"))[0] == 400


def test_a_manager_changes_a_campaign(town: Town, as_member: SignIn) -> None:
    """200 with what changed and what did not; sending it again answers the same."""
    client = as_member(town.company.max)
    before = client.get(one(town.campaign)).json()
    changes = {"name": "Sommer", "shift_ends_at": "21:00:00"}
    first, second = (client.patch(one(town.campaign), changes) for _ in range(2))
    assert first.status_code == 200
    assert first.json() == second.json() == {**before, **changes}
    assert client.patch(one(town.campaign), {}).json() == first.json()
    assert client.get(one(town.campaign)).json() == first.json()


def test_what_is_derived_is_not_written(town: Town, as_member: SignIn) -> None:
    """Id, cut and times in a body are passed over."""
    client = as_member(town.company.max)
    before = client.get(one(town.campaign)).json()
    sent = {"id": 1, "cut": None, "cut_at": None, "created_at": None, "organisation": 1}
    assert client.patch(one(town.campaign), sent).json() == before


@bad_input
def test_nonsense_changes_nothing(
    town: Town, as_member: SignIn, field: str, value: Any, refusal: tuple[int, str]
) -> None:
    """The same refusals as for a new one."""
    client = as_member(town.company.ada)
    client.patch(one(town.campaign), BODY)
    answer = client.patch(one(town.campaign), {"door_s": 99, field: value})
    assert problem(answer) == refusal
    assert names_the_field(answer) == [field]
    assert Campaign.objects.get().door_s == BODY["door_s"]


def test_a_name_is_not_taken_from_another(town: Town, as_member: SignIn) -> None:
    """409, and both keep theirs."""
    other = world.make_campaign(town.company, name="Winter")
    answer = as_member(town.company.ada).patch(one(other), {"name": town.campaign.name})
    assert problem(answer) == (409, "campaign.name_taken")


def test_who_may_not_write(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """A rep: 403. Another company: 404. Nobody: 401. Deleting or replacing: nobody, 405."""
    campaign, rosa = town.campaign, as_member(town.company.rosa)
    assert problem(rosa.post(URL, BODY)) == (403, "not_allowed")
    assert problem(rosa.patch(one(campaign), BODY)) == (403, "not_allowed")
    olga = as_member(moonlight.olga)
    assert problem(olga.patch(one(campaign), {"name": "Theirs"})) == (404, "not_found")
    nobody = as_member(None)
    for answer in (nobody.post(URL, BODY), nobody.patch(one(campaign), BODY), nobody.get(URL)):
        assert problem(answer)[0] == 401
    ada = as_member(town.company.ada)
    for answer in (ada.delete(one(campaign)), ada.put(one(campaign), BODY)):
        assert problem(answer)[0] == 405
    assert list(Campaign.objects.all()) == [campaign]
    assert Campaign.objects.get().name == "Summer"


def test_everybody_in_the_organisation_reads(
    town: Town, moonlight: Company, as_member: SignIn
) -> None:
    """The newest first; another company's are not found."""
    theirs = world.make_campaign(moonlight)
    winter = world.make_campaign(town.company, name="Winter", starts_on=date(2026, 7, 1))
    for member in town.company.members.values():
        listed = as_member(member).get(URL).json()
        assert [row["id"] for row in listed["results"]] == [winter.pk, town.campaign.pk]
        assert problem(as_member(member).get(one(theirs))) == (404, "not_found")
        assert as_member(member).get(one(winter)).json()["name"] == "Winter"


@pytest.mark.parametrize("path", ["999999999/", "summer/", f"{10**30}/", "-1/"])
def test_what_does_not_exist_is_not_found(sunrise: Company, as_member: SignIn, path: str) -> None:
    """Whatever stands in the address."""
    assert problem(as_member(sunrise.ada).get(URL + path)) == (404, "not_found")


def test_campaigns_are_filtered_by_a_day_that_they_run_on(town: Town, as_member: SignIn) -> None:
    """Their days are half-open."""
    client = as_member(town.company.rosa)

    def on(day: str) -> int:
        count: int = client.get(URL, {"on": day}).json()["count"]
        return count

    days = ("2026-05-31", "2026-06-01", "2026-08-31", "2026-09-01")
    assert [on(day) for day in days] == [0, 1, 1, 0]
    assert problem(client.get(URL, {"on": "today"})) == (400, "invalid")


def test_the_list_is_cut_into_pages(town: Town, as_member: SignIn) -> None:
    """Of a chosen size, in one order, without doubles; beyond the last is not found."""
    for number in range(4):
        world.make_campaign(town.company, name=f"C{number}")
    client = as_member(town.company.rosa)
    pages = [client.get(URL, {"page": page, "page_size": 2}).json() for page in (1, 2, 3)]
    assert [page["count"] for page in pages] == [5, 5, 5]
    ids = [row["id"] for page in pages for row in page["results"]]
    assert ids == list(Campaign.objects.order_by("-pk").values_list("pk", flat=True))
    assert problem(client.get(URL, {"page": 4, "page_size": 2})) == (404, "not_found")


def test_the_list_takes_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page."""
    for number in range(10):
        world.make_campaign(town.company, name=f"C{number}")
    client = as_member(town.company.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 11
