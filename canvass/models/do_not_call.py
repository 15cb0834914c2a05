"""Which telephone numbers nobody may call: a list of its own, which says nothing of doors."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from canvass.models.list_entries import (
    ENDS_AFTER_START,
    LIFTED_FOR_A_REASON,
    ExpiryKind,
    ListEntry,
    ListEntryQuerySet,
)
from common.runs import RunQuerySet
from territories.models.imports import AddressRun


class DoNotCallSource(models.TextChoices):
    """Who or what said so."""

    HOUSEHOLDER = "householder"
    REGISTRY = "registry"
    MANAGER = "manager"


class DoNotCallEntry(ListEntry):
    """That nobody may call a telephone number, in E.164: `+` and digits, as in +13015550147."""

    phone = models.CharField(max_length=16)
    source = models.CharField(max_length=11, choices=DoNotCallSource)

    objects: ClassVar = ListEntryQuerySet["DoNotCallEntry"].as_manager()

    class Meta:
        verbose_name = "do-not-call entry"
        verbose_name_plural = "do-not-call entries"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(source__in=DoNotCallSource.values) & Q(expiry__in=ExpiryKind.values),
                name="do_not_call_words_known",
            ),
            models.CheckConstraint(
                condition=Q(phone__startswith="+"), name="do_not_call_phone_international"
            ),
            models.CheckConstraint(condition=ENDS_AFTER_START, name="do_not_call_ends_after_start"),
            models.CheckConstraint(
                condition=LIFTED_FOR_A_REASON, name="do_not_call_lifted_for_a_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "phone"], name="do_not_call_phone"),
            models.Index(fields=["organisation", "dataset"], name="do_not_call_dataset"),
        ]

    def __str__(self) -> str:
        return f"do-not-call entry {self.pk}"


class DoNotCallRunQuerySet(RunQuerySet["DoNotCallRun"]):
    """Imports of numbers; managers and admins see all of their organisation's."""


class DoNotCallRun(AddressRun):
    """One file of a do-not-call registry. `rejects` names every line that is no number."""

    task_name: ClassVar[str] = "canvass.import_do_not_call"

    objects: ClassVar = DoNotCallRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"do-not-call registry {self.pk} of {self.file_name}"
