"""Removes what organisations no longer keep, as the daily task does."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from canvass.keeping import remove_what_is_too_old


class Command(BaseCommand):
    """`manage.py remove_too_old`: says how many rows of each kind it removed or emptied."""

    help = "Remove positions, notes and audit entries that are older than the organisations keep."

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove them."""
        removed = remove_what_is_too_old(timezone.now())
        for kind, count in removed.items():
            self.stdout.write(f"{kind}: {count:,}")
        self.stdout.write(f"{sum(removed.values()):,} rows in all.")
