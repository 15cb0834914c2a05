"""How many visits a second phones can push, and whether one is lost or doubled on the way.

    python -m benchmarks.sync [--reps 2000] [--visits 20] [--on sqlite] [--database URL ...]

Starts the web server as `make run` does, on SQLite and on PostgreSQL, each with an empty database
and a company of so many reps. Every rep's phone signs in, fetches its doors, and later pushes all
its visits in one batch; one batch in ten is sent twice, and one answer in twenty is cut off, so
that the phone asks again. The first tenth warms the server up. Then one half pushes as fast as it
can over eight connections, and the other at a rate that the server can hold. At the end the visits
of the server are compared with the phones' journals: the exit code is 0 if none is lost or doubled.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.imports import DATABASES, ROOT, Failed, databases, empty_database
from benchmarks.sync_once import Asked, Figures

FEWEST_REPS = 5  # one to warm the server up, and two in either half


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, and return the exit code."""
    chosen = parsed(arguments)
    asked = Asked(chosen.reps, chosen.visits, chosen.load, chosen.seed)
    console = Console()
    try:
        rows = dict(measure_all(console, chosen, asked))
    except Failed as failure:
        console.print(f"benchmarks.sync: {failure}", style="red", soft_wrap=True)
        return 1
    console.print(table(rows))
    return exit_code(rows)


def parsed(arguments: Sequence[str] | None) -> Namespace:
    """The arguments."""
    parser = ArgumentParser(
        prog="python -m benchmarks.sync",
        description=__doc__,
        epilog="example, for a small machine: python -m benchmarks.sync --reps 50 --on sqlite",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--reps", type=reps, default=2000, help="How many phones")
    parser.add_argument("--visits", type=positive, default=20, help="How many visits of each")
    parser.add_argument("--load", type=share, default=0.7, help="The rate, of the most, to hold")
    parser.add_argument("--seed", type=int, default=1, help="The same seed, the same accidents")
    parser.add_argument("--on", choices=DATABASES, help="Only there")
    parser.add_argument(
        "--database", action="append", default=[], metavar="URL",
        help="A PostgreSQL server to use; a new database is made there and dropped.",
    )  # fmt: skip
    return parser.parse_args(arguments)


def positive(text: str) -> int:
    """A whole number from 1."""
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"{text!r} is not a number from 1.")
    return int(text)


def reps(text: str) -> int:
    """A number of phones that can be split."""
    if positive(text) < FEWEST_REPS:
        raise ArgumentTypeError(f"At least {FEWEST_REPS}.")
    return int(text)


def share(text: str) -> float:
    """A share above 0, up to 1."""
    value = float(text)
    if not 0 < value <= 1:
        raise ArgumentTypeError(f"{text} is not above 0 and up to 1.")
    return value


def measure_all(console: Console, chosen: Namespace, asked: Asked) -> Iterator[tuple[str, Figures]]:
    """The name of each database with what a fresh process measured there. Raises Failed."""
    for name, server_url in databases(console, chosen):
        with (
            console.status(f"Pushing on {name}"),
            tempfile.TemporaryDirectory(prefix="canvass-") as home,
            empty_database(server_url, Path(home)) as url,
        ):
            yield name, measured(asked, {"DATABASE_URL": url, "CANVASS_VAR": home})


def measured(asked: Asked, environment: dict[str, str]) -> Figures:
    """What a fresh process measures on an empty database. Raises Failed.

    The phones come through what looks like a proxy: all of them from one address would be more than
    may sign in from there.
    """
    answer = subprocess.run(  # noqa: S603  # our own interpreter and arguments
        [sys.executable, "-m", "benchmarks.sync_once", json.dumps(asdict(asked))],
        cwd=ROOT, env={**os.environ, "TRUSTED_PROXIES": "1", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if answer.returncode:
        raise Failed(" ".join((answer.stderr.strip() or "no output").splitlines()[-1:]))
    return Figures(**json.loads(answer.stdout))


def exit_code(rows: dict[str, Figures]) -> int:
    """0 if no visit is lost or doubled anywhere."""
    return int(any(row.lost or row.doubled for row in rows.values()))


def table(rows: dict[str, Figures]) -> Table:
    """The measurements, a line for each database."""
    made = Table(title="Pushing visits", title_justify="left", header_style="")
    made.add_column("database")
    titles = (
        "visits", "sign-in s", "most/s", "CPU ms each", "held/s", "p50 ms", "p99 ms",
        "twice", "cut", "lost", "doubled",
    )  # fmt: skip
    for title in titles:
        made.add_column(title, justify="right")
    for name, row in rows.items():
        cells = (f"{row.wake_s:.0f}", f"{row.most_per_s:,.0f}", f"{row.cpu_ms:.2f}")
        rate = (f"{row.held_per_s:,.0f}", f"{row.p50_ms:.0f}", f"{row.p99_ms:.0f}")
        counts = (f"{count:,}" for count in (row.twice, row.cut, row.lost, row.doubled))
        made.add_row(name, f"{row.visits:,}", *cells, *rate, *counts)
    return made


if __name__ == "__main__":
    sys.exit(main())
