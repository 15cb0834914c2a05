"""Rows that are written once and stay as they are: nothing of the code changes or deletes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from django.db import models

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


class ForeverModel(ScopedModel):
    """A row that is inserted once. Name `base_manager_name = "objects"` in its Meta."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: a second save is refused by the database."""
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError(FOR_EVER)
