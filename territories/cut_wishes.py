"""Criteria turned into what the cutting takes, and what it answers told in the manager's words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territories import cutting
from territories.boundaries.locating import locate
from territories.cut_criteria import CutCriteria
from territories.cut_ground import NOWHERE, Ground
from territories.cut_reports import flows
from territories.errors import CutHasNoDoors, CutImpossible, CutTooFine
from territories.locating import areas_of
from territories.models import CutRun, Territory, TerritoryDoor

Ints = NDArray[np.int64]

FIELDS = {
    "k": "territories",
    "minutes": "target_minutes",
    "minimum": "least_minutes",
    "maximum": "most_minutes",
}


@dataclass(frozen=True)
class Kept:
    """An older cut: the label (n,) of each door, NOWHERE for new ones, and what labels stand for.

    The first labels are the locked territories, then come those with the most work: if there are to
    be fewer territories, the smallest are given up.
    """

    labels: Ints
    numbers: tuple[int, ...]
    names: dict[int, str]

    def numbered(self, count: int) -> list[int]:
        """The territory number of each label: those kept have theirs, new ones count on."""
        new = max(self.numbers, default=0) + 1
        return [*self.numbers[:count], *range(new, new + count - len(self.numbers))]


NOTHING_KEPT = Kept(np.zeros(0, dtype=np.int64), (), {})


@dataclass(frozen=True)
class Wishes:
    """What the cutting is asked for beyond the criteria: an older cut and each door's area."""

    criteria: CutCriteria
    kept: Kept
    areas: Ints | None


def wishes_of(run: CutRun, criteria: CutCriteria, here: Ground) -> Wishes:
    """The wishes of a run for its doors. Raises CutImpossible for locked doors not among them."""
    areas = None
    if criteria.boundaries:
        wanted = criteria.boundaries
        shapes, _ = areas_of(run.organisation_id, wanted.dataset, wanted.level or None)
        areas = locate(shapes, here.doors.lon, here.doors.lat)
    kept = NOTHING_KEPT if criteria.keep is None else kept_of(criteria, here)
    return Wishes(criteria, kept, areas)


def kept_of(criteria: CutCriteria, here: Ground) -> Kept:
    """The older cut as labels of these doors. Raises CutImpossible where a lock cannot hold."""
    rows = list(Territory.objects.filter(cut=criteria.keep).order_by("number"))
    rows.sort(key=lambda row: (row.number not in criteria.locked, -row.expected_minutes))
    label = {row.number: place for place, row in enumerate(rows)}
    placed = TerritoryDoor.objects.filter(cut=criteria.keep)
    old = dict(placed.values_list("door", "territory__number"))
    ids = here.ids.tolist()
    if gone := set(criteria.locked) - {old.get(door) for door in ids}:
        message = f"No door that meets the criteria is in the locked territory {min(gone)}."
        raise CutImpossible(message, field="locked")
    labels = [label[old[door]] if door in old else NOWHERE for door in ids]
    names = {row.number: row.name for row in rows}
    return Kept(np.array(labels, dtype=np.int64), tuple(row.number for row in rows), names)


def divided(here: Ground, wishes: Wishes, ask: cutting.Ask) -> cutting.Cut:
    """The doors, dealt out as wished. Raises CutHasNoDoors, CutTooFine and CutImpossible.

    `ask` is called all the while, and what it raises ends the cutting.
    """
    criteria, kept = wishes.criteria, wishes.kept
    k = criteria.territories
    if k is None and criteria.target_minutes is None:
        k = len(kept.numbers)
    try:
        return cutting.divide(
            here.units,
            k=k,
            minutes=criteria.target_minutes,
            keep=kept.labels if kept.numbers else None,
            barriers=here.streets.barriers,
            boundaries=wishes.areas,
            locked=range(len(set(criteria.locked))),
            minimum=criteria.least_minutes,
            maximum=criteria.most_minutes,
            seed=criteria.seed,
            ask=ask,
        )
    except cutting.NothingToDivide:
        raise CutHasNoDoors from None
    except cutting.TooManyTerritories as error:
        raise CutTooFine(territories=error.territories, buildings=error.buildings) from None
    except cutting.CutError as error:
        field = FIELDS.get(error.field, error.field)
        raise CutImpossible(str(error), field=field) from None


def price_of(
    here: Ground, wishes: Wishes, found: cutting.Assessment, ask: cutting.Ask
) -> dict[str, Any]:
    """What respecting boundaries costs in evenness: the same cut without them, beside this one."""
    if wishes.areas is None:
        return {}
    free = cutting.assess(divided(here, replace(wishes, areas=None), ask))
    return {
        "boundaries": {
            "areas": len(np.unique(wishes.areas[wishes.areas != NOWHERE])),
            "doors_outside": int((wishes.areas == NOWHERE).sum()),
            "imbalance": imbalance(found),
            "imbalance_without": imbalance(free),
        }
    }


def imbalance(found: cutting.Assessment) -> float:
    """How far the territory that is furthest off is from the mean, as a share of it."""
    return round(max(found.largest - 1, 1 - found.smallest), 3)


def moves_of(here: Ground, kept: Kept, cut: cutting.Cut) -> dict[str, Any]:
    """What would change hands against the older cut, for whoever decides about it."""
    if not kept.numbers:
        return {}
    found = cutting.moves(cut, kept.labels)
    number = np.array([*kept.numbered(cut.territories), *kept.numbers[cut.territories :]])
    minutes = here.units.minutes[found.doors]
    return {
        "moves": {
            "moved_doors": len(found.doors),
            "moved_minutes": round(found.minutes, 1),
            "stays_share": round(found.stays, 4),
            "new_doors": len(found.new),
            "flows": flows(number[found.source], number[found.target], minutes),
            "relocated": [
                {
                    "territory": int(number[one.territory]),
                    "out_of": int(number[one.out_of]),
                    "minutes": round(one.minutes, 1),
                }
                for one in found.relocated
            ],
        }
    }
