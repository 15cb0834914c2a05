"""Where: streets, doors, neighborhoods, territories, who works them."""

from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    """The territories app."""

    name = "territories"
    default_auto_field = "django.db.models.BigAutoField"
