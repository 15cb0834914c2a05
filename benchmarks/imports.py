"""How fast a county comes in, and how much memory that takes.

    python -m benchmarks.imports [--doors 1000000] [--on sqlite] [--database URL ...]

Writes a seeded synthetic county as CSV and imports it with the code that workers run, on SQLite and
on PostgreSQL, each in a fresh process with an empty database; then once more, when nothing is new.
The memory is that process's; PostgreSQL's own is not counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from territories.importing.synthetic import write_county
from tests import servers

ROOT = Path(__file__).resolve().parent.parent
CENTRE = (-76.6, 39.4)
DATABASES = ("sqlite", "postgresql")


class Failed(Exception):
    """A measurement could not be made; the message says why."""


@dataclass(frozen=True)
class Measured:
    """What one child process reports: seconds of the first import and of the same file again."""

    doors: int
    first_s: float
    again_s: float
    peak_mb: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, and return the exit code."""
    chosen = parsed(arguments)
    console = Console()
    try:
        with tempfile.TemporaryDirectory(prefix="canvass-") as folder:
            rows = measure_all(console, chosen, Path(folder))
    except Failed as failure:
        console.print(f"benchmarks.imports: {failure}", style="red", soft_wrap=True)
        return 1
    console.print(table(rows))
    return 0


def parsed(arguments: Sequence[str] | None) -> Namespace:
    """The arguments."""
    parser = ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--doors", type=int, default=1_000_000, help="How many doors")
    parser.add_argument("--seed", type=int, default=1, help="The same seed, the same county")
    parser.add_argument("--times", type=int, default=1, help="Measure so often; the best counts")
    parser.add_argument("--on", choices=DATABASES, help="Only there")
    parser.add_argument(
        "--database", action="append", default=[], metavar="URL",
        help="A PostgreSQL server to use, as postgres://user@host:port/postgres; a new database is "
        "made there and dropped. Without one, a server is started from the machine's binaries.",
    )  # fmt: skip
    return parser.parse_args(arguments)


def measure_all(console: Console, chosen: Namespace, folder: Path) -> dict[str, Measured]:
    """The best measurement on each database. Raises Failed."""
    county = folder / "county.csv"
    with console.status(f"Writing a county of {chosen.doors:,} doors"):
        write_county(county, doors=chosen.doors, seed=chosen.seed, centre=CENTRE)
    rows = {}
    for name, url in databases(console, chosen):
        with console.status(f"Importing on {name}"):
            found = [measured(county, url, folder) for _ in range(chosen.times)]
        rows[name] = min(found, key=lambda one: one.first_s)
    return rows


def databases(console: Console, chosen: Namespace) -> Iterator[tuple[str, str]]:
    """The name and the URL of each database to measure on; SQLite's URL is empty."""
    if chosen.on != "postgresql":
        yield "SQLite", ""
    if chosen.on == "sqlite":
        return
    if chosen.database:
        yield from ((f"PostgreSQL {number}", url) for number, url in enumerate(chosen.database, 1))
    elif servers.look_for("initdb", servers.POSTGRESQL_FOLDERS) is None:
        console.print("PostgreSQL is left out: not installed here, and no --database given.")
    else:
        with servers.postgresql() as url:
            yield "PostgreSQL", url


def measured(county: Path, server_url: str, folder: Path) -> Measured:
    """What a fresh process measures on an empty database. Raises Failed."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as home,
        empty_database(server_url, Path(home)) as url,
    ):
        environment = os.environ | {"DATABASE_URL": url, "CANVASS_VAR": home}
        answer = subprocess.run(  # noqa: S603  # our own interpreter and arguments
            [sys.executable, "-m", "benchmarks.import_once", str(county)],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if answer.returncode:
        raise Failed(" ".join((answer.stderr.strip() or "no output").splitlines()[-1:]))
    return Measured(**json.loads(answer.stdout))


@contextmanager
def empty_database(server_url: str, home: Path) -> Iterator[str]:
    """The URL of a database that is empty when the block starts and gone when it ends."""
    if not server_url:
        yield f"sqlite:///{home / 'canvass.sqlite3'}"
        return
    try:
        url = servers.database_url(server_url)
    except psycopg.Error as error:
        raise Failed(f"{server_url} cannot be used: {str(error).splitlines()[0]}") from error
    try:
        yield url
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")


def table(rows: dict[str, Measured]) -> Table:
    """The measurements, a line for each database."""
    made = Table(title="Importing a county", title_justify="left", header_style="")
    made.add_column("database")
    for title in ("doors", "seconds", "doors/s", "again, seconds", "peak MB"):
        made.add_column(title, justify="right")
    for name, row in rows.items():
        speed = f"{row.doors / row.first_s:,.0f}"
        figures = (f"{row.first_s:.1f}", speed, f"{row.again_s:.1f}", f"{row.peak_mb:.0f}")
        made.add_row(name, f"{row.doors:,}", *figures)
    return made


if __name__ == "__main__":
    sys.exit(main())
