"""Carrying out in a terminal what a worker otherwise does: a bar, and one line where it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.core.files import File
from django.core.management.base import CommandError
from django.db import DatabaseError
from rich.console import Console

from accounts.models import Organisation
from common.errors import DomainError
from common.runs import Progress, Run, RunState
from territories.management.terminal import Bar

SomeRun = TypeVar("SomeRun", bound=Run)


@dataclass(frozen=True)
class Import(Generic[SomeRun]):
    """An import as a command does it: `begin` keeps the file, `perform` goes on from there.

    `abandon` lets go of what was interrupted. `title` stands beside the bar; `work` says what
    somebody else is doing if a worker has the same file, as in "importing this file", and `noun`
    what the run is called, as in "import".
    """

    title: str
    work: str
    noun: str
    begin: Callable[[File[Any]], SomeRun]
    perform: Callable[[SomeRun, Progress], SomeRun]
    abandon: Callable[[SomeRun], None]


def bring_in(console: Console, path: Path, wanted: Import[SomeRun]) -> SomeRun:
    """The run of a file, done or failed.

    Raises CommandError for a file that is not there or not taken, one that a worker has, and for an
    import that was interrupted or cancelled.
    """
    if not path.is_file():
        raise CommandError(f"There is no file {path}; check the path.")
    try:
        with path.open("rb") as file:
            begun = wanted.begin(File(file, path.name))
        with Bar(console, wanted.title) as bar:
            run = interruptible(begun, bar, wanted)
    except DomainError as error:
        raise CommandError(error.message) from None
    if run.state == RunState.RUNNING:
        raise CommandError(f"A worker is {wanted.work} already, as {wanted.noun} {run.pk}.")
    if run.state == RunState.CANCELLED:
        raise CommandError("Somebody has cancelled it; nothing was imported.")
    return run


def interruptible(begun: SomeRun, bar: Bar, wanted: Import[SomeRun]) -> SomeRun:
    """Go on with a run. Raises CommandError for Ctrl-C, and then nothing is left for a worker."""
    try:
        return wanted.perform(begun, bar)
    except KeyboardInterrupt:
        wanted.abandon(begun)
        raise CommandError("Interrupted; nothing was imported.") from None


def refuse_failed(run: Run) -> None:
    """Raise CommandError for an import that failed, with its own reason."""
    if run.state == RunState.FAILED:
        raise CommandError(f"{run.error_message} Nothing was imported.")


def organisation_of(slug: str) -> Organisation:
    """The organisation with the slug. Raises CommandError, naming those that there are."""
    try:
        slugs = list(Organisation.objects.order_by("slug").values_list("slug", flat=True))
        found = Organisation.objects.filter(slug=slug).first()
    except DatabaseError:
        raise CommandError(
            "The database cannot be read or has no tables yet; run python manage.py migrate."
        ) from None
    if found is None:
        raise CommandError(f"There is no organisation {slug!r}. There are: {', '.join(slugs)}.")
    return found


def pair_of(text: str) -> tuple[str, str]:
    """The field and the column of FIELD=COLUMN. Raises CommandError."""
    field, sign, column = text.partition("=")
    if not sign:
        raise CommandError(f"--map takes FIELD=COLUMN, as in --map street=ST_NAME, not {text!r}.")
    return field.strip(), column
