"""The stage for both seasons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from canvass.outcomes import add_default_outcomes
from tests.calls import SignIn
from tests.canvass.seasons.stage import Stage, local
from tests.canvass.world import place, published_cut
from tests.cast import Company
from tests.routing.world import street

HOUSES = 40


@pytest.fixture
def stage(sunrise: Company, as_member: SignIn) -> Iterator[Stage]:
    """Two streets of forty houses, cut and published; on 1 June nothing else is there."""
    add_default_outcomes(organisation=sunrise.organisation)
    cut = published_cut(sunrise)
    a, b = (street(sunrise, name, row, HOUSES) for row, name in enumerate("AB"))
    place(cut, 1, a)
    place(cut, 2, b)
    with time_machine.travel(local(6, 1, 8), tick=False) as clock:
        yield Stage(sunrise, as_member, clock, cut, a, b)
