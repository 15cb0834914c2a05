"""Setting up campaigns and their products, and giving them a cut to work."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts.models import Member
from canvass.cadence import default_cadence
from canvass.contact_rates import are_contact_rates
from canvass.do_not_knock_doors import cover_again
from canvass.errors import (
    CampaignInvalid,
    CampaignNameTaken,
    ProductCodeTaken,
    ProductPriceInvalid,
)
from canvass.models import Campaign, Outcome, Product, is_currency
from canvass.outcomes import add_default_outcomes
from canvass.prospect_state import ProspectState
from canvass.sync.feed import mark_for_all
from canvass.time_zones import validate_time_zone
from canvass.uniqueness import unless_taken
from common.errors import NotFound
from territories.assignments import lock_published
from territories.models import CutRun

YEARS = range(2000, 2100)
MAX_DOOR_S = 7200
MAX_UNTOUCHED_DAYS = 1000
MAX_PAUSE_S = 4 * 3600
MAX_WALK_S = 24 * 3600
MAX_PRICE_MINOR = 10**15

MISSING_PROSPECTS = """
    INSERT INTO canvass_prospect (organisation_id, campaign_id, door_id, temperature, attempts,
        contacts, last_kind, last_visited_at, next_due_at, next_due_until, try_again_at, given_up,
        do_not_knock, customer, referred)
    SELECT organisation_id, campaign_id, door_id, %(temperature)s, %(attempts)s,
        %(contacts)s, %(last_kind)s, %(last_visited_at)s, %(next_due_at)s, %(next_due_until)s,
        %(try_again_at)s, %(given_up)s, %(do_not_knock)s, %(customer)s, %(referred)s
    FROM ({wanted}) AS wanted WHERE true
    ORDER BY door_id, campaign_id  -- two that insert at once do it in one order: no deadlock
    ON CONFLICT (campaign_id, door_id) DO NOTHING
"""
OF_CUT = """
    SELECT organisation_id, %(campaign)s AS campaign_id, door_id
    FROM territories_territorydoor WHERE cut_id = %(cut)s
"""
OF_PAIRS = """
    SELECT campaign.organisation_id, campaign.id AS campaign_id, door.id AS door_id
    FROM {pairs} pair
    JOIN canvass_campaign campaign ON campaign.id = {campaign}
    JOIN territories_door door ON door.id = {door}
    WHERE campaign.organisation_id = %(organisation)s AND door.organisation_id = %(organisation)s
"""
PAIRS = {
    "postgresql": {
        "pairs": "jsonb_array_elements(%(pairs)s::jsonb)",
        "campaign": "(pair.value ->> 0)::bigint",
        "door": "(pair.value ->> 1)::bigint",
    },
    "sqlite": {
        "pairs": "json_each(%(pairs)s)",
        "campaign": "json_extract(pair.value, '$[0]')",
        "door": "json_extract(pair.value, '$[1]')",
    },
}


@dataclass(frozen=True)
class CampaignPlan:
    """What a campaign is set up with: it runs on the days [starts_on, ends_on).

    `shift_starts_at` and `shift_ends_at` are local times, `door_s` the expected seconds at one
    door. A territory without a visit for `untouched_days` is offered back to its manager; None
    means never. `contact_rates` are what each hour is expected to bring, None the trade's; see
    canvass.contact_rates. Shifts have a pause of `pause_s` seconds, which begins within the local
    times [pause_from, pause_to], and at most `most_walk_s` of walking. With
    `after_dark_by_appointment` nobody knocks uninvited in the dark. Raises CampaignInvalid when
    made of nonsense.
    """

    name: str
    starts_on: date
    ends_on: date
    time_zone: str
    currency: str
    shift_starts_at: time
    shift_ends_at: time
    door_s: int
    untouched_days: int | None = None
    contact_rates: dict[str, Sequence[float]] | None = None
    pause_s: int = 0
    pause_from: time | None = None
    pause_to: time | None = None
    most_walk_s: int | None = None
    after_dark_by_appointment: bool = False

    def __post_init__(self) -> None:
        for field, is_right, message in self._rules():
            if not is_right:
                raise CampaignInvalid(message, field=field)

    def _rules(self) -> Iterator[tuple[str, bool, str]]:
        is_name = bool(self.name.strip()) and len(self.name) <= 120
        yield "name", is_name, "A name has 1 to 120 characters."
        for field in ("starts_on", "ends_on"):
            in_range = getattr(self, field).year in YEARS
            yield field, in_range, "A campaign runs in the years 2000 to 2099."
        yield "ends_on", self.ends_on > self.starts_on, "`ends_on` is the first day afterwards."
        is_zone = is_valid(validate_time_zone, self.time_zone)
        yield "time_zone", is_zone, "Use an IANA time zone such as America/Chicago."
        yield "currency", is_valid(is_currency, self.currency), "Use an ISO 4217 code such as USD."
        ends_later = self.shift_ends_at > self.shift_starts_at
        yield "shift_ends_at", ends_later, "Shifts end after they start, on the same day."
        days = self.untouched_days
        patient = days is None or 1 <= days <= MAX_UNTOUCHED_DAYS
        yield "untouched_days", patient, f"`untouched_days` is 1 to {MAX_UNTOUCHED_DAYS} days."
        rates = self.contact_rates
        are_rates = rates is None or are_contact_rates(rates)
        yield "contact_rates", are_rates, "Give 24 rates from 0.001 to 1 for each kind of day."
        yield "pause_s", self._has_pause_or_none(), "A pause begins and ends within shifts."
        legs = self.most_walk_s
        is_walk = legs is None or 0 < legs <= MAX_WALK_S
        yield "most_walk_s", is_walk, f"`most_walk_s` is 1 to {MAX_WALK_S} seconds."
        yield "door_s", 1 <= self.door_s <= MAX_DOOR_S, f"`door_s` is 1 to {MAX_DOOR_S} seconds."

    def _has_pause_or_none(self) -> bool:
        if self.pause_from is None or self.pause_to is None:
            return not self.pause_s and self.pause_from is self.pause_to is None
        seconds = [seconds_of(at) for at in (self.pause_from, self.pause_to)]
        opens, closes = seconds_of(self.shift_starts_at), seconds_of(self.shift_ends_at)
        is_within = opens <= seconds[0] <= seconds[1] <= closes - self.pause_s
        return 0 < self.pause_s <= MAX_PAUSE_S and is_within

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        """The plan that a campaign follows."""
        return cls(**{field.name: getattr(campaign, field.name) for field in fields(cls)})


def seconds_of(at: time) -> int:
    """The seconds from midnight to a local time."""
    return at.hour * 3600 + at.minute * 60 + at.second


def is_valid(validate: Any, value: str) -> bool:
    """Whether a Django validator accepts the value."""
    try:
        validate(value)
    except ValidationError:
        return False
    return True


def create_campaign(*, actor: Member, plan: CampaignPlan, now: datetime) -> Campaign:
    """Set up a campaign in the actor's organisation. Raises CampaignNameTaken.

    An organisation without outcomes gets the default ones: nothing could be recorded otherwise.
    """
    with unless_taken(CampaignNameTaken):
        if not Outcome.objects.filter(organisation=actor.organisation_id).exists():
            add_default_outcomes(organisation=actor.organisation)
        made = Campaign.objects.create(
            organisation_id=actor.organisation_id,
            cadence=default_cadence(),
            created_at=now,
            **asdict(plan),
        )
        mark_for_all(made.organisation_id, "campaign", made.pk)
    return made


def change_campaign(*, actor: Member, campaign: Campaign, changes: Mapping[str, Any]) -> Campaign:
    """Change some fields of a campaign's plan, by name; shifts made before stay as they are.

    Raises CampaignInvalid, CampaignNameTaken and NotFound; then nothing changes.
    """
    with unless_taken(CampaignNameTaken):
        found = lock_campaign(actor, campaign)
        plan = replace(CampaignPlan.of(found), **changes)
        Campaign.objects.filter(pk=found.pk).update(**asdict(plan))
        mark_for_all(found.organisation_id, "campaign", found.pk)
    found.refresh_from_db()
    return found


def lock_campaign(actor: Member, campaign: Campaign) -> Campaign:
    """The row as it is now, held until the transaction ends; NotFound if it is not the actor's."""
    rows = Campaign.objects.for_member(actor).filter(pk=campaign.pk)
    found = rows.select_for_update(no_key=True).first()
    if found is None:
        raise NotFound
    return found


def work_cut(*, actor: Member, campaign: Campaign, cut: CutRun, now: datetime) -> int:
    """Let a campaign work the territories of a published cut; returns how many prospects are new.

    Every door of the cut becomes a prospect, unless it is one already: those keep their history,
    also where the new cut leaves them out. Doing it again changes nothing. Raises CutNotPublished
    and NotFound. One statement for any number of doors: 1,000,000 take some ten seconds.
    """
    with transaction.atomic():
        lock_published(actor, cut.pk)
        found = lock_campaign(actor, campaign)
        if found.cut_id != cut.pk:
            found.cut, found.cut_at = cut, now
            found.save(update_fields=["cut", "cut_at"])
        added = add_missing_prospects(campaign_id=found.pk, cut_id=cut.pk)
        cover_again(found.organisation_id, now)
    campaign.cut, campaign.cut_at = cut, found.cut_at
    return added


def add_missing_prospects(*, campaign_id: int, cut_id: int) -> int:
    """Make every door of the cut a prospect of the campaign; returns how many were not yet."""
    return insert_missing(OF_CUT, campaign=campaign_id, cut=cut_id)


def add_prospects(*, organisation_id: int, keys: Collection[tuple[int, int]]) -> int:
    """Make prospects of (campaign, door) as far as both are the organisation's; returns how many.

    Whoever makes the same meanwhile is waited for. One statement.
    """
    pairs = json.dumps(sorted(keys))
    wanted = OF_PAIRS.format(**PAIRS[connection.vendor])
    return insert_missing(wanted, organisation=organisation_id, pairs=pairs)


def insert_missing(wanted: str, **values: Any) -> int:
    """Make prospects of the rows of a query that are none yet; returns how many were not."""
    with connection.cursor() as cursor:
        cursor.execute(
            MISSING_PROSPECTS.format(wanted=wanted), {**values, **asdict(ProspectState())}
        )
        return int(cursor.rowcount)


def add_product(
    *, actor: Member, campaign: Campaign, code: str, name: str, price_minor: int
) -> Product:
    """Let a campaign sell something. Raises ProductCodeTaken, ProductPriceInvalid and NotFound."""
    refuse_bad_price(price_minor)
    with unless_taken(ProductCodeTaken):
        found = lock_campaign(actor, campaign)
        made = Product.objects.create(
            organisation_id=found.organisation_id,
            campaign=found,
            code=code,
            name=name,
            price_minor=price_minor,
        )
        mark_for_all(made.organisation_id, "product", made.pk)
    return made


@dataclass(frozen=True)
class ProductChanges:
    """What to change about a product; None leaves a field as it is. Not active means retired."""

    name: str | None = None
    price_minor: int | None = None
    is_active: bool | None = None


def change_product(*, actor: Member, product: Product, changes: ProductChanges) -> Product:
    """Change, retire or bring back a product. Raises ProductPriceInvalid and NotFound."""
    if changes.price_minor is not None:
        refuse_bad_price(changes.price_minor)
    given = {name: value for name, value in asdict(changes).items() if value is not None}
    rows = Product.objects.for_member(actor).filter(pk=product.pk)
    with transaction.atomic():
        if not rows.update(**given) if given else not rows.exists():
            raise NotFound
        mark_for_all(actor.organisation_id, "product", product.pk)
    product.refresh_from_db()
    return product


def refuse_bad_price(price_minor: int) -> None:
    """Raise unless the price is zero or more, and no larger than the database takes."""
    if not 0 <= price_minor <= MAX_PRICE_MINOR:
        raise ProductPriceInvalid
