"""Reads: every list in one explicit, unique order, and the funnel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import TruncDate

from accounts.models import Member
from canvass.models import (
    CONTACT_KINDS,
    DEMO_KINDS,
    SALE_KINDS,
    Campaign,
    CampaignQuerySet,
    ContactReview,
    ContactReviewQuerySet,
    DoNotCallEntry,
    DoNotCallRun,
    DoNotKnockEntry,
    DoNotKnockEntryQuerySet,
    DoNotKnockRun,
    EverybodyReads,
    FoundDoor,
    FoundDoorQuerySet,
    Goal,
    GoalQuerySet,
    Jurisdiction,
    ListEntryQuerySet,
    Ordinance,
    Outcome,
    OutcomeQuerySet,
    Permit,
    PermitQuerySet,
    Product,
    ProductQuerySet,
    Prospect,
    ProspectQuerySet,
    RebuildRun,
    RebuildRunQuerySet,
    Referral,
    ReferralQuerySet,
    Script,
    ScriptQuerySet,
    Shift,
    ShiftQuerySet,
    Visit,
    VisitFlag,
    VisitFlagQuerySet,
    VisitQuerySet,
)
from canvass.prices import with_prices
from common.clock import day_bounds
from common.runs import RunQuerySet
from common.snapshots import snapshot

By = Literal["rep", "territory", "neighborhood", "day", "outcome", "referred"]
NOWHERE = {"territory": "No territory", "neighborhood": "No neighborhood"}


def campaigns() -> CampaignQuerySet:
    """Campaigns, the newest first."""
    return Campaign.objects.order_by("-starts_on", "-pk")


def products() -> ProductQuerySet:
    """Products, campaign by campaign."""
    return Product.objects.order_by("campaign_id", "code").prefetch_related(with_prices())


def outcomes() -> OutcomeQuerySet:
    """Outcomes in their order on the phone."""
    return Outcome.objects.order_by("position", "pk")


def prospects() -> ProspectQuerySet:
    """Prospects with their doors, addresses and warnings."""
    return Prospect.objects.select_related("door__building", "door__warning").order_by("pk")


def scripts() -> ScriptQuerySet:
    """Scripts, campaign by campaign, the current version first."""
    return Script.objects.order_by("campaign_id", "-version")


def visit_flags() -> VisitFlagQuerySet:
    """Flags with their visits, the latest first."""
    return VisitFlag.objects.select_related("visit").order_by("-raised_at", "-pk")


def rebuilds() -> RebuildRunQuerySet:
    """Rebuilds, the newest first."""
    return RebuildRun.objects.order_by("-pk")


def goals() -> GoalQuerySet:
    """Goals, the latest first."""
    return Goal.objects.order_by("-starts_on", "-pk")


def do_not_knock_entries() -> DoNotKnockEntryQuerySet:
    """Do-not-knock entries with their renewals, the newest first."""
    return DoNotKnockEntry.objects.select_related("renewed_by").order_by("-pk")


def do_not_knock_runs() -> RunQuerySet[DoNotKnockRun]:
    """Imports of registries, the newest first."""
    rows: RunQuerySet[DoNotKnockRun] = DoNotKnockRun.objects.order_by("-pk")
    return rows


def do_not_call_entries() -> ListEntryQuerySet[DoNotCallEntry]:
    """Do-not-call entries, the newest first."""
    return DoNotCallEntry.objects.order_by("-pk")


def do_not_call_runs() -> RunQuerySet[DoNotCallRun]:
    """Imports of numbers, the newest first."""
    rows: RunQuerySet[DoNotCallRun] = DoNotCallRun.objects.order_by("-pk")
    return rows


def jurisdictions() -> EverybodyReads[Jurisdiction]:
    """Jurisdictions by name."""
    return Jurisdiction.objects.order_by("name", "pk")


def ordinances() -> EverybodyReads[Ordinance]:
    """Ordinances, the newest of each jurisdiction first."""
    return Ordinance.objects.order_by("jurisdiction_id", "-starts_on", "-pk")


def permits() -> PermitQuerySet:
    """Permits, those that end first."""
    return Permit.objects.order_by("ends_on", "pk")


def contact_reviews() -> ContactReviewQuerySet:
    """Reviews of contact details, the oldest first."""
    return ContactReview.objects.select_related("contact").order_by("pk")


def found_doors() -> FoundDoorQuerySet:
    """Doors found in the field, the latest first."""
    rows = FoundDoor.objects.select_related("door__building")
    return rows.order_by("-received_at", "-pk")


def referrals() -> ReferralQuerySet:
    """Referrals, the latest first."""
    return Referral.objects.select_related("withdrawal").order_by("-said_at", "-pk")


def shifts() -> ShiftQuerySet:
    """Shifts with their members, the newest first."""
    return Shift.objects.select_related("member__user").order_by("-day", "-pk")


def visits() -> VisitQuerySet:
    """Visits with their outcomes, the latest first."""
    return Visit.objects.select_related("outcome", "script").order_by("-occurred_at", "-pk")


@dataclass(frozen=True)
class FunnelRow:
    """The figures of one group of visits, from knocks to sales.

    `key` is the member's, territory's or neighborhood's id, the day, the outcome's code, or whether
    a neighbour had referred the door before; None for the total, for doors outside every territory
    of the campaign's present cut, and for those outside all neighborhoods.

    - `visits`: the standing visits; a corrected one counts once, as its correction says.
    - `doors`: the distinct doors of these visits. A door may be in several rows, so that doors add
      up to the total by territory and neighborhood only.
    - `contacts` ⊇ `demos` ⊇ `sales`: the visits at which somebody answered, at which something was
      shown (a sale includes that), and at which something was sold.
    """

    key: int | str | date | None
    label: str
    visits: int
    doors: int
    contacts: int
    demos: int
    sales: int

    @property
    def contact_rate(self) -> float | None:
        """Contacts per visit."""
        return ratio(self.contacts, self.visits)

    @property
    def demo_rate(self) -> float | None:
        """Demos per contact."""
        return ratio(self.demos, self.contacts)

    @property
    def close_rate(self) -> float | None:
        """Sales per demo."""
        return ratio(self.sales, self.demos)

    @property
    def sale_rate(self) -> float | None:
        """Sales per visit."""
        return ratio(self.sales, self.visits)


def ratio(part: int, whole: int) -> float | None:
    """A part of a whole between 0 and 1, or None where there is no whole."""
    return part / whole if whole else None


FIGURES = {
    "visits": Count("pk"),
    "doors": Count("door", distinct=True),
    "contacts": Count("pk", filter=Q(outcome__kind__in=CONTACT_KINDS)),
    "demos": Count("pk", filter=Q(outcome__kind__in=DEMO_KINDS)),
    "sales": Count("pk", filter=Q(outcome__kind__in=SALE_KINDS)),
}


def funnel(
    *,
    member: Member,
    campaign: Campaign,
    by: By | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
) -> list[FunnelRow]:
    """The funnel of a campaign's visits on the local days [from_day, to_day), grouped.

    Only the visits that `member` may see count. Each is in exactly one row of every grouping, so
    that visits, contacts, demos and sales add up to the same total (`by=None`, one row) whichever
    way they are cut. Rows come by name, number, date or the outcomes' order. One query.
    """
    rows = standing_visits(member, campaign, from_day, to_day)
    if by is None:
        return [FunnelRow(key=None, label="Total", **rows.aggregate(**FIGURES))]
    keys, order = grouping(by, campaign)
    if by == "referred":
        rows = rows.annotate(referral=told_before())
    if by == "territory":
        here = Q(door__placements__cut=campaign.cut_id)
        rows = rows.annotate(placement=FilteredRelation("door__placements", condition=here))
    found = rows.values(**keys).annotate(**FIGURES).order_by(*order)
    return [funnel_row({**row}, NOWHERE.get(by, "")) for row in found]


def standing_visits(
    member: Member, campaign: Campaign, from_day: date | None, to_day: date | None
) -> VisitQuerySet:
    """The visits that count and no correction supersedes, of the local days [from_day, to_day)."""
    rows = Visit.objects.for_member(member).filter(campaign=campaign, counts=True).standing()
    if from_day:
        rows = rows.filter(occurred_at__gte=day_bounds(from_day, campaign.time_zone)[0])
    if to_day:
        rows = rows.filter(occurred_at__lt=day_bounds(to_day, campaign.time_zone)[0])
    return rows


def told_before() -> Case:
    """Whether a neighbour had said something of a visit's door before the visit."""
    said = Referral.objects.standing().filter(
        campaign=OuterRef("campaign"), door=OuterRef("door"), said_at__lte=OuterRef("occurred_at")
    )
    return Case(When(Exists(said), then=Value("referred")), default=Value("not referred"))


def grouping(by: By, campaign: Campaign) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """What a grouping selects (its key, and its label where that is not the key), and its order."""
    if by == "day":
        return {"key": TruncDate("occurred_at", tzinfo=ZoneInfo(campaign.time_zone))}, ("key",)
    if by == "outcome":
        selected = {"key": F("outcome__code"), "label": F("outcome__label")}
        return selected, (F("outcome__position"), "key")
    if by == "referred":
        return {"key": F("referral")}, ("-key",)
    if by == "rep":
        return {"key": F("member"), "label": F("member__user__name")}, ("label", "key")
    if by == "neighborhood":
        selected = {"key": F("door__neighborhood"), "label": F("door__neighborhood__name")}
        return selected, (F("label").asc(nulls_last=True), "key")
    territory = {"key": F("placement__territory"), "label": F("placement__territory__name")}
    return territory, (F("placement__territory__number").asc(nulls_last=True), "key")


def funnel_row(row: dict[str, Any], nowhere: str) -> FunnelRow:
    """The row of a group; `nowhere` is the label of none, a day is its own label."""
    label = row.get("label", row["key"])
    figures = {name: row[name] for name in FIGURES}
    return FunnelRow(key=row["key"], label=nowhere if label is None else str(label), **figures)


@dataclass(frozen=True)
class FunnelReport:
    """A funnel's groups, and the total, in which each door counts once."""

    rows: list[FunnelRow]
    total: FunnelRow


@snapshot()
def funnel_report(
    *,
    member: Member,
    campaign: Campaign,
    by: By | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
) -> FunnelReport:
    """The rows of `funnel` with their total, which is the same for every grouping. Two queries."""
    whole = funnel(member=member, campaign=campaign, from_day=from_day, to_day=to_day)
    if by is None:
        return FunnelReport(rows=[], total=whole[0])
    rows = funnel(member=member, campaign=campaign, by=by, from_day=from_day, to_day=to_day)
    return FunnelReport(rows=rows, total=whole[0])
