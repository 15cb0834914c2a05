"""How little a cut anew upsets: what stays after a mild and after severe changes.

Mild: 3% of the doors are gone and as many new ones there, and all minutes are others by up to 3%.
Severe: 30% more minutes for the tenth of the doors that lies together, up to 10% more or fewer for
all others. Estate: the hundredth of the doors around one of them gets four times as many beside it.
Quarter: two fifths more doors all over the quarter of the doors around one of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import LineString

from territories.cutting import (
    Cut,
    DoorRow,
    Streets,
    assess,
    divide,
    doors_from,
    least_share,
    moves,
    units_from,
)

Ints = NDArray[np.int64]
Rows = list[DoorRow]

GONE, OTHER = 0.03, 0.03
HEAVIER, CROWDED, SHAKEN = 0.3, 0.1, 0.1
ESTATE, DENSER = 0.01, 4
QUARTER, MORE = 0.25, 0.4


@dataclass(frozen=True)
class Recut:
    """A cut anew: how long it took, the share of the work that stays, and how even it is.

    `least_moved` is the share of the work that crosses borders in a flow on the map of the old
    territories: the least that can be, unless territories are relocated.
    """

    change: str
    seconds: float
    stays: float
    least_moved: float
    imbalance_max: float
    imbalance_min: float
    split_streets: int
    pieces: int

    def figures(self) -> dict[str, Any]:
        """The figures as JSON."""
        return {name: value for name, value in vars(self).items() if name != "change"}


def recuts(
    rows: Rows, streets: Streets | None, barriers: Sequence[LineString], cut: Cut, seed: int
) -> list[Recut]:
    """The cut made anew after each change."""
    found = []
    for name, change in CHANGES.items():
        changed, keep = change(rows, cut, np.random.default_rng(seed))
        units = units_from(doors_from(changed), streets)
        started = time.perf_counter()
        anew = divide(units, k=cut.territories, keep=keep, barriers=barriers, seed=seed)
        seconds = time.perf_counter() - started
        judged = assess(anew)
        found.append(
            Recut(
                change=name,
                seconds=round(seconds, 3),
                stays=round(moves(anew, keep).stays, 4),
                least_moved=round(least_share(anew, keep), 4),
                imbalance_max=round(judged.largest - 1, 4),
                imbalance_min=round(judged.smallest - 1, 4),
                split_streets=judged.split_streets,
                pieces=judged.in_pieces,
            )
        )
    return found


def mild(rows: Rows, cut: Cut, draw: np.random.Generator) -> tuple[Rows, Ints]:
    """Some doors go, as many come beside others, and everybody's minutes are a little off."""
    minutes = shaken(rows, draw, OTHER)
    few = round(GONE * len(rows))
    gone = np.isin(np.arange(len(rows)), draw.choice(len(rows), few, replace=False))
    stays = np.flatnonzero(~gone).tolist()
    beside = draw.choice(len(rows), few, replace=False)
    kept = [rows[one]._replace(minutes=minutes[one]) for one in stays]
    new = beside_others(rows, beside, draw)
    return kept + new, np.concatenate((cut.labels[stays], np.full(few, -1)))


def beside_others(rows: Rows, others: Ints, draw: np.random.Generator) -> Rows:
    """New houses, each beside one of the others."""
    first = 1 + max(row.building for row in rows)
    astray = draw.normal(0, 1e-5, (len(others), 2)).tolist()
    return [
        rows[one]._replace(lon=rows[one].lon + x, lat=rows[one].lat + y, building=first + number)
        for number, (one, (x, y)) in enumerate(zip(others.tolist(), astray, strict=True))
    ]


def severe(rows: Rows, cut: Cut, draw: np.random.Generator) -> tuple[Rows, Ints]:
    """The tenth of the doors around one of them gets much dearer; all others change, too."""
    minutes = shaken(rows, draw, SHAKEN)
    crowd = around_one(cut, CROWDED, draw).tolist()
    changed = [row._replace(minutes=one) for row, one in zip(rows, minutes, strict=True)]
    for one in crowd:
        changed[one] = rows[one]._replace(minutes=rows[one].minutes * (1 + HEAVIER))
    return changed, cut.labels


def estate(rows: Rows, cut: Cut, draw: np.random.Generator) -> tuple[Rows, Ints]:
    """Towers where houses were."""
    crowd = np.repeat(around_one(cut, ESTATE, draw), DENSER)
    return with_new(rows, cut, beside_others(rows, crowd, draw))


def quarter(rows: Rows, cut: Cut, draw: np.random.Generator) -> tuple[Rows, Ints]:
    """A quarter grows all over."""
    crowd = around_one(cut, QUARTER, draw)
    crowd = draw.choice(crowd, round(MORE * len(crowd)), replace=False)
    return with_new(rows, cut, beside_others(rows, crowd, draw))


def with_new(rows: Rows, cut: Cut, new: Rows) -> tuple[Rows, Ints]:
    """The doors and new ones, which had no territory."""
    return [*rows, *new], np.concatenate((cut.labels, np.full(len(new), -1)))


def around_one(cut: Cut, share: float, draw: np.random.Generator) -> Ints:
    """A share of the doors, those nearest to one of them."""
    metres = cut.units.doors.metres
    away = np.hypot(*(metres - metres[draw.integers(len(metres))]).T)
    return np.argsort(away, kind="stable")[: round(share * len(metres))]


def shaken(rows: Rows, draw: np.random.Generator, share: float) -> list[float]:
    """The minutes of each door, off by up to a share."""
    minutes = np.array([row.minutes for row in rows])
    found: list[float] = (minutes * draw.uniform(1 - share, 1 + share, len(rows))).tolist()
    return found


CHANGES: dict[str, Callable[[Rows, Cut, np.random.Generator], tuple[Rows, Ints]]] = {
    "mild": mild,
    "severe": severe,
    "estate": estate,
    "quarter": quarter,
}
