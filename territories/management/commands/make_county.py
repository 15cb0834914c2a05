"""Writes a made-up county to try imports with."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from territories.importing.synthetic import write_county

CENTRE = (-76.6, 39.4)


class Command(BaseCommand):
    """`manage.py make_county`: doors on made-up streets, as many as wanted."""

    help = (
        "Write a CSV file of made-up doors, the same for the same seed. "
        "Example: python manage.py make_county county.csv --doors 100000 --seed 1"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, how many doors, and the seed."""
        parser.add_argument("out", type=Path, help="The CSV file to write")
        parser.add_argument("--doors", type=int, required=True, help="How many doors")
        parser.add_argument("--seed", type=int, default=1, help="The same seed, the same file")

    def handle(self, *args: Any, **given: Any) -> None:
        """Write the file."""
        if given["doors"] < 1:
            raise CommandError("--doors must be 1 or more.")
        try:
            write_county(given["out"], doors=given["doors"], seed=given["seed"], centre=CENTRE)
        except OSError as error:
            raise CommandError(f"{given['out']} cannot be written: {error.strerror}.") from None
        self.stdout.write(f"{given['doors']:,} doors written to {given['out']}")
