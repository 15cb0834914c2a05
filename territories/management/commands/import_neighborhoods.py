"""Imports a file of boundaries in the foreground, for the operator of the installation."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from common.worker import carry_out
from territories.boundaries.options import FIELDS, BoundaryOptions
from territories.locating import locate_doors
from territories.management.foreground import (
    Import,
    bring_in,
    organisation_of,
    pair_of,
    refuse_failed,
)
from territories.models import Level, LocateRun, NeighborhoodRun
from territories.neighborhoods import (
    abandon_neighborhoods,
    begin_neighborhoods,
    perform_neighborhoods,
)

COUNTS = (
    "read", "new", "updated", "unchanged", "gone", "refused", "mended", "antimeridian", "unnamed",
    "unreadable", "overlaps",
)  # fmt: skip
LISTS = ("refused", "mended", "antimeridian", "unreadable")


class Command(BaseCommand):
    """`manage.py import_neighborhoods`: named boundaries from GeoJSON."""

    help = (
        "Import the neighborhoods of a GeoJSON file into an organisation, and find every door's. "
        "Example: python manage.py import_neighborhoods tracts.geojson --organisation sunrise "
        "--level block_group --map households=HH20"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, whose it is, and how to read it."""
        parser.add_argument("file", type=Path, help="The file of boundaries")
        parser.add_argument("--organisation", required=True, help="Whose: its slug")
        parser.add_argument(
            "--dataset", default="neighborhoods", help="Which series of files this is the newest of"
        )
        parser.add_argument("--level", choices=Level.values, default=Level.NEIGHBORHOOD.value)
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=PROPERTY", dest="mapping",
            help=f"Which property holds a field of {', '.join(FIELDS)}; as often as needed",
        )  # fmt: skip
        parser.add_argument("--encoding", help="As in cp1252; found out if omitted")

    def handle(self, *args: Any, **given: Any) -> None:
        """Import, locate the doors, and print what came of it."""
        console = Console()
        run = bring_in(console, given["file"], wanted(given))
        refuse_failed(run)
        carry_out(LocateRun, run.result["locate_run"], locate_doors)
        print_outcome(console, run.result, LocateRun.objects.get(pk=run.result["locate_run"]))


def wanted(given: dict[str, Any]) -> Import[NeighborhoodRun]:
    """The import that the arguments ask for. Raises CommandError."""
    organisation = organisation_of(given["organisation"])
    return Import(
        title=f"Importing {given['file'].name}",
        work="importing this file",
        noun="import",
        begin=lambda file: begin_neighborhoods(
            organisation=organisation, file=file, options=options_of(given), now=timezone.now()
        ),
        perform=perform_neighborhoods,
        abandon=lambda run: abandon_neighborhoods(run=run, now=timezone.now()),
    )


def options_of(given: dict[str, Any]) -> BoundaryOptions:
    """How to read the file. Raises CommandError and InvalidOptions."""
    return BoundaryOptions(
        dataset=given["dataset"],
        level=given["level"],
        mapping=dict(map(pair_of, given["mapping"])),
        encoding=given["encoding"],
    )


def print_outcome(console: Console, result: dict[str, Any], located: LocateRun) -> None:
    """Print what an import did, and every oddity by name."""
    table = Table(
        title="Neighborhoods", title_justify="left", title_style="bold", show_header=False
    )
    table.add_column()
    table.add_column(justify="right")
    rows = {name: result[name] for name in COUNTS}
    missing = result["missing"].items()
    rows |= {f"without {name.replace('_', ' ')}": count for name, count in missing if count}
    rows |= {
        f"doors {name}": located.result[name]
        for name in ("located", "outside")
        if name in located.result  # a worker may have been faster, and not be through
    }
    for name, count in rows.items():
        table.add_row(name, f"{count:,}")
    console.print(table)
    for name in LISTS:
        for one in result[f"{name}_listed"]:
            said = f"{name}: {one['feature']} ({one['name']}): {one['what'].replace('_', ' ')}"
            console.print(said, soft_wrap=True, highlight=False, markup=False)
    for pair in result["overlaps_listed"]:
        said = f"overlap: {' and '.join(pair['names'])}, {pair['share']:.1%} of the smaller one"
        console.print(said, soft_wrap=True, highlight=False, markup=False)
