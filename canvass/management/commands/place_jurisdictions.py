"""Says where jurisdictions are, by a file of boundaries or the imported neighborhoods."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Organisation
from canvass.models import Jurisdiction, JurisdictionLevel
from canvass.placing import (
    Boundary,
    Placing,
    boundaries_in,
    boundaries_of,
    placings,
    write_placings,
)
from common.errors import DomainError

LEVELS = [level for level in JurisdictionLevel.values if level != JurisdictionLevel.COUNTRY]


class Command(BaseCommand):
    """`manage.py place_jurisdictions sunrise state --file states.geojson --write`."""

    help = (
        "Find where an organisation's jurisdictions of a level are: in a GeoJSON file, or among "
        "its imported neighborhoods (states and counties: regions; cities: cities). By their FIPS "
        "codes or names. Without --write only says what it finds."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, which, and where to look."""
        parser.add_argument("organisation", help="Its slug.")
        parser.add_argument("level", choices=LEVELS)
        parser.add_argument("--file", type=Path, help="GeoJSON; the neighborhoods if left out.")
        parser.add_argument(
            "--name", default="NAME", help="The property with the name; + joins: NAME+STATE_NAME."
        )
        parser.add_argument("--code", default="", help="The property with the FIPS code: STATEFP.")
        parser.add_argument(
            "--again", action="store_true", help="Place those anew that are somewhere already."
        )
        parser.add_argument("--write", action="store_true", help="Write down what was found.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find them, say so, and write."""
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError("There is no organisation with this slug.")
        rows = Jurisdiction.objects.filter(organisation=organisation, level=options["level"])
        if not options["again"]:
            rows = rows.filter(area__isnull=True, neighborhood=None)
        found = list(placings(rows.order_by("name"), boundaries(organisation, options)))
        for one in found:
            self.stdout.write(told(one))
        certain = sum(one.boundary is not None for one in found)
        if not options["write"]:
            self.stdout.write(
                f"{certain} of {len(found)} found. Nothing is written without --write."
            )
            return
        bad = write_placings(found, timezone.now())
        for one in bad:
            self.stdout.write(f"{one.jurisdiction}: what is there is no area.")
        self.stdout.write(f"{certain - len(bad)} of {len(found)} placed.")


def boundaries(organisation: Organisation, options: dict[str, Any]) -> list[Boundary]:
    """Where to look. Raises CommandError for a file that cannot be read."""
    if options["file"] is None:
        return boundaries_of(organisation.pk, options["level"])
    try:
        return boundaries_in(options["file"], options["name"], options["code"])
    except DomainError as error:
        raise CommandError(error.message) from error


def told(placing: Placing) -> str:
    """What a jurisdiction's line says."""
    if placing.boundary:
        return f"{placing.jurisdiction}: {placing.boundary.where}, {placing.boundary.name}"
    if not placing.found:
        return f"{placing.jurisdiction}: not found"
    places = ", ".join(one.where for one in placing.found[:5])
    return f"{placing.jurisdiction}: {len(placing.found)} of that name ({places}); not placed"
