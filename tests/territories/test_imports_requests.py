"""Asking for an import."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from territories.importing.options import ImportOptions
from territories.imports import abandon_import, begin_import, perform_import
from territories.models import ImportRun
from territories.tasks import import_doors_of
from tests.cast import NOON, Company
from tests.territories.importing.reading import csv, imported, requested

pytestmark = pytest.mark.django_db

TEXT = csv("24.94,60.17,5,High Street,,Hill,00100")


class Heard:
    """Remembers the progress that it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def report(self, done: int, total: int) -> None:
        """Remember."""
        self.told.append((done, total))


def begun(company: Company, text: str = TEXT) -> ImportRun:
    """An import that the operator has begun."""
    return begin_import(
        organisation=company.organisation,
        file=ContentFile(text.encode(), name="doors.csv"),
        options=ImportOptions("csv", "town"),
        now=NOON,
    )


def stored(run: ImportRun) -> list[Path]:
    """The uploaded files beside a run's."""
    return list(Path(run.file.path).parent.iterdir())


def test_the_same_file_asked_for_again_is_the_same_run(sunrise: Company) -> None:
    """While it is open: one row, one copy of the file. Once it has ended it may be asked anew."""
    first, second = requested(sunrise, TEXT), requested(sunrise, TEXT)
    assert first.pk == second.pk
    assert len(stored(first)) == 1
    import_doors_of(first.pk)
    assert requested(sunrise, TEXT).pk != first.pk


def test_other_options_another_company_or_another_file_are_another_run(
    sunrise: Company, moonlight: Company
) -> None:
    """What is asked for is the file, the options and whose doors."""
    runs = [
        requested(sunrise, TEXT),
        requested(sunrise, TEXT, dataset="other"),
        requested(sunrise, TEXT, region=[0, 0, 9, 9]),
        requested(sunrise, TEXT + "\n"),
        requested(moonlight, TEXT),
    ]
    assert len({run.pk for run in runs}) == 5


def test_a_files_name_keeps_to_itself(sunrise: Company) -> None:
    """Folders in it are left out; a long name, or one of odd letters, is kept as it fits."""
    upload = ContentFile(TEXT.encode())
    upload.name = "folder/" + "é" * 300 + ".csv"
    run = begin_import(
        organisation=sunrise.organisation,
        file=upload,
        options=ImportOptions("csv", "long"),
        now=NOON,
    )
    assert "/" not in run.file_name
    assert len(run.file_name) <= 255
    assert run.file_name.endswith("é.csv")
    assert Path(run.file.path).read_text() == TEXT


def test_a_request_that_is_not_kept_leaves_no_file(
    sunrise: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row could not be written, so the file goes again."""
    run = requested(sunrise, TEXT)

    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(ImportRun, "save", full)
    with pytest.raises(OSError, match="disk full"):
        requested(sunrise, TEXT, dataset="other")
    assert len(stored(run)) == 1


def test_the_operator_imports_here_and_now(sunrise: Company) -> None:
    """Nobody's request, the same history; whoever watches hears how far it is."""
    heard = Heard()
    run = perform_import(begun(sunrise), heard)
    assert (run.state, run.requested_by, run.result["new"]) == ("done", None, 1)
    assert heard.told
    assert all(0 <= done <= total for done, total in heard.told)


def test_an_import_that_a_worker_has_is_not_done_twice(sunrise: Company) -> None:
    """The operator is shown that it is running."""
    run = begun(sunrise)
    ImportRun.objects.claim(run.pk, NOON.replace(year=2999))
    assert begun(sunrise).pk == run.pk
    assert perform_import(run, Heard()).state == "running"


def test_an_interrupted_import_is_not_taken_up(sunrise: Company) -> None:
    """Whoever pressed Ctrl-C does not want a worker to go on."""
    run = begun(sunrise)
    ImportRun.objects.claim(run.pk, NOON)
    abandon_import(run=run, now=NOON)
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "import.interrupted")
    import_doors_of(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"


def test_an_import_of_long_ago_is_no_obstacle(sunrise: Company) -> None:
    """The same file may come every month."""
    assert imported(sunrise, TEXT).pk != imported(sunrise, TEXT).pk
