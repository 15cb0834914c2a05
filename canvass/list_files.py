"""Files of the lists that forbid something: kept and queued, and what all of them say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

from django.core.files import File

from accounts.models import Member
from canvass.expiry import Expiry
from canvass.models import ListEntry
from common.worker import enqueue
from territories.importing.errors import NoAddresses, NothingImported
from territories.models import AddressRun
from territories.uploads import fingerprint, opened, plain_name

AT_ONCE = 500
NOT_IN_FILE = "The registry's newest file does not name it any more."

SomeRun = TypeVar("SomeRun", bound=AddressRun)


@dataclass(frozen=True, kw_only=True)
class ListOptions:
    """How to read a list's file, and how long its lines hold. Raises ExpiryInvalid.

    `dataset` is the list's name. `expiry` counts from the import; a line that a later file names
    again is renewed. A `complete` file is the whole list: what it lacks is lifted.
    """

    format: str
    dataset: str
    time_zone: str
    encoding: str | None = None
    expiry: str = "never"
    expiry_count: int = 0
    complete: bool = False

    def __post_init__(self) -> None:
        self.rule()

    def rule(self) -> Expiry:
        """When a line is over. Raises ExpiryInvalid."""
        return Expiry(self.expiry, self.expiry_count)

    def outlasts(self, ends_at: datetime | None, now: datetime) -> bool:
        """Whether being named now lets an entry hold longer than until then."""
        anew = self.rule().ends_at(now, self.time_zone)
        return ends_at is not None and (anew is None or anew > ends_at)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The options that a run has kept."""
        return cls(**value)


def request_list(
    kind: type[SomeRun], *, actor: Member, file: File[Any], options: ListOptions, now: datetime
) -> SomeRun:
    """Keep a list's file and queue its import; the same, asked for meanwhile, is one run."""
    kept = dict(vars(options))
    wanted = kind(
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


def refuse_nothing(read: int, rejected: dict[str, int], wanted: str) -> None:
    """Raise NoAddresses for a file without lines, NothingImported if each was rejected."""
    if not read:
        raise NoAddresses
    if sum(rejected.values()) == read:
        raise NothingImported(f"Not one of {read:,} lines is {wanted}.")


def lift_all(kind: type[ListEntry], ids: Sequence[int], now: datetime) -> int:
    """Lift the entries that a complete file does not name any more."""
    parts = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
    return sum(
        kind.objects.filter(pk__in=some).update(lifted_at=now, lifted_reason=NOT_IN_FILE)
        for some in parts
    )
