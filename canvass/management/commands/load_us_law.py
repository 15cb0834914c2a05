"""Gives an organisation the shipped rules of the United States to start from."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Organisation
from canvass.cancellation_rules import DEFAULTS, plan_of
from canvass.models import CancellationRule, Jurisdiction, Ordinance

FILE = Path(__file__).parents[2] / "law_rules" / "us_defaults.json"


class Command(BaseCommand):
    """`manage.py load_us_law sunrise`: jurisdictions, ordinances, cancellation rules."""

    help = (
        "Load rules of the United States, each with its source, into an organisation. They are "
        "starting points and no legal advice. Loading them again adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The organisation."""
        parser.add_argument("organisation", help="Its slug.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load them."""
        found = Organisation.objects.filter(slug=options["organisation"]).first()
        if found is None:
            raise CommandError("There is no organisation with this slug.")
        rules = json.loads(FILE.read_text(encoding="utf-8"))
        with transaction.atomic():
            added = load(found, rules)
        self.stdout.write(f"{added} rows added. {rules['about']}")


def load(organisation: Organisation, rules: dict[str, Any]) -> int:
    """Add what the organisation does not have yet; returns how many rows. What it has, stays."""
    known: dict[str | None, Jurisdiction | None] = {None: None}
    added = 0
    for one in rules["jurisdictions"]:
        more = {"time_zone": one["time_zone"], "parent": known[one.get("parent")]}
        key = {"organisation": organisation, "level": one["level"], "name": one["name"]}
        known[one["name"]], is_new = Jurisdiction.objects.get_or_create(defaults=more, **key)
        added += is_new
    for one in rules["ordinances"]:
        place, day = known[one["jurisdiction"]], date.fromisoformat(one["starts_on"])
        more = {**one, "jurisdiction": place, "starts_on": day}
        key = {"organisation": organisation, "jurisdiction": place, "starts_on": day}
        added += Ordinance.objects.get_or_create(defaults=more, **key)[1]
    federal = json.loads(DEFAULTS.read_text(encoding="utf-8"))
    for one in [*federal, *rules["cancellation_rules"]]:
        plan = vars(plan_of({**one, "jurisdiction": known[one.get("jurisdiction")]}))
        key = {"organisation": organisation, "name": plan["name"], "starts_on": plan["starts_on"]}
        added += CancellationRule.objects.get_or_create(defaults=plan, **key)[1]
    return added
