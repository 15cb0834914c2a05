"""The wiring: settings, URLs, Celery, and the commands that start everything."""

from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Makes `serve` and `demo` available, and checks of the settings; has no tables."""

    name = "config"

    def ready(self) -> None:
        """Register the checks, as soon as Django can."""
        import_module("config.checks")
