"""What the demo says of the day's worth."""

from __future__ import annotations

import time_machine
from rich.console import Console

from config.demo.report import value_cells, values_table
from routing.baselines import baselines
from tests.canvass.world import NOW, TODAY
from tests.cast import Company
from tests.routing import world
from tests.routing.world import route_of


def printed(town: world.Town) -> str:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(values_table(town.campaign, TODAY))
    return capture.get()


@time_machine.travel(NOW, tick=False)
def test_each_evening_is_worth_as_much_as_planned_greedy_and_by_list(sunrise: Company) -> None:
    """A line for Rosa and one for all, with the values of her route and of its baselines."""
    town = world.hill(sunrise)
    shift = town.shift(sunrise.rosa, minutes=12)
    route, without = route_of(shift, seconds=0.3), baselines(shift)
    text = printed(town)
    for value in (route.value, without.greedy, without.address_list):
        assert text.count(f" {value} ") >= 2
    assert sunrise.rosa.user.name in text


def test_how_much_more_is_said_in_percent() -> None:
    """Of nothing there is no share."""
    assert value_cells(1200, 1000, 0) == ["1,200", "1,000", "20%", "0", "-"]
