"""A season in one place: what was visited, worked, sold and earned, by rep and by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from accounts.models import Member
from canvass.commission import Entry
from canvass.commissions import entries_of
from canvass.models import Campaign, Sale, SaleLine, SaleQuerySet
from canvass.models.shift_events import ShiftEvent
from canvass.selectors import FunnelRow, funnel
from canvass.shift_work import WorkFacts, shift_work
from common.clock import day_bounds
from common.snapshots import snapshot

Key = int | str | date | None
IS_CANCELLED = Q(cancelled_at__isnull=False)
SUMS = {
    "sales": Count("pk"),
    "cancelled": Count("pk", filter=IS_CANCELLED),
    "booked_minor": Sum(F("total_minor") - F("trade_in_minor"), default=0),
    "cancelled_minor": Sum(F("total_minor") - F("trade_in_minor"), filter=IS_CANCELLED, default=0),
    "paid_minor": Sum("paid_minor", default=0),
    "owed_minor": Sum("owed_minor", default=0),
    "refunded_minor": Sum("refunded_minor", default=0),
    "to_refund_minor": Sum("to_refund_minor", default=0),
    "trade_in_minor": Sum("trade_in_minor", default=0),
}


@dataclass(frozen=True)
class Ledger:
    """What sales add up to, as they stand now. Money is what buyers pay, without trade-ins.

    booked - cancelled = paid - refunded - to refund + owed.
    """

    sales: int = 0
    cancelled: int = 0
    booked_minor: int = 0
    cancelled_minor: int = 0
    paid_minor: int = 0
    owed_minor: int = 0
    refunded_minor: int = 0
    to_refund_minor: int = 0
    trade_in_minor: int = 0

    @property
    def standing_minor(self) -> int:
        """What was booked and not cancelled."""
        return self.booked_minor - self.cancelled_minor

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True)
class SeasonRow:
    """A rep, a day, or all of them: the funnel, seconds worked without pauses, sales, commission.

    Commission counts on the day of the sale, taken back on that of the cancellation; `pending` is
    what of it buyers can still undo.
    """

    funnel: FunnelRow
    worked_s: int
    ledger: Ledger
    commission_minor: int
    pending_minor: int

    @property
    def visits_per_hour(self) -> float | None:
        """The pace, or None where nothing was worked."""
        return self.funnel.visits * 3600 / self.worked_s if self.worked_s else None


@dataclass(frozen=True)
class ProductRow:
    """How much of a product was sold, taxes included, and how much of that was cancelled."""

    product: int
    code: str
    name: str
    sold: int
    sold_minor: int
    cancelled_quantity: int
    cancelled_minor: int


@dataclass(frozen=True)
class SeasonReport:
    """Everything that adds up to `total`; outcomes and neighborhoods are visits only."""

    campaign: Campaign
    total: SeasonRow
    reps: list[SeasonRow]
    days: list[SeasonRow]
    outcomes: list[FunnelRow]
    neighborhoods: list[FunnelRow]
    products: list[ProductRow]


@dataclass(frozen=True)
class Span:
    """What is reported: a campaign on the local days [from_day, to_day), as `member` may see it."""

    member: Member
    campaign: Campaign
    from_day: date | None = None
    to_day: date | None = None

    def holds(self, day: date) -> bool:
        """Whether a day is reported."""
        begun = self.from_day is None or self.from_day <= day
        return begun and (self.to_day is None or day < self.to_day)


@dataclass(frozen=True)
class Sources:
    """What of the days reported is computed and not counted by the database; names by member."""

    worked: list[tuple[int, date, int]]  # member, day, seconds
    entries: list[Entry]
    names: dict[int, str]


@snapshot()
def season_report(span: Span, now: datetime) -> SeasonReport:
    """The report of a season at one moment. At most twelve queries, however much there was."""
    names = dict(Member.objects.for_member(span.member).values_list("pk", "user__name"))
    found = Sources(worked_seconds(span, now), earned(span, names.keys(), now), names)
    reps = season_rows("rep", span, found)
    total = SeasonRow(
        funnel=funnel(**vars(span))[0],
        worked_s=sum(row.worked_s for row in reps),
        ledger=sum((row.ledger for row in reps), Ledger()),
        commission_minor=sum(row.commission_minor for row in reps),
        pending_minor=sum(row.pending_minor for row in reps),
    )
    return SeasonReport(
        campaign=span.campaign,
        total=total,
        reps=reps,
        days=season_rows("day", span, found),
        outcomes=funnel(by="outcome", **vars(span)),
        neighborhoods=funnel(by="neighborhood", **vars(span)),
        products=product_rows(span),
    )


def season_rows(by: Literal["rep", "day"], span: Span, found: Sources) -> list[SeasonRow]:
    """A row for every rep, or day, of whom or which there is anything; by name, or in order."""
    place = 0 if by == "rep" else 1
    visits = {row.key: row for row in funnel(by=by, **vars(span))}
    sold = ledgers(by, span)
    worked, commission, pending = Counter[Key](), Counter[Key](), Counter[Key]()
    for one in found.worked:
        worked[one[place]] += one[2]
    for entry in found.entries:
        key = entry.member_id if by == "rep" else entry.day
        commission[key] += entry.amount_minor
        pending[key] += entry.amount_minor if entry.pending else 0
    rows = [
        SeasonRow(
            funnel=visits.get(key) or no_visits(key, found.names),
            worked_s=worked[key],
            ledger=sold.get(key, Ledger()),
            commission_minor=commission[key],
            pending_minor=pending[key],
        )
        for key in {*visits, *sold, *worked, *commission}
    ]
    return sorted(rows, key=lambda row: (row.funnel.label, str(row.funnel.key)))


def no_visits(key: Key, names: Mapping[int, str]) -> FunnelRow:
    """The funnel of a rep or day without any visit."""
    label = names.get(key, "") if isinstance(key, int) else str(key)
    return FunnelRow(key, label, 0, 0, 0, 0, 0)


def sales_of(span: Span) -> SaleQuerySet:
    """The sales of the days reported that were made by members whom the viewer sees."""
    seen = Member.objects.for_member(span.member)
    rows = Sale.objects.filter(campaign=span.campaign, member__in=seen)
    if span.from_day:
        rows = rows.filter(sold_at__gte=day_bounds(span.from_day, span.campaign.time_zone)[0])
    if span.to_day:
        rows = rows.filter(sold_at__lt=day_bounds(span.to_day, span.campaign.time_zone)[0])
    return rows


def ledgers(by: Literal["rep", "day"], span: Span) -> dict[Key, Ledger]:
    """What the sales add up to for each seller, or day of selling. One query."""
    day = TruncDate("sold_at", tzinfo=ZoneInfo(span.campaign.time_zone))
    rows = sales_of(span).values_list(F("member") if by == "rep" else day).annotate(**SUMS)
    return {key: Ledger(*sums) for key, *sums in rows}


def product_rows(span: Span) -> list[ProductRow]:
    """How much of each product was sold, by their codes. One query."""
    lines = SaleLine.objects.filter(sale__in=sales_of(span))
    gone = Q(sale__cancelled_at__isnull=False)
    rows = lines.values_list("product", "product__code", "product__name").annotate(
        sold=Sum("quantity"),
        sold_minor=Sum("total_minor"),
        cancelled=Sum("quantity", filter=gone, default=0),
        cancelled_minor=Sum("total_minor", filter=gone, default=0),
    )
    return [ProductRow(*row) for row in rows.order_by("product__code", "product")]


def worked_seconds(span: Span, now: datetime) -> list[tuple[int, date, int]]:
    """Member, local day and seconds of every shift that was opened. One query."""
    rows = ShiftEvent.objects.filter(
        shift__campaign=span.campaign, shift__member__in=Member.objects.for_member(span.member)
    )
    if span.from_day:
        rows = rows.filter(shift__day__gte=span.from_day)
    if span.to_day:
        rows = rows.filter(shift__day__lt=span.to_day)
    told: defaultdict[tuple[int, date, int], list[WorkFacts]] = defaultdict(list)
    facts = ("id", "kind", "occurred_at", "automatic")
    for member, day, shift, *event in rows.values_list(
        "shift__member", "shift__day", "shift", *facts
    ):
        told[member, day, shift].append(WorkFacts(*event))
    return [
        (member, day, shift_work(events, now).worked_s)
        for (member, day, _), events in sorted(told.items())
    ]


def earned(span: Span, members: AbstractSet[int], now: datetime) -> list[Entry]:
    """The commissions and clawbacks of these members on the days reported. Two queries."""
    return [entry for entry in entries_of(members, span.campaign, now) if span.holds(entry.day)]
