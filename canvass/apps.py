"""What happened: campaigns, visits, compliance, reports."""

from django.apps import AppConfig


class CanvassConfig(AppConfig):
    """The canvass app."""

    name = "canvass"
    default_auto_field = "django.db.models.BigAutoField"
