"""Do-not-knock registries: files of addresses that become entries, line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from math import nan
from typing import Any, NamedTuple, Self

from django.core.files import File

from accounts.models import Member
from accounts.rights import hold_organisation
from canvass.do_not_knock import lasting, renewal
from canvass.do_not_knock_doors import cover, mark_under
from canvass.expiry import Expiry
from canvass.models import (
    DoNotKnockEntry,
    DoNotKnockRun,
    DoNotKnockScope,
    DoNotKnockSource,
    Reach,
)
from common.runs import Progress
from common.worker import enqueue
from territories.geocoding.locate import Locator
from territories.importing.errors import NoAddresses, NothingImported
from territories.importing.keys import fold
from territories.importing.normalise import Normaliser
from territories.importing.options import ImportOptions
from territories.importing.placing import OwnAddresses
from territories.importing.readers import Reader, reader_for
from territories.importing.rejects import RejectsFile
from territories.importing.rows import Candidate, Reason, Reject, Row
from territories.models import Building, Door
from territories.uploads import fingerprint, keep_rejects, kept_file, opened, plain_name

BATCH = 5_000
AT_ONCE = 500
NOT_IN_FILE = "The registry's newest file does not name it any more."


class Target(NamedTuple):
    """What a line of a registry means: a door, or the whole building."""

    reach: str
    id: int


@dataclass(frozen=True)
class RegistryOptions:
    """How to read a registry's file, and how long its lines hold.

    `dataset` is the registry's name. `expiry` counts from the import; a line that a later file
    names again is renewed. A `complete` file is the whole registry: what it lacks is lifted.
    """

    format: str
    dataset: str
    time_zone: str
    mapping: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None
    scope: str = DoNotKnockScope.HOMES.value
    expiry: str = "never"
    expiry_count: int = 0
    complete: bool = False

    def __post_init__(self) -> None:
        self.rule()
        self.reading()

    def rule(self) -> Expiry:
        """When a line is over. Raises ExpiryInvalid."""
        return Expiry(self.expiry, self.expiry_count)

    def reading(self) -> ImportOptions:
        """How to read the file: like one of doors whose positions do not matter."""
        is_csv = self.format == "csv"
        return ImportOptions(
            self.format, self.dataset, self.mapping, encoding=self.encoding, geocode=is_csv
        )

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The options that a run has kept."""
        return cls(**value)


def request_registry(
    *, actor: Member, file: File[Any], options: RegistryOptions, now: datetime
) -> DoNotKnockRun:
    """Keep a registry's file and queue its import; the same, asked for meanwhile, is one run."""
    kept = dict(vars(options))
    wanted = DoNotKnockRun(
        organisation_id=actor.organisation_id,
        requested_by=actor,
        format=options.format,
        dataset=options.dataset,
        file_name=plain_name(file, "registry"),
        options=kept,
        input_hash=fingerprint(file, kept),
        created_at=now,
        sent_at=now,
    )
    return opened(wanted, file, then=enqueue)


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
    refuse_nothing(read, counts)
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


def refuse_nothing(read: int, rejected: dict[str, int]) -> None:
    """Raise NoAddresses for a file without lines, NothingImported if each was rejected."""
    if not read:
        raise NoAddresses
    if sum(rejected.values()) == read:
        raise NothingImported(f"Not one of {read:,} lines is an address of a known door.")


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
        if lasts_longer(options, old, now)
    ]
    made = DoNotKnockEntry.objects.bulk_create([*new, *renewed], AT_ONCE)
    cover(made)
    lifted, gone = 0, list[DoNotKnockEntry]()
    if options.complete:
        gone = [old for target, old in known.items() if target not in named]
        lifted = lift_all([old.pk for old in gone], now)
    mark_under([*made, *gone])
    unchanged = len(named) - len(renewed)
    return {"new": len(new), "renewed": len(renewed), "unchanged": unchanged, "lifted": lifted}


def standing(run: DoNotKnockRun) -> dict[Target, DoNotKnockEntry]:
    """The registry's newest entry for each target, unless it was lifted."""
    rows = DoNotKnockEntry.objects.filter(
        organisation=run.organisation_id, dataset=run.dataset, lifted_at=None, renewed_by=None
    )
    return {Target(row.reach, row.door_id or row.building_id or 0): row for row in rows}


def lasts_longer(options: RegistryOptions, old: DoNotKnockEntry, now: datetime) -> bool:
    """Whether being named again lets an entry hold longer than it does."""
    ends_at = options.rule().ends_at(now, options.time_zone)
    return old.ends_at is not None and (ends_at is None or ends_at > old.ends_at)


def lift_all(ids: Sequence[int], now: datetime) -> int:
    """Lift the entries that a complete file does not name any more."""
    parts = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
    return sum(
        DoNotKnockEntry.objects.filter(pk__in=some).update(lifted_at=now, lifted_reason=NOT_IN_FILE)
        for some in parts
    )


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
