"""Uploaded files: kept with the run that imports them, once, however often they are sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from django.core.files import File
from django.db import transaction

from accounts.rights import hold_organisation
from common.runs import Progress
from territories.importing.errors import FileMissing
from territories.importing.rejects import RejectsFile
from territories.models import AddressRun, UploadRun

NAME_LENGTH = 255
STORED_LENGTH = 60  # of the name on disk, beside its folder and what makes it unique

SomeRun = TypeVar("SomeRun", bound=UploadRun)


@dataclass(frozen=True)
class Both:
    """Two that want to know how far a run has got."""

    first: Progress
    second: Progress

    def report(self, done: int, total: int) -> None:
        """Tell both."""
        self.first.report(done, total)
        self.second.report(done, total)


def plain_name(file: File[Any], otherwise: str) -> str:
    """The name of an uploaded file, without folders, as long as a row takes it."""
    return Path(file.name or otherwise).name[-NAME_LENGTH:]


def opened(wanted: SomeRun, file: File[Any], then: Callable[[UploadRun], None] | None) -> SomeRun:
    """The run as wanted, kept with its file; or the open one of the same file, if there is one.

    The file is written before anything is locked: it may be large, and others want to write.
    """
    known = same_open(wanted)
    if known:
        return known
    wanted.file.save(wanted.file_name[-STORED_LENGTH:], file, save=False)
    try:
        with transaction.atomic():
            hold_organisation(wanted.organisation_id)  # two uploads of one file: one of them waits
            known = same_open(wanted)
            if known is None:
                wanted.save()
                if then:
                    then(wanted)
    except BaseException:
        wanted.file.delete(save=False)
        raise
    if known:
        wanted.file.delete(save=False)
    return known or wanted


def same_open(wanted: SomeRun) -> SomeRun | None:
    """The run of the same file and options that has not ended, if there is one."""
    rows = type(wanted).objects.filter(
        organisation=wanted.organisation_id, input_hash=wanted.input_hash
    )
    return cast("SomeRun | None", rows.open().order_by("pk").first())


def fingerprint(file: File[Any], options: dict[str, Any]) -> str:
    """What a file and its options have in common with no other. Reads the file to its end."""
    digest = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def kept_file(run: UploadRun) -> Path:
    """The uploaded file on disk. Raises FileMissing."""
    path = Path(run.file.path)
    if not path.is_file():
        raise FileMissing("The uploaded file is gone; upload it again.")
    return path


def keep_rejects(run: AddressRun, rejects: RejectsFile, name: str) -> None:
    """Keep the rejects file with its run, unless there are none or the attempt has lost the run.

    It is kept before the run ends, so that a failed import can be mended from it.
    """
    if not rejects.counts:
        return
    storage, before = run.rejects.storage, run.rejects.name
    run.rejects.save(name, rejects.content(), save=False)
    if not type(run).objects.held(run).update(rejects=run.rejects.name):
        run.rejects.delete(save=False)
    elif before:  # of an attempt that was lost
        storage.delete(before)
