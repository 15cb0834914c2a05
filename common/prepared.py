"""Statements that are made again and again: their SQL is made once, and only the values differ.

Making the SQL of a query takes the ORM many times as long as sending it and reading the answer.
PostgreSQL, too, plans them once for each connection; see `planned`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import (
    BooleanField,
    Expression,
    F,
    Field,
    Func,
    JSONField,
    Model,
    QuerySet,
)

Row = tuple[Any, ...]

BARE = {int, float, bool, UUID, datetime, date, type(None)}  # whose texts need no quotes
SOME = "/* some */"  # as many places as there are values, once these are known


class Given(Expression):
    """A value of a query that is not known yet: it has a name, and the type of a column."""

    def __init__(self, name: str, kind: Field[Any, Any]) -> None:
        self.name = name
        super().__init__(output_field=kind)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A place for the value."""
        return "%s", [self]

    def value(self, given: Any) -> Any:
        """The value as the database's driver takes it."""
        return self.output_field.get_db_prep_value(given, connection)


class GivenSome(Given):
    """As `Given`: any number of values."""

    def value(self, given: Iterable[Any]) -> list[Any]:
        """The values as the database's driver takes them."""
        return [super(GivenSome, self).value(each) for each in given]


class Among(Func):
    """Whether a column is one of the values that are given under a name.

    PostgreSQL takes them in one array. SQLite has none, and would not look at its indexes for the
    values of a JSON list: there each has a place of its own.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, column: str, name: str, kind: Field[Any, Any]) -> None:
        super().__init__(F(column), GivenSome(name, kind))

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        """The condition in SQLite's dialect."""
        column, some = self.source_expressions
        sql, values = compiler.compile(column)
        return f"{sql} IN ({SOME})", [*values, some]

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> Any:
        """The condition in PostgreSQL's dialect."""
        column, some = self.source_expressions
        sql, values = compiler.compile(column)
        return f"{sql} = ANY({array_of(some.output_field)})", [*values, some]


def array_of(kind: Field[Any, Any]) -> str:
    """PostgreSQL's place for an array of values of a column's type."""
    return f"%s::{str(kind.db_type(connection)).partition('(')[0]}[]"


def as_array(values: Sequence[Any]) -> Any:
    """Values for the place of an array, as the text of one where that is simple.

    The driver would ask each of its values for a dumper and for quotes.
    """
    if BARE.issuperset(map(type, values)):
        return f"{{{','.join(['NULL' if each is None else str(each) for each in values])}}}"
    if all(type(each) is str for each in values):
        quoted = [each.replace("\\", "\\\\").replace('"', '\\"') for each in values]
        return '{"' + '","'.join(quoted) + '"}'
    return list(values)


def planned() -> CursorWrapper:
    """A cursor for statements that come again and again with other values.

    On PostgreSQL the values go beside the statement instead of into it, so that the driver has the
    server keep the plan once the connection has made it `prepare_threshold` times (see
    config/environment.py). Planning takes as long as carrying out.
    """
    cursor = connection.cursor()
    if connection.vendor == "postgresql":
        cursor.cursor = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return cursor


class Prepared:
    """A query of columns, as `values_list` has them, whose SQL is made with it.

    `hold` are the tables whose rows it locks until the transaction ends, as who changes them does;
    SQLite's writers hold the whole database anyway.
    """

    def __init__(self, rows: QuerySet[Any, Any], hold: Sequence[type[Model]] = ()) -> None:
        compiler = rows.query.get_compiler(connection=connection)
        self.sql, self.places = compiler.as_sql()
        if hold and connection.vendor == "postgresql":
            tables = ", ".join(connection.ops.quote_name(each._meta.db_table) for each in hold)
            self.sql += f" FOR NO KEY UPDATE OF {tables}"
        columns = [column for column, _, _ in compiler.select or []]
        self.converters = list(compiler.get_converters(columns).items())

    def rows(self, **given: Any) -> list[Row]:
        """The rows for these values. One query."""
        sql, values = self.sql, []
        for place in self.places:
            value = place.value(given[place.name]) if isinstance(place, Given) else place
            if isinstance(place, GivenSome) and SOME in sql:
                sql = sql.replace(SOME, ", ".join(["%s"] * len(value)), 1)
                values += value
            else:
                values.append(as_array(value) if isinstance(place, GivenSome) else value)
        with planned() as cursor:
            cursor.execute(sql, values)
            found: list[Row] = cursor.fetchall()
        return list(map(self.converted, found)) if self.converters else found

    def converted(self, row: Row) -> Row:
        """A row with its values as the ORM has them."""
        values = list(row)
        for place, (converters, column) in self.converters:
            for converter in converters:
                values[place] = converter(values[place], column, connection)
        return tuple(values)


def insert(rows: Sequence[Model]) -> None:
    """Insert new rows of one model, of which nobody asks for the keys that the database makes.

    Within the caller's transaction. Values have the types of their columns. One statement.
    """
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(rows)
        return
    sql, values, documents = insertion(model)
    columns = [list(column) for column in zip(*map(values, rows), strict=True)]
    for place in documents:
        columns[place] = [None if each is None else json.dumps(each) for each in columns[place]]
    with planned() as cursor:
        cursor.execute(sql, list(map(as_array, columns)))


@cache
def insertion(model: type[Model]) -> tuple[str, Callable[[Any], Row], list[int]]:
    """PostgreSQL's statement with an array for each column, and what makes the values of a row.

    With the places of those that are JSON.
    """
    fields = [field for field in model._meta.concrete_fields if not field.db_returning]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    arrays = ", ".join(map(array_of, fields))
    table = quote(model._meta.db_table)
    sql = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608  # our columns
    documents = [at for at, field in enumerate(fields) if isinstance(field, JSONField)]
    return sql, attrgetter(*(field.attname for field in fields)), documents
