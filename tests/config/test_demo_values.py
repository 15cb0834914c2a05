"""What the demo says of the day's worth."""

from __future__ import annotations

import re

import time_machine
from rich.console import Console
from rich.table import Table

from config.demo.report import left_out_table, value_cells, values_table
from tests.canvass.world import NOW, TODAY
from tests.cast import Company
from tests.routing import world
from tests.routing.world import route_of


def printed(shown: Table) -> str:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(shown)
    return capture.get()


@time_machine.travel(NOW, tick=False)
def test_each_evening_is_worth_as_much_as_planned_greedy_and_by_list(sunrise: Company) -> None:
    """A line for Rosa and one for all, with the values of her route and of its baselines."""
    town = world.hill(sunrise)
    route = route_of(town.shift(sunrise.rosa, minutes=12), seconds=0.3)
    text = printed(values_table(town.campaign, TODAY))
    for value in (route.value, route.greedy_value, route.address_list_value):
        assert text.count(f" {value} ") >= 2
    assert f" {route.status} " in text
    assert sunrise.rosa.user.name in text


def test_how_much_more_is_said_in_percent() -> None:
    """Of nothing there is no share."""
    cells = ["1,200", "bound 3.2%", "1,000", "20%", "0", "-"]
    assert value_cells((1200, 1000, 0), "bound 3.2%") == cells


@time_machine.travel(NOW, tick=False)
def test_doors_left_out_are_counted_by_their_reason_in_words(sunrise: Company) -> None:
    """Somebody hostile, and those that ten minutes are too short for."""
    town = world.hill(sunrise)
    town.visit(town.a[1], "hostile")
    route = route_of(town.shift(sunrise.rosa, minutes=10))
    late = sum(reason == "no_time" for reason in world.left_out(route).values())
    text = printed(left_out_table(town.campaign, TODAY))
    assert re.search(rf"It does not fit into the shift\.\s+│\s+{late} │", text)
    assert re.search(r"A knock is worth nothing, or less than the way\.\s+│\s+1 │", text)
    assert "There is no way there" not in text
