"""Finds one address, for the operator who wants to know what an import would make of it."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from territories.geocoding.answers import Address, NoMatch
from territories.geocoding.locate import Found, Locator
from territories.management.foreground import organisation_of

NUMBER = re.compile(r"\d+[A-Za-z]?([-/]\d+[A-Za-z]?)?")
HELP = 'Write it as in "12 Main St, 21208 Pikesville" or "Hauptstr. 5a, 91207 Lauf".'


class Command(BaseCommand):
    """`manage.py geocode`: where an address is, and how that is known."""

    help = (
        "Find an address among an organisation's own, else with the geocoder that the settings "
        f"name. {HELP}"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, and whose addresses to look through."""
        parser.add_argument("address", help="Number and street, then postcode or city or both")
        parser.add_argument("--organisation", required=True, help="Whose addresses: its slug")

    def handle(self, *args: Any, **given: Any) -> None:
        """Find it, and print what was found."""
        address = address_of(given["address"])
        organisation = organisation_of(given["organisation"])
        (answer,) = Locator.configured(organisation.pk).find([address])
        if isinstance(answer, NoMatch):
            reason = answer.problem.value.replace("_", " ")
            raise CommandError(f"Not found: {reason}. {answer.detail}".rstrip(". ") + ".")
        self.stdout.write(shown(answer))


def address_of(text: str) -> Address:
    """The parts of an address in one line. Raises CommandError where it has no number or place."""
    first, *rest = [part.split() for part in text.split(",")]
    places = [word for part in rest for word in part]
    street, number = parted(first)
    if not (street and number and places):
        raise CommandError(f"{text!r} has no house number or no place. {HELP}")
    postcode = [word for word in places if any(map(str.isdigit, word))]
    city = [word for word in places if word not in postcode]
    return Address(street, number, " ".join(postcode), " ".join(city))


def parted(words: list[str]) -> tuple[str, str]:
    """Street and number: the number is the first word or the last one, or the last two ("5 a")."""
    if words and NUMBER.fullmatch(words[0]):
        return " ".join(words[1:]), words[0]
    for count in (1, 2):
        number = "".join(words[-count:])
        if len(words) > count and NUMBER.fullmatch(number):
            return " ".join(words[:-count]), number
    return " ".join(words), ""


def shown(found: Found) -> str:
    """What was found, in one line."""
    how = found.quality.value
    if found.precision:
        how += f", {found.precision}"
    if found.score < 1:
        how += f", {found.score:.2f}"
    return f"{found.address}: lon {found.lon:.6f}, lat {found.lat:.6f} ({how})"
