"""Bringing neighborhoods in: asking for an import, and carrying it out in the background."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.core.files import File
from shapely.geometry import mapping

from accounts.models import Member, Organisation
from accounts.rights import hold_organisation
from common.runs import Progress, fail_run
from common.worker import carry_out, enqueue
from territories.boundaries.describing import Described, Describer
from territories.boundaries.locating import NOWHERE, overlaps, parents
from territories.boundaries.mending import Mended, Refused, mended
from territories.boundaries.options import DEMOGRAPHICS, BoundaryOptions
from territories.boundaries.reading import Feature, read_features
from territories.importing.errors import Interrupted, NothingImported
from territories.importing.files import SourceFile
from territories.locating import areas_of, locate_again
from territories.models import Neighborhood, NeighborhoodRun
from territories.uploads import Both, fingerprint, kept_file, opened, plain_name

LISTED = 100  # oddities of one kind that a result names one by one; it counts them all
BATCH = 200
CHANGED = (
    *("level", "name", "geometry", "west", "south", "east", "north", "properties"),
    *(*DEMOGRAPHICS, "gone_at"),
)


class Candidate(NamedTuple):
    """A feature that becomes a neighborhood."""

    feature: Feature
    described: Described
    mended: Mended


class Oddity(NamedTuple):
    """Something that was not as it should be: with which feature, and what."""

    where: str
    name: str
    what: str

    def to_json(self) -> dict[str, Any]:
        """The oddity, for the run's result."""
        return {"feature": self.where, "name": self.name, "what": self.what}


def request_neighborhoods(
    *, actor: Member, file: File[Any], options: BoundaryOptions, now: datetime
) -> NeighborhoodRun:
    """Keep a file of boundaries and queue its import; the same, asked for meanwhile, is one run."""
    wanted = described_run(file, options, now)
    wanted.organisation_id, wanted.requested_by = actor.organisation_id, actor
    return opened(wanted, file, then=enqueue)


def begin_neighborhoods(
    *, organisation: Organisation, file: File[Any], options: BoundaryOptions, now: datetime
) -> NeighborhoodRun:
    """Keep a file for the operator of the installation, who then calls `perform_neighborhoods`."""
    wanted = described_run(file, options, now)
    wanted.organisation = organisation
    return opened(wanted, file, then=None)


def perform_neighborhoods(run: NeighborhoodRun, watcher: Progress) -> NeighborhoodRun:
    """Import here and now what `begin_neighborhoods` kept; the answer shows how it ended."""
    carry_out(
        NeighborhoodRun,
        run.pk,
        lambda run, lease: import_neighborhoods(run, Both(lease, watcher)),
    )
    return NeighborhoodRun.objects.get(pk=run.pk)


def abandon_neighborhoods(*, run: NeighborhoodRun, now: datetime) -> None:
    """Fail a run whose `perform_neighborhoods` was interrupted."""
    fail_run(NeighborhoodRun.objects.get(pk=run.pk), Interrupted(), now)


def described_run(file: File[Any], options: BoundaryOptions, now: datetime) -> NeighborhoodRun:
    """The run of a file, of nobody's yet and not kept. Reads the file to its end."""
    return NeighborhoodRun(
        dataset=options.dataset,
        file_name=plain_name(file, "boundaries"),
        options=options.to_json(),
        input_hash=fingerprint(file, options.to_json()),
        created_at=now,
        sent_at=now,
    )


def import_neighborhoods(run: NeighborhoodRun, progress: Progress) -> Callable[[], dict[str, Any]]:
    """Read and mend the file of a run; the answer writes it and returns the run's result.

    Raises the errors of `territories.importing`: WrongFormat, ColumnMissing, NothingImported ...
    """
    options = BoundaryOptions.from_json(run.options)
    source = SourceFile(kept_file(run))
    features = read_features(source, options.encoding or source.encoding())
    describer = Describer(features, options)
    candidates: list[Candidate] = []
    refused: list[Oddity] = []
    for done, feature in enumerate(features, start=1):
        described = describer.describe(feature)
        try:
            candidates.append(Candidate(feature, described, mended(feature.geometry)))
        except Refused as error:
            refused.append(Oddity(feature.where, described.name, error.reason.value))
        progress.report(done, len(features) + 1)
    refuse_nothing(features, refused)
    report = {"read": len(features), **listed("refused", refused), **oddities(candidates)}
    return lambda: write_neighborhoods(run, candidates, report)


def refuse_nothing(features: Sequence[Feature], refused: Sequence[Oddity]) -> None:
    """Raise NothingImported if no feature is an area."""
    if len(refused) == len(features):
        reasons = Counter(oddity.what.replace("_", " ") for oddity in refused).most_common(3)
        said = ", ".join(f"{reason} ({count:,})" for reason, count in reasons) or "it has none"
        raise NothingImported(f"Not one of {len(features):,} features is an area: {said}.")


def listed(name: str, found: Sequence[Oddity]) -> dict[str, Any]:
    """Oddities of one kind for the run's result: how many, and the first of them by name."""
    return {name: len(found), f"{name}_listed": [one.to_json() for one in found[:LISTED]]}


def oddities(candidates: Sequence[Candidate]) -> dict[str, Any]:
    """What was not as it should be with the features that came in, for the run's result."""

    def those(what: str, told: Iterable[Candidate]) -> list[Oddity]:
        return [Oddity(one.feature.where, one.described.name, what) for one in told]

    unreadable = [
        Oddity(one.feature.where, one.described.name, what)
        for one in candidates
        for what in one.described.unreadable
    ]
    return {
        **listed("mended", those("invalid", (c for c in candidates if c.mended.was_invalid))),
        **listed(
            "antimeridian",
            those("crossed", (c for c in candidates if c.mended.crossed_antimeridian)),
        ),
        **listed("unnamed", those("no_name", (c for c in candidates if not c.described.is_named))),
        **listed("unreadable", unreadable),
        "missing": {
            wanted: sum(one.described.demographics[wanted] is None for one in candidates)
            for wanted in DEMOGRAPHICS
        },
    }


def write_neighborhoods(
    run: NeighborhoodRun, candidates: Sequence[Candidate], report: dict[str, Any]
) -> dict[str, Any]:
    """Merge neighborhoods into those of their dataset; returns the run's result.

    Those that the file lacks are marked as gone. Then every door is located anew, by a run.
    """
    hold_organisation(run.organisation_id)
    rows = Neighborhood.objects.filter(organisation=run.organisation_id, dataset=run.dataset)
    known = {row.key: row for row in rows}
    wanted = {c.described.key: neighborhood(run, c) for c in candidates}
    new = wanted.keys() - known.keys()
    updated = [key for key in wanted.keys() & known.keys() if differ(known[key], wanted[key])]
    Neighborhood.objects.bulk_create(
        [row for key, row in wanted.items() if key in new or key in set(updated)],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["organisation", "dataset", "key"],
        update_fields=CHANGED,
    )
    left_out = rows.current().exclude(key__in=wanted)
    gone = left_out.update(gone_at=run.finished_at)
    return {
        **report,
        "new": len(new),
        "updated": len(updated),
        "unchanged": len(wanted) - len(new) - len(updated),
        "gone": gone,
        **arrange(run.organisation_id),
        "locate_run": locate_again(run.organisation_id, run.requested_by_id, run.created_at),
    }


def neighborhood(run: NeighborhoodRun, candidate: Candidate) -> Neighborhood:
    """The row of a candidate, not yet saved."""
    feature, described, (area, *_) = candidate
    west, south, east, north = area.bounds
    return Neighborhood(
        organisation_id=run.organisation_id,
        dataset=run.dataset,
        key=described.key,
        level=described.level,
        name=described.name,
        geometry=as_json(mapping(area)),
        west=west,
        south=south,
        east=east,
        north=north,
        properties=feature.properties,
        **described.demographics,
    )


def as_json(value: Any) -> Any:
    """A geometry with lists where shapely has tuples, so that it equals what the database has."""
    if isinstance(value, list | tuple):
        return [as_json(part) for part in value]
    return {key: as_json(part) for key, part in value.items()} if isinstance(value, dict) else value


def differ(known: Neighborhood, wanted: Neighborhood) -> bool:
    """Whether the file says something else than the database."""
    return any(getattr(known, name) != getattr(wanted, name) for name in CHANGED)


def arrange(organisation_id: int) -> dict[str, Any]:
    """Find every neighborhood's parent, and which ones of a level overlap, for the run's result."""
    areas, names = areas_of(organisation_id)
    rows = Neighborhood.objects.filter(organisation=organisation_id)
    kept = rows.in_bulk(areas.ids.tolist()) if len(areas) else {}
    moved = []
    for pk, parent in zip(areas.ids.tolist(), parents(areas).tolist(), strict=True):
        found = None if parent == NOWHERE else parent
        if kept[pk].parent_id != found:
            kept[pk].parent_id = found
            moved.append(kept[pk])
    Neighborhood.objects.bulk_update(moved, ["parent"], batch_size=BATCH)
    pairs = overlaps(areas)
    named = [
        {"neighborhoods": [a, b], "names": [names[a], names[b]], "share": round(share, 4)}
        for a, b, share in pairs[:LISTED]
    ]
    return {"overlaps": len(pairs), "overlaps_listed": named}
