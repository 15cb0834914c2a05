"""Writes what the engine is asked for a shift, to compare solvers on one's own evenings."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canvass.models import Shift
from common.errors import DomainError
from routing.engine import to_json
from routing.shift_problems import shift_problem


class Command(BaseCommand):
    """`manage.py dump_problem`: a shift as a problem file, which holds numbers only."""

    help = (
        "Print the routing problem of a shift as JSON, without any name or address. "
        "Example: python manage.py dump_problem 17 > evening.json; "
        "python -m benchmarks.routing evening.json --peers"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the shift's id."""
        parser.add_argument("shift", type=int, help="The id of the shift")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        shift = Shift.objects.select_related("campaign").filter(pk=options["shift"]).first()
        if shift is None:
            raise CommandError(f"There is no shift {options['shift']}.")
        try:
            problem = shift_problem(shift)
        except DomainError as error:
            raise CommandError(error.message) from None
        self.stdout.write(json.dumps(to_json(problem)))
