"""What every test of canvass may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.canvass import world
from tests.cast import Company


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    """It is world.NOW for whoever asks the clock."""
    with time_machine.travel(world.NOW, tick=False):
        yield


@pytest.fixture
def town(sunrise: Company) -> world.Town:
    """Sunrise's town; see tests/canvass/world.py."""
    return world.sunrise_town(sunrise)
