"""Compiling before anybody waits for it."""

from __future__ import annotations

from functools import cache

import numpy as np

from territories.cutting.compiled import alone
from territories.cutting.division import divide
from territories.cutting.doors import DoorRow, doors_from
from territories.cutting.units import units_from

SIDE = 6


@cache
def warm() -> None:
    """Compile cutting and cutting anew, or load them from the disk, on a village: once a process.

    Takes a second where they are on the disk, most of a minute where they are not; another process
    that compiles them is waited for.
    """
    rows = [
        DoorRow(x * 1e-3, y * 1e-3, y * SIDE + x, str(y), str(x), 1.0 + x)
        for y in range(SIDE)
        for x in range(SIDE)
    ]
    units = units_from(doors_from(rows))
    with alone():
        divide(units, k=3)
        divide(units, k=3, keep=np.repeat(np.arange(3), len(rows) // 3))
