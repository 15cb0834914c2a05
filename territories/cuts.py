"""Asking for cuts, computing them in the background, and publishing them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from django.db import transaction
from shapely import Polygon
from shapely.geometry import mapping

from accounts.models import Member
from common.errors import NotFound
from common.runs import RunState
from common.worker import Lease, enqueue
from territories import cutting
from territories.assignment_states import Turn, turn
from territories.errors import (
    CutCriteriaInvalid,
    CutHasNoDoors,
    CutIncomplete,
    CutNotDone,
    CutNotProposed,
    CutNotPublished,
    CutTooFine,
)
from territories.models import (
    Assignment,
    AssignmentState,
    CutRun,
    CutStatus,
    Door,
    DoorQuerySet,
    DoorUse,
    Territory,
    TerritoryDoor,
)
from territories.selectors import Box, is_box, within

MAX_TERRITORIES = 2000
BATCH = 10_000


@dataclass(frozen=True)
class CutCriteria:
    """Which doors to cut, and into how many territories or of how many expected minutes each.

    No `bbox` (west, south, east, north), `uses` or `cities` means every door of the organisation.
    `door_s` is the expected time at one door. Raises CutCriteriaInvalid when made of nonsense.
    """

    bbox: Box | None = None
    uses: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    territories: int | None = None
    target_minutes: float | None = None
    door_s: int = 90

    def __post_init__(self) -> None:
        for field, is_right, message in self._rules():
            if not is_right:
                raise CutCriteriaInvalid(message, field=field)

    def _rules(self) -> Iterable[tuple[str, bool, str]]:
        count, minutes = self.territories, self.target_minutes
        one_wish = (count is None) != (minutes is None)
        yield "territories", one_wish, "Give either `territories` or `target_minutes`."
        counts = count is None or 1 <= count <= MAX_TERRITORIES
        yield "territories", counts, f"`territories` is a number from 1 to {MAX_TERRITORIES}."
        sized = minutes is None or 1 <= minutes <= 1e6
        yield "target_minutes", sized, "`target_minutes` is a number from 1 to 1000000."
        yield "door_s", 1 <= self.door_s <= 7200, "`door_s` is a number of seconds up to 7200."
        known = set(self.uses) <= set(DoorUse.values)
        yield "uses", known, f"`uses` are some of {', '.join(DoorUse.values)}."
        yield "bbox", self.bbox is None or is_box(self.bbox), "`bbox` is west, south, east, north."

    def to_json(self) -> dict[str, Any]:
        """The criteria as JSON, for the row of the run."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The criteria that `to_json` wrote."""
        lists = {name: tuple(data[name]) for name in ("bbox", "uses", "cities") if data.get(name)}
        return cls(**{**data, "uses": (), "cities": (), **lists})


def request_cut(*, actor: Member, name: str, criteria: CutCriteria, now: datetime) -> CutRun:
    """Queue a cut; the same wish, repeated while the first is under way, is the same run."""
    text = json.dumps([name, criteria.to_json()], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        rows = CutRun.objects.filter(organisation=actor.organisation_id, input_hash=digest)
        known = rows.filter(state__in=[RunState.QUEUED, RunState.RUNNING]).order_by("pk").first()
        if known:
            return known
        run = CutRun.objects.create(
            organisation_id=actor.organisation_id,
            name=name,
            criteria=criteria.to_json(),
            input_hash=digest,
            requested_by=actor,
            created_at=now,
            sent_at=now,
        )
        enqueue(run)
    return run


def cut_doors(run: CutRun, lease: Lease) -> Callable[[], dict[str, Any]]:
    """Compute a cut; the answer writes its territories and returns the run's result.

    Raises CutHasNoDoors and CutTooFine. 200,000 doors take a few seconds and 200 MB.
    """
    criteria = CutCriteria.from_json(run.criteria)
    lease.report(0, 4)
    ids, doors = load_doors(run.organisation_id, criteria)
    lease.report(1, 4)
    cut = divided(doors, criteria)
    lease.report(2, 4)
    shapes = list(cutting.outlines(doors, cut))
    lease.report(3, 4)
    return lambda: write_cut(run, ids, cut, shapes)


def load_doors(organisation_id: int, criteria: CutCriteria) -> tuple[list[int], cutting.Doors]:
    """The ids and the arrays of the doors that meet the criteria, in the order of the ids."""
    rows = doors_meant(organisation_id, criteria).order_by("pk")
    address = [f"building__{part}" for part in ("city", "postcode", "street", "number")]
    ids, table = [], []
    for pk, lon, lat, building, city, postcode, street, number in rows.values_list(
        "pk", "lon", "lat", "building", *address
    ).iterator(BATCH):
        ids.append(pk)
        name = f"{city}|{postcode}|{street}"
        table.append(cutting.DoorRow(lon, lat, building, name, number, criteria.door_s / 60))
    return ids, cutting.doors_from(table)


def doors_meant(organisation_id: int, criteria: CutCriteria) -> DoorQuerySet:
    """The doors that meet the criteria."""
    rows = Door.objects.filter(organisation=organisation_id)
    if criteria.bbox:
        rows = within(rows, criteria.bbox)
    if criteria.uses:
        rows = rows.filter(use__in=criteria.uses)
    if criteria.cities:
        rows = rows.filter(building__city__in=criteria.cities)
    return rows


def divided(doors: cutting.Doors, criteria: CutCriteria) -> cutting.Cut:
    """The doors, dealt out as the criteria wish."""
    units = cutting.units_from(doors)
    try:
        return cutting.divide(units, k=criteria.territories, minutes=criteria.target_minutes)
    except cutting.NothingToDivide:
        raise CutHasNoDoors from None
    except cutting.TooManyTerritories as error:
        raise CutTooFine(territories=error.territories, buildings=error.buildings) from None


def write_cut(
    run: CutRun, ids: list[int], cut: cutting.Cut, shapes: list[Polygon]
) -> dict[str, Any]:
    """Make the territories of a cut and place its doors in them; returns the run's result."""
    found = cutting.assess(cut)
    territories = Territory.objects.bulk_create(
        [
            Territory(
                organisation_id=run.organisation_id,
                cut=run,
                number=number,
                name=f"Territory {number}",
                door_count=doors,
                expected_minutes=round(minutes, 1),
                outline=mapping(shape),
                **dict(zip(("west", "south", "east", "north"), shape.bounds, strict=True)),
            )
            for number, (doors, minutes, shape) in enumerate(
                zip(found.doors, found.minutes, shapes, strict=True), start=1
            )
        ]
    )
    place_doors(run, ids, [territories[label] for label in cut.labels])
    return summary(found)


def place_doors(run: CutRun, ids: list[int], homes: list[Territory]) -> None:
    """Put each door into its territory, in batches so that memory stays small."""
    for start in range(0, len(ids), BATCH):
        part = slice(start, start + BATCH)
        TerritoryDoor.objects.bulk_create(
            TerritoryDoor(
                organisation_id=run.organisation_id, cut=run, territory=territory, door_id=door
            )
            for door, territory in zip(ids[part], homes[part], strict=True)
        )


def summary(found: cutting.Assessment) -> dict[str, Any]:
    """What the run reports: doors and minutes in all, and how even the territories are."""
    return {
        "territories": len(found.doors),
        "doors": sum(found.doors),
        "minutes": round(sum(found.minutes), 1),
        "smallest_share": round(found.smallest, 3),
        "largest_share": round(found.largest, 3),
    }


def lock_cuts(actor: Member, *ids: int) -> dict[int, CutRun]:
    """The rows of cuts, held until the transaction ends, always in one order; NotFound if missing.

    Publishing a cut and assigning its territories both begin here, so that two managers wait for
    each other (where the database locks rows; SQLite locks the whole database).
    """
    visible = CutRun.objects.for_member(actor).filter(pk__in=ids).order_by("pk")
    found = {cut.pk: cut for cut in visible.select_for_update(no_key=True)}
    if len(found) < len(set(ids)):
        raise NotFound
    return found


def publish_cut(
    *,
    actor: Member,
    cut: CutRun,
    supersedes: CutRun | None = None,
    leave_out: bool = False,
    now: datetime,
) -> CutRun:
    """Publish a proposed cut for good, and retire the one that it supersedes.

    Every door that meets its criteria must be in one of its territories, and by constraint is in
    one only; CutIncomplete unless `leave_out`. History is moved nowhere: it belongs to the doors.

    The assignments of a superseded cut end with it: its territories overlap the new ones. Raises
    CutNotDone, CutNotProposed, and CutNotPublished if `supersedes` is not in use.
    """
    with transaction.atomic():
        locked = lock_cuts(actor, cut.pk, *([supersedes.pk] if supersedes else []))
        refuse_unpublishable(locked[cut.pk])
        if not leave_out:
            refuse_incomplete(locked[cut.pk])
        if supersedes:
            retire(locked[supersedes.pk], actor, now)
        CutRun.objects.filter(pk=cut.pk).update(
            status=CutStatus.PUBLISHED,
            published_at=now,
            supersedes=supersedes,
            version=1 + ((supersedes and supersedes.version) or 0),
            data_version=data_version(cut),
        )
    cut.refresh_from_db()
    return cut


def refuse_unpublishable(cut: CutRun) -> None:
    """Raise unless the cut is done and proposed."""
    if cut.state != RunState.DONE:
        raise CutNotDone
    if cut.status != CutStatus.PROPOSED:
        raise CutNotProposed


def refuse_incomplete(cut: CutRun) -> None:
    """Raise if doors that meet the criteria are in no territory of the cut. One query."""
    meant = doors_meant(cut.organisation_id, CutCriteria.from_json(cut.criteria))
    missing = meant.exclude(pk__in=TerritoryDoor.objects.filter(cut=cut).values("door")).count()
    if missing:
        raise CutIncomplete(doors=missing)


def data_version(cut: CutRun) -> str:
    """A digest of the doors of a cut: where they are, and in which territory."""
    digest = hashlib.sha256()
    placed = TerritoryDoor.objects.filter(cut=cut).order_by("door")
    columns = ("door", "door__lon", "door__lat", "territory__number")
    for row in placed.values_list(*columns).iterator(BATCH):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def retire(cut: CutRun, actor: Member, now: datetime) -> None:
    """Mark a published cut superseded and end its assignments."""
    if cut.status != CutStatus.PUBLISHED:
        raise CutNotPublished
    CutRun.objects.filter(pk=cut.pk).update(status=CutStatus.SUPERSEDED)
    live = Assignment.objects.filter(territory__cut=cut, ended_at=None)
    turn(live, Turn(AssignmentState.REVOKED, actor, now, "Another cut took this one's place."))
