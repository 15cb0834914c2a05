"""What a cut is like as it stands, by hand or by machine, and how two cuts differ."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # type: ignore[attr-defined]  # no stubs

from common.runs import RunState
from territories import cutting
from territories.cutting.units import expected_minutes
from territories.errors import CutNotDone
from territories.models import CutRun, TerritoryDoor

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FETCHED = 10_000
LISTED = 200  # pairs of territories between which doors move; all are counted


@dataclass(frozen=True)
class CutDoors:
    """The n doors of a cut by id: their arrays, expected minutes, and territories by number."""

    ids: Ints
    doors: cutting.Doors
    rows: list[cutting.DoorRow]
    minutes: Floats
    numbers: Ints
    door_s: int

    def on_street(self, street: str, city: str) -> NDArray[np.bool_]:
        """The doors of a street, in any case of its letters; in every city if none is named."""
        wanted, place = street.strip().casefold(), city.strip().casefold()
        found = []
        for row in self.rows:
            where, _, name = row.street.casefold().split("|", 2)
            found.append(name == wanted and place in ("", where))
        return np.array(found, dtype=bool)

    def doors_of(self, own: NDArray[np.bool_]) -> cutting.Doors:
        """Some of the doors, as arrays of their own."""
        return cutting.doors_from([self.rows[index] for index in np.flatnonzero(own)])


@dataclass(frozen=True)
class Report:
    """How even a cut is, and what it divides; shares are of the mean work of a territory."""

    territories: int
    doors: int
    minutes: float
    smallest_share: float
    largest_share: float
    split_buildings: int
    split_streets: int

    def to_json(self) -> dict[str, Any]:
        """The report, for a row or an answer."""
        return asdict(self)


def load_cut(cut: CutRun) -> CutDoors:
    """The doors of a cut as they are placed now. 100,000 take about a second."""
    placed = TerritoryDoor.objects.filter(cut=cut).order_by("door")
    address = [f"door__building__{part}" for part in ("city", "postcode", "street", "number")]
    door_s = int(cut.criteria.get("door_s", 90))
    ids, numbers, rows = [], [], []
    for pk, number, lon, lat, building, city, postcode, street, house in placed.values_list(
        "door", "territory__number", "door__lon", "door__lat", "door__building", *address
    ).iterator(FETCHED):
        ids.append(pk)
        numbers.append(number)
        name = f"{city}|{postcode}|{street}"
        rows.append(cutting.DoorRow(lon, lat, building, name, house, door_s / 60))
    doors = cutting.doors_from(rows)
    minutes = expected_minutes(doors)
    return CutDoors(np.array(ids, np.int64), doors, rows, minutes, np.array(numbers), door_s)


def measured(here: CutDoors, numbers: Ints) -> Report:
    """Measure a division of a cut's doors. O(n log n)."""
    present, labels = np.unique(numbers, return_inverse=True)
    work = np.bincount(labels, here.minutes, len(present))
    return Report(
        territories=len(present),
        doors=len(labels),
        minutes=round(float(work.sum()), 1),
        smallest_share=round(float(work.min() / work.mean()), 3),
        largest_share=round(float(work.max() / work.mean()), 3),
        split_buildings=split(here.doors.building, labels),
        split_streets=split(here.doors.street, labels),
    )


def split(groups: Ints, labels: Ints) -> int:
    """How many groups have doors in more than one territory."""
    pairs = np.unique(np.column_stack((groups, labels)), axis=0)
    return int((np.unique(pairs[:, 0], return_counts=True)[1] > 1).sum())


@dataclass(frozen=True)
class Comparison:
    """Two cuts side by side, and what would move from the first to the second.

    Territories are matched such that as many minutes as can be stay; what is not in both is
    counted apart. `moves` are (from, to, doors, minutes), the largest first, by number.
    """

    first: Report
    second: Report
    doors_in_both: int
    only_first: int
    only_second: int
    moved_doors: int
    moved_minutes: float
    stays_share: float
    moves: list[dict[str, Any]]


def compare(first: CutRun, second: CutRun) -> Comparison:
    """How the second cut differs from the first. The minutes are those of the second.

    Raises CutNotDone for a cut without territories yet.
    """
    if RunState.DONE not in (first.state, second.state) or first.state != second.state:
        raise CutNotDone
    one, other = load_cut(first), load_cut(second)
    common, at, there = np.intersect1d(one.ids, other.ids, return_indices=True)
    before, after, minutes = one.numbers[at], other.numbers[there], other.minutes[there]
    moved = ~stays(before, after, minutes)
    total = float(minutes.sum())
    return Comparison(
        first=measured(one, one.numbers),
        second=measured(other, other.numbers),
        doors_in_both=len(common),
        only_first=len(one.ids) - len(common),
        only_second=len(other.ids) - len(common),
        moved_doors=int(moved.sum()),
        moved_minutes=round(float(minutes[moved].sum()), 1),
        stays_share=round(1 - float(minutes[moved].sum()) / total, 4) if total else 1.0,
        moves=flows(before[moved], after[moved], minutes[moved]),
    )


def stays(before: Ints, after: Ints, minutes: Floats) -> NDArray[np.bool_]:
    """Which doors stay with their territory, under the matching that keeps the most minutes.

    An assignment problem over the k x l table of common minutes (Kuhn, 1955, The Hungarian method
    for the assignment problem, doi:10.1002/nav.3800020109).
    """
    if not len(before):
        return np.zeros(0, dtype=bool)
    old, row = np.unique(before, return_inverse=True)
    new, column = np.unique(after, return_inverse=True)
    table = np.zeros((len(old), len(new)))
    np.add.at(table, (row, column), minutes)
    left, right = linear_sum_assignment(table, maximize=True)
    mate = np.full(len(old), -1)
    mate[left] = right
    return np.asarray(mate[row] == column)


def flows(before: Ints, after: Ints, minutes: Floats) -> list[dict[str, Any]]:
    """How much moves from which territory to which, the most work first."""
    if not len(before):
        return []
    pairs, kind = np.unique(np.column_stack((before, after)), axis=0, return_inverse=True)
    kind = kind.ravel()
    work, doors = np.bincount(kind, minutes), np.bincount(kind)
    order = np.argsort(-work, kind="stable")[:LISTED]
    return [
        {
            "from": int(pairs[index, 0]),
            "to": int(pairs[index, 1]),
            "doors": int(doors[index]),
            "minutes": round(float(work[index]), 1),
        }
        for index in order
    ]
