"""A season's report as one table, for spreadsheets: a line for each of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from canvass.season import Ledger, ProductRow, SeasonReport, SeasonRow
from canvass.selectors import FunnelRow

KEYS = ("part", "key", "label")
VISITS = ("visits", "doors", "contacts", "demos", "sales", "contact_rate", "sale_rate")
WORK = ("worked_s", "visits_per_hour")
LEDGER = tuple(field.name for field in fields(Ledger))
EARNED = ("commission_minor", "pending_minor")
SOLD = ("sold", "sold_minor", "cancelled_quantity", "cancelled_minor")
HEAD = (
    *KEYS,
    *(f"visits_{name}" if name == "sales" else name for name in VISITS),
    *WORK,
    *(f"sales_{name}" if name != "sales" else name for name in LEDGER),
    *EARNED,
    *(f"product_{name}" for name in SOLD),
)

Cells = tuple[Any, ...]


def season_table(report: SeasonReport) -> Iterator[Cells]:
    """The head, then the total, reps, days, neighborhoods, outcomes and products.

    `part` says what a line is of; what it does not have is empty. Money is in minor units.
    """
    yield HEAD
    yield line("total", report.total)
    yield from (line("rep", row) for row in report.reps)
    yield from (line("day", row) for row in report.days)
    for part, rows in (("neighborhood", report.neighborhoods), ("outcome", report.outcomes)):
        yield from (padded(part, visits(row)) for row in rows)
    yield from (product(row) for row in report.products)


def line(part: str, row: SeasonRow) -> Cells:
    """The cells of a rep, a day, or the total."""
    work = tuple(getattr(row, name) for name in WORK)
    ledger = tuple(getattr(row.ledger, name) for name in LEDGER)
    earned = tuple(getattr(row, name) for name in EARNED)
    return padded(part, (*visits(row.funnel), *work, *ledger, *earned))


def visits(row: FunnelRow) -> Cells:
    """Key, label and figures of a group of visits."""
    return (row.key, row.label, *(getattr(row, name) for name in VISITS))


def product(row: ProductRow) -> Cells:
    """The cells of a product."""
    between = (None,) * (len(HEAD) - len(KEYS) - len(SOLD))
    return ("product", row.code, row.name, *between, *(getattr(row, name) for name in SOLD))


def padded(part: str, cells: Cells) -> Cells:
    """A line as long as the head."""
    return (part, *cells, *(None,) * (len(HEAD) - 1 - len(cells)))
