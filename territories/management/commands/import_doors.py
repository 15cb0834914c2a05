"""Imports a file of doors in the foreground, for the operator of the installation."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from rich.console import Console

from accounts.models import Organisation
from common.errors import DomainError
from common.runs import RunState
from territories.importing.options import ImportOptions, Region, format_of
from territories.imports import abandon_import, begin_import, perform_import
from territories.management.terminal import Bar, print_outcome
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
        try:
            run = import_file(console, given)
        except DomainError as error:
            raise CommandError(error.message) from None
        if run.state == RunState.RUNNING:
            raise CommandError(f"A worker is importing this file already, as import {run.pk}.")
        print_outcome(console, run)
        if run.state == RunState.FAILED:
            raise CommandError(f"{run.error_message} Nothing was imported.")


def import_file(console: Console, given: dict[str, Any]) -> ImportRun:
    """Carry out the import that the arguments ask for. Raises CommandError and DomainErrors."""
    path: Path = given["file"]
    organisation = organisation_of(given["organisation"])
    if not path.is_file():
        raise CommandError(f"There is no file {path}; check the path.")
    options = options_of(given)
    with path.open("rb") as file:
        now = timezone.now()
        kept = File(file, path.name)
        run = begin_import(organisation=organisation, file=kept, options=options, now=now)
    try:
        with Bar(console, f"Importing {path.name}") as bar:
            return perform_import(run, bar)
    except KeyboardInterrupt:
        abandon_import(run=run, now=timezone.now())
        raise CommandError("Interrupted; nothing was imported.") from None


def organisation_of(slug: str) -> Organisation:
    """The organisation with the slug. Raises CommandError, naming those that there are."""
    try:
        slugs = list(Organisation.objects.order_by("slug").values_list("slug", flat=True))
        found = Organisation.objects.filter(slug=slug).first()
    except DatabaseError:
        raise CommandError(
            "The database cannot be read or has no tables yet; run python manage.py migrate."
        ) from None
    if found is None:
        raise CommandError(f"There is no organisation {slug!r}. There are: {', '.join(slugs)}.")
    return found


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


def pair_of(text: str) -> tuple[str, str]:
    """The field and the column of FIELD=COLUMN. Raises CommandError."""
    field, sign, column = text.partition("=")
    if not sign:
        raise CommandError(f"--map takes FIELD=COLUMN, as in --map street=ST_NAME, not {text!r}.")
    return field.strip(), column


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
