"""Questions that are asked again and again: their SQL is made once, and only the values differ.

Making the SQL of a query takes the ORM many times as long as sending it and reading the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Expression, F, Field, Func, Model, QuerySet

Row = tuple[Any, ...]

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
        kind = str(some.output_field.db_type(connection)).partition("(")[0]
        return f"{sql} = ANY(%s::{kind}[])", [*values, some]


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
                values.append(value)
        with connection.cursor() as cursor:
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
