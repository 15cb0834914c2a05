"""Writing what visits add up to into the columns of prospects, many rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields
from datetime import datetime
from typing import Any

from django.db import connection

from canvass.models import Prospect
from canvass.prospect_state import ProspectState

COLUMNS = tuple(field.name for field in fields(ProspectState))
UPDATE_ONE = (
    f"UPDATE canvass_prospect SET {', '.join(f'{name} = %s' for name in COLUMNS)} WHERE id = %s"  # noqa: S608  # our columns
)
TYPES = {"BooleanField": "boolean", "CharField": "text", "DateTimeField": "timestamptz"}


def write_states(states: Sequence[tuple[int, ProspectState]]) -> None:
    """Write the derived columns of prospects by id. One statement for any number of rows."""
    if not states:
        return
    rows = [(*map(adapted, astuple(state)), pk) for pk, state in states]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(update_all(), [list(column) for column in zip(*rows, strict=True)])
        else:
            cursor.executemany(UPDATE_ONE, rows)


def update_all() -> str:
    """PostgreSQL's statement for all rows at once, from an array for each column."""
    kinds = [TYPES.get(kind_of(name), "bigint") for name in COLUMNS]
    arrays = ", ".join(f"%s::{kind}[]" for kind in (*kinds, "bigint"))
    sets = ", ".join(f"{name} = new.{name}" for name in COLUMNS)
    return (
        f"UPDATE canvass_prospect AS old SET {sets} "  # noqa: S608  # our columns
        f"FROM unnest({arrays}) AS new({', '.join(COLUMNS)}, id) WHERE old.id = new.id"
    )


def kind_of(name: str) -> str:
    """The class of a column's field."""
    return Prospect._meta.get_field(name).get_internal_type()


def adapted(value: Any) -> Any:
    """A value as the database's driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
