"""Compiling before anybody waits for it."""

from __future__ import annotations

import gc
from functools import cache
from itertools import product

import numpy as np

from routing.engine.clock import Clock
from routing.engine.compiled import FOLDER, alone
from routing.engine.construction import construct
from routing.engine.problem import Problem, Stop, Walker
from routing.engine.searching import by_search
from routing.engine.solution import Budget
from routing.engine.timetable import Tables

ALWAYS, SOMETIMES = (), ((0, 50), (60, 90))
WARM = "warm"  # the file that says that all of it is compiled


@cache
def warm() -> None:
    """Compile the searches, or load them from the disk, on tiny problems: once in a process.

    Takes a second where they are on the disk, nearly two minutes where they are not; another
    process that compiles them is waited for. What it has loaded stays: else looking through all of
    that for garbage takes a tenth of a second of some later budget.
    """
    with alone():
        search_tiny_problems()
        if FOLDER is not None:
            (FOLDER / WARM).touch()
    gc.collect()
    gc.freeze()


def is_compiled() -> bool:
    """Whether `warm` has been through on this machine with these sources: it is quick then."""
    return FOLDER is not None and (FOLDER / WARM).exists()


def search_tiny_problems() -> None:
    """Have every search compiled, with windows and without, with required stops and without."""
    here = np.arange(6, dtype=np.int32)
    travel = np.abs(here[:, None] - here[None, :])
    for windows, required in product((ALWAYS, SOMETIMES), (True, False)):
        stops = [Stop(at, at, at, 1, windows, required=required) for at in range(1, 6)]
        tables = Tables(Problem(stops, [Walker(0, 0, 0, (0, 40))], travel))
        by_search(tables, construct(tables), Clock(Budget(iterations=10)), seed=0)
