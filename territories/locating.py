"""Every door's neighborhood: asking for all to be found anew, and finding them in bulk."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.db import connection, transaction
from numpy.typing import NDArray

from accounts.models import Member
from accounts.rights import hold_organisation
from common.runs import Progress, RunState
from common.worker import enqueue
from territories.boundaries.locating import NOWHERE, Areas, locate
from territories.models import Level, LocateRun, Neighborhood

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FETCHED = 50_000

READ = """
SELECT id, lon, lat, neighborhood_id FROM territories_door WHERE organisation_id = %s ORDER BY id
"""
UPDATE_ONE = "UPDATE territories_door SET neighborhood_id = %s WHERE id = %s"
CREATE = "CREATE TEMPORARY TABLE located_door (door bigint, neighborhood bigint)"
DROP = "DROP TABLE located_door"
COPY = "COPY located_door FROM STDIN"
UPDATE_ALL = """
UPDATE territories_door door SET neighborhood_id = located.neighborhood
FROM located_door located WHERE door.id = located.door
"""


def request_locating(*, actor: Member, now: datetime) -> LocateRun:
    """Queue a run that finds every door's neighborhood; one that waits already is that run."""
    with transaction.atomic():
        hold_organisation(actor.organisation_id)
        return LocateRun.objects.get(pk=locate_again(actor.organisation_id, actor.pk, now))


def locate_again(organisation_id: int, member_id: int | None, now: datetime) -> int:
    """The id of the run that locates all doors once this transaction is over.

    The caller holds the organisation. A run that is under way may have read the doors before they
    changed, so only one that still waits will do, and it is held: no worker takes it up before
    the change is there to be seen.
    """
    queued = LocateRun.objects.filter(organisation=organisation_id, state=RunState.QUEUED)
    waiting = queued.select_for_update(no_key=True).first()
    if waiting:
        return waiting.pk
    run = LocateRun.objects.create(
        organisation_id=organisation_id, requested_by_id=member_id, created_at=now, sent_at=now
    )
    enqueue(run)
    return run.pk


def locate_if_bounded(organisation_id: int, member_id: int | None, now: datetime) -> int | None:
    """As `locate_again`, if the organisation has any neighborhood."""
    if not Neighborhood.objects.filter(organisation=organisation_id).current().exists():
        return None
    return locate_again(organisation_id, member_id, now)


def locate_doors(run: LocateRun, progress: Progress) -> Callable[[], dict[str, Any]]:
    """Find every door's neighborhood; the answer writes those that changed and returns the result.

    1,000,000 doors and 500 neighborhoods take some ten seconds and 300 MB.
    """
    progress.report(0, 3)
    areas, _ = areas_of(run.organisation_id)
    ids, lon, lat, known = doors_of(run.organisation_id)
    progress.report(1, 3)
    found = locate(areas, lon, lat)
    progress.report(2, 3)
    changed = found != known
    result = {
        "doors": len(ids),
        "located": int((found != NOWHERE).sum()),
        "outside": int((found == NOWHERE).sum()),
        "changed": int(changed.sum()),
    }
    return lambda: write(run, ids[changed], found[changed], result)


def areas_of(
    organisation_id: int, dataset: str | None = None, level: str | None = None
) -> tuple[Areas, dict[int, str]]:
    """The neighborhoods of an organisation, some or all, as shapes; and their names by id."""
    rows = Neighborhood.objects.filter(organisation=organisation_id).current().order_by("pk")
    chosen = {"dataset": dataset, "level": level}
    rows = rows.filter(**{name: value for name, value in chosen.items() if value})
    found = list(rows.values_list("pk", "name", "level", "geometry"))
    areas = Areas(
        ids=np.array([row[0] for row in found], dtype=np.int64),
        fineness=np.array([Level(row[2]).fineness for row in found], dtype=np.int64),
        shapes=shapely.from_geojson(np.array([json.dumps(row[3]) for row in found], dtype=object)),
    )
    return areas, {row[0]: row[1] for row in found}


def doors_of(organisation_id: int) -> tuple[Ints, Floats, Floats, Ints]:
    """Ids, positions and known neighborhoods (NOWHERE for none) of all doors, by id."""
    parts = []
    with connection.cursor() as cursor:
        cursor.execute(READ, [organisation_id])
        while rows := cursor.fetchmany(FETCHED):
            parts.append(columns(rows))
    if not parts:
        parts.append(columns([]))
    ids, lon, lat, known = (np.concatenate(column) for column in zip(*parts, strict=True))
    return ids, lon, lat, known


def columns(rows: Sequence[Sequence[Any]]) -> tuple[Ints, Floats, Floats, Ints]:
    """Some rows of READ as arrays."""
    ids, lon, lat, known = zip(*rows, strict=True) if rows else ((),) * 4
    return (
        np.array(ids, dtype=np.int64),
        np.array(lon, dtype=np.float64),
        np.array(lat, dtype=np.float64),
        np.array([NOWHERE if one is None else one for one in known], dtype=np.int64),
    )


def write(
    run: LocateRun, doors: Ints, neighborhoods: Ints, result: dict[str, Any]
) -> dict[str, Any]:
    """Note the neighborhoods of doors; returns the run's result. Imports wait meanwhile."""
    hold_organisation(run.organisation_id)
    note(doors, neighborhoods)
    return result


def note(doors: Ints, neighborhoods: Ints) -> None:
    """Write the neighborhood of each door; two ways, each the fastest of its database."""
    homes = [None if one == NOWHERE else one for one in neighborhoods.tolist()]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(UPDATE_ONE, list(zip(homes, doors.tolist(), strict=True)))
            return
        cursor.execute(CREATE)
        with cursor.copy(COPY) as rows:
            for row in zip(doors.tolist(), homes, strict=True):
                rows.write_row(row)
        cursor.execute(UPDATE_ALL)
        cursor.execute(DROP)
