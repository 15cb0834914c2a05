"""What every test of routing may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.canvass.world import NOW
from tests.cast import Company
from tests.routing import world


@pytest.fixture
def _clock() -> Iterator[None]:
    """It is NOW for whoever asks the clock."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hill(_clock: None, sunrise: Company) -> world.Town:
    """Sunrise's town; see tests/routing/world.py."""
    return world.hill(sunrise)
