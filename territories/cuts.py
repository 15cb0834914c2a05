"""Asking for cuts, computing them in the background, and publishing them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from shapely import Polygon
from shapely.geometry import mapping

from accounts.models import Member
from common.errors import NotFound
from common.runs import RunState
from common.worker import Lease, enqueue
from territories import cutting
from territories.assignment_states import Turn, turn
from territories.cut_criteria import CutCriteria
from territories.cut_ground import load_ground
from territories.cut_reports import exceptions_of, report_of
from territories.cut_wishes import divided, moves_of, price_of, wishes_of
from territories.errors import (
    CutCriteriaInvalid,
    CutIncomplete,
    CutNotDone,
    CutNotProposed,
    CutNotPublished,
)
from territories.models import (
    Assignment,
    AssignmentState,
    CutRun,
    CutStatus,
    Door,
    DoorQuerySet,
    Neighborhood,
    Territory,
    TerritoryDoor,
)
from territories.selectors import within

BATCH = 10_000
STEPS = 5  # doors loaded, divided, judged, drawn, written


@dataclass(frozen=True)
class Outcome:
    """A cut that is computed and not yet written: outlines and numbers by label, and the report."""

    cut: cutting.Cut
    found: cutting.Assessment
    shapes: list[Polygon]
    numbers: list[int]
    names: dict[int, str]
    report: dict[str, Any]


def request_cut(*, actor: Member, name: str, criteria: CutCriteria, now: datetime) -> CutRun:
    """Queue a cut; the same wish, repeated while the first is under way, is the same run.

    Raises NotFound and CutNotDone for the cut to keep, CutCriteriaInvalid for locks or boundaries
    that are not there.
    """
    refuse_unknown(actor, criteria)
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


def refuse_unknown(actor: Member, criteria: CutCriteria) -> None:
    """Raise for an older cut, locked territories or boundaries that the actor does not have."""
    if criteria.keep is not None:
        kept = CutRun.objects.for_member(actor).filter(pk=criteria.keep).first()
        if kept is None:
            raise NotFound
        if kept.state != RunState.DONE:
            raise CutNotDone
        numbers = set(kept.territories.values_list("number", flat=True))
        if missing := sorted(set(criteria.locked) - numbers):
            message = f"The cut to keep has no territory {missing[0]}."
            raise CutCriteriaInvalid(message, field="locked")
    if wanted := criteria.boundaries:
        rows = Neighborhood.objects.for_member(actor).current().filter(dataset=wanted.dataset)
        if not (rows.filter(level=wanted.level) if wanted.level else rows).exists():
            raise CutCriteriaInvalid("There are no such neighborhoods.", field="boundaries")


def cut_doors(run: CutRun, lease: Lease) -> Callable[[], dict[str, Any]]:
    """Compute a cut; the answer writes its territories and returns the run's result.

    Raises CutHasNoDoors, CutTooFine, CutImpossible and StreetMapLost. 200,000 doors take a few
    seconds and 200 MB.
    """
    criteria = CutCriteria.from_json(run.criteria)
    lease.report(0, STEPS)
    doors = doors_meant(run.organisation_id, criteria)
    here = load_ground(run.organisation_id, doors, criteria)
    wishes = wishes_of(run, criteria, here)
    lease.report(1, STEPS)
    cut = divided(here, wishes, lease.check)
    lease.report(2, STEPS)
    found = cutting.assess(cut)
    numbers = wishes.kept.numbered(cut.territories)
    report = {
        **report_of(here, found).to_json(),
        **exceptions_of(found, numbers, criteria),
        **moves_of(here, wishes.kept, cut),
        **price_of(here, wishes, found, lease.check),
        "section_share": cut.share,
    }
    lease.report(3, STEPS)
    shapes = list(cutting.outlines(cut, lease.check))
    lease.report(4, STEPS)
    outcome = Outcome(cut, found, shapes, numbers, wishes.kept.names, report)
    return lambda: write_cut(run, here.ids.tolist(), outcome)


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


def write_cut(run: CutRun, ids: list[int], outcome: Outcome) -> dict[str, Any]:
    """Make the territories of a cut and place its doors in them; returns the run's result."""
    found = outcome.found
    rows = zip(outcome.numbers, found.doors, found.minutes, outcome.shapes, strict=True)
    territories = Territory.objects.bulk_create(
        [
            Territory(
                organisation_id=run.organisation_id,
                cut=run,
                number=number,
                name=outcome.names.get(number, f"Territory {number}"),
                door_count=doors,
                expected_minutes=round(minutes, 1),
                outline=mapping(shape),
                **dict(zip(("west", "south", "east", "north"), shape.bounds, strict=True)),
            )
            for number, doors, minutes, shape in rows
        ]
    )
    place_doors(run, ids, [territories[label] for label in outcome.cut.labels])
    return outcome.report


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

    Every door that meets its criteria, or that the superseded cut has, must be in one of its
    territories, and by constraint is in one only; CutIncomplete unless `leave_out`. So no prospect
    of a campaign that goes on with it loses its territory. History is moved nowhere: it belongs to
    the doors.

    The assignments of a superseded cut end with it: its territories overlap the new ones. Raises
    CutNotDone, CutNotProposed, and CutNotPublished if `supersedes` is not in use.
    """
    with transaction.atomic():
        locked = lock_cuts(actor, cut.pk, *([supersedes.pk] if supersedes else []))
        refuse_unpublishable(locked[cut.pk])
        if not leave_out:
            refuse_incomplete(locked[cut.pk], supersedes)
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


def refuse_incomplete(cut: CutRun, supersedes: CutRun | None) -> None:
    """Raise if doors that are meant, or of the superseded cut, are in no territory. Two queries."""
    placed = TerritoryDoor.objects.filter(cut=cut).values("door")
    meant = doors_meant(cut.organisation_id, CutCriteria.from_json(cut.criteria))
    missing = meant.exclude(pk__in=placed).count()
    held = TerritoryDoor.objects.filter(cut=supersedes) if supersedes else None
    lost = 0 if held is None else held.exclude(door__in=placed).count()
    if lost:
        raise CutIncomplete(doors=missing, superseded=lost)
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
