"""The outbox of the hooks is filled by the database, in the transaction of what happens.

So nobody who writes such rows can forget it, and recording a visit takes no query more. Registries
bring entries by the ten thousand, which are left out: whoever needs them has the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

OUTBOX = "canvass_hookevent"


@dataclass(frozen=True)
class Source:
    """What is told of when a row is inserted, or updated: (type as SQL, when, condition)."""

    table: str
    event: str
    told: tuple[tuple[str, str, str], ...]
    when: str = ""

    @property
    def name(self) -> str:
        """The name of the trigger."""
        return f"{self.table}_hook_{self.event.split()[0].lower()}"

    def statements(self) -> str:
        """The insertions, for an organisation with a hook that is told anything."""
        return "".join(
            # Our own names and conditions.
            f"""
            INSERT INTO {OUTBOX} (organisation_id, type, row, created_at)
            SELECT NEW.organisation_id, {kind}, CAST(NEW.id AS varchar(40)), NEW.{at}
            WHERE {condition} AND EXISTS (
                SELECT 1 FROM canvass_hook
                WHERE organisation_id = NEW.organisation_id AND enabled
            );"""  # noqa: S608
            for kind, at, condition in self.told
        )

    def install(self, vendor: str) -> list[str]:
        """What makes the trigger."""
        on = f"CREATE TRIGGER {self.name} AFTER {self.event} ON {self.table} FOR EACH ROW"
        when = f"WHEN ({self.when})" if self.when else ""
        if vendor == "sqlite":
            return [f"{on} {when} BEGIN {self.statements()} END"]
        return [
            f"""
            CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN {self.statements()} RETURN NULL; END $$
            """,
            f"{on} {when} EXECUTE FUNCTION {self.name}()",
        ]

    def remove(self, vendor: str) -> list[str]:
        """What drops the trigger."""
        if vendor == "sqlite":
            return [f"DROP TRIGGER IF EXISTS {self.name}"]
        return [
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"DROP FUNCTION IF EXISTS {self.name}()",
        ]


OWN = "NEW.source <> 'registry'"
SOURCES = (
    Source(
        "canvass_visit",
        "INSERT",
        (
            ("'visit.recorded'", "received_at", "TRUE"),
            ("'callback.agreed'", "received_at", "NEW.callback_at IS NOT NULL"),
        ),
    ),
    Source("canvass_callbackmove", "INSERT", (("'callback.moved'", "received_at", "TRUE"),)),
    Source("canvass_saleevent", "INSERT", (("'sale.' || NEW.kind", "received_at", "TRUE"),)),
    Source(
        "canvass_donotknockentry",
        "INSERT",
        (
            ("'do_not_knock.added'", "created_at", f"{OWN} AND NEW.renews_id IS NULL"),
            ("'do_not_knock.renewed'", "created_at", f"{OWN} AND NEW.renews_id IS NOT NULL"),
        ),
    ),
    Source(
        "canvass_donotknockentry",
        "UPDATE OF lifted_at",
        (("'do_not_knock.lifted'", "lifted_at", OWN),),
        "OLD.lifted_at IS NULL AND NEW.lifted_at IS NOT NULL",
    ),
)
INSTALLED = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def install_triggers(using: str, **_: Any) -> None:
    """Make the triggers that are missing; Django calls it after every migration.

    Not a migration's work: SQLite drops a table's triggers whenever Django makes the table anew.
    """
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        cursor.execute(INSTALLED[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
        for source in SOURCES:
            if {OUTBOX, source.table} <= set(tables) and source.name not in there:
                for statement in source.install(connection.vendor):
                    cursor.execute(statement)


def remove_triggers(connection: BaseDatabaseWrapper) -> None:
    """Drop them all: their outbox is about to go."""
    with connection.cursor() as cursor:
        for source in SOURCES:
            for statement in source.remove(connection.vendor):
                cursor.execute(statement)
