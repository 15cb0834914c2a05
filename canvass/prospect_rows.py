"""The columns of prospects and visits in bulk, past the ORM: as the database's driver has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from django.db import connection

from canvass.models import Prospect
from canvass.prospect_state import ProspectState
from canvass.sync.feed import Marks
from common.prepared import as_array, planned

Row = tuple[Any, ...]

COLUMNS = tuple(field.name for field in fields(ProspectState))
VALUES: Callable[[ProspectState], Row] = attrgetter(*COLUMNS)
NAMES = ", ".join(COLUMNS)
TYPES = {"BooleanField": "boolean", "CharField": "text", "DateTimeField": "timestamptz"}

READ = f"""
    SELECT {NAMES}, id, door_id FROM canvass_prospect
    WHERE campaign_id = %s AND door_id > %s ORDER BY door_id LIMIT %s
"""  # noqa: S608  # our columns
HOLD = " FOR NO KEY UPDATE"  # SQLite's writers hold the whole database anyway
UPDATE_ONE = f"UPDATE canvass_prospect SET {' = %s, '.join(COLUMNS)} = %s WHERE id = %s"  # noqa: S608  # our columns
VISITS = """
    SELECT door_id, outcome_id, id, {occurred_at}, {callback_at}, supersedes_id, {callback_until},
    counts FROM canvass_visit WHERE campaign_id = %s AND door_id BETWEEN %s AND %s
"""
INSTANTS = ("occurred_at", "callback_at", "callback_until")


def held_rows(campaign_id: int, after: int, count: int) -> list[Row]:
    """The next prospects of a campaign behind doors with higher ids, held: (*COLUMNS, id, door)."""
    hold = HOLD if connection.vendor == "postgresql" else ""
    return fetched(READ + hold, [campaign_id, after, count])


def visit_rows(campaign_id: int, first: int, last: int) -> list[Row]:
    """A campaign's visits to the doors first … last, as VISITS selects them, in no order.

    Instants are what `to_instant` understands: SQLite's as texts in UTC that say so, for making
    them of what the driver would make of them takes three times as long.
    """
    said = "{} || '+00:00'" if connection.vendor == "sqlite" else "{}"
    columns = {name: said.format(name) for name in INSTANTS}
    return fetched(VISITS.format(**columns), [campaign_id, first, last])


def to_instant() -> Callable[[Any], datetime]:
    """What makes of an instant in `visit_rows` one that says its zone."""
    return datetime.fromisoformat if connection.vendor == "sqlite" else unchanged


def unchanged(stored: datetime) -> datetime:
    """PostgreSQL's driver says the zone."""
    return stored


def fetched(statement: str, values: list[Any]) -> list[Row]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[Row] = cursor.fetchall()
    return rows


def to_stored_form() -> Callable[[ProspectState], Row]:
    """What makes of a state the columns as the driver gives and takes them."""
    return VALUES if connection.vendor == "postgresql" else naive_values


def naive_values(state: ProspectState) -> Row:
    """The columns as SQLite keeps them: instants in UTC that do not say so."""
    return tuple(naive(value) if isinstance(value, datetime) else value for value in VALUES(state))


def naive(instant: datetime) -> datetime:
    """An instant in UTC that does not say so."""
    return (instant if instant.tzinfo is UTC else instant.astimezone(UTC)).replace(tzinfo=None)


def write_states(states: Sequence[tuple[int, ProspectState]], marks: Marks | None = None) -> None:
    """Write the derived columns of prospects by id, and mark what that changes on phones."""
    stored_form = to_stored_form()
    write_rows([(*stored_form(state), pk) for pk, state in states], marks)


def write_rows(rows: Sequence[Row], marks: Marks | None = None) -> None:
    """Write rows of (*COLUMNS, id), and marks. One statement for any number of them.

    Two on SQLite where there are marks.
    """
    if not rows:
        return
    with planned() as cursor:
        if connection.vendor == "postgresql":
            columns = [as_array(column) for column in zip(*rows, strict=True)]
            if marks:
                marks.write(cursor, update_all(), columns)
            else:
                cursor.execute(update_all(), columns)
            return
        cursor.executemany(UPDATE_ONE, rows)
        if marks:
            marks.write(cursor)


def update_all() -> str:
    """PostgreSQL's statement for all rows at once, from an array for each column."""
    kinds = [TYPES.get(kind_of(name), "bigint") for name in COLUMNS]
    arrays = ", ".join(f"%s::{kind}[]" for kind in (*kinds, "bigint"))
    sets = ", ".join(f"{name} = new.{name}" for name in COLUMNS)
    return (
        f"UPDATE canvass_prospect AS old SET {sets} "  # noqa: S608  # our columns
        f"FROM unnest({arrays}) AS new({NAMES}, id) WHERE old.id = new.id"
    )


def kind_of(name: str) -> str:
    """The class of a column's field."""
    return Prospect._meta.get_field(name).get_internal_type()
