"""Imports a file of doors in the foreground, for the operator of the installation."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console

from territories.importing.options import ImportOptions, Region, format_of
from territories.imports import abandon_import, begin_import, perform_import
from territories.management.foreground import (
    Import,
    bring_in,
    organisation_of,
    pair_of,
    refuse_failed,
)
from territories.management.terminal import print_outcome
from territories.models import ImportRun


class Command(BaseCommand):
    """`manage.py import_doors`: doors from OpenStreetMap, CSV or GeoJSON."""

    help = (
        "Import the doors of a file (.osm.pbf, .osm, .csv, .geojson, .ndjson; .gz and .bz2 too) "
        "into an organisation. All of it comes in or nothing does; the same file twice changes "
        "nothing. Example: python manage.py import_doors berlin.osm.pbf --organisation sunrise"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, whose it is, and how to read it."""
        parser.add_argument("file", type=Path, help="The file of doors")
        parser.add_argument("--organisation", required=True, help="Whose doors: its slug")
        parser.add_argument(
            "--dataset", default="doors", help="Which series of files this is the newest of"
        )
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN", dest="mapping",
            help="Where a field is, as in --map street=ST_NAME+ST_TYPE; as often as needed",
        )  # fmt: skip
        parser.add_argument(
            "--region", help="Reject doors outside: --region=W,S,E,N in degrees, or a GeoJSON file"
        )
        parser.add_argument("--encoding", help="Of a text file, as in cp1252; found out if omitted")
        parser.add_argument(
            "--geocode", action="store_true",
            help="A CSV file may lack lon and lat: doors are put where their addresses are",
        )  # fmt: skip
        parser.add_argument("--format", help="osm, csv or geojson; told by the file's name")

    def handle(self, *args: Any, **given: Any) -> None:
        """Import, and print what came of it."""
        console = Console()
        run = bring_in(console, given["file"], wanted(given))
        print_outcome(console, run)
        refuse_failed(run)


def wanted(given: dict[str, Any]) -> Import[ImportRun]:
    """The import that the arguments ask for. Raises CommandError."""
    organisation = organisation_of(given["organisation"])
    return Import(
        title=f"Importing {given['file'].name}",
        work="importing this file",
        noun="import",
        begin=lambda file: begin_import(
            organisation=organisation, file=file, options=options_of(given), now=timezone.now()
        ),
        perform=perform_import,
        abandon=lambda run: abandon_import(run=run, now=timezone.now()),
    )


def options_of(given: dict[str, Any]) -> ImportOptions:
    """How to read the file. Raises CommandError, UnknownFormat and InvalidOptions."""
    return ImportOptions(
        format=given["format"] or format_of(given["file"].name),
        dataset=given["dataset"],
        mapping=dict(map(pair_of, given["mapping"])),
        region=region_of(given["region"]),
        encoding=given["encoding"],
        geocode=given["geocode"],
    )


def region_of(text: str | None) -> Region | None:
    """The box or the polygon that --region names. Raises CommandError."""
    if text is None:
        return None
    try:
        return [float(bound) for bound in text.split(",")]
    except ValueError:
        pass
    try:
        region = json.loads(Path(text).read_bytes())
    except (OSError, ValueError, RecursionError):
        region = None
    if not isinstance(region, dict):
        raise CommandError(
            f"--region takes west,south,east,north or a GeoJSON file; {text} is neither."
        )
    return region
