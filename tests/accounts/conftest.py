"""What the tests of accounts share."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """Tries that other tests counted in the cache do not slow this one down."""
    cache.clear()
