"""Settings, URLs, Celery and the API's error format: wiring, imported by nobody."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
