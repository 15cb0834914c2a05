"""Imports the streets of an extract in the foreground, for the operator of the installation."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console

from common.errors import DomainError
from territories.management.foreground import (
    Import,
    bring_in,
    organisation_of,
    refuse_failed,
)
from territories.management.terminal import Bar, print_snaps, print_street_map
from territories.models import SnapRun, StreetMap
from territories.snapping import perform_snaps
from territories.street_maps import (
    abandon_street_map,
    begin_street_map,
    perform_street_map,
    region_name,
)


class Command(BaseCommand):
    """`manage.py import_streets`: a street map from OpenStreetMap, and the doors snapped to it."""

    help = (
        "Build the street map of a region from an OpenStreetMap extract (.osm.pbf, .osm; .gz and "
        ".bz2 too), put it in the place of the one of the same name, and snap the organisation's "
        "doors to it. Example: python manage.py import_streets berlin.osm.pbf "
        "--organisation sunrise --name Berlin"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, whose it is, and the region's name."""
        parser.add_argument("file", type=Path, help="The OpenStreetMap extract")
        parser.add_argument("--organisation", required=True, help="Whose map: its slug")
        parser.add_argument("--name", help="The region; the file's name if left out")

    def handle(self, *args: Any, **given: Any) -> None:
        """Build, snap, and print what came of it."""
        console = Console()
        street_map = bring_in(console, given["file"], wanted(given))
        refuse_failed(street_map)
        print_street_map(console, street_map)
        try:
            snaps = snap(console, street_map)
        except DomainError as error:
            raise CommandError(error.message) from None
        print_snaps(console, snaps)


def wanted(given: dict[str, Any]) -> Import[StreetMap]:
    """The map that the arguments ask for. Raises CommandError."""
    organisation = organisation_of(given["organisation"])
    name = given["name"] or region_name(given["file"].name)
    return Import(
        title=f"Building the streets of {name}",
        work="building this map",
        noun="street map",
        begin=lambda file: begin_street_map(
            organisation=organisation, file=file, name=name, now=timezone.now()
        ),
        perform=perform_street_map,
        abandon=lambda run: abandon_street_map(street_map=run, now=timezone.now()),
    )


def snap(console: Console, street_map: StreetMap) -> SnapRun:
    """The snapping that followed the map, carried out here unless a worker has it."""
    try:
        with Bar(console, "Snapping doors to them") as bar:
            return perform_snaps(street_map.result["snap_run"], bar)
    except KeyboardInterrupt:
        raise CommandError("Interrupted; a worker will snap the remaining doors.") from None
