"""Cancelling sales, and what the buyer is told about it, over HTTP.

It is Wednesday, 10 June 2026, 14:00 in New York: the third business day is Saturday the 13th.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from canvass.models import Jurisdiction, Sale
from canvass.models.cancellations import CancellationRule
from common.ids import uuid7
from territories.models import Door
from tests.calls import SignIn, problem
from tests.canvass.api.test_do_not_knock import square
from tests.canvass.selling import happen, line, sell
from tests.canvass.world import NOW, Town, local
from tests.cast import Company

RULES = "/api/v1/cancellation-rules/"
SALES = "/api/v1/sales/"
MIDNIGHT = datetime(2026, 6, 14, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def lawful(town: Town, as_member: SignIn) -> Town:
    """The town with the rules that are shipped."""
    assert as_member(town.company.ada).post(f"{RULES}load-defaults/").status_code == 200
    return town


def rule(**fields: Any) -> dict[str, Any]:
    """A right of Kirby's own: ninety days for buyers of seventy and more."""
    return {
        "name": "Ninety days for elders",
        "citation": "Company policy",
        "days": 90,
        "day_kind": "calendar",
        "currency": "USD",
        "home_from_minor": 0,
        "buyer_age_from": 70,
        "starts_on": "2026-01-01",
        **fields,
    }


def cancel(at: datetime, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid7(at)), "kind": "cancelled", "occurred_at": at.isoformat(), **more}


def test_the_shipped_rules_are_loaded_once(lawful: Town, as_member: SignIn) -> None:
    """With their citation; again changes nothing."""
    client = as_member(lawful.company.ada)
    (shipped,) = client.post(f"{RULES}load-defaults/").json()
    assert (shipped["days"], shipped["home_from_minor"], shipped["refund_days"]) == (3, 2500, 10)
    assert "16 CFR 429" in shipped["citation"]
    assert client.get(RULES).json()["count"] == 1


@pytest.mark.parametrize(
    ("sold", "expected"),
    [
        ({}, MIDNIGHT),
        ({"at_home": False}, None),
        ({"price": 2499}, None),
        ({"price": 2500}, MIDNIGHT),
        ({"price": 13_000, "at_home": False}, MIDNIGHT),
        ({"buyer_age": 70}, datetime(2026, 9, 9, 4, 0, tzinfo=UTC)),
        ({"buyer_age": 69}, MIDNIGHT),
    ],
)
def test_the_time_to_cancel_follows_from_the_rules(
    lawful: Town, as_member: SignIn, sold: dict[str, Any], expected: datetime | None
) -> None:
    """By place, total and age; the longest right counts, and is shown with the sale."""
    assert as_member(lawful.company.ada).post(RULES, rule()).status_code == 201
    price = sold.pop("price", 4900)
    sale = sell(lawful, lines=(line(lawful, unit_price_minor=price),), **sold)
    assert sale.cancel_until == expected
    shown = as_member(lawful.company.rosa).get(f"{SALES}{sale.pk}/").json()["cancel_until"]
    assert shown == (expected and expected.isoformat().replace("+00:00", "Z"))


def test_day_three_at_23_59_and_at_00_01(lawful: Town, as_member: SignIn) -> None:
    """In time, and two minutes later too late, by the clocks of New York."""
    client = as_member(lawful.company.rosa)
    early, late = sell(lawful, deposit_minor=900), sell(lawful, deposit_minor=900)
    with time_machine.travel(MIDNIGHT + timedelta(days=1), tick=False):
        answer = client.post(f"{SALES}{early.pk}/events/", cancel(MIDNIGHT - MINUTE))
        assert answer.status_code == 201
        told = answer.json()
        paid_back = ("status", "to_refund_minor", "owed_minor")
        assert [told[name] for name in paid_back] == ["cancelled", 900, 0]
        # Ten business days: not the Sundays, nor Juneteenth, but the Saturday.
        assert told["refund_due_at"] == "2026-06-27T04:00:00Z"
        refused = client.post(f"{SALES}{late.pk}/events/", cancel(MIDNIGHT + MINUTE))
        assert problem(refused) == (409, "sale.cancellation_too_late")
        assert refused.json()["cancel_until"] == "2026-06-14T04:00:00Z"
        boss = as_member(lawful.company.max)
        kind = boss.post(f"{SALES}{late.pk}/events/", cancel(MIDNIGHT + MINUTE, goodwill=True))
        assert kind.status_code == 201
        last = next(each for each in kind.json()["events"] if each["kind"] == "cancelled")
        assert last["goodwill"] is True
        assert kind.json()["refund_due_at"] is not None


def test_refunds_that_are_overdue_are_listed(lawful: Town, as_member: SignIn) -> None:
    """From the very end of the time on, until the money is back."""
    sale = sell(lawful, deposit_minor=900)
    sell(lawful, deposit_minor=900)
    happen(lawful.company.rosa, sale, "cancelled")
    # 11, 12, 13, 15, 16, 17, 18, 20, 22 and 23 June: no Sunday, nor Juneteenth.
    assert sale.refund_due_at == local(24, 0)
    boss = as_member(lawful.company.max)

    def overdue(at: datetime) -> list[str]:
        with time_machine.travel(at, tick=False):
            rows = boss.get(SALES, {"refund_overdue": "true"}).json()["results"]
        return [row["id"] for row in rows]

    assert overdue(sale.refund_due_at) == []
    assert overdue(sale.refund_due_at + MINUTE) == [str(sale.pk)]
    happen(lawful.company.rosa, sale, "refunded", amount_minor=900)
    assert overdue(sale.refund_due_at + MINUTE) == []


def test_a_cancellation_taken_back_stops_the_clock(lawful: Town) -> None:
    """Nothing is due any more."""
    sale = sell(lawful, deposit_minor=900)
    wrong = happen(lawful.company.rosa, sale, "cancelled")
    happen(lawful.company.rosa, sale, "corrected", corrects=wrong.pk)
    assert (sale.refund_due_at, sale.cancelled_at, sale.status) == (None, None, "booked")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["MIDNIGHT OF June 13, 2026", "NOTICE OF CANCELLATION", "RECEIPT No. 1"]),
        ("es", ["MEDIANOCHE DEL 13 de junio de 2026", "AVISO DE CANCELACIÓN", "RECIBO N.º 1"]),
        ("de", ["MITTERNACHT DES 13. Juni 2026", "WIDERRUF", "QUITTUNG Nr. 1"]),
    ],
)
def test_a_receipt_in_the_language_of_the_sale(
    lawful: Town, as_member: SignIn, language: str, words: list[str]
) -> None:
    """With both notices and the last day; as text and as a page, and nothing in it is markup."""
    sale = sell(lawful, language=language, buyer_name="Kim <b>&", deposit_minor=900)
    client = as_member(lawful.company.rosa)
    url = f"{SALES}{sale.pk}/receipt/"
    text = client.get(url)
    assert text["Content-Type"] == "text/plain; charset=utf-8"
    for each in [*words, "Kim <b>&", "Sunrise", "Elm Street", "1 x Atlas", "USD"]:
        assert each in text.content.decode()
    page = client.get(url, {"as": "html"})
    assert page["Content-Type"].startswith("text/html")
    assert f'lang="{language}"' in page.content.decode()
    assert "Kim &lt;b&gt;&amp;" in page.content.decode()
    assert "<b>" not in page.content.decode()


def test_money_is_written_as_the_language_writes_it(lawful: Town, as_member: SignIn) -> None:
    """Thousands and hundredths."""
    lines = (line(lawful, unit_price_minor=123_450),)
    client = as_member(lawful.company.rosa)
    for language, shown in (("en", "USD 1,234.50"), ("de", "USD 1.234,50")):
        sale = sell(lawful, lines=lines, language=language)
        assert shown in client.get(f"{SALES}{sale.pk}/receipt/").content.decode()


def test_without_a_right_there_is_no_notice(town: Town, as_member: SignIn) -> None:
    """A receipt promises nothing that is not so."""
    sale = sell(town)
    text = as_member(town.company.rosa).get(f"{SALES}{sale.pk}/receipt/").content.decode()
    assert "CANCEL" not in text
    assert "RECEIPT No. 1" in text


def test_who_gets_a_receipt(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Who sees the sale."""
    url = f"{SALES}{sell(town).pk}/receipt/"
    for member in (town.company.rosa, town.company.max, town.company.ada):
        assert as_member(member).get(url).status_code == 200
    for member in (town.company.rui, town.company.mona, moonlight.olga):
        assert problem(as_member(member).get(url)) == (404, "not_found")
    assert problem(as_member(None).get(url))[0] == 401


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"citation": ""}, 400),
        ({"days": -1}, 400),
        ({"day_kind": "moons"}, 400),
        ({"holidays": "XX"}, 422),
        ({"ends_on": "2026-01-01"}, 422),
        ({"home_from_minor": None}, 422),
    ],
)
def test_bad_rules_are_refused(
    town: Town, as_member: SignIn, wrong: dict[str, Any], status: int
) -> None:
    """And nothing is written."""
    answer = as_member(town.company.ada).post(RULES, rule(**wrong))
    code = "invalid" if status == 400 else "cancellation_rule.invalid"
    assert problem(answer) == (status, code)
    assert not CancellationRule.objects.exists()


def test_who_sets_rules_up(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Admins; everybody of the organisation reads them. A name begins once a day."""
    ada = as_member(town.company.ada)
    made = ada.post(RULES, rule(campaign=town.campaign.pk))
    assert made.status_code == 201
    again = ada.post(RULES, rule(campaign=town.campaign.pk))
    assert problem(again) == (409, "cancellation_rule.name_taken")
    for member in (town.company.max, town.company.rosa):
        assert as_member(member).get(RULES).json()["count"] == 1
        assert problem(as_member(member).post(RULES, rule())) == (403, "not_allowed")
        assert problem(as_member(member).post(f"{RULES}load-defaults/"))[0] == 403
    assert as_member(moonlight.olga).get(RULES).json()["count"] == 0
    stranger = as_member(moonlight.olga).post(RULES, rule(campaign=town.campaign.pk))
    assert problem(stranger) == (404, "not_found")
    assert problem(as_member(None).get(RULES))[0] == 401


def test_a_rule_holds_on_its_days_and_in_its_campaign(lawful: Town, as_member: SignIn) -> None:
    """Sales of before, and what was sold already, keep what they had."""
    before = sell(lawful)
    ada = as_member(lawful.company.ada)
    for more in ({"starts_on": "2026-06-11"}, {"name": "Old", "ends_on": "2026-06-10"}):
        assert ada.post(RULES, rule(buyer_age_from=None, **more)).status_code == 201
    assert sell(lawful).cancel_until == MIDNIGHT
    later = sell(lawful, sold_at=NOW + timedelta(days=1), now=NOW + timedelta(days=1))
    assert later.cancel_until is not None
    assert later.cancel_until > MIDNIGHT + timedelta(days=80)
    assert Sale.objects.get(pk=before.pk).cancel_until == MIDNIGHT


def state(name: str, where: tuple[float, float], town: Town) -> Jurisdiction:
    """A state around a place, with a city of its own that is somewhere and says nothing."""
    ours = {"organisation": town.company.organisation, "time_zone": "America/New_York"}
    around = Jurisdiction.objects.create(**ours, name=name, level="state")
    area = square(*where)
    Jurisdiction.objects.create(**ours, name=f"{name}ville", level="city", parent=around, area=area)
    return around


def test_the_law_of_the_door_s_state_counts_where_it_protects_more(
    lawful: Town, as_member: SignIn
) -> None:
    """Five days there, the federal three elsewhere; a shorter one of a state takes nothing away.

    From Wednesday the 10th: Thursday, Friday, Saturday, Monday, Tuesday.
    """
    boss = as_member(lawful.company.ada)
    here, far = state("Here", (-73.9, 40.7), lawful), state("Far", (10, 50), lawful)
    longer = {"buyer_age_from": None, "days": 5, "day_kind": "business", "holidays": "US"}
    for place, name, days in ((here, "Five", 5), (far, "Nine", 9), (here, "Two", 2)):
        fields = rule(**{**longer, "jurisdiction": place.pk, "name": name, "days": days})
        assert boss.post(RULES, fields).json()["jurisdiction"] == place.pk
    assert sell(lawful).cancel_until == local(17, 0)
    away = lawful.north[1]
    Door.objects.filter(pk=away.pk).update(lon=0.0, lat=0.0)
    assert sell(lawful, door_id=away.pk).cancel_until == MIDNIGHT


def test_a_rule_holds_in_its_jurisdiction_from_its_day_on(lawful: Town, as_member: SignIn) -> None:
    """The day before, the federal rule alone counts."""
    here = state("Here", (-73.9, 40.7), lawful)
    fields = {"jurisdiction": here.pk, "buyer_age_from": None, "starts_on": "2026-06-10"}
    as_member(lawful.company.ada).post(RULES, rule(**fields))
    assert sell(lawful, sold_at=local(9, 23)).cancel_until == local(13, 0)
    assert sell(lawful).cancel_until == datetime(2026, 9, 9, 4, 0, tzinfo=UTC)


def test_both_notices_say_the_jurisdiction_s_day_in_the_sale_s_language(
    lawful: Town, as_member: SignIn
) -> None:
    """On the page and in the form to be sent back: Tuesday, 16 June."""
    here = state("Here", (-73.9, 40.7), lawful)
    five = rule(
        jurisdiction=here.pk, buyer_age_from=None, days=5, day_kind="business", holidays="US"
    )
    as_member(lawful.company.ada).post(RULES, five)
    days = {"en": "June 16, 2026", "es": "16 de junio de 2026", "de": "16. Juni 2026"}
    for language, last_day in days.items():
        sale = sell(lawful, language=language)
        text = as_member(lawful.company.rosa).get(f"{SALES}{sale.pk}/receipt/").content.decode()
        assert text.count(last_day) == 3


@pytest.mark.parametrize(
    ("refund_days", "words"),
    [
        (10, ["TEN BUSINESS DAYS", "ZEHN WERKTAGEN", "de los DIEZ DÍAS HÁBILES siguientes"]),
        (15, ["15 BUSINESS DAYS", "15 WERKTAGEN", "de los 15 DÍAS HÁBILES siguientes"]),
        (1, ["1 BUSINESS DAY", "1 WERKTAG", "del DÍA HÁBIL siguiente"]),
    ],
)
def test_the_notice_says_how_fast_the_money_is_back_by_the_rule_of_the_right(
    lawful: Town, as_member: SignIn, refund_days: int, words: list[str]
) -> None:
    """A state's longer right with a refund of its own; the federal ten days are in words."""
    here = state("Here", (-73.9, 40.7), lawful)
    own = rule(jurisdiction=here.pk, buyer_age_from=None, refund_days=refund_days)
    assert as_member(lawful.company.ada).post(RULES, own).status_code == 201
    within = {"en": "within {} following", "de": "binnen {} zurück", "es": "dentro {} a"}
    for (language, sentence), days in zip(within.items(), words, strict=True):
        sale = sell(lawful, language=language)
        text = as_member(lawful.company.rosa).get(f"{SALES}{sale.pk}/receipt/").content.decode()
        assert sentence.format(days) in text


def test_another_organisation_s_jurisdiction_is_not_found(
    lawful: Town, as_member: SignIn, moonlight: Company
) -> None:
    """As if it did not exist."""
    theirs = Jurisdiction.objects.create(
        organisation=moonlight.organisation, name="Here", level="state", time_zone="Etc/UTC"
    )
    answer = as_member(lawful.company.ada).post(RULES, rule(jurisdiction=theirs.pk))
    assert problem(answer) == (404, "not_found")


def test_selling_takes_as_many_queries_for_many_jurisdictions(
    lawful: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Two more than without their rules: the door and the jurisdictions."""
    for number in range(20):
        place = state(f"State {number}", (-73.9, 40.7), lawful)
        fields = rule(jurisdiction=place.pk, name=f"Rule {number}")
        assert as_member(lawful.company.ada).post(RULES, fields).status_code == 201
    line(lawful)
    with django_assert_max_num_queries(19):
        sell(lawful)
