"""/api/v1/commission-rules/ and /api/v1/commissions/statement/."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry
from canvass.models import CommissionRule, Sale
from tests.calls import SIGNED_IN, SignIn, problem
from tests.canvass import world
from tests.canvass.selling import happen, line, product, sell
from tests.canvass.world import NOW, Town
from tests.cast import Company

RULES = "/api/v1/commission-rules/"
STATEMENT = "/api/v1/commissions/statement/"


def body(town: Town, **fields: Any) -> dict[str, Any]:
    """Ten per cent for everybody, twenty from the third piece on."""
    return {
        "campaign": town.campaign.pk,
        "unit": "basis_points",
        "tier_by": "units",
        "tiers": [{"from": 0, "rate": 1000}, {"from": 2, "rate": 2000}],
        "starts_on": "2026-06-01",
        **fields,
    }


def test_a_rule_is_set_up_and_ended(town: Town, as_member: SignIn) -> None:
    """By an admin; it is told in the trail, ended once, and not changed otherwise."""
    client = as_member(town.company.ada)
    made = client.post(RULES, body(town))
    assert made.status_code == 201
    rule = made.json()
    assert {name: rule[name] for name in body(town)} == body(town)
    url = f"{RULES}{rule['id']}/"
    assert client.get(url).json() == rule
    assert problem(client.post(f"{url}end/", {"ends_on": "2026-06-09"}))[1] == (
        "commission_rule.ended"
    )
    ended = client.post(f"{url}end/", {"ends_on": "2026-07-01"})
    assert (ended.status_code, ended.json()["ends_on"]) == (200, "2026-07-01")
    assert client.post(f"{url}end/", {"ends_on": "2026-07-01"}).status_code == 200
    again = client.post(f"{url}end/", {"ends_on": "2026-08-01"})
    assert problem(again) == (409, "commission_rule.ended")
    for answer in (client.patch(url, {}), client.delete(url)):
        assert problem(answer)[0] == 405
    told = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(told)[:2] == ["commission_rule.created", "commission_rule.ended"]


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"tiers": []}, 422, "tiers"),
        ({"tiers": [{"from": 1, "rate": 1}]}, 422, "tiers"),
        ({"tiers": [{"from": 0, "rate": 10_001}]}, 422, "tiers"),
        ({"tiers": [{"from": 0, "rate": -1}]}, 422, "tiers"),
        ({"tiers": [{"from": 0, "rate": 1}, {"from": 0, "rate": 2}]}, 422, "tiers"),
        ({"tier_by": ""}, 422, "tier_by"),
        ({"unit": "per_unit", "tier_by": "amount"}, 422, "tier_by"),
        ({"ends_on": "2026-06-01"}, 422, "ends_on"),
        ({"tiers": [{"from": 0}]}, 400, None),
        ({"unit": "shells"}, 400, None),
        ({"starts_on": "soon"}, 400, None),
    ],
)
def test_bad_rules_are_refused(
    town: Town, as_member: SignIn, wrong: dict[str, Any], status: int, field: str | None
) -> None:
    """With the field; nothing is written."""
    answer = as_member(town.company.ada).post(RULES, body(town, **wrong))
    code = "invalid" if status == 400 else "commission_rule.invalid"
    assert problem(answer) == (status, code)
    assert field is None or answer.json()["field"] == field
    assert not CommissionRule.objects.exists()


def test_an_override_is_somebodys(town: Town, as_member: SignIn) -> None:
    """A team without a member is refused; so is another campaign's product."""
    client = as_member(town.company.ada)
    north = town.company.teams["North"].pk
    answer = client.post(RULES, body(town, team=north))
    assert (problem(answer)[1], answer.json()["field"]) == ("commission_rule.invalid", "member")
    winter = world.make_campaign(town.company, name="Winter")
    other = body(town, campaign=winter.pk, product=product(town).pk)
    assert client.post(RULES, other).json()["field"] == "product"


def test_who_sees_and_who_sets_up(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Admins write; managers see all; reps what they may earn by; others nothing."""
    ada = as_member(town.company.ada)
    north, boss = town.company.teams["North"].pk, town.company.max.pk
    for more in ({}, {"member": town.company.rosa.pk}, {"member": boss, "team": north}):
        assert ada.post(RULES, body(town, **more)).status_code == 201
    seen = {
        name: as_member(getattr(town.company, name)).get(RULES).json()["count"]
        for name in ("ada", "max", "rosa", "rui")
    }
    assert seen == {"ada": 3, "max": 3, "rosa": 2, "rui": 1}
    assert as_member(moonlight.olga).get(RULES).json()["count"] == 0
    for member in (town.company.max, town.company.rosa):
        assert problem(as_member(member).post(RULES, body(town))) == (403, "not_allowed")
    assert problem(as_member(moonlight.olga).post(RULES, body(town))) == (404, "not_found")
    rule = CommissionRule.objects.first()
    assert rule is not None
    end = f"{RULES}{rule.pk}/end/"
    ends = {"ends_on": "2026-07-01"}
    assert problem(as_member(moonlight.olga).post(end, ends)) == (404, "not_found")
    assert problem(as_member(town.company.rosa).post(end, ends)) == (403, "not_allowed")
    assert problem(as_member(None).get(RULES))[0] == 401


def statement(client: Any, town: Town, **more: Any) -> Any:
    answer = client.get(STATEMENT, {"campaign": town.campaign.pk, **more})
    assert answer.status_code == 200
    return answer.json()


def test_a_statement_by_hand(town: Town, as_member: SignIn) -> None:
    """Three atlases at 49.00 less discount: 4.90 + 4.90 + 9.00, of which one is cancelled."""
    as_member(town.company.ada).post(RULES, body(town))
    rosa = town.company.rosa
    yesterday = NOW - timedelta(days=1)
    first = sell(town, sold_at=yesterday)
    sell(town, sold_at=yesterday + timedelta(hours=1))
    lines = (line(town, discount_minor=400, tax_minor=333),)
    third = sell(town, lines=lines)
    Sale.objects.filter(pk=third.pk).update(cancel_until=NOW + timedelta(days=3))
    client = as_member(rosa)
    told = statement(client, town)
    assert [entry["amount_minor"] for entry in told["entries"]] == [490, 490, 900]
    assert (told["total_minor"], told["pending_minor"], told["payable_minor"]) == (1880, 900, 980)
    assert (told["member"], told["currency"]) == (rosa.pk, "USD")
    happen(town.company.max, first, "cancelled", goodwill=True)
    told = statement(client, town)
    assert (told["total_minor"], told["pending_minor"], told["payable_minor"]) == (1390, 900, 490)
    assert told["entries"][-1]["kind"] == "clawback"
    today = statement(client, town, from_day="2026-06-10")
    assert [entry["amount_minor"] for entry in today["entries"]] == [900, -490]
    assert statement(client, town, to_day="2026-06-10")["total_minor"] == 980


def test_a_managers_statement_has_the_override(town: Town, as_member: SignIn) -> None:
    """One per cent of what Rosa sold, and nothing of Sam's in the south."""
    more = {"member": town.company.max.pk, "team": town.company.teams["North"].pk}
    one = [{"from": 0, "rate": 100}]
    as_member(town.company.ada).post(RULES, body(town, tiers=one, **more))
    sell(town)
    sell(town, town.company.sam, door_id=town.south[0].pk)
    told = statement(as_member(town.company.max), town)
    assert [entry["amount_minor"] for entry in told["entries"]] == [49]
    assert statement(as_member(town.company.rosa), town)["entries"] == []


def test_who_reads_whose_statement(town: Town, moonlight: Company, as_member: SignIn) -> None:
    """Oneself, the managers above, the admin; nobody else."""
    hers = {"campaign": town.campaign.pk, "member": town.company.rosa.pk}
    for member in (town.company.rosa, town.company.max, town.company.ada):
        assert as_member(member).get(STATEMENT, hers).status_code == 200
    for member in (town.company.rui, town.company.mona, moonlight.olga):
        assert problem(as_member(member).get(STATEMENT, hers)) == (404, "not_found")
    assert problem(as_member(None).get(STATEMENT, hers))[0] == 401
    assert problem(as_member(town.company.rosa).get(STATEMENT)) == (400, "invalid")


def test_a_statement_takes_a_bounded_number_of_queries(
    town: Town, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Whatever the number of sales and rules."""
    for _ in range(3):
        as_member(town.company.ada).post(RULES, body(town))
    for _ in range(6):
        sell(town)
    client = as_member(town.company.rosa)
    with django_assert_max_num_queries(SIGNED_IN + 3):
        assert len(statement(client, town)["entries"]) == 6
