"""Street maps: asking for one, building it in the background, publishing and retiring it.

A map is built outside any transaction; that it is in use, and the version before it is not, is part
of the one transaction that marks it done. The doors are snapped to it by a run of their own.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Max

from accounts.models import Member, Organisation
from accounts.rights import hold_organisation
from common.errors import NotFound
from common.runs import Progress, fail_run
from common.worker import carry_out, enqueue
from territories.errors import (
    StreetMapDamaged,
    StreetMapInterrupted,
    StreetMapNotDone,
    StreetMapWithoutWays,
)
from territories.models import Door, StreetMap
from territories.selectors import Box, within
from territories.snap_requests import request_snaps, request_snaps_after
from territories.street_files import keep_artefact
from territories.streets.errors import NotAMap, NoWalkableWay
from territories.streets.network import StreetNetwork
from territories.uploads import Both, fingerprint, kept_file, opened, plain_name

NAME_LENGTH = 80
REACH_M = 120  # from a street to the doors that can be snapped to it
M_PER_DEGREE = 111_195
STEPS = 3  # read, built, kept


def request_street_map(*, actor: Member, file: File[Any], name: str, now: datetime) -> StreetMap:
    """Keep an extract and queue its map; the same, asked for again meanwhile, is the same map."""
    wanted = described(file, name, now)
    wanted.organisation_id, wanted.requested_by = actor.organisation_id, actor
    return opened(wanted, file, then=enqueue)


def begin_street_map(
    *, organisation: Organisation, file: File[Any], name: str, now: datetime
) -> StreetMap:
    """Keep an extract for the operator, who then calls `perform_street_map`.

    The map shows no member as having asked for it. The same file, being built, is its map.
    """
    wanted = described(file, name, now)
    wanted.organisation = organisation
    return opened(wanted, file, then=None)


def perform_street_map(street_map: StreetMap, watcher: Progress) -> StreetMap:
    """Build here and now what `begin_street_map` kept; the answer shows how it ended.

    It is running still if a worker has it. An error that the user can mend is the map's, not
    raised.
    """
    carry_out(
        StreetMap, street_map.pk, lambda run, lease: import_streets(run, Both(lease, watcher))
    )
    return StreetMap.objects.get(pk=street_map.pk)


def abandon_street_map(*, street_map: StreetMap, now: datetime) -> None:
    """Fail a map whose `perform_street_map` was interrupted, so that no worker takes it up."""
    fail_run(StreetMap.objects.get(pk=street_map.pk), StreetMapInterrupted(), now)


def retire_street_map(*, actor: Member, street_map: StreetMap, now: datetime) -> StreetMap:
    """Take a map out of use; retiring it again changes nothing.

    Its doors are snapped to the next map that covers them, and then its files are deleted. Raises
    NotFound, and StreetMapNotDone for one that has not got so far.
    """
    if not StreetMap.objects.for_member(actor).filter(pk=street_map.pk).exists():
        raise NotFound
    with transaction.atomic():
        hold_organisation(street_map.organisation_id)
        held = StreetMap.objects.get(pk=street_map.pk)
        if not held.version:
            raise StreetMapNotDone
        if held.retired_at is None:
            held.retired_at = now
            held.save(update_fields=["retired_at"])
            request_snaps(held.organisation_id, requested_by=actor, now=now)
    return held


def region_name(file_name: str) -> str:
    """What a map is called whose extract is all that is known of it: "lauf" for lauf.osm.pbf."""
    return Path(file_name).name.split(".")[0][:NAME_LENGTH] or "streets"


def checksum_of(file: File[Any]) -> str:
    """The SHA-256 of a file, which it reads to its end."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def described(file: File[Any], name: str, now: datetime) -> StreetMap:
    """The map of a file, of nobody's yet and not kept. Reads the file to its end."""
    return StreetMap(
        name=name,
        file_name=plain_name(file, "streets"),
        input_hash=fingerprint(file, {"name": name}),
        checksum=checksum_of(file),
        created_at=now,
        sent_at=now,
    )


def import_streets(run: StreetMap, progress: Progress) -> Callable[[], dict[str, Any]]:
    """Build the map of an extract; the answer publishes it and returns the run's result.

    Raises FileMissing, StreetMapDamaged and StreetMapWithoutWays.
    """
    progress.report(0, STEPS)
    with refusing():
        network = StreetNetwork.from_osm(kept_file(run))
    progress.report(2, STEPS)
    keep_artefact(run, network)
    progress.report(STEPS, STEPS)
    counts = {
        "junctions": len(network.node_lon),
        "edges": len(network.edge_start),
        "length_km": round(float(network.edge_length_m.sum()) / 1000, 1),
        "street_names": len(network.names) - 1,
    }
    return lambda: publish(run, reach_of(network.box), counts)


def reach_of(box: Box) -> Box:
    """The box of streets and of what stands beside them."""
    west, south, east, north = box
    lat = REACH_M / M_PER_DEGREE
    lon = lat / max(0.01, math.cos(math.radians(max(abs(south), abs(north)))))
    return max(-180, west - lon), max(-90, south - lat), min(180, east + lon), min(90, north + lat)


@contextmanager
def refusing() -> Iterator[None]:
    """Turns what the streets package raises for an extract into errors with a code."""
    try:
        yield
    except NoWalkableWay as error:
        raise StreetMapWithoutWays(str(error)) from error
    except NotAMap as error:
        raise StreetMapDamaged(str(error)) from error


def publish(run: StreetMap, box: Box, counts: dict[str, Any]) -> dict[str, Any]:
    """Put a map into use in the place of the version before it; returns the run's result.

    Part of the transaction that marks it done, which is its `finished_at`.
    """
    hold_organisation(run.organisation_id)
    versions = StreetMap.objects.filter(organisation=run.organisation_id, name=run.name)
    last = versions.aggregate(last=Max("version"))["last"] or 0
    versions.current().update(retired_at=run.finished_at)
    west, south, east, north = box
    versions.filter(pk=run.pk).update(
        version=last + 1, west=west, south=south, east=east, north=north
    )
    snaps = request_snaps_after(run)
    doors = within(Door.objects.filter(organisation=run.organisation_id), box).count()
    return {**counts, "doors_covered": doors, "snap_run": snaps.pk}
