"""Setting up campaigns and products, and taking up a cut."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from canvass.campaigns import (
    MAX_PRICE_MINOR,
    CampaignPlan,
    ProductChanges,
    add_product,
    change_campaign,
    change_product,
    create_campaign,
    work_cut,
)
from canvass.errors import (
    CampaignInvalid,
    CampaignNameTaken,
    ProductCodeTaken,
    ProductPriceInvalid,
)
from canvass.models import Campaign, Outcome, OutcomeKind, Product, Prospect
from common.errors import NotFound
from territories.errors import CutNotPublished
from territories.models import CutRun, CutStatus
from tests.canvass import world
from tests.canvass.world import NOW, PLAN, Town
from tests.cast import Company


def sell(town: Town, code: str = "atlas", price_minor: int = 4900) -> Product:
    return add_product(
        actor=town.company.ada,
        campaign=town.campaign,
        code=code,
        name="Atlas",
        price_minor=price_minor,
    )


def test_a_campaign_is_as_planned(sunrise: Company) -> None:
    """Every field of the plan is stored, in the actor's organisation, without a cut."""
    made = create_campaign(actor=sunrise.max, plan=PLAN, now=NOW)
    made.refresh_from_db()
    assert CampaignPlan.of(made) == PLAN
    assert (made.organisation, made.created_at) == (sunrise.organisation, NOW)
    assert (made.cut, made.cut_at) == (None, None)


def test_names_are_taken_within_an_organisation(sunrise: Company, moonlight: Company) -> None:
    """Sunrise has one Summer; Moonlight may have one as well."""
    create_campaign(actor=sunrise.ada, plan=PLAN, now=NOW)
    with pytest.raises(CampaignNameTaken):
        create_campaign(actor=sunrise.max, plan=PLAN, now=NOW)
    create_campaign(actor=moonlight.olga, plan=PLAN, now=NOW)
    assert Campaign.objects.count() == 2


def test_the_first_campaign_brings_the_default_outcomes(sunrise: Company) -> None:
    """So that visits can be recorded; a company with a list of its own keeps just that."""
    create_campaign(actor=sunrise.max, plan=PLAN, now=NOW)
    own = Outcome.objects.filter(organisation=sunrise.organisation)
    assert own.count() == len(OutcomeKind)
    own.exclude(kind=OutcomeKind.SALE).delete()
    create_campaign(actor=sunrise.max, plan=replace(PLAN, name="Autumn"), now=NOW)
    assert own.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "n" * 121),
        ("name", "n" + " " * 120),
        ("starts_on", date(1999, 12, 31)),
        ("ends_on", date(2026, 6, 1)),
        ("ends_on", date(2026, 5, 1)),
        ("time_zone", "Yonkers"),
        ("time_zone", "UTC+3"),
        ("time_zone", ""),
        ("currency", "usd"),
        ("currency", "USD\n"),
        ("currency", "EURO"),
        ("shift_ends_at", time(16, 0)),
        ("shift_ends_at", time(8, 0)),
        ("door_s", 0),
        ("door_s", 7201),
    ],
)
def test_nonsense_is_refused_by_name(field: str, value: Any) -> None:
    """No plan can be made of it, and the error says which field is wrong."""
    with pytest.raises(CampaignInvalid) as caught:
        replace(PLAN, **{field: value})
    assert caught.value.details == {"field": field}


def test_a_campaign_ends_within_the_century() -> None:
    """The range holds for the last day too, and the first day that is out is named."""
    with pytest.raises(CampaignInvalid) as caught:
        replace(PLAN, ends_on=date(2100, 1, 1))
    assert caught.value.details == {"field": "ends_on"}


def test_a_campaign_may_last_a_day() -> None:
    """Days are half-open: the first day after is the next."""
    plan = replace(PLAN, ends_on=PLAN.starts_on + timedelta(days=1))
    assert plan.ends_on == date(2026, 6, 2)


def test_the_database_refuses_what_contradicts_itself(sunrise: Company) -> None:
    """Dates and hours are constraints, whoever writes the row."""
    for changes in ({"ends_on": "2026-06-01"}, {"shift_ends_at": "16:00"}):
        campaign = world.make_campaign(sunrise, name=str(changes))
        with pytest.raises(IntegrityError), transaction.atomic():
            Campaign.objects.filter(pk=campaign.pk).update(**changes)


def test_a_change_leaves_the_rest(town: Town) -> None:
    """Only what is named changes."""
    changes = {"name": "Autumn", "door_s": 60}
    changed = change_campaign(actor=town.company.max, campaign=town.campaign, changes=changes)
    assert CampaignPlan.of(changed) == replace(PLAN, name="Autumn", door_s=60)
    assert CampaignPlan.of(Campaign.objects.get()) == CampaignPlan.of(changed)
    assert changed.cut == town.cut


def test_changes_are_checked_against_what_stays(town: Town) -> None:
    """An end before the start that stands is refused, and nothing changes."""
    wrong = {"name": "Autumn", "ends_on": PLAN.starts_on}
    with pytest.raises(CampaignInvalid):
        change_campaign(actor=town.company.max, campaign=town.campaign, changes=wrong)
    assert Campaign.objects.get().name == PLAN.name


def test_a_change_takes_no_name_from_another(town: Town) -> None:
    """A campaign may keep its own name, not take another's."""
    other = world.make_campaign(town.company, name="Winter")
    with pytest.raises(CampaignNameTaken):
        change_campaign(actor=town.company.max, campaign=other, changes={"name": PLAN.name})
    change_campaign(actor=town.company.max, campaign=other, changes={"name": "Winter"})


def test_another_organisation_changes_nothing(town: Town, moonlight: Company) -> None:
    """For Olga there is no such campaign, product or cut."""
    product, olga = sell(town), moonlight.olga
    with pytest.raises(NotFound):
        change_campaign(actor=olga, campaign=town.campaign, changes={"name": "Theirs"})
    with pytest.raises(NotFound):
        work_cut(actor=olga, campaign=town.campaign, cut=town.cut, now=NOW)
    with pytest.raises(NotFound):
        add_product(actor=olga, campaign=town.campaign, code="x", name="X", price_minor=1)
    for changes in (ProductChanges(name="Theirs"), ProductChanges()):
        with pytest.raises(NotFound):
            change_product(actor=olga, product=product, changes=changes)
    product.refresh_from_db()
    assert (Campaign.objects.get().name, product.name) == (PLAN.name, "Atlas")


def test_a_cut_of_others_is_not_worked(town: Town, moonlight: Company) -> None:
    """The cut must be the organisation's as well as the campaign."""
    theirs = world.published_cut(moonlight)
    with pytest.raises(NotFound):
        work_cut(actor=town.company.ada, campaign=town.campaign, cut=theirs, now=NOW)
    assert Campaign.objects.get().cut == town.cut


def fresh_cut(town: Town) -> CutRun:
    """A second cut: the doors of the north again, and two that are new."""
    cut = world.published_cut(town.company)
    world.place(cut, 1, town.north)
    world.place(cut, 2, 2)
    return cut


def test_the_doors_of_a_cut_become_prospects(town: Town) -> None:
    """The two new doors are added as never visited; the campaign works the new cut from now on."""
    cut = fresh_cut(town)
    added = work_cut(actor=town.company.max, campaign=town.campaign, cut=cut, now=NOW)
    assert added == 2
    assert (town.campaign.cut, town.campaign.cut_at) == (cut, NOW)
    assert Prospect.objects.count() == 8
    new = Prospect.objects.order_by("pk").last()
    assert new is not None
    assert (new.organisation, new.campaign) == (town.company.organisation, town.campaign)
    assert (new.temperature, new.attempts, new.contacts, new.last_kind) == ("cold", 0, 0, "")
    assert (new.last_visited_at, new.next_due_at) == (None, None)
    assert (new.do_not_knock, new.customer) == (False, False)


def test_prospects_keep_their_history(town: Town) -> None:
    """In the new cut or left out by it, what the visits added up to stays."""
    world.record(town.company.rosa, town.visit(town.north[0], "sale"))
    world.record(town.company.sam, town.visit(town.south[0], "demo"))
    work_cut(actor=town.company.max, campaign=town.campaign, cut=fresh_cut(town), now=NOW)
    assert town.prospect(town.north[0]).customer
    assert town.prospect(town.south[0]).temperature == "warm"


def test_working_a_cut_again_changes_nothing(town: Town) -> None:
    """Not even the time at which it was taken up; doors that became prospects stay as they are."""
    cut = fresh_cut(town)
    for later, expected in ((0, 2), (1, 0)):
        now = NOW + timedelta(hours=later)
        added = work_cut(actor=town.company.max, campaign=town.campaign, cut=cut, now=now)
        assert (added, town.campaign.cut_at) == (expected, NOW)


@pytest.mark.parametrize("status", [CutStatus.PROPOSED, CutStatus.SUPERSEDED])
def test_only_a_published_cut_is_worked(town: Town, status: str) -> None:
    """Neither a proposal nor what was superseded; the campaign keeps its cut."""
    cut = world.published_cut(town.company, status)
    with pytest.raises(CutNotPublished):
        work_cut(actor=town.company.max, campaign=town.campaign, cut=cut, now=NOW)
    assert Campaign.objects.get().cut == town.cut


def test_working_a_cut_takes_as_many_queries_for_any_number_of_doors(
    town: Town, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Forty doors more cost no query more."""
    small, large = fresh_cut(town), fresh_cut(town)
    world.place(large, 3, 40)
    for cut in (small, large):
        with django_assert_num_queries(7):
            work_cut(actor=town.company.max, campaign=town.campaign, cut=cut, now=NOW)


def test_a_product_is_sold_by_one_campaign(town: Town) -> None:
    """Its organisation is the campaign's; its code is unique there and free elsewhere."""
    product = sell(town)
    assert (product.organisation, product.is_active) == (town.company.organisation, True)
    with pytest.raises(ProductCodeTaken):
        sell(town)
    winter = replace(town, campaign=world.make_campaign(town.company, name="Winter"))
    assert sell(winter).campaign == winter.campaign


@pytest.mark.parametrize("price_minor", [-1, MAX_PRICE_MINOR + 1, 10**30])
def test_a_price_is_not_negative_and_fits(town: Town, price_minor: int) -> None:
    """Neither when a product is added nor when it changes."""
    with pytest.raises(ProductPriceInvalid):
        sell(town, price_minor=price_minor)
    product = sell(town, price_minor=0)
    with pytest.raises(ProductPriceInvalid):
        change_product(
            actor=town.company.max, product=product, changes=ProductChanges(price_minor=price_minor)
        )
    assert Product.objects.get().price_minor == 0


def test_the_database_refuses_a_negative_price(town: Town) -> None:
    """Money is not negative, whoever writes the row."""
    product = sell(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(price_minor=-1)


def test_a_product_is_repriced_and_retired(town: Town) -> None:
    """What is not named stays; zero and false are changes like others."""
    product = sell(town)
    for changes, expected in (
        (ProductChanges(), ("Atlas", 4900, True)),
        (ProductChanges(price_minor=0), ("Atlas", 0, True)),
        (ProductChanges(is_active=False), ("Atlas", 0, False)),
        (ProductChanges(name="World atlas", is_active=True), ("World atlas", 0, True)),
    ):
        changed = change_product(actor=town.company.max, product=product, changes=changes)
        assert (changed.name, changed.price_minor, changed.is_active) == expected
