"""Unique constraints of the database as errors of the domain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from common.errors import DomainError


@contextmanager
def unless_taken(error: type[DomainError]) -> Iterator[None]:
    """Run the block in a transaction; a broken constraint undoes it and becomes `error`.

    For writes whose values are checked already, so that only a unique constraint can break.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise error from None
