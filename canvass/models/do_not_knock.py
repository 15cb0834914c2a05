"""Where nobody may knock: who said so, of what, from when until when."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from canvass.models.list_entries import (
    ENDS_AFTER_START,
    LIFTED_FOR_A_REASON,
    ExpiryKind,
    ListEntry,
    ListEntryQuerySet,
    stands,
)
from common.runs import RunQuerySet
from common.scoping import ScopedModel, ScopedQuerySet
from territories.models.imports import AddressRun


class Reach(models.TextChoices):
    """What an entry covers."""

    DOOR = "door"
    BUILDING = "building"
    STREET = "street"
    AREA = "area"


class DoNotKnockSource(models.TextChoices):
    """Who or what said so."""

    HOUSEHOLDER = "householder"
    REGISTRY = "registry"
    SIGN = "sign"
    CUSTOMER = "customer"
    MANAGER = "manager"


class DoNotKnockScope(models.TextChoices):
    """Whether businesses are meant too. A door of unknown use counts as a home."""

    HOMES = "homes"
    EVERY_DOOR = "every_door"


# What of an entry says where it is, for each reach; everything else of it stays empty.
PLACES = {
    Reach.DOOR: Q(door__isnull=False, building=None, street="", area__isnull=True),
    Reach.BUILDING: Q(door=None, building__isnull=False, street="", area__isnull=True),
    Reach.STREET: Q(door=None, building=None, area__isnull=True) & ~Q(street=""),
    Reach.AREA: Q(door=None, building=None, street="", area__isnull=False),
}


def place_fits() -> Q:
    """The condition that an entry names one place, of the kind that its reach says."""
    fits = Q()
    for reach, place in PLACES.items():
        fits |= Q(reach=reach.value) & place
    return fits


class DoNotKnockEntryQuerySet(ListEntryQuerySet["DoNotKnockEntry"]):
    """Entries; managers see their organisation's, reps none: for them the doors vanish."""


class DoNotKnockEntry(ListEntry):
    """That nobody may knock at a door, in a building, on a street or within an area.

    A renewal is a row of its own, which `renews` this one. `visit` is the one at which it was said
    or seen.
    """

    reach = models.CharField(max_length=8, choices=Reach)
    door = models.ForeignKey(
        "territories.Door", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    building = models.ForeignKey(
        "territories.Building", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    area = models.JSONField(null=True, blank=True)
    source = models.CharField(max_length=11, choices=DoNotKnockSource)
    scope = models.CharField(max_length=10, choices=DoNotKnockScope)
    visit = models.OneToOneField(
        "canvass.Visit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    renews = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewed_by"
    )
    objects: ClassVar = DoNotKnockEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "do-not-knock entry"
        verbose_name_plural = "do-not-knock entries"
        constraints: ClassVar = [
            models.CheckConstraint(condition=place_fits(), name="do_not_knock_names_one_place"),
            models.CheckConstraint(
                condition=Q(source__in=DoNotKnockSource.values)
                & Q(scope__in=DoNotKnockScope.values)
                & Q(expiry__in=ExpiryKind.values),
                name="do_not_knock_words_known",
            ),
            models.CheckConstraint(
                condition=ENDS_AFTER_START, name="do_not_knock_ends_after_start"
            ),
            models.CheckConstraint(
                condition=LIFTED_FOR_A_REASON,
                name="do_not_knock_lifted_for_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "dataset"], name="do_not_knock_dataset"),
        ]

    def __str__(self) -> str:
        return f"do-not-knock entry {self.pk}"


class DoNotKnockDoorQuerySet(ScopedQuerySet["DoNotKnockDoor"]):
    """Which doors the entries cover."""

    def in_force(self, at: datetime, until: datetime | None = None) -> DoNotKnockDoorQuerySet:
        """Those of the entries that forbid at an instant, or at some time in [at, until)."""
        return self.filter(stands(at, until, "entry__"))


class DoNotKnockDoor(ScopedModel):
    """That an entry covers a door: worked out once, so that every list asks one small table."""

    entry = models.ForeignKey(DoNotKnockEntry, on_delete=models.CASCADE, related_name="covered")
    door = models.ForeignKey(
        "territories.Door", on_delete=models.PROTECT, related_name="forbidden_by"
    )

    objects = DoNotKnockDoorQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["door", "entry"], name="do_not_knock_door_once")
        ]

    def __str__(self) -> str:
        return f"door {self.door_id} under entry {self.entry_id}"


class DoNotKnockRunQuerySet(RunQuerySet["DoNotKnockRun"]):
    """Imports of registries; managers and admins see all of their organisation's."""


class DoNotKnockRun(AddressRun):
    """One file of a do-not-knock registry. `rejects` names every line that became no entry."""

    task_name: ClassVar[str] = "canvass.import_do_not_knock"

    objects: ClassVar = DoNotKnockRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"registry {self.pk} of {self.file_name}"
