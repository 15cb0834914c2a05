"""The wiring: settings, URLs, Celery, and the commands that start everything."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Makes `serve` and `demo` available; has no tables."""

    name = "config"
