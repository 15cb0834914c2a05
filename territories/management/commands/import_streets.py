"""Imports the streets of an extract in the foreground, for the operator of the installation."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console

from common.errors import DomainError
from common.runs import RunState
from territories.management.commands.import_doors import organisation_of
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
        try:
            street_map = build(console, given)
            print_street_map(console, street_map)
            snaps = snap(console, street_map)
        except DomainError as error:
            raise CommandError(error.message) from None
        print_snaps(console, snaps)


def build(console: Console, given: dict[str, Any]) -> StreetMap:
    """The map that the arguments ask for, in use. Raises CommandError and DomainErrors."""
    path: Path = given["file"]
    organisation = organisation_of(given["organisation"])
    if not path.is_file():
        raise CommandError(f"There is no file {path}; check the path.")
    name = given["name"] or region_name(path.name)
    with path.open("rb") as file:
        begun = begin_street_map(
            organisation=organisation, file=File(file, path.name), name=name, now=timezone.now()
        )
    try:
        with Bar(console, f"Building the streets of {name}") as bar:
            built = perform_street_map(begun, bar)
    except KeyboardInterrupt:
        abandon_street_map(street_map=begun, now=timezone.now())
        raise CommandError("Interrupted; nothing was imported.") from None
    if built.state == RunState.RUNNING:
        raise CommandError(f"A worker is building this map already, as street map {built.pk}.")
    if built.state == RunState.FAILED:
        raise CommandError(f"{built.error_message} Nothing was imported.")
    return built


def snap(console: Console, street_map: StreetMap) -> SnapRun:
    """The snapping that followed the map, carried out here unless a worker has it."""
    try:
        with Bar(console, "Snapping doors to them") as bar:
            return perform_snaps(street_map.result["snap_run"], bar)
    except KeyboardInterrupt:
        raise CommandError("Interrupted; a worker will snap the remaining doors.") from None
