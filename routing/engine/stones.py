"""Stops worth nothing that lead to others: where a way over one is shorter than the direct way."""

from __future__ import annotations

from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from routing.engine.timetable import Ints, Tables

MOST: Final = 32  # are looked for; who has more has none in practice, and each costs O(n²)
KNOWN: WeakKeyDictionary[Tables, Ints] = WeakKeyDictionary()  # as long as the tables are there


def stepping_stones(tables: Tables) -> Ints:
    """The worthless stops over which somebody gets from one place to another sooner."""
    if tables not in KNOWN:
        worthless = [
            at for at, stop in enumerate(tables.stops) if not tables.pull[at] and not stop.required
        ]
        found = [at for at in worthless[:MOST] if shortens(tables, at)]
        KNOWN[tables] = np.array(found, dtype=np.int64)
    return KNOWN[tables]


def shortens(tables: Tables, stop: int) -> bool:
    """Whether a way over the stop, its service included, is shorter than the direct one."""
    place, service = tables.place[stop], tables.service[stop]
    travel = tables.problem.travel_by_profile.astype(np.int64)
    there, on = travel[:, :, place, None], travel[:, place, None, :]
    return bool((there + service + on < travel).any())
