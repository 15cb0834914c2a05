"""Do-not-knock registries, uploaded as files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from canvass.models import DoNotKnockEntry, DoNotKnockRun
from canvass.tasks import import_registry_of
from common.runs import RunState
from territories.importing.keys import building_key, locality
from territories.models import Building, Door
from tests.calls import SignIn, problem
from tests.canvass.world import NOW, Town
from tests.cast import Company

URL = "/api/v1/do-not-knock-runs/"
HEAD = "STREET,NUMBER,UNIT,CITY\n"


@pytest.fixture
def keyed(town: Town) -> Town:
    """The town, whose buildings have the natural keys of their addresses, as imported ones do."""
    for number, door in enumerate((*town.north, *town.south), 1):
        key = building_key("Elm Street", str(number), locality("Yonkers", "", 0))
        Building.objects.filter(pk=door.building_id).update(key=key, number=str(number))
    return town


def upload(
    town: Town, as_member: SignIn, lines: str, name: str = "city.csv", **more: Any
) -> DoNotKnockRun:
    file = SimpleUploadedFile(name, (HEAD + lines).encode())
    fields = {"file": file, "dataset": "city", "time_zone": "America/New_York", **more}
    answer = as_member(town.company.max).post(URL, fields, format="multipart")
    assert answer.status_code == 202, answer.json()
    import_registry_of(answer.json()["id"])
    return DoNotKnockRun.objects.get(pk=answer.json()["id"])


def forbidden(town: Town) -> list[Door]:
    covered = DoNotKnockEntry.objects.in_force(NOW).values_list("covered__door", flat=True)
    return [door for door in (*town.north, *town.south) if door.pk in set(covered)]


def counts(run: DoNotKnockRun) -> dict[str, int]:
    assert run.state == RunState.DONE, run.error_message
    return {name: run.result[name] for name in ("new", "renewed", "unchanged", "lifted")}


def test_addresses_become_entries_and_the_others_are_named(keyed: Town, as_member: SignIn) -> None:
    """By address, in any case of letters; what is not known, or comes twice, by its line."""
    lines = "ELM STREET,1,,Yonkers\nElm Street,99,,Yonkers\nElm Street,2,,Yonkers\n"
    run = upload(keyed, as_member, lines + "elm street,2,,YONKERS\n,5,,Yonkers\n")
    assert counts(run) == {"new": 2, "renewed": 0, "unchanged": 0, "lifted": 0}
    assert forbidden(keyed) == keyed.north[:2]
    entry = DoNotKnockEntry.objects.order_by("pk")[0]
    assert (entry.source, entry.scope, entry.dataset, entry.ends_at) == (
        "registry", "homes", "city", None,
    )  # fmt: skip
    answer = as_member(keyed.company.max).get(f"{URL}{run.pk}/rejects/")
    named = answer.getvalue().decode().splitlines()[1:]
    assert [row.split(",")[:2] for row in sorted(named)] == [
        ["3", "unknown_address"], ["5", "duplicate"], ["6", "no_street"],
    ]  # fmt: skip


def test_a_unit_means_its_door_and_none_the_whole_building(keyed: Town, as_member: SignIn) -> None:
    """A unit that nobody knows is named, where there are several doors."""
    first, second, third = keyed.north
    Door.objects.filter(pk=second.pk).update(building=first.building_id, unit="2B")
    Door.objects.filter(pk=first.pk).update(unit="1A")
    run = upload(keyed, as_member, "Elm Street,1,2 b,Yonkers\nElm Street,1,7,Yonkers\n")
    assert forbidden(keyed) == [second]
    assert run.result["rejected"] == {"unknown_address": 1}
    upload(keyed, as_member, "Elm Street,1,,Yonkers\nElm Street,3,4,Yonkers\n")
    assert forbidden(keyed) == [first, second, third]


def test_a_later_file_renews_and_a_complete_one_lifts(keyed: Town, as_member: SignIn) -> None:
    """What is named again holds anew by the registry's rule; what is not, no more."""
    year: dict[str, Any] = {"expiry": "years", "expiry_count": 1}
    upload(keyed, as_member, "Elm Street,1,,Yonkers\nElm Street,2,,Yonkers\n", **year)
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        run = upload(
            keyed,
            as_member,
            "Elm Street,1,,Yonkers\nElm Street,3,,Yonkers\n",
            complete=True,
            **year,
        )
    assert counts(run) == {"new": 1, "renewed": 1, "unchanged": 0, "lifted": 1}
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        again = upload(keyed, as_member, "Elm Street,1,,Yonkers\n", expiry="year_end")
    assert counts(again) == {"new": 0, "renewed": 0, "unchanged": 1, "lifted": 0}
    renewed = DoNotKnockEntry.objects.get(renews__isnull=False)
    assert renewed.ends_at is not None
    assert renewed.ends_at.date().isoformat() == "2027-07-10"


def test_a_file_of_strangers_fails_and_changes_nothing(keyed: Town, as_member: SignIn) -> None:
    """Not one line is a known door; the rejects are kept."""
    run = upload(keyed, as_member, "Oak Lane,1,,Boston\n", complete=True)
    assert (run.state, run.error_code) == (RunState.FAILED, "import.nothing_imported")
    assert run.rejects
    assert not DoNotKnockEntry.objects.exists()


def test_another_companys_doors_are_not_found(
    keyed: Town, moonlight: Company, as_member: SignIn
) -> None:
    """However well the address is spelt; nor is its run seen by others."""
    file = SimpleUploadedFile("city.csv", (HEAD + "Elm Street,1,,Yonkers\n").encode())
    fields = {"file": file, "dataset": "city", "time_zone": "America/New_York"}
    answer = as_member(moonlight.olga).post(URL, fields, format="multipart")
    import_registry_of(answer.json()["id"])
    assert not DoNotKnockEntry.objects.exists()
    path = f"{URL}{answer.json()['id']}/"
    assert problem(as_member(keyed.company.max).get(path)) == (404, "not_found")
    assert problem(as_member(keyed.company.rosa).get(URL))[0] == 403


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"time_zone": "Yonkers"}, (400, "invalid")),
        ({"dataset": ""}, (400, "invalid")),
        ({"expiry": "days"}, (422, "expiry.invalid")),
        ({"expiry": "on_day"}, (400, "invalid")),
        ({"mapping": "[]"}, (400, "invalid")),
    ],
)
def test_bad_options_are_refused(
    keyed: Town, as_member: SignIn, fields: dict[str, str], expected: tuple[int, str]
) -> None:
    """Before anything is kept."""
    file = SimpleUploadedFile("city.csv", HEAD.encode())
    sent = {"file": file, "dataset": "city", "time_zone": "America/New_York", **fields}
    answer = as_member(keyed.company.max).post(URL, sent, format="multipart")
    assert problem(answer) == expected
    assert not DoNotKnockRun.objects.exists()
