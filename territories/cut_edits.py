"""Changing a proposed cut by hand: every change is measured, warned of, and kept as a row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.db import transaction
from django.db.models import Max
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry import mapping, shape

from accounts.models import Member
from territories import cutting
from territories.boundaries.mending import Refused, mended
from territories.cut_criteria import CutCriteria
from territories.cut_ground import Ground
from territories.cut_reports import (
    Report,
    assessed,
    exceptions_of,
    load_cut,
    measured,
    report_of,
)
from territories.cuts import lock_cuts, refuse_unpublishable
from territories.errors import CutEditInvalid, CutEditMovesNothing
from territories.models import CutEdit, CutRun, EditKind, Territory, TerritoryDoor

Ints = NDArray[np.int64]
Chosen = NDArray[np.bool_]

BATCH = 5_000
LEAST_INSIDE = 0.97  # of a territory's doors
UNEVEN = 0.05  # of the mean: more is worth a warning


@dataclass(frozen=True)
class Edit:
    """A change by hand. `into` is the number of the territory that gets the doors, None a new one.

    `take`: the doors inside `polygon` (GeoJSON). `move_street`: those of `street` (in `city`).
    `move_doors`: `doors`, by id. `merge`: all of `territories`, by number, into the first of them.
    `split`: the first of `territories` into two of equal work. Raises CutEditInvalid.
    """

    kind: str
    into: int | None = None
    polygon: dict[str, Any] | None = None
    street: str = ""
    city: str = ""
    doors: tuple[int, ...] = ()
    territories: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        needed = {
            EditKind.TAKE: ("polygon", self.polygon is not None),
            EditKind.MOVE_STREET: ("street", bool(self.street.strip())),
            EditKind.MOVE_DOORS: ("doors", bool(self.doors)),
            EditKind.MERGE: ("territories", len(set(self.territories)) > 1),
            EditKind.SPLIT: ("territories", len(self.territories) == 1),
        }
        field, is_there = needed.get(EditKind(self.kind), ("kind", False))
        if not is_there:
            raise CutEditInvalid(f"A {self.kind} needs `{field}`.", field=field)

    def to_json(self) -> dict[str, Any]:
        """What was asked for, without what does not matter for the kind."""
        return {name: value for name, value in vars(self).items() if value not in (None, "", ())}


def edit_cut(*, actor: Member, cut: CutRun, edit: Edit, now: datetime) -> CutEdit:
    """Change a proposed cut by hand; answers the row that keeps the change, with its warnings.

    Nothing is forbidden but what makes no sense: CutEditInvalid, CutEditMovesNothing, CutNotDone,
    CutNotProposed, StreetMapLost, NotFound. Two at once take turns.
    """
    with transaction.atomic():
        locked = lock_cuts(actor, cut.pk)[cut.pk]
        refuse_unpublishable(locked)
        here = load_cut(locked)
        moved, into = wanted(edit, here)
        moved &= here.numbers != into
        if not moved.any():
            raise CutEditMovesNothing
        before = measured(here, here.numbers, locked)
        numbers = np.where(moved, into, here.numbers)
        found = assessed(here, numbers, locked)
        after = report_of(here, found)
        place(locked, here, numbers, moved, into)
        moves = zip(here.ids[moved].tolist(), here.numbers[moved].tolist(), strict=True)
        last = CutEdit.objects.filter(cut=locked).aggregate(last=Max("number"))["last"]
        made = CutEdit.objects.create(
            organisation_id=locked.organisation_id,
            cut=locked,
            number=(last or 0) + 1,
            kind=edit.kind,
            details=edit.to_json(),
            moves=[[door, source, into] for door, source in moves],
            minutes=round(float(here.units.minutes[moved].sum()), 1),
            before=before.to_json(),
            after=after.to_json(),
            warnings=warnings(before, after),
            made_by=actor,
            made_at=now,
        )
        criteria = CutCriteria.from_json(locked.criteria)
        odd = exceptions_of(found, np.unique(numbers).tolist(), criteria)
        result = {**locked.result, **after.to_json(), **odd}
        CutRun.objects.filter(pk=locked.pk).update(result=result)
    return made


def wanted(edit: Edit, here: Ground) -> tuple[Chosen, int]:
    """Which doors an edit moves, and the number of the territory that gets them."""
    new = int(here.numbers.max(initial=0)) + 1
    for number in (*edit.territories, *([edit.into] if edit.into is not None else [])):
        if number not in here.numbers:
            raise CutEditInvalid(f"The cut has no territory {number}.", field="territories")
    if edit.kind == EditKind.MERGE:
        return np.isin(here.numbers, edit.territories), edit.territories[0]
    if edit.kind == EditKind.SPLIT:
        return second_half(here, edit.territories[0]), new
    return chosen(edit, here), new if edit.into is None else edit.into


def chosen(edit: Edit, here: Ground) -> Chosen:
    """The doors that a polygon, a street or a list names. Raises CutEditInvalid."""
    if edit.kind == EditKind.TAKE:
        try:
            area = mended(edit.polygon).area
        except Refused as error:
            raise CutEditInvalid(f"The polygon is {error.reason}.", field="polygon") from None
        shapely.prepare(area)
        return np.asarray(shapely.intersects_xy(area, here.doors.lon, here.doors.lat), dtype=bool)
    if edit.kind == EditKind.MOVE_STREET:
        return here.on_street(edit.street, edit.city)
    missing = set(edit.doors) - set(here.ids.tolist())
    if missing:
        raise CutEditInvalid("Some doors are not in the cut.", field="doors", missing=len(missing))
    return np.isin(here.ids, edit.doors)


def second_half(here: Ground, number: int) -> Chosen:
    """Half of a territory's work, as a cut into two would have it. Raises CutEditInvalid."""
    own = here.numbers == number
    part = here.part(own)
    try:
        labels = cutting.divide(part.units, k=2, barriers=part.streets.barriers).labels
    except cutting.TooManyTerritories:
        raise CutEditInvalid("One building cannot be split.", field="territories") from None
    moved = np.zeros(len(own), dtype=bool)
    moved[np.flatnonzero(own)[labels == 1]] = True
    return moved


def place(cut: CutRun, here: Ground, numbers: Ints, moved: Chosen, into: int) -> None:
    """Write where doors have moved to; territories that are left empty go, a new one comes."""
    rows = {row.number: row for row in Territory.objects.filter(cut=cut)}
    changed = {into, *np.unique(here.numbers[moved]).tolist()}
    shapes = redrawn(here, numbers, shown(rows.values()), changed)
    left = set(np.unique(numbers).tolist())
    for number in sorted(shapes.keys() | changed & left):
        own = numbers == number
        row = rows[number] = rows.get(number) or Territory(
            organisation_id=cut.organisation_id, cut=cut, number=number, name=f"Territory {number}"
        )
        row.door_count = int(own.sum())
        row.expected_minutes = round(float(here.units.minutes[own].sum()), 1)
        if number in shapes:
            outline(row, shapes[number])
        row.save()
    ids = here.ids[moved].tolist()
    for start in range(0, len(ids), BATCH):
        placed = TerritoryDoor.objects.filter(cut=cut, door__in=ids[start : start + BATCH])
        placed.update(territory=rows[into])
    Territory.objects.filter(cut=cut, number__in=rows.keys() - left).delete()


def redrawn(
    here: Ground, numbers: Ints, before: dict[int, Polygon], changed: set[int]
) -> dict[int, Polygon]:
    """The outlines that are others after a change, by number.

    Only those of territories that lost or got doors, and of neighbours where it cannot be done
    within what they covered. All are drawn where a territory's doors lie so far apart that its
    outline would miss some: only then can the ways between them be found.
    """
    found = cutting.redraw(here.units, numbers, before, changed)
    for number, drawn in found.items():
        own = numbers == number
        held = shapely.contains_xy(drawn, here.doors.lon[own], here.doors.lat[own])
        if np.mean(held) < LEAST_INSIDE:
            return cutting.redraw(here.units, numbers, {}, changed)
    return found


def shown(rows: Collection[Territory]) -> dict[int, Polygon]:
    """The outlines of territories by number; none at all where one is missing."""
    found: dict[int, Any] = {row.number: shape(row.outline) for row in rows if row.outline}
    return found if len(found) == len(rows) else {}


def outline(row: Territory, drawn: Polygon) -> None:
    """Give a territory its outline; it is not saved."""
    row.outline = mapping(drawn)
    row.west, row.south, row.east, row.north = drawn.bounds


def warnings(before: Report, after: Report) -> list[str]:
    """What an edit made worse: it is said, not forbidden."""
    low, high = 1 - UNEVEN, 1 + UNEVEN
    uneven = after.smallest_share < low or after.largest_share > high
    found = {
        "uneven": uneven,
        "building_split": after.split_buildings > before.split_buildings,
        "street_split": after.split_streets > before.split_streets
        or after.shared_streets > before.shared_streets,
        "in_pieces": after.in_pieces > before.in_pieces,
        "crosses_barrier": after.crossings > before.crossings,
    }
    return [name for name, is_so in found.items() if is_so]
