"""Do-not-knock registries: files of addresses that become entries, line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from math import nan
from typing import Any, NamedTuple

from django.core.files import File

from accounts.models import Member
from accounts.rights import hold_organisation
from canvass.do_not_knock import renewal
from canvass.do_not_knock_doors import cover, mark_under
from canvass.list_entries import lasting
from canvass.list_files import AT_ONCE, ListOptions, lift_all, refuse_nothing, request_list
from canvass.models import (
    DoNotKnockEntry,
    DoNotKnockRun,
    DoNotKnockScope,
    DoNotKnockSource,
    Reach,
)
from common.runs import Progress
from territories.geocoding.locate import Locator
from territories.importing.keys import fold
from territories.importing.normalise import Normaliser
from territories.importing.options import ImportOptions
from territories.importing.placing import OwnAddresses
from territories.importing.readers import Reader, reader_for
from territories.importing.rejects import RejectsFile
from territories.importing.rows import Candidate, Reason, Reject, Row
from territories.models import Building, Door
from territories.uploads import keep_rejects, kept_file

BATCH = 5_000


class Target(NamedTuple):
    """What a line of a registry means: a door, or the whole building."""

    reach: str
    id: int


@dataclass(frozen=True, kw_only=True)
class RegistryOptions(ListOptions):
    """How to read a registry's file. Raises ExpiryInvalid and the errors of an import's options."""

    mapping: dict[str, str] = field(default_factory=dict)
    scope: str = DoNotKnockScope.HOMES.value

    def __post_init__(self) -> None:
        super().__post_init__()
        self.reading()

    def reading(self) -> ImportOptions:
        """How to read the file: like one of doors whose positions do not matter."""
        is_csv = self.format == "csv"
        return ImportOptions(
            self.format, self.dataset, self.mapping, encoding=self.encoding, geocode=is_csv
        )


def request_registry(
    *, actor: Member, file: File[Any], options: RegistryOptions, now: datetime
) -> DoNotKnockRun:
    """Keep a registry's file and queue its import; the same, asked for meanwhile, is one run."""
    return request_list(DoNotKnockRun, actor=actor, file=file, options=options, now=now)


def import_registry(run: DoNotKnockRun, progress: Progress) -> Callable[[], dict[str, Any]]:
    """Read a registry and find its addresses; the answer writes the entries, and the run's result.

    Addresses are found among the organisation's own, also with a slip of the pen; what is not
    found, or not certain, is in the rejects file by its line. Raises the errors of
    `territories.importing`.
    """
    options = RegistryOptions.from_json(run.options)
    reader = reader_for(kept_file(run), options.reading())
    targets: dict[Target, None] = {}
    with RejectsFile() as rejects:
        try:
            read = gather(run.organisation_id, reader, options, (targets, rejects), progress)
        finally:
            keep_rejects(run, rejects, f"registry-{run.pk}-rejects.csv")
        counts = dict(rejects.counts)
    refuse_nothing(read, counts, "an address of a known door")
    seen = {"read": read, "rejected": counts, **reader.facts()}
    return lambda: seen | write_registry(run, options, list(targets))


def gather(
    organisation_id: int,
    reader: Reader,
    options: RegistryOptions,
    into: tuple[dict[Target, None], RejectsFile],
    progress: Progress,
) -> int:
    """Find what the lines of a file mean; returns how many there are."""
    targets, rejects = into
    locator = Locator(organisation_id)  # the organisation's own addresses, and no service
    normaliser = Normaliser(options.reading(), OwnAddresses(locator))
    read, rows = 0, reader.rows()
    while batch := list(islice(rows, BATCH)):
        found = [row._replace(lon=nan, lat=nan) for row in batch if isinstance(row, Row)]
        candidates, refused = normaliser.batch(found)
        rejects.add(row for row in batch if isinstance(row, Reject))
        rejects.add(refused)
        for candidate, target in matched(organisation_id, candidates):
            if isinstance(target, Reject):
                rejects.add([target])
            elif target in targets:
                rejects.add([Reject(candidate.line, Reason.DUPLICATE, "")])
            else:
                targets[target] = None
        read += len(batch)
        progress.report(*reader.progress())
    return read


def matched(
    organisation_id: int, candidates: Sequence[Candidate]
) -> Iterator[tuple[Candidate, Target | Reject]]:
    """Each address with what it means here: by the natural key of its building, and the unit."""
    for start in range(0, len(candidates), AT_ONCE):
        some = candidates[start : start + AT_ONCE]
        doors = doors_of(organisation_id, {one.building_key for one in some})
        for candidate in some:
            yield candidate, target_of(candidate, doors.get(candidate.building_key, []))


def doors_of(organisation_id: int, keys: set[str]) -> dict[str, list[Door]]:
    """The doors of the buildings with these natural keys."""
    buildings = Building.objects.filter(organisation=organisation_id, key__in=keys)
    found: defaultdict[str, list[Door]] = defaultdict(list)
    for door in Door.objects.filter(building__in=buildings).select_related("building"):
        found[door.building.key].append(door)
    return found


def target_of(candidate: Candidate, doors: Sequence[Door]) -> Target | Reject:
    """The building, if the line names no unit; else the door with that unit, or the only one."""
    if not doors:
        return Reject(candidate.line, Reason.UNKNOWN_ADDRESS, "no door there")
    if not candidate.unit:
        return Target(Reach.BUILDING.value, doors[0].building_id)
    same = [door for door in doors if fold(door.unit) == fold(candidate.unit)]
    if same or len(doors) == 1:
        return Target(Reach.DOOR.value, (same or doors)[0].pk)
    return Reject(candidate.line, Reason.UNKNOWN_ADDRESS, f"unit: {candidate.unit}")


def write_registry(
    run: DoNotKnockRun, options: RegistryOptions, targets: Sequence[Target]
) -> dict[str, Any]:
    """Write the entries of a registry; returns the run's result. Files of one take turns."""
    hold_organisation(run.organisation_id)
    now = run.finished_at or run.created_at
    known = standing(run)
    new = [entry(run, options, target, now) for target in targets if target not in known]
    named = {target: known[target] for target in targets if target in known}
    renewed = [
        renewal(old, options.rule(), now)
        for old in named.values()
        if options.outlasts(old.ends_at, now)
    ]
    made = DoNotKnockEntry.objects.bulk_create([*new, *renewed], AT_ONCE)
    cover(made)
    lifted, gone = 0, list[DoNotKnockEntry]()
    if options.complete:
        gone = [old for target, old in known.items() if target not in named]
        lifted = lift_all(DoNotKnockEntry, [old.pk for old in gone], now)
    mark_under([*made, *gone])
    unchanged = len(named) - len(renewed)
    return {"new": len(new), "renewed": len(renewed), "unchanged": unchanged, "lifted": lifted}


def standing(run: DoNotKnockRun) -> dict[Target, DoNotKnockEntry]:
    """The registry's newest entry for each target, unless it was lifted."""
    rows = DoNotKnockEntry.objects.filter(
        organisation=run.organisation_id, dataset=run.dataset, lifted_at=None, renewed_by=None
    )
    return {Target(row.reach, row.door_id or row.building_id or 0): row for row in rows}


def entry(
    run: DoNotKnockRun, options: RegistryOptions, target: Target, now: datetime
) -> DoNotKnockEntry:
    """The unsaved entry of a target."""
    is_door = target.reach == Reach.DOOR
    return DoNotKnockEntry(
        organisation_id=run.organisation_id,
        reach=target.reach,
        door_id=target.id if is_door else None,
        building_id=None if is_door else target.id,
        source=DoNotKnockSource.REGISTRY.value,
        scope=options.scope,
        dataset=run.dataset,
        added_by_id=run.requested_by_id,
        created_at=now,
        **lasting(options.rule(), now, options.time_zone),
    )
