"""Computes prospects anew from their visits, for the operator who wants to be sure."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress, TaskID

from canvass.models import Campaign
from canvass.rebuilding import rebuild_prospects


class Bar:
    """A bar in the terminal that a rebuild reports to."""

    def __init__(self, bars: Progress, task: TaskID) -> None:
        self.bars = bars
        self.task = task

    def report(self, done: int, total: int) -> None:
        """Show how far it is."""
        self.bars.update(self.task, completed=done, total=total)


class Command(BaseCommand):
    """`manage.py rebuild_prospects`: idempotent, and safe while visits come in."""

    help = (
        "Compute what visits add up to anew, for every prospect or one campaign's. Prospects that "
        "are right stay untouched; run it again whenever it was cut off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the campaign, if it is for one."""
        parser.add_argument("--campaign", type=int, help="The campaign's id; all without it")

    def handle(self, *args: Any, **given: Any) -> None:
        """Rebuild, showing a bar for each campaign, and say what was wrong."""
        campaigns = Campaign.objects.order_by("pk")
        if given["campaign"] is not None:
            campaigns = campaigns.filter(pk=given["campaign"])
            if not campaigns:
                raise CommandError("There is no such campaign.")
        with Progress(console=Console(stderr=True), transient=True) as bars:
            for campaign in campaigns:
                bar = Bar(bars, bars.add_task(campaign.name, total=None))
                done = rebuild_prospects(campaign, bar)
                self.stdout.write(
                    f"{campaign.name}: {done.prospects:,} prospects, {done.changed:,} changed."
                )
