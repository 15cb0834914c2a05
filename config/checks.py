"""What `manage.py check --deploy` finds in the settings, besides what Django finds."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004  # Django's name

# Those that each process has for itself, or that forget at once.
OWN = ("locmem.LocMemCache", "dummy.DummyCache")


@register(Tags.caches, deploy=True)
def shared_cache(**_: Any) -> list[CheckMessage]:
    """Warn of a cache in which each process counts wrong passwords and requests by itself."""
    if not str(settings.CACHES["default"]["BACKEND"]).endswith(OWN):
        return []
    return [
        Warning(
            "Each process counts wrong passwords and requests by itself, so that several processes "
            "let through several times as many.",
            hint="Name a cache that they share: CACHE_URL=redis://host:6379/1",
            id="config.W001",
        )
    ]
