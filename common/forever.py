"""Rows that are written once and stay as they are: nothing of the code changes or deletes them.

Two doors are left open, and nothing else: what a row says of persons can be emptied, and rows of a
kind that is kept for some time only can be removed when that is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models
from django.db.models import Q

from common.scoping import ScopedModel, ScopedQuerySet

FOR_EVER = "These rows are never changed or deleted; write another that says what is new."

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class ForeverQuerySet(ScopedQuerySet[Row_co]):
    """Rows that are only ever added."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert only: rows that exist are not updated."""
        if kwargs.get("update_conflicts") or any(args[2:]):  # its third option by position
            raise TypeError(FOR_EVER)
        return super().bulk_create(objs, *args, **kwargs)

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError(FOR_EVER)

    def delete(self) -> NoReturn:
        """Refuse."""
        raise TypeError(FOR_EVER)

    def empty_personal(self) -> int:
        """Empty the model's `personal` columns; returns how many rows had something in them.

        No other column changes, and no value can be given. Raises TypeError for a model that has
        no such columns.
        """
        found = self.personal_ones()
        personal: Mapping[str, Any] = getattr(self.model, "personal", {})
        return models.QuerySet.update(found, **personal)

    def personal_ones(self) -> Self:
        """The rows that have something in their `personal` columns; TypeError without such."""
        personal: Mapping[str, Any] = getattr(self.model, "personal", {})
        if not personal:
            raise TypeError(FOR_EVER)
        full = Q()
        for name, empty in personal.items():
            full |= Q(**{f"{name}__isnull": False}) if empty is None else ~Q(**{name: empty})
        return self.filter(full)

    def remove_expired(self, before: datetime) -> int:
        """Delete the rows whose time, the model's `expires_by`, lies before; returns how many.

        Raises TypeError for a model that is kept for ever.
        """
        column: str = getattr(self.model, "expires_by", "")
        if not column:
            raise TypeError(FOR_EVER)
        return models.QuerySet.delete(self.filter(**{f"{column}__lt": before}))[0]


class ForeverModel(ScopedModel):
    """A row that is inserted once. Name `base_manager_name = "objects"` in its Meta.

    `personal` are the columns that say something of persons, with what they are when emptied;
    `expires_by` is the column by which rows grow too old to be kept.
    """

    personal: ClassVar[Mapping[str, Any]] = {}
    expires_by: ClassVar[str] = ""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: a second save is refused by the database."""
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError(FOR_EVER)
