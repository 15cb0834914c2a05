"""Do-not-call registries: files of telephone numbers that become entries, line by line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from django.core.files import File

from accounts.models import Member
from accounts.rights import hold_organisation
from canvass.contacts import doors_called
from canvass.errors.telephone import PhoneInvalid
from canvass.list_entries import lasting
from canvass.list_files import AT_ONCE, ListOptions, lift_all, refuse_nothing, request_list
from canvass.models import DoNotCallEntry, DoNotCallRun, DoNotCallSource
from canvass.phones import e164, refuse_unknown_region
from canvass.sync.feed import mark
from common.runs import Progress
from territories.importing.columns import require, resolve
from territories.importing.delimited import DELIMITERS, each_record, is_filled, until_filled
from territories.importing.files import SourceFile
from territories.importing.options import check_encoding
from territories.importing.rejects import RejectsFile
from territories.importing.rows import Reason, Reject
from territories.uploads import keep_rejects, kept_file

BATCH = 5_000
FIELD = "phone"


@dataclass(frozen=True, kw_only=True)
class NumberOptions(ListOptions):
    """How to read a registry of numbers. Raises ExpiryInvalid, PhoneInvalid and InvalidOptions.

    `region` is the country of numbers written without one. `column` names where the number is, +
    joins several ("AREA+NUMBER"); without it the file has no header, and all of a line is its
    number, as in `201,5550147`.
    """

    region: str = ""
    column: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        refuse_unknown_region(self.region)
        if self.encoding is not None:
            check_encoding(self.encoding)


class Line(NamedTuple):
    """A line of the file: where it stands, and what it says of a number."""

    number: str
    text: str


def request_numbers(
    *, actor: Member, file: File[Any], options: NumberOptions, now: datetime
) -> DoNotCallRun:
    """Keep a registry's file and queue its import; the same, asked for meanwhile, is one run."""
    return request_list(DoNotCallRun, actor=actor, file=file, options=options, now=now)


def import_numbers(run: DoNotCallRun, progress: Progress) -> Callable[[], dict[str, Any]]:
    """Read a registry of numbers; the answer writes the entries, and the run's result.

    What is no number, or comes twice, is in the rejects file by its line; the number itself is not.
    Some hundred bytes of memory for each number. Raises the errors of `territories.importing`.
    """
    options = NumberOptions.from_json(run.options)
    source = SourceFile(kept_file(run))
    encoding = options.encoding or source.encoding()
    numbers: dict[str, None] = {}
    with RejectsFile() as rejects:
        try:
            read = 0
            for read, line in enumerate(lines_of(source, encoding, options.column), 1):
                refused = taken(line, options.region, numbers)
                rejects.add([refused] if refused else [])
                if read % BATCH == 0:
                    progress.report(source.read_kib, source.size_kib)
        finally:
            keep_rejects(run, rejects, f"registry-{run.pk}-rejects.csv")
        counts = dict(rejects.counts)
    refuse_nothing(read, counts, "a telephone number")
    seen = {"read": read, "rejected": counts, "encoding": encoding}
    return lambda: seen | write_numbers(run, options, numbers)


def lines_of(source: SourceFile, encoding: str, column: str) -> Iterator[Line]:
    """Every line that is not blank. Raises EmptyFile, Damaged, UnknownEncoding, ColumnMissing."""
    with source.text(encoding) as file:
        head = until_filled(file)
        delimiter = max(DELIMITERS, key=head[-1].count)
        lines = csv.reader(chain(head, file), delimiter=delimiter)
        places: Sequence[int] | None = None
        if column:
            header = [name.strip() for name in next(filter(is_filled, lines))]
            columns = resolve({FIELD: column}, header)
            require([FIELD], columns, {FIELD: column}, header)
            places = [header.index(name) for name in columns[FIELD]]
        for cells in each_record(lines):
            if is_filled(cells):
                chosen = (
                    cells if places is None else [cells[at] for at in places if at < len(cells)]
                )
                yield Line(str(lines.line_num), " ".join(chosen))


def taken(line: Line, region: str, numbers: dict[str, None]) -> Reject | None:
    """Take the number of a line, or say why not."""
    try:
        phone = e164(line.text, region)
    except PhoneInvalid:
        return Reject(line.number, Reason.MALFORMED, "")
    if phone in numbers:
        return Reject(line.number, Reason.DUPLICATE, "")
    numbers[phone] = None
    return None


def write_numbers(
    run: DoNotCallRun, options: NumberOptions, numbers: dict[str, None]
) -> dict[str, Any]:
    """Write the entries of a registry; returns the run's result. Files of one take turns."""
    hold_organisation(run.organisation_id)
    now = run.finished_at or run.created_at
    ours = DoNotCallEntry.objects.filter(organisation=run.organisation_id, dataset=run.dataset)
    named, new, renewed = list(numbers), 0, 0
    doors: list[int] = []
    for start in range(0, len(named), AT_ONCE):
        some = named[start : start + AT_ONCE]
        known = ours.filter(phone__in=some, lifted_at=None).order_by("pk")
        ends = dict(known.values_list("phone", "ends_at"))  # the newest of each
        longer = [phone for phone in some if phone in ends and options.outlasts(ends[phone], now)]
        fresh = [phone for phone in some if phone not in ends]
        rows = [entry(run, options, phone, now) for phone in (*fresh, *longer)]
        DoNotCallEntry.objects.bulk_create(rows, AT_ONCE)
        doors += doors_called(run.organisation_id, fresh)
        new, renewed = new + len(fresh), renewed + len(longer)
    lifted = 0
    if options.complete:
        standing = ours.unended(now).values_list("pk", "phone").iterator(BATCH)
        lifted = lift_all(
            DoNotCallEntry, [pk for pk, phone in standing if phone not in numbers], now
        )
    mark(doors=doors)
    unchanged = len(named) - new - renewed
    return {"new": new, "renewed": renewed, "unchanged": unchanged, "lifted": lifted}


def entry(run: DoNotCallRun, options: NumberOptions, phone: str, now: datetime) -> DoNotCallEntry:
    """The unsaved entry of a number."""
    return DoNotCallEntry(
        organisation_id=run.organisation_id,
        phone=phone,
        source=DoNotCallSource.REGISTRY.value,
        dataset=run.dataset,
        added_by_id=run.requested_by_id,
        created_at=now,
        **lasting(options.rule(), now, options.time_zone),
    )
