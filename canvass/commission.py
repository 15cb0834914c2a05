"""What sales earn whom: one pure function of rules and sold lines, in the order of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

BASIS_POINTS = 10_000


@dataclass(frozen=True)
class Rule:
    """A CommissionRule; `team_path` is that of the team by whose sales `member` earns."""

    id: int
    per_unit: bool
    tiers: tuple[tuple[int, int], ...]  # (from, rate), rising, the first from 0
    starts_on: date
    ends_on: date | None = None
    tier_by_units: bool = True
    product_id: int | None = None
    member_id: int | None = None
    team_path: str | None = None

    @property
    def scope(self) -> tuple[int | None, str | None, int | None]:
        """What the rule's tiers count, whoever counts it: rules of one scope count together."""
        return (self.member_id if self.team_path else None), self.team_path, self.product_id

    def is_about(self, line: SoldLine) -> bool:
        """Whether the line counts for the rule, its dates aside."""
        if self.product_id not in (None, line.product_id):
            return False
        if self.team_path is None:
            return self.member_id in (None, line.member_id)
        others = line.member_id != self.member_id
        return others and line.team_path.startswith(self.team_path)

    def earner(self, line: SoldLine) -> int:
        """Who earns by the line."""
        return line.member_id if self.team_path is None else self.member_id or 0

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on that day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)

    @property
    def rank(self) -> tuple[bool, bool, date, int]:
        """Of the rules for a line the highest decides: the most particular, then the newest."""
        return self.member_id is not None, self.product_id is not None, self.starts_on, self.id


@dataclass(frozen=True)
class SoldLine:
    """A line of a sale, and what became of the sale. `net_minor` is without tax."""

    sale_id: UUID
    position: int
    member_id: int
    team_path: str
    product_id: int
    quantity: int
    net_minor: int
    sold_at: datetime
    sold_on: date
    cancel_until: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_on: date | None = None


class EntryKind(StrEnum):
    """Whether something is earned or taken back."""

    COMMISSION = "commission"
    CLAWBACK = "clawback"


@dataclass(frozen=True)
class Entry:
    """Money that `member_id` earns by a line, or loses again, on a local day.

    It is pending as long as the buyer may still cancel.
    """

    sale_id: UUID
    position: int
    rule_id: int
    member_id: int
    kind: EntryKind
    day: date
    amount_minor: int
    pending: bool


@dataclass
class Progress:
    """How much of what a scope counts has been sold and not cancelled up to now."""

    units: int = 0
    net_minor: int = 0

    def move(self, line: SoldLine, sign: int) -> None:
        """Count a line in, or out again."""
        self.units += sign * line.quantity
        self.net_minor += sign * line.net_minor


@dataclass
class Books:
    """The entries so far, what each earned by each line, and the progress of each scope."""

    entries: list[Entry] = field(default_factory=list)
    earned: dict[tuple[UUID, int], list[Entry]] = field(default_factory=dict)
    progress: defaultdict[tuple[object, ...], Progress] = field(
        default_factory=lambda: defaultdict(Progress)
    )


def commission_entries(
    rules: Sequence[Rule], lines: Iterable[SoldLine], now: datetime
) -> list[Entry]:
    """Every entry that the lines make by the rules, in the order of time.

    For each line the seller earns by one rule, and each holder of an override by one of theirs:
    the most particular one in force on the day of the sale. The tier is that of what stood sold in
    the campaign at that instant; a line that crosses a border is divided. A cancellation takes back
    exactly what was earned, and no longer counts for the tiers of what is sold after it. O(n log n)
    for n lines, times the rules.
    """
    books = Books()
    for _, is_sale, line in happenings(lines):
        if is_sale:
            book_line(books, rules, line, now)
        else:
            take_back(books, line)
        sign = 1 if is_sale else -1
        for key in {(rule.earner(line), *rule.scope) for rule in rules if rule.is_about(line)}:
            books.progress[key].move(line, sign)
    return books.entries


def happenings(
    lines: Iterable[SoldLine],
) -> Iterator[tuple[datetime, bool, SoldLine]]:
    """Sales and cancellations in the order of time; at one instant sales come first."""
    told = [(line.sold_at, True, line) for line in lines]
    told += [(line.cancelled_at, False, line) for _, _, line in told if line.cancelled_at]
    yield from sorted(told, key=lambda one: (one[0], not one[1], one[2].sale_id, one[2].position))


def book_line(books: Books, rules: Sequence[Rule], line: SoldLine, now: datetime) -> None:
    """Let everybody earn by a line who does."""
    open_until = line.cancel_until if line.cancelled_at is None else None
    pending = open_until is not None and now < open_until
    made = []
    for rule in deciding(rules, line):
        earner = rule.earner(line)
        amount = earned_minor(rule, line, books.progress[earner, *rule.scope])
        made.append(
            Entry(
                line.sale_id,
                line.position,
                rule.id,
                earner,
                EntryKind.COMMISSION,
                line.sold_on,
                amount,
                pending,
            )
        )
    books.entries += made
    books.earned[line.sale_id, line.position] = made


def take_back(books: Books, line: SoldLine) -> None:
    """Take back what everybody earned by a line of a cancelled sale."""
    for entry in books.earned[line.sale_id, line.position]:
        day = line.cancelled_on or line.sold_on
        books.entries.append(
            Entry(
                entry.sale_id,
                entry.position,
                entry.rule_id,
                entry.member_id,
                EntryKind.CLAWBACK,
                day,
                -entry.amount_minor,
                pending=False,
            )
        )


def deciding(rules: Iterable[Rule], line: SoldLine) -> list[Rule]:
    """The rules by which a line is paid: one for the seller, one for each holder of overrides."""
    found: dict[tuple[bool, int], Rule] = {}
    for rule in rules:
        if rule.is_about(line) and rule.holds_on(line.sold_on):
            key = rule.team_path is None, rule.earner(line)
            if key not in found or found[key].rank < rule.rank:
                found[key] = rule
    return [found[key] for key in sorted(found, reverse=True)]


def earned_minor(rule: Rule, line: SoldLine, before: Progress) -> int:
    """What a rule pays for a line, after so much has been sold; rounded once, halves up."""
    if rule.per_unit:
        parts = split(rule.tiers, before.units, line.quantity)
        return sum(size * rate for size, rate in parts)
    if rule.tier_by_units:
        parts = split(rule.tiers, before.units, line.quantity)
        return halves_up(line.net_minor * weight(parts), line.quantity * BASIS_POINTS)
    return halves_up(weight(split(rule.tiers, before.net_minor, line.net_minor)), BASIS_POINTS)


def split(tiers: Sequence[tuple[int, int]], before: int, size: int) -> list[tuple[int, int]]:
    """What of [before, before + size) falls into each tier, with the tier's rate."""
    ends = [start for start, _ in tiers[1:]]
    parts = []
    for (start, rate), end in zip(tiers, [*ends, before + size], strict=True):
        inside = min(end, before + size) - max(start, before)
        if inside > 0:
            parts.append((inside, rate))
    return parts


def weight(parts: Iterable[tuple[int, int]]) -> int:
    """The sum of sizes times rates."""
    return sum(size * rate for size, rate in parts)


def halves_up(amount: int, divisor: int) -> int:
    """A quotient rounded to the nearest integer, halves up."""
    return (2 * amount + divisor) // (2 * divisor)
