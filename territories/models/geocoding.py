"""What geocoders have said."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from common.scoping import ScopedModel, ScopedQuerySet


class GeocodedAddressQuerySet(ScopedQuerySet["GeocodedAddress"]):
    """Answers of geocoders; managers and admins see all of their organisation's."""


class GeocodedAddress(ScopedModel):
    """What a geocoding service answered about an address, kept for good so as not to ask again.

    `key` is a digest of the address as it was asked for. Either there is a position, with the
    service's own word for how precise it is, or a `problem`; `detail` says what was found.
    """

    service = models.CharField(max_length=32)
    key = models.CharField(max_length=32)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    precision = models.CharField(max_length=40, blank=True)
    problem = models.CharField(max_length=20, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()

    objects = GeocodedAddressQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "service", "key"], name="geocoded_address_once"
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) & ~Q(problem="")
                | Q(problem="", lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="geocoded_address_found_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service}'s answer {self.pk}"
