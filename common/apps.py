"""The floor that every app stands on."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Holds the sweep of background runs; has no tables of its own."""

    name = "common"
