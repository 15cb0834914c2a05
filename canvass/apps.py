"""What happened: campaigns, visits, compliance, reports."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CanvassConfig(AppConfig):
    """The canvass app."""

    name = "canvass"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the triggers of the hooks made after migrations: Django says so by a signal only."""
        from canvass.hooks.triggers import install_triggers  # noqa: PLC0415  # models come first

        post_migrate.connect(install_triggers, sender=self)
