"""How fast prospects are computed anew from their visits.

    python -m benchmarks.prospects [--prospects 1000000] [--on sqlite] [--database URL ...]

Fills an empty database with prospects and three visits to each, of all kinds of outcomes, one in a
hundred corrected, and measures in a fresh process what `manage.py rebuild_prospects` does: once
while every prospect still says that nobody was there, and again when nothing is left to change.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.imports import DATABASES, ROOT, Failed, databases, empty_database

VISITS_EACH = 3
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)"
# How each database says an id and a time that are made of the number n.
WORDS = {
    "sqlite": {
        "id": "printf('%%032x', n + 1)",
        "earlier": "printf('%%032x', n)",
        "at": "datetime('2026-06-01', (n * 7919 %% 5000000) || ' seconds')",
        "due": "datetime('2026-09-01', (n %% 5000000) || ' seconds')",
    },
    "postgresql": {
        "id": "lpad(to_hex(n + 1), 32, '0')::uuid",
        "earlier": "lpad(to_hex(n), 32, '0')::uuid",
        "at": "'2026-06-01Z'::timestamptz + (n::bigint * 7919 %% 5000000) * interval '1 second'",
        "due": "'2026-09-01Z'::timestamptz + (n %% 5000000) * interval '1 second'",
    },
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, and return the exit code."""
    chosen = parsed(arguments)
    if chosen.once:
        print(json.dumps(measured_here(chosen.prospects)))
        return 0
    console = Console()
    try:
        rows = dict(measure_all(console, chosen))
    except Failed as failure:
        console.print(f"benchmarks.prospects: {failure}", style="red", soft_wrap=True)
        return 1
    console.print(table(rows))
    return 0


def parsed(arguments: Sequence[str] | None) -> Namespace:
    """The arguments."""
    parser = ArgumentParser(prog="python -m benchmarks.prospects", description=__doc__)
    parser.add_argument("--prospects", type=int, default=1_000_000, help="How many prospects")
    parser.add_argument("--on", choices=DATABASES, help="Only there")
    parser.add_argument(
        "--database", action="append", default=[], metavar="URL",
        help="A PostgreSQL server to use; a new database is made there and dropped.",
    )  # fmt: skip
    parser.add_argument("--once", action="store_true", help="On the database of DATABASE_URL")
    return parser.parse_args(arguments)


def measure_all(console: Console, chosen: Namespace) -> Any:
    """The name of each database with what a fresh process measured there. Raises Failed."""
    for name, server_url in databases(console, chosen):
        with (
            console.status(f"Rebuilding on {name}"),
            tempfile.TemporaryDirectory(prefix="canvass-") as home,
            empty_database(server_url, Path(home)) as url,
        ):
            command = [sys.executable, "-m", "benchmarks.prospects", "--once"]
            answer = subprocess.run(  # noqa: S603  # our own interpreter and arguments
                [*command, "--prospects", str(chosen.prospects)],
                cwd=ROOT, env=os.environ | {"DATABASE_URL": url, "CANVASS_VAR": home},
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        if answer.returncode:
            raise Failed(" ".join((answer.stderr.strip() or "no output").splitlines()[-1:]))
        yield name, json.loads(answer.stdout)


def measured_here(prospects: int) -> dict[str, Any]:
    """What a rebuild takes on the database of the settings, which must be empty."""
    import django  # noqa: PLC0415  # the settings read the environment that main has made

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from canvass.rebuilding import rebuild_prospects  # noqa: PLC0415  # once Django is set up

    campaign = filled(prospects)
    figures: dict[str, Any] = {"prospects": prospects, "visits": prospects * VISITS_EACH}
    for turn in ("first", "again"):
        began, cpu = time.perf_counter(), time.process_time()
        figures[f"{turn}_changed"] = rebuild_prospects(campaign, Silent()).changed
        figures[f"{turn}_s"] = time.perf_counter() - began
        figures[f"{turn}_cpu_s"] = time.process_time() - cpu
    return figures


class Silent:
    """Nobody watches."""

    def report(self, done: int, total: int) -> None:
        """Say nothing."""


def filled(prospects: int) -> Any:
    """A campaign with so many prospects, whose visits nobody has added up yet."""
    from django.core.management import call_command  # noqa: PLC0415  # once Django is set up

    from accounts.models import Member, Organisation, Team, User  # noqa: PLC0415  # as above
    from canvass.campaigns import CampaignPlan, create_campaign  # noqa: PLC0415  # as above
    from canvass.models import Outcome, Prospect, Visit  # noqa: PLC0415  # as above
    from territories.models import Building, Door  # noqa: PLC0415  # as above

    call_command("migrate", verbosity=0)
    now = datetime(2026, 6, 1, tzinfo=UTC)
    ours = {"organisation": Organisation.objects.create(name="B", slug="b", created_at=now)}
    user, team = User.objects.create(email="a@b.test"), Team(name="B", path="/1/", created_at=now)
    team.organisation = ours["organisation"]
    team.save()
    actor = Member.objects.create(**ours, user=user, role="admin", team=team, hired_on=now.date())
    days = (date(2026, 6, 1), date(2026, 9, 1), "America/New_York", "USD", clock(9), clock(20), 90)
    campaign = create_campaign(actor=actor, plan=CampaignPlan("Bench", *days), now=now)
    where = {**ours, "lon": -76.6, "lat": 39.4, "quadkey": 0}
    building = Building.objects.create(**where, key="b", street="Elm", number="1", city="B")
    door = Door.objects.create(**where, key="d", building=building, use="home", dataset="b")
    prospect = Prospect.objects.create(**ours, campaign=campaign, door=door)
    outcome = Outcome.objects.order_by("pk")[0]
    first = Visit.objects.create(
        **ours, id="f" * 32, campaign=campaign, door=door, member=actor, outcome=outcome,
        occurred_at=now, received_at=now, payload_hash="x",
    )  # fmt: skip
    words = WORDS[vendor()]
    copy(door, prospects, {"id": f"{door.pk + 1} + n", "key": "CAST(n AS text)"})
    copy(prospect, prospects, {"id": f"{prospect.pk + 1} + n", "door_id": f"{door.pk + 1} + n"})
    copy(
        first,
        prospects * VISITS_EACH,
        {
            "id": words["id"],
            "door_id": f"{door.pk + 1} + n / {VISITS_EACH}",
            "outcome_id": f"{outcome.pk} + n * 31 %% 12",
            "occurred_at": words["at"],
            "callback_at": f"CASE WHEN n %% 17 = 0 THEN {words['due']} END",
            "supersedes_id": f"CASE WHEN n %% 300 = 1 THEN {words['earlier']} END",
        },
    )
    return campaign


def vendor() -> str:
    """Which kind of database it is."""
    from django.db import connection  # noqa: PLC0415  # once Django is set up

    return connection.vendor


def copy(row: Any, times: int, changes: dict[str, str]) -> None:
    """Copy a row so often within the database; `changes` say columns by n, which counts from 0."""
    from django.db import connection  # noqa: PLC0415  # once Django is set up

    columns = [field.column for field in row._meta.concrete_fields]
    values = ", ".join(changes.get(column, f"old.{column}") for column in columns)
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) {NUMBERS} "  # noqa: S608  # our own words
            f"SELECT {values} FROM numbers, {table} old WHERE old.id = %s",
            [times - 1, row._meta.pk.get_db_prep_value(row.pk, connection)],
        )


def table(rows: dict[str, Any]) -> Table:
    """The measurements, a line for each database."""
    made = Table(title="Rebuilding prospects", title_justify="left", header_style="")
    made.add_column("database")
    titles = ("prospects", "visits", "changed", "seconds", "CPU s", "again, seconds", "changed")
    for title in titles:
        made.add_column(title, justify="right")
    for name, row in rows.items():
        counts = (f"{row[key]:,}" for key in ("prospects", "visits", "first_changed"))
        times = (f"{row[key]:.1f}" for key in ("first_s", "first_cpu_s", "again_s"))
        made.add_row(name, *counts, *times, f"{row['again_changed']:,}")
    return made


if __name__ == "__main__":
    sys.exit(main())
