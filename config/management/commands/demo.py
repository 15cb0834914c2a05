"""Does the product's main job on a real town, prints the day and ends."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.demo.session import ending_cleanly, prepare_day, ready_worker


class Command(BaseCommand):
    """`manage.py demo`: doors, territories, walks, visits and the funnel of a town."""

    help = (
        "Load a town, cut it into territories, plan every rep's walk, and print the day. "
        "Example: python manage.py demo --town berlin.osm.pbf"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the user's own file of doors."""
        parser.add_argument("--town", default="", help="Your own file of doors, .osm.pbf for one")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        with ending_cleanly(), ready_worker() as background:
            prepare_day(options["town"], background)
