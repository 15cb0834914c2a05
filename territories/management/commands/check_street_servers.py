"""Asks the street servers that the settings name, for the operator who has just named one."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import DomainError
from territories.street_servers import StreetServer, street_servers
from territories.streets.travel_times import UNREACHABLE, Places


class Command(BaseCommand):
    """`manage.py check_street_servers`: whether they answer, and what they say of one walk."""

    help = "Ask every street server that the settings name how long it is from one place to another"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the two places."""
        parser.add_argument("origin", type=place, metavar="LON,LAT")
        parser.add_argument("destination", type=place, metavar="LON,LAT")

    def handle(self, *args: Any, **given: Any) -> None:
        """Print a line for each server; fail if one of them does."""
        servers = street_servers()
        if not servers:
            raise CommandError("No street server: set CANVASS_OSRM_URL or CANVASS_VALHALLA_URL.")
        failures = []
        for server in servers:
            try:
                self.stdout.write(told(server, given["origin"], given["destination"]))
            except DomainError as error:
                failures.append(f"{error.message} ({error.code})")
        if failures:
            raise CommandError(" ".join(failures))


def place(text: str) -> Places:
    """A place on the command line: "11.28,49.51". Raises ValueError for anything else."""
    lon, lat = map(float, text.split(","))
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise ValueError(text)
    return Places.of([(lon, lat, "")])


def told(server: StreetServer, origin: Places, destination: Places) -> str:
    """What a server says of the walk, in one line. Raises what the server raises."""
    ways = server.between(origin, destination)
    seconds, metres = int(ways.seconds[0, 0]), int(ways.metres[0, 0])
    if seconds == UNREACHABLE:
        return f"{server.source}: answers, and knows no way between these places"
    return f"{server.source}: {metres} m, {seconds / 60:.0f} minutes on foot"
