"""GET and POST /api/v1/import-runs/, GET .../{id}/ and .../{id}/rejects/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from territories.models import Door, ImportRun
from territories.tasks import import_doors_of
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import Company
from tests.territories.importing.reading import csv, imported, packed, requested

URL = "/api/v1/import-runs/"
TEXT = csv("24.94,60.17,5,High Street,,Hill,00100", "x,60.17,7,High Street,,Hill,00100")


def upload(client: APIClient, text: str = TEXT, name: str = "doors.csv", **fields: str) -> Any:
    """The answer to an upload."""
    file = SimpleUploadedFile(name, packed(text.encode(), name))
    return client.post(URL, {"file": file, **fields}, format="multipart")


def test_a_manager_uploads_a_file_and_polls_it(sunrise: Company, as_member: SignIn) -> None:
    """202 with a queued run; when the worker is through, the same address shows the result."""
    client = as_member(sunrise.max)
    answer = upload(client, name="doors.csv.gz")
    assert answer.status_code == 202
    run = answer.json()
    assert (run["state"], run["format"], run["dataset"]) == ("queued", "csv", "doors")
    assert (run["file_name"], run["has_rejects"]) == ("doors.csv.gz", False)
    assert Door.objects.count() == 0
    import_doors_of(run["id"])
    done = client.get(f"{URL}{run['id']}/").json()
    assert (done["state"], done["error"], done["has_rejects"]) == ("done", None, True)
    assert (done["result"]["new"], done["result"]["rejected"]) == (1, {"not_a_number": 1})
    assert done["progress"]["done"] == done["progress"]["total"]
    assert done["requested_by"] == sunrise.max.pk
    assert list(done) == [
        "id", "state", "progress", "result", "error", "requested_by", "created_at", "started_at",
        "finished_at", "cancelled_by", "format", "dataset", "file_name", "options", "has_rejects",
    ]  # fmt: skip


def test_the_options_of_an_upload_are_obeyed(sunrise: Company, as_member: SignIn) -> None:
    """Texts in a form, where the mapping and the region are JSON."""
    text = csv("24.94;60.17;5;Größe;;;", "10;60.17;7;Größe;;;", header="LON;LAT;NO;ROAD;a;b;c")
    file = SimpleUploadedFile("list.dat", text.encode("cp1252"))
    fields = {
        "format": "csv",
        "dataset": "county",
        "encoding": "cp1252",
        "mapping": json.dumps({"number": "NO", "street": "road"}),
        "region": json.dumps([24, 60, 25, 61]),
    }
    client = as_member(sunrise.ada)
    run = client.post(URL, {"file": file, **fields}, format="multipart").json()
    import_doors_of(run["id"])
    done = client.get(f"{URL}{run['id']}/").json()
    assert done["result"]["rejected"] == {"outside_region": 1}
    door = Door.objects.select_related("building").get()
    assert (door.dataset, door.building.street) == ("county", "Größe")


def test_the_same_upload_again_is_the_same_run(sunrise: Company, as_member: SignIn) -> None:
    """A double click, or a retry after a lost answer, imports once."""
    client = as_member(sunrise.max)
    first, second = (upload(client).json()["id"] for _ in range(2))
    assert first == second
    assert ImportRun.objects.count() == 1


def test_a_large_file_goes_through_the_disk(
    sunrise: Company, as_member: SignIn, settings: LazySettings
) -> None:
    """It is neither kept in memory nor limited like a JSON body."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    text = TEXT + "24.94,60.17,9,High Street,,Hill,00100\n" * 1000
    run = upload(as_member(sunrise.max), text).json()
    kept = Path(ImportRun.objects.get(pk=run["id"]).file.path)
    assert kept.read_text() == text
    assert kept.stat().st_mode & 0o077 == 0


def test_a_failed_import_says_why(sunrise: Company, as_member: SignIn) -> None:
    """The code is for programs, the message for people."""
    run = imported(sunrise, "A,B\n1,2\n")
    shown = as_member(sunrise.max).get(f"{URL}{run.pk}/").json()
    assert shown["state"] == "failed"
    assert shown["error"]["code"] == "import.column_missing"
    assert "Its columns are: A, B." in shown["error"]["message"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"file": "text"}, "file"),
        ({"format": "xls"}, "format"),
        ({"dataset": "x" * 41}, "dataset"),
        ({"mapping": "{"}, "mapping"),
        ({"mapping": "[1]"}, "mapping"),
        ({"mapping": '{"street": 5}'}, "mapping"),
        ({"mapping": "[" * 100_000}, "mapping"),
        ({"region": "1,2,3,4"}, "region"),
        ({"region": "[" * 100_000}, "region"),
        ({"encoding": "x" * 41}, "encoding"),
    ],
)
def test_a_malformed_upload_is_refused(
    sunrise: Company, as_member: SignIn, fields: dict[str, str], field: str
) -> None:
    """A 400 that names the field; nothing is queued or kept."""
    answer = upload(as_member(sunrise.max), **fields)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["errors"]) == [field]
    assert not ImportRun.objects.exists()


def test_an_upload_needs_a_file_with_something_in_it(sunrise: Company, as_member: SignIn) -> None:
    """Neither none nor an empty one will do."""
    client = as_member(sunrise.max)
    answer = client.post(URL, {"dataset": "doors"}, format="multipart")
    assert (problem(answer), list(answer.json()["errors"])) == ((400, "invalid"), ["file"])
    assert problem(upload(client, "")) == (400, "invalid")


@pytest.mark.parametrize(
    ("name", "fields", "code"),
    [
        ("doors.xlsx", {}, "import.unknown_format"),
        ("doors.csv", {"region": "[2, 1, 1, 2]"}, "import.invalid_options"),
        ("doors.csv", {"region": "5"}, "import.invalid_options"),
        ("doors.csv", {"mapping": '{"colour": "C"}'}, "import.invalid_options"),
        ("doors.csv", {"mapping": '{"street": "a\\u0000"}'}, "import.invalid_options"),
        ("doors.csv", {"encoding": "klingon"}, "import.invalid_options"),
        ("doors.osm", {"mapping": '{"street": "C"}'}, "import.invalid_options"),
    ],
)
def test_an_impossible_upload_is_refused(
    sunrise: Company, as_member: SignIn, name: str, fields: dict[str, str], code: str
) -> None:
    """A 422 with the code for it; nothing is queued."""
    assert problem(upload(as_member(sunrise.max), name=name, **fields)) == (422, code)
    assert not ImportRun.objects.exists()


def test_only_a_form_is_read(sunrise: Company, as_member: SignIn) -> None:
    """A file in JSON is a 415."""
    answer = as_member(sunrise.max).post(URL, {"file": "text"}, format="json")
    assert problem(answer) == (415, "unsupported_media_type")


def test_a_browser_uploads_with_its_csrf_token(sunrise: Company) -> None:
    """And not without."""
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(sunrise.max.user)
    assert problem(upload(client))[0] == 403
    client.cookies["csrftoken"] = "a" * 32
    client.credentials(HTTP_X_CSRFTOKEN="a" * 32)
    assert upload(client).status_code == 202


def test_lists_show_the_newest_first_and_filter(sunrise: Company, as_member: SignIn) -> None:
    """By state and by dataset."""
    failed = imported(sunrise, "A\n1\n")
    done = imported(sunrise, TEXT, dataset="county")
    queued = requested(sunrise, TEXT)
    client = as_member(sunrise.ada)

    def ids(**query: str) -> list[int]:
        return [row["id"] for row in client.get(URL, query).json()["results"]]

    assert ids() == [queued.pk, done.pk, failed.pk]
    assert ids(state="failed") == [failed.pk]
    assert ids(dataset="county") == [done.pk]


@pytest.mark.parametrize("accept", ["*/*", "text/csv", "application/json"])
def test_rejects_are_downloaded_as_csv(sunrise: Company, as_member: SignIn, accept: str) -> None:
    """As a file with a name, whatever the client accepts."""
    run = imported(sunrise, TEXT)
    answer: Any = as_member(sunrise.max).get(f"{URL}{run.pk}/rejects/", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="import-{run.pk}-rejects.csv"' in answer["Content-Disposition"]
    body = b"".join(answer.streaming_content).decode()
    answer.close()
    assert body.splitlines() == ["line,reason,detail", "3,not_a_number,lon"]


def test_a_failed_imports_rejects_are_downloaded(sunrise: Company, as_member: SignIn) -> None:
    """They are what the file is mended from."""
    run = imported(sunrise, csv("x,y,5,High Street,,,"))
    answer: Any = as_member(sunrise.max).get(f"{URL}{run.pk}/rejects/")
    assert (run.state, answer.status_code) == ("failed", 200)
    answer.close()


def test_without_rejects_there_is_no_file(sunrise: Company, as_member: SignIn) -> None:
    """A 404 of its own code, also for a client that accepts CSV only."""
    run = imported(sunrise, csv("24.94,60.17,5,High Street,,Hill,00100"))
    address = f"{URL}{run.pk}/rejects/"
    for accept in ("*/*", "text/csv"):
        answer = as_member(sunrise.max).get(address, headers={"Accept": accept})
        assert problem(answer) == (404, "import.no_rejects")


def test_reps_have_no_imports(sunrise: Company, as_member: SignIn) -> None:
    """A 403 for reading, uploading and downloading."""
    run = imported(sunrise, TEXT)
    client = as_member(sunrise.rosa)
    addresses = (URL, f"{URL}{run.pk}/", f"{URL}{run.pk}/rejects/")
    for answer in (*map(client.get, addresses), upload(client)):
        assert problem(answer) == (403, "not_allowed")
    assert ImportRun.objects.count() == 1


def test_another_companys_imports_do_not_exist(
    sunrise: Company, moonlight: Company, as_member: SignIn
) -> None:
    """An empty list and a 404, for the rejects too; the same upload is a run of their own."""
    run = imported(sunrise, TEXT)
    client = as_member(moonlight.olga)
    assert client.get(URL).json()["count"] == 0
    for address in (f"{URL}{run.pk}/", f"{URL}{run.pk}/rejects/"):
        assert problem(client.get(address)) == (404, "not_found")
    open_one = requested(sunrise, TEXT)
    assert upload(client, dataset="town").json()["id"] != open_one.pk


def test_nobody_has_no_imports(db: None, as_member: SignIn) -> None:
    """Without signing in the answer is a 401."""
    assert as_member(None).get(URL).status_code == 401
    assert upload(as_member(None)).status_code == 401


def test_the_list_takes_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page."""
    for number in range(4):
        requested(sunrise, TEXT, dataset=str(number))
    client = as_member(sunrise.max)
    with django_assert_max_num_queries(SIGNED_IN + 2):
        assert client.get(URL).json()["count"] == 4
