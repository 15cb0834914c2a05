"""Candidates in a temporary table, and the merge into buildings and doors: all SQL of an import.

Everything is set-based and the same on SQLite and PostgreSQL; only the way into the temporary
table differs. That table belongs to the connection and locks nothing of anybody else's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import BigIntegerField, Field, Model, TextField

from territories.importing.region import distance_m
from territories.importing.rows import Candidate, Reason, Reject
from territories.models import Building, Door

TABLES = {
    "staged": "staged_door",
    "door": Door._meta.db_table,
    "building": Building._meta.db_table,
}
FETCHED = 10_000
SQLITE_ROOM = "PRAGMA main.cache_size = -131072; PRAGMA temp.cache_size = -65536"  # KiB
POSTGRESQL_ROOM = """
SET LOCAL work_mem = '128MB'; SET LOCAL maintenance_work_mem = '128MB'; SET LOCAL jit = off;
SET LOCAL enable_nestloop = off
"""  # nobody has counted the new rows yet, and a nested loop over a million never ends

DROP = "DROP TABLE IF EXISTS {staged}"
DROP_FIRSTS = "DROP TABLE IF EXISTS {staged}_first"
CREATE = "CREATE TEMPORARY TABLE {staged} ({definitions})"
INSERT = "INSERT INTO {staged} VALUES ({values})"
COPY = "COPY {staged} FROM STDIN"
INDEX = "CREATE INDEX {staged}_key ON {staged} (key, seq)"

CREATE_FIRSTS = "CREATE TEMPORARY TABLE {staged}_first (seq {seq})"
INSERT_FIRSTS = """
INSERT INTO {staged}_first
SELECT CAST(SUBSTR(MIN(key || CAST(seq AS text)), 33) AS bigint) FROM {staged} GROUP BY building_key
"""  # the seq of the smallest key: a key has 32 letters
DUPLICATES = """
SELECT again.line, kept.line, again.lon, again.lat, kept.lon, kept.lat
FROM (SELECT key, MIN(seq) AS seq FROM {staged} GROUP BY key HAVING COUNT(*) > 1) firsts
JOIN {staged} kept ON kept.key = firsts.key AND kept.seq = firsts.seq
JOIN {staged} again ON again.key = firsts.key AND again.seq > firsts.seq
ORDER BY again.seq
"""
DROP_DUPLICATES = """
DELETE FROM {staged} WHERE EXISTS (
  SELECT 1 FROM {staged} first WHERE first.key = {staged}.key AND first.seq < {staged}.seq
)
"""

STAGED_BUILDINGS = """
SELECT staged.*, staged.building_key AS target_key
FROM {staged} staged
WHERE staged.seq IN (SELECT seq FROM {staged}_first)
"""
STAGED_DOORS = """
SELECT staged.*, staged.key AS target_key, building.id AS building_id,
  CAST(%(dataset)s AS varchar(40)) AS dataset
FROM {staged} staged
JOIN {building} building
  ON building.organisation_id = %(organisation)s AND building.key = staged.building_key
"""
COMPARE = """
SELECT COUNT(*), {counts}
FROM ({source}) new
JOIN {target} old ON old.organisation_id = %(organisation)s AND old.key = new.target_key
"""
INSERT_ALL = """
INSERT INTO {target} (organisation_id, key, {columns})
SELECT %(organisation)s, new.target_key, {new_columns}
FROM ({source}) new
ORDER BY new.seq
"""
INSERT_NEW = """
INSERT INTO {target} (organisation_id, key, {columns})
SELECT %(organisation)s, new.target_key, {new_columns}
FROM ({source}) new
LEFT JOIN {target} old ON old.organisation_id = %(organisation)s AND old.key = new.target_key
WHERE old.id IS NULL
ORDER BY new.seq
"""
UPDATE_CHANGED = """
INSERT INTO {target} (organisation_id, key, {columns})
SELECT %(organisation)s, new.target_key, {values}
FROM ({source}) new
JOIN {target} old ON old.organisation_id = %(organisation)s AND old.key = new.target_key
WHERE {differs}
ON CONFLICT (organisation_id, key) DO UPDATE SET {updates}
"""
GONE = """
SELECT COUNT(*) - (SELECT COUNT(*) FROM {staged}) FROM {door} door
WHERE door.organisation_id = %(organisation)s AND door.dataset = %(dataset)s
"""


@dataclass(frozen=True)
class Target:
    """A table that candidates are merged into: one row for each of `candidates`, made by `source`.

    `changes` says which columns make up each change that is reported. A column named in `unknown`
    keeps what is known where the file has only that value.
    """

    model: type[Model]
    candidates: str
    source: str
    changes: dict[str, tuple[str, ...]]
    unknown: dict[str, str]


BUILDINGS = Target(
    Building,
    "{staged}_first",
    STAGED_BUILDINGS,
    {
        "street": ("street",),
        "number": ("number",),
        "postcode": ("postcode",),
        "city": ("city",),
        "position": ("lon", "lat", "quadkey"),
    },
    {"postcode": "", "city": ""},
)
DOORS = Target(
    Door,
    "{staged}",
    STAGED_DOORS,
    {
        "building": ("building_id",),
        "unit": ("unit",),
        "name": ("name",),
        "use": ("use",),
        "position": ("lon", "lat", "quadkey"),
        "position_quality": ("position_quality",),
        "dataset": ("dataset",),
    },
    {"use": "unknown", "position_quality": "unknown"},
)


@dataclass(frozen=True)
class Merged:
    """What a merge did to one table."""

    new: int
    updated: int
    unchanged: int
    changed: dict[str, int]


OWN_FIELDS: dict[str, Field[Any, Any]] = {
    "seq": BigIntegerField(),
    "line": TextField(),
    "building_key": TextField(),
}


class Staging:
    """The candidates of one import on this connection, numbered in the order of the file.

    `create`, `add` batches, `index`, `take_duplicates`, `choose_buildings`, then, in the
    transaction that finishes the import, `merge` each target and `gone`.
    """

    def __init__(self, organisation_id: int, dataset: str) -> None:
        self.params = {"organisation": organisation_id, "dataset": dataset}

    def create(self) -> None:
        """Make the table afresh: an import before on this connection may have been cut short."""
        self.drop()
        columns = (f"{name} {column_type(name)}" for name in Candidate._fields)
        execute(CREATE, definitions=", ".join(columns))

    def drop(self) -> None:
        """Forget the candidates."""
        execute(DROP_FIRSTS)
        execute(DROP)

    def add(self, candidates: Sequence[Candidate]) -> None:
        """Put candidates into the table; two ways in, each the fastest of its database."""
        if connection.vendor == "postgresql":
            copy_in(candidates)
        else:
            insert(candidates)

    def index(self) -> None:
        """Make candidates quick to find by their keys; call it once, after the last `add`.

        PostgreSQL needs no index for that: it hashes the keys, which is faster.
        """
        if connection.vendor == "sqlite":
            execute(INDEX)
        analyse("{staged}")

    def count(self, target: Target) -> int:
        """How many rows of a target the candidates make."""
        return int(fetch_row("SELECT COUNT(*) FROM {table}", table=sql(target.candidates))[0])

    def take_duplicates(self) -> Iterator[Reject]:
        """Yield, then remove, the candidates whose key an earlier one has."""
        found = False
        with room(), connection.cursor() as cursor:
            cursor.execute(sql(DUPLICATES))
            while batch := cursor.fetchmany(FETCHED):
                found = True
                yield from duplicates(batch)
        if found:
            execute(DROP_DUPLICATES)

    def choose_buildings(self) -> None:
        """Choose the candidate that speaks for each building, the same in whatever order they came.

        Only once duplicates are gone: a door that stays may share its building with one of them.
        """
        with room():
            execute(CREATE_FIRSTS, seq=column_type("seq"))
            execute(INSERT_FIRSTS)
            analyse("{staged}_first")

    def merge(self, target: Target) -> Merged:
        """Insert the rows of a target that are new, and update those that the file changes.

        The caller holds the organisation, so that nobody else merges into it meanwhile.
        """
        names = merge_names(target)
        with room():
            known, updated, *changed = fetch_row(COMPARE, self.params, **names)
            if updated:
                execute(UPDATE_CHANGED, self.params, **names)
            new = self.count(target) - known
            if new:  # joining a million known doors only to find that none is missing takes long
                execute(INSERT_NEW if known else INSERT_ALL, self.params, **names)
        counted = dict(zip(target.changes, changed, strict=True))
        return Merged(
            new=new,
            updated=updated,
            unchanged=known - updated,
            changed={change: count for change, count in counted.items() if count},
        )

    def gone(self) -> int:
        """How many doors of the dataset the file does not have; once those that it has are merged.

        All of these are in the dataset then, so that counting both tells.
        """
        return int(fetch_row(GONE, self.params)[0])


def merge_names(target: Target) -> dict[str, str]:
    """What the templates that merge say for one target."""
    columns = [column for changed in target.changes.values() for column in changed]
    value = {column: value_of(target, column) for column in columns}
    differs = {
        change: " OR ".join(f"old.{column} <> {value[column]}" for column in changed)
        for change, changed in target.changes.items()
    }
    either = " OR ".join(differs.values())
    return {
        "target": target.model._meta.db_table,
        "source": sql(target.source),
        "columns": ", ".join(columns),
        "values": ", ".join(value.values()),
        "new_columns": ", ".join(f"new.{column}" for column in columns),
        "updates": ", ".join(f"{column} = excluded.{column}" for column in columns),
        "differs": either,
        "counts": ", ".join(
            f"COALESCE(SUM(CASE WHEN {one} THEN 1 ELSE 0 END), 0)"
            for one in (either, *differs.values())
        ),
    }


def value_of(target: Target, column: str) -> str:
    """The expression of a column's value: the file's, or what is known where the file says less."""
    if column not in target.unknown:
        return f"new.{column}"
    unknown = f"new.{column} = '{target.unknown[column]}' AND old.id IS NOT NULL"
    return f"CASE WHEN {unknown} THEN old.{column} ELSE new.{column} END"


def duplicates(batch: Sequence[Sequence[Any]]) -> Iterator[Reject]:
    """The rejects of DUPLICATES rows: where the first is, and how far away."""
    lon, lat, first_lon, first_lat = np.array([row[2:] for row in batch], dtype=np.float64).T
    metres = distance_m(lon, lat, first_lon, first_lat).tolist()
    for (line, first, *_), apart in zip(batch, metres, strict=True):
        yield Reject(line, Reason.DUPLICATE, f"first on {first}, {apart:.0f} m away")


def column_type(name: str) -> str:
    """The database's type of a candidate's field: that of the column it is meant for."""
    fields = {field.name: field for model in (Building, Door) for field in concrete_fields(model)}
    kind = (fields | OWN_FIELDS)[name].db_type(connection)
    if name == "seq" and connection.vendor == "sqlite":
        return "integer PRIMARY KEY"  # the row's own number, which costs no index
    return str(kind)


@contextmanager
def room() -> Iterator[None]:
    """Memory and plans for a million rows; the databases' defaults are for small queries."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            execute(POSTGRESQL_ROOM)
            yield
    else:
        with connection.cursor() as cursor:
            for setting in SQLITE_ROOM.split(";"):
                cursor.execute(setting)
        yield


def analyse(table: str) -> None:
    """Let PostgreSQL count a temporary table, which nobody else does."""
    if connection.vendor == "postgresql":
        execute(f"ANALYZE {table}")


def concrete_fields(model: type[Model]) -> Sequence[Field[Any, Any]]:
    """The columns of a model."""
    return model._meta.concrete_fields


def insert(candidates: Sequence[Candidate]) -> None:
    """Add candidates on SQLite; the savepoint makes them one write without locking other tables."""
    values = ", ".join(["%s"] * len(Candidate._fields))
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT staging")
        cursor.executemany(sql(INSERT, values=values), candidates)
        cursor.execute("RELEASE SAVEPOINT staging")


def copy_in(candidates: Sequence[Candidate]) -> None:
    """Add candidates on PostgreSQL."""
    with connection.cursor() as cursor, cursor.copy(sql(COPY)) as rows:
        for candidate in candidates:
            rows.write_row(candidate)


def sql(template: str, **names: str) -> str:
    """The statement of a template; every name is a constant of the code, never input."""
    return template.format_map({**TABLES, **names})


def execute(template: str, params: dict[str, Any] | None = None, **names: str) -> int:
    """Run a statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql(template, **names), params)
        return int(cursor.rowcount)


def fetch_row(template: str, params: dict[str, Any] | None = None, **names: str) -> Sequence[Any]:
    """The first row of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql(template, **names), params)
        row: Sequence[Any] = cursor.fetchone()
        return row
