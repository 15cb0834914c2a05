"""What a cut is like as it stands, by hand or by machine, and how two cuts differ."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from django.db.models import F
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # type: ignore[attr-defined]  # no stubs

from common.runs import RunState
from territories import cutting
from territories.cut_criteria import CutCriteria
from territories.cut_ground import Ground, load_ground
from territories.errors import CutNotDone
from territories.models import CutRun, Door

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LISTED = 200  # pairs of territories between which doors move; all are counted
EXCEPTIONS_LISTED = 100  # likewise


@dataclass(frozen=True)
class Report:
    """What a cut is like, as `cutting.assess` finds it; shares are of the mean work.

    `in_pieces` counts territories in more than one piece, `crossings` the walks over a barrier, as
    on a bridge, that a territory needs. `compactness` is the mean of all. `shared_streets` are
    streets by name that several territories work, `split_streets` the stretches that one should
    work.
    """

    territories: int
    doors: int
    minutes: float
    smallest_share: float
    largest_share: float
    split_buildings: int
    split_streets: int
    shared_streets: int
    in_pieces: int
    crossings: int
    walk_m: int
    dead_m: int
    compactness: float
    doors_on_streets: int

    def to_json(self) -> dict[str, Any]:
        """The report, for a row or an answer."""
        return asdict(self)


def report_of(here: Ground, found: cutting.Assessment) -> Report:
    """The report of an assessment of all the doors."""
    return Report(
        territories=len(found.doors),
        doors=sum(found.doors),
        minutes=round(sum(found.minutes), 1),
        smallest_share=round(found.smallest, 3),
        largest_share=round(found.largest, 3),
        split_buildings=found.split_buildings,
        split_streets=found.split_streets,
        shared_streets=found.shared_streets,
        in_pieces=found.in_pieces,
        crossings=sum(found.crossings),
        walk_m=round(sum(found.walk_m)),
        dead_m=round(sum(found.dead_m)),
        compactness=round(sum(found.compactness) / len(found.compactness), 3),
        doors_on_streets=here.on_streets,
    )


def exceptions_of(
    found: cutting.Assessment, numbers: list[int], criteria: CutCriteria
) -> dict[str, Any]:
    """What is not as it should be about a territory, by number, and how much of it there is.

    A reason is one of `cutting.Oddity`, `outside_limits`, or why a territory is uneven that has to
    be: `locked` or `boundaries`. The amount counts what the oddity counts; outside the limits,
    minutes.
    """
    low, high = criteria.least_minutes or 0.0, criteria.most_minutes or np.inf
    odd = [(one.territory, why(one, numbers, criteria), one.amount) for one in found.notices]
    odd += [
        (label, "outside_limits", minutes - (low if minutes < low else high))
        for label, minutes in enumerate(found.minutes)
        if not low <= minutes <= high
    ]
    listed = [
        {
            "territory": numbers[label],
            "reason": reason,
            "amount": round(amount, 1),
            "minutes": round(found.minutes[label], 1),
        }
        for label, reason, amount in sorted(odd, key=lambda one: one[0])
    ]
    return {"exceptions": len(listed), "exceptions_listed": listed[:EXCEPTIONS_LISTED]}


def why(odd: cutting.Notice, numbers: list[int], criteria: CutCriteria) -> str:
    """The likeliest reason of an oddity."""
    if odd.oddity is cutting.Oddity.UNEVEN:
        if numbers[odd.territory] in criteria.locked:
            return "locked"
        if criteria.boundaries:
            return "boundaries"
    return odd.oddity.value


def load_cut(cut: CutRun) -> Ground:
    """The doors of a cut as they are placed now, with their territories by number."""
    placed = Door.objects.filter(placements__cut=cut)
    criteria = CutCriteria.from_json(cut.criteria)
    return load_ground(cut.organisation_id, placed, criteria, F("placements__territory__number"))


def assessed(here: Ground, numbers: Ints, cut: CutRun) -> cutting.Assessment:
    """Judge a division of a cut's doors, with streets in stretches as the cut had them."""
    labels = np.unique(numbers, return_inverse=True)[1].ravel().astype(np.int64)
    share = float(cut.result.get("section_share", 0.1))
    return cutting.assess(cutting.dealt(here.units, labels, here.streets.barriers, share))


def measured(here: Ground, numbers: Ints, cut: CutRun) -> Report:
    """The report of a division of a cut's doors (see `assessed`)."""
    return report_of(here, assessed(here, numbers, cut))


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
    before, after, minutes = one.numbers[at], other.numbers[there], other.units.minutes[there]
    moved = ~stays(before, after, minutes)
    total = float(minutes.sum())
    return Comparison(
        first=measured(one, one.numbers, first),
        second=measured(other, other.numbers, second),
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
