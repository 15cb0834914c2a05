"""Prints the page that lists every error code of the API."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config.catalogue import as_markdown


class Command(BaseCommand):
    """`manage.py problems`: docs/problems.md, as the code has it."""

    help = "Print docs/problems.md. Example: python manage.py problems > docs/problems.md"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        self.stdout.write(as_markdown(), ending="")
