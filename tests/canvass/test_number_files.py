"""Registries of telephone numbers, uploaded as files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from canvass.models import DoNotCallEntry, DoNotCallRun
from canvass.tasks import import_numbers_of
from common.runs import RunState
from tests.calls import SignIn, problem
from tests.canvass.world import NOW, Town
from tests.cast import Company

URL = "/api/v1/do-not-call-runs/"
ONE, TWO, THREE = "+13015550101", "+13015550102", "+13015550103"
FIELDS = {"dataset": "national", "time_zone": "America/New_York", "region": "US"}


def upload(town: Town, as_member: SignIn, text: str, **more: Any) -> DoNotCallRun:
    file = SimpleUploadedFile("numbers.txt", text.encode())
    answer = as_member(town.company.max).post(
        URL, {"file": file, **FIELDS, **more}, format="multipart"
    )
    assert answer.status_code == 202, answer.json()
    import_numbers_of(answer.json()["id"])
    return DoNotCallRun.objects.get(pk=answer.json()["id"])


def listed() -> set[str]:
    return set(DoNotCallEntry.objects.in_force(NOW).values_list("phone", flat=True))


def counts(run: DoNotCallRun) -> dict[str, int]:
    assert run.state == RunState.DONE, run.error_message
    return {name: run.result[name] for name in ("new", "renewed", "unchanged", "lifted")}


def test_numbers_become_entries_and_the_others_are_named(town: Town, as_member: SignIn) -> None:
    """Area code and number as the national registry writes them; bad lines by their number only."""
    run = upload(town, as_member, "301,5550101\n301,5550102\n\n301,555\n(301) 555-0101\n")
    assert counts(run) == {"new": 2, "renewed": 0, "unchanged": 0, "lifted": 0}
    assert listed() == {ONE, TWO}
    entry = DoNotCallEntry.objects.get(phone=ONE)
    assert (entry.source, entry.dataset, entry.ends_at) == ("registry", "national", None)
    answer = as_member(town.company.max).get(f"{URL}{run.pk}/rejects/")
    assert answer.getvalue().decode().split() == [
        "line,reason,detail", "4,malformed,", "5,duplicate,",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("Telephone", "Name;Telephone\nLee;301 555 0101\nKim;\n"),
        ("area+number", "NUMBER,AREA\n5550101,301\n"),
    ],
)
def test_a_table_names_its_column(town: Town, as_member: SignIn, column: str, text: str) -> None:
    """One, or several that make a number together, in any order; an empty cell is no number."""
    assert counts(upload(town, as_member, text, column=column))["new"] == 1
    assert listed() == {ONE}


def test_a_later_file_renews_and_a_complete_one_lifts(town: Town, as_member: SignIn) -> None:
    """What is named again holds longer by the registry's rule; what is not, no more."""
    rule: dict[str, Any] = {"expiry": "years", "expiry_count": 5}
    upload(town, as_member, "301,5550101\n301,5550102\n", **rule)
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        text = "301,5550101\n301,5550103\n"
        run = upload(town, as_member, text, complete=True, **rule)
        assert counts(run) == {"new": 1, "renewed": 1, "unchanged": 0, "lifted": 1}
        again = upload(town, as_member, "301,5550103\n", expiry="days", expiry_count=1)
        assert counts(again) == {"new": 0, "renewed": 0, "unchanged": 1, "lifted": 0}
    later = NOW + timedelta(days=5 * 365 + 20)
    assert set(DoNotCallEntry.objects.in_force(later).values_list("phone", flat=True)) == {
        ONE, THREE,
    }  # fmt: skip


def test_a_complete_file_leaves_other_lists_alone(town: Town, as_member: SignIn) -> None:
    """Another registry's entries, and what householders say, stay."""
    upload(town, as_member, "301,5550101\n", dataset="state")
    upload(town, as_member, "301,5550102\n", complete=True)
    assert listed() == {ONE, TWO}


@pytest.mark.parametrize(
    ("text", "code", "fields"),
    [
        ("name\nLee\n", "import.nothing_imported", {}),
        ("name\nLee\n", "import.column_missing", {"column": "phone"}),
        ("\n \n", "import.empty_file", {}),
    ],
)
def test_a_file_without_numbers_fails(
    town: Town, as_member: SignIn, text: str, code: str, fields: dict[str, str]
) -> None:
    """And changes nothing, though it says that it is complete."""
    upload(town, as_member, "301,5550101\n")
    run = upload(town, as_member, text, complete=True, **fields)
    assert (run.state, run.error_code) == (RunState.FAILED, code)
    assert listed() == {ONE}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"time_zone": "Yonkers"}, (400, "invalid")),
        ({"expiry": "days"}, (422, "expiry.invalid")),
        ({"region": "XX"}, (422, "phone.invalid")),
        ({"encoding": "klingon"}, (422, "import.invalid_options")),
    ],
)
def test_bad_options_are_refused(
    town: Town, as_member: SignIn, fields: dict[str, str], expected: tuple[int, str]
) -> None:
    """Before anything is kept."""
    file = SimpleUploadedFile("numbers.txt", b"301,5550101\n")
    sent = {"file": file, **FIELDS, **fields}
    assert problem(as_member(town.company.max).post(URL, sent, format="multipart")) == expected
    assert not DoNotCallRun.objects.exists()


def test_reps_and_strangers_see_no_imports(
    town: Town, moonlight: Company, as_member: SignIn
) -> None:
    """403 and 404."""
    run = upload(town, as_member, "301,5550101\n")
    assert problem(as_member(town.company.rosa).get(URL))[0] == 403
    assert problem(as_member(moonlight.olga).get(f"{URL}{run.pk}/")) == (404, "not_found")
