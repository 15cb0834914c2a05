"""Degrees in the columns of a row."""

from __future__ import annotations

from django.db.models import Q


def on_earth(lon: str, lat: str) -> Q:
    """The condition that a pair of columns holds degrees."""
    return Q(**{f"{lon}__gte": -180, f"{lon}__lte": 180, f"{lat}__gte": -90, f"{lat}__lte": 90})
