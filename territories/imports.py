"""Bringing doors in: asking for an import, and carrying it out in the background.

A file is read and staged outside any transaction; the merge into buildings and doors is part of the
one transaction that marks the run done. So an import that fails leaves everything as it was.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.files import File

from accounts.models import Member, Organisation
from accounts.rights import hold_organisation
from common.runs import Progress, fail_run
from common.worker import carry_out, enqueue
from territories.geocoding.locate import Locator
from territories.importing.errors import Interrupted, NoAddresses, NothingImported
from territories.importing.normalise import Normaliser
from territories.importing.options import ImportOptions
from territories.importing.placing import OwnAddresses
from territories.importing.readers import Reader, reader_for
from territories.importing.rejects import RejectsFile
from territories.importing.rows import Reason, Reject, Row
from territories.importing.staging import BUILDINGS, DOORS, Merged, Staging
from territories.locating import locate_if_bounded
from territories.models import ImportRun, StreetMap
from territories.snap_requests import request_snaps_after
from territories.uploads import (
    Both,
    fingerprint,
    keep_rejects,
    kept_file,
    opened,
    plain_name,
)

BATCH = 10_000
MERGING = 4  # the merge takes about a fourth as long as the reading


def request_import(
    *, actor: Member, file: File[Any], options: ImportOptions, now: datetime
) -> ImportRun:
    """Keep a file and queue its import; the same, asked for again meanwhile, is the same run."""
    wanted = described(file, options, now)
    wanted.organisation_id, wanted.requested_by = actor.organisation_id, actor
    return opened(wanted, file, then=enqueue)


def begin_import(
    *, organisation: Organisation, file: File[Any], options: ImportOptions, now: datetime
) -> ImportRun:
    """Keep a file for the operator of the installation, who then calls `perform_import`.

    The run shows no member as having asked for it. The same file, being imported, is its run.
    """
    wanted = described(file, options, now)
    wanted.organisation = organisation
    return opened(wanted, file, then=None)


def perform_import(run: ImportRun, watcher: Progress) -> ImportRun:
    """Import here and now what `begin_import` kept; the answer shows how it ended.

    It is running still if a worker has it. An error that the user can mend is the run's, not
    raised.
    """
    carry_out(ImportRun, run.pk, lambda run, lease: import_doors(run, Both(lease, watcher)))
    return ImportRun.objects.get(pk=run.pk)


def abandon_import(*, run: ImportRun, now: datetime) -> None:
    """Fail a run whose `perform_import` was interrupted, so that no worker takes it up again."""
    fail_run(ImportRun.objects.get(pk=run.pk), Interrupted(), now)


def described(file: File[Any], options: ImportOptions, now: datetime) -> ImportRun:
    """The run of a file, of nobody's yet and not kept. Reads the file to its end."""
    return ImportRun(
        format=options.format,
        dataset=options.dataset,
        file_name=plain_name(file, "doors"),
        options=options.to_json(),
        input_hash=fingerprint(file, options.to_json()),
        created_at=now,
        sent_at=now,
    )


def import_doors(run: ImportRun, progress: Progress) -> Callable[[], dict[str, Any]]:
    """Read and stage the file of a run; the answer merges it and returns the run's result.

    1,000,000 doors take less than a minute and 500 MB. Raises the errors of
    `territories.importing`; the rejects file is kept in any case.
    """
    options = ImportOptions.from_json(run.options)
    reader = reader_for(kept_file(run), options)
    staging = Staging(run.organisation_id, options.dataset)
    staging.create()
    locator = Locator.configured(run.organisation_id)
    with RejectsFile() as rejects:
        try:
            with collector_paused():
                normaliser = Normaliser(options, OwnAddresses(locator))
                read = stage(reader, normaliser, (staging, rejects), progress)
            staging.index()
            rejects.add(staging.take_duplicates())
            staging.choose_buildings()
        finally:
            keep_rejects(run, rejects, f"import-{run.pk}-rejects.csv")
        counts = dict(rejects.counts)
    refuse_nothing(read, counts)
    seen = {"read": read, "rejected": counts, "geocoded": locator.found, **reader.facts()}
    return lambda: merge(run, staging, seen)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Let Python look for no circles among a million rows: there are none, and it takes long.

    Reference counts free each batch as ever.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def stage(
    reader: Reader, normaliser: Normaliser, into: tuple[Staging, RejectsFile], progress: Progress
) -> int:
    """Put the rows of a file into the staging table or the rejects file; returns how many."""
    staging, rejects = into
    read, rows = 0, reader.rows()
    while batch := list(islice(rows, BATCH)):
        candidates, refused = normaliser.batch([row for row in batch if isinstance(row, Row)])
        rejects.add(row for row in batch if isinstance(row, Reject))
        rejects.add(refused)
        staging.add(candidates)
        read += len(batch)
        done, total = reader.progress()
        progress.report(done, total + total // MERGING)
    return read


def refuse_nothing(read: int, rejected: dict[str, int]) -> None:
    """Raise NoAddresses for a file without rows, NothingImported if every row was rejected."""
    if not read:
        raise NoAddresses
    if sum(rejected.values()) == read:
        reasons = sorted(rejected, key=lambda reason: -rejected[reason])
        common = ", ".join(
            f"{Reason(reason).value.replace('_', ' ')} ({rejected[reason]:,})"
            for reason in reasons[:3]
        )
        raise NothingImported(f"Not one of {read:,} rows could be imported: {common}.")


def merge(run: ImportRun, staging: Staging, seen: dict[str, Any]) -> dict[str, Any]:
    """Merge the staged doors; returns the run's result. Imports of an organisation take turns."""
    hold_organisation(run.organisation_id)
    buildings = staging.merge(BUILDINGS)
    doors = staging.merge(DOORS)
    result = {**seen, **counts(doors), "gone": staging.gone(), "buildings": counts(buildings)}
    staging.drop()
    locate_if_bounded(run.organisation_id, run.requested_by_id, run.created_at)
    is_mapped = StreetMap.objects.filter(organisation=run.organisation_id).current().exists()
    if is_mapped and (doors.new or doors.updated or buildings.updated):
        request_snaps_after(run)
    return result


def counts(merged: Merged) -> dict[str, Any]:
    """What a merge did, as JSON."""
    return {
        "new": merged.new,
        "updated": merged.updated,
        "unchanged": merged.unchanged,
        "changed": merged.changed,
    }
