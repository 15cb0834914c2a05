"""Snapping doors to street maps in bulk: whenever a map or doors have come, and only what changed.

The map of a door is the newest one in use whose box holds it. Snaps are written batch by batch,
each in a transaction of its own, into a table that nobody else writes: doors are neither locked nor
written, and a run that was cut short goes on where it stopped.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.rights import hold_organisation
from common.runs import Progress
from common.worker import carry_out
from territories.coverage import COLUMNS, rows_of
from territories.errors import StreetMapLost
from territories.models import (
    Door,
    DoorSnap,
    SnapQuality,
    SnapRun,
    StreetMap,
    covering,
)
from territories.snap_requests import request_snaps_after
from territories.street_files import drop_unused_files, network_of
from territories.uploads import Both

BATCH = 5000


class Placed(NamedTuple):
    """A door to snap, and the map to snap it to."""

    door_id: int
    lon: float
    lat: float
    street: str
    street_map_id: int


WRITTEN = ("organisation_id", *Placed._fields, *COLUMNS)
UPSERT = (
    f"INSERT INTO {DoorSnap._meta.db_table} ({', '.join(WRITTEN)}) "  # noqa: S608  # all constants
    f"VALUES ({', '.join(['%s'] * len(WRITTEN))}) ON CONFLICT (door_id) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in WRITTEN)
)


def perform_snaps(run_id: int, watcher: Progress) -> SnapRun:
    """Carry out here and now what `request_snaps` queued, unless a worker has it."""
    carry_out(SnapRun, run_id, lambda run, lease: snap_doors(run, Both(lease, watcher)))
    return SnapRun.objects.get(pk=run_id)


def snap_doors(run: SnapRun, progress: Progress) -> Callable[[], dict[str, Any]]:
    """Snap every door of the run's organisation whose snap is missing or out of date.

    Memory for one batch. Raises StreetMapLost where a map cannot be read, once the doors of all
    other maps are snapped.
    """
    maps = list(StreetMap.objects.filter(organisation=run.organisation_id).current())
    stale = stale_doors(run.organisation_id, maps)
    total, done = stale.count(), 0
    counts: Counter[SnapQuality] = Counter()
    lost: list[StreetMapLost] = []
    for batch in batches(stale):
        try:
            counts += snap_batch(run.organisation_id, batch)
        except StreetMapLost as error:
            lost.append(error)
        done += len(batch)
        progress.report(done, total)
    if lost:
        raise lost[0]
    uncovered = drop_uncovered(run.organisation_id, maps)
    return lambda: finish_snaps(run, maps, {"uncovered": uncovered, **named(counts)})


def doors_with_maps(organisation_id: int, maps: list[StreetMap]) -> QuerySet[Any, Any]:
    """An organisation's doors; `wanted` is the map of each, null where no map covers it."""
    return Door.objects.filter(organisation=organisation_id).annotate(wanted=covering(maps))


def stale_doors(organisation_id: int, maps: list[StreetMap]) -> QuerySet[Any, Any]:
    """The doors that a map covers and that are not snapped to it as they stand now."""
    fits = DoorSnap.objects.filter(
        door=OuterRef("pk"),
        street_map=OuterRef("wanted"),
        lon=OuterRef("lon"),
        lat=OuterRef("lat"),
        street=OuterRef("building__street"),
    )
    return doors_with_maps(organisation_id, maps).filter(~Exists(fits), wanted__isnull=False)


def batches(stale: QuerySet[Any, Any]) -> Iterator[list[Placed]]:
    """The doors in the order of their ids, many at a time, each batch of one map."""
    last = 0
    rows = stale.order_by("pk").values_list("pk", "lon", "lat", "building__street", "wanted")
    while batch := [Placed(*row) for row in rows.filter(pk__gt=last)[:BATCH]]:
        last = batch[-1].door_id
        of_map: defaultdict[int, list[Placed]] = defaultdict(list)
        for door in batch:
            of_map[door.street_map_id].append(door)
        yield from of_map.values()


def snap_batch(organisation_id: int, doors: Sequence[Placed]) -> Counter[SnapQuality]:
    """Snap doors of one map and keep their snaps; counts their qualities. Raises StreetMapLost."""
    street_map = StreetMap.objects.get(pk=doors[0].street_map_id)
    lon, lat = np.array([door.lon for door in doors]), np.array([door.lat for door in doors])
    snaps = network_of(street_map).snap(lon, lat, street=[door.street for door in doors])
    rows = rows_of(snaps)
    keep_snaps(organisation_id, doors, rows)
    return Counter(SnapQuality(quality) for *_, quality in rows)


def keep_snaps(
    organisation_id: int, doors: Sequence[Placed], snaps: Sequence[tuple[Any, ...]]
) -> None:
    """Write snaps over those that there are; the ORM would take five times as long."""
    rows = [(organisation_id, *door, *snap) for door, snap in zip(doors, snaps, strict=True)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(UPSERT, rows)


def drop_uncovered(organisation_id: int, maps: list[StreetMap]) -> int:
    """Delete the snaps of doors that no map in use covers any more; returns how many."""
    doors = doors_with_maps(organisation_id, maps)
    rows = doors.filter(wanted=None, snap__isnull=False).order_by("pk").values_list("pk", flat=True)
    dropped = 0
    while found := list(rows[:BATCH]):
        dropped += DoorSnap.objects.filter(door__in=found).delete()[0]
    return dropped


def finish_snaps(run: SnapRun, maps: list[StreetMap], result: dict[str, Any]) -> dict[str, Any]:
    """Let go of the files that nobody needs any more; returns the run's result.

    If maps have come or gone meanwhile, this run may have written over what a quicker one did for
    them: then there is another.
    """
    hold_organisation(run.organisation_id)
    current = StreetMap.objects.filter(organisation=run.organisation_id).current()
    if [each.pk for each in maps] != [each.pk for each in current]:
        request_snaps_after(run)
    drop_unused_files(run.organisation_id)
    return result


def named(counts: Counter[SnapQuality]) -> dict[str, Any]:
    """The qualities of what was snapped, as JSON."""
    return {
        "doors": counts.total(),
        "qualities": {quality.name.lower(): count for quality, count in sorted(counts.items())},
    }
