"""/api/v1/street-maps/ and /api/v1/snap-runs/, and the snaps of doors."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from territories.models import SnapRun, StreetMap
from territories.tasks import import_streets_of
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import Company
from tests.territories.importing.reading import packed
from tests.territories.town import house, settle
from tests.territories.town_streets import built, mapped, requested, snap_all, streets

URL = "/api/v1/street-maps/"
SNAPS = "/api/v1/snap-runs/"
DOORS = "/api/v1/doors/"


def upload(client: APIClient, name: str = "hill.osm.gz", **fields: str) -> Any:
    """The answer to an upload."""
    file = SimpleUploadedFile(name, packed(streets().encode(), name))
    return client.post(URL, {"file": file, **fields}, format="multipart")


def test_a_manager_uploads_an_extract_and_polls_it(sunrise: Company, as_member: SignIn) -> None:
    """202 with a queued map, called like its file; when the worker is through, it is in use."""
    settle(sunrise.organisation, streets=2, houses=2)
    client = as_member(sunrise.max)
    answer = upload(client)
    assert answer.status_code == 202
    queued = answer.json()
    assert (queued["state"], queued["name"], queued["version"]) == ("queued", "hill", 0)
    assert (queued["is_current"], queued["bbox"], queued["retired_at"]) == (False, None, None)
    import_streets_of(queued["id"])
    done = client.get(f"{URL}{queued['id']}/").json()
    assert (done["state"], done["version"], done["is_current"]) == ("done", 1, True)
    assert (done["result"]["doors_covered"], len(done["bbox"])) == (4, 4)
    assert (done["requested_by"], len(done["checksum"])) == (sunrise.max.pk, 64)
    assert list(done) == [
        "id", "state", "progress", "result", "error", "requested_by", "created_at", "started_at",
        "finished_at", "cancelled_by", "name", "version", "is_current", "retired_at", "file_name",
        "checksum", "bbox",
    ]  # fmt: skip


def test_its_snapping_is_polled_too(sunrise: Company, as_member: SignIn) -> None:
    """The map says which it is; it says how well the doors were found."""
    settle(sunrise.organisation, streets=2, houses=2)
    street_map = built(sunrise)
    client = as_member(sunrise.mona)
    address = f"{SNAPS}{street_map.result['snap_run']}/"
    assert client.get(address).json()["state"] == "queued"
    snap_all()
    done = client.get(address).json()
    assert done["result"] == {"doors": 4, "qualities": {"by_name": 4}, "uncovered": 0}
    assert client.get(SNAPS, {"state": "done"}).json()["count"] == 1
    assert client.get(SNAPS, {"state": "queued"}).json()["count"] == 0


def test_the_same_upload_again_is_the_same_map(sunrise: Company, as_member: SignIn) -> None:
    """A double click, or a retry after a lost answer, builds once."""
    client = as_member(sunrise.max)
    first, second = (upload(client, name="Hill").json()["id"] for _ in range(2))
    assert first == second
    assert StreetMap.objects.count() == 1


@pytest.mark.parametrize(
    "fields", [{}, {"file": SimpleUploadedFile("a.osm", b"")}, {"name": "x" * 81}]
)
def test_a_bad_upload_is_refused(
    sunrise: Company, as_member: SignIn, fields: dict[str, Any]
) -> None:
    """No file, an empty one, and too long a name are a 400 that names the field."""
    if "name" in fields:
        fields = {**fields, "file": SimpleUploadedFile("a.osm", b"x")}
    answer = as_member(sunrise.max).post(URL, fields, format="multipart")
    assert problem(answer) == (400, "invalid")
    assert not StreetMap.objects.exists()


def test_a_failed_map_says_why(sunrise: Company, as_member: SignIn) -> None:
    """The code is for programs, the message for people."""
    failed = built(sunrise, b"no map")
    shown = as_member(sunrise.max).get(f"{URL}{failed.pk}/").json()
    assert (shown["state"], shown["error"]["code"]) == ("failed", "street_map.damaged")


def test_a_manager_retires_a_map(sunrise: Company, as_member: SignIn) -> None:
    """It is out of use from then on; again is the same; one that is not done cannot be retired."""
    street_map = built(sunrise)
    client = as_member(sunrise.max)
    first = client.post(f"{URL}{street_map.pk}/retire/")
    again = client.post(f"{URL}{street_map.pk}/retire/", {})
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert (first.json()["is_current"], bool(first.json()["retired_at"])) == (False, True)
    waiting = requested(sunrise)
    refused = client.post(f"{URL}{waiting.pk}/retire/")
    assert problem(refused) == (409, "street_map.not_done")


def test_lists_show_the_newest_first_and_filter(sunrise: Company, as_member: SignIn) -> None:
    """By state, by name, and by whether they are in use."""
    old, new = built(sunrise), built(sunrise)
    dale = built(sunrise, name="Dale")
    queued = requested(sunrise)
    client = as_member(sunrise.ada)

    def ids(**query: str) -> list[int]:
        return [row["id"] for row in client.get(URL, query).json()["results"]]

    assert ids() == [queued.pk, dale.pk, new.pk, old.pk]
    assert ids(current="true") == [dale.pk, new.pk]
    assert ids(current="false") == [queued.pk, old.pk]
    assert ids(name="Dale") == [dale.pk]
    assert ids(state="queued") == [queued.pk]


def test_reps_have_no_maps(sunrise: Company, as_member: SignIn) -> None:
    """A 403 for reading, uploading and retiring."""
    street_map = built(sunrise)
    client = as_member(sunrise.rosa)
    address = f"{URL}{street_map.pk}/"
    answers = [client.get(each) for each in (URL, address, SNAPS)]
    for answer in (*answers, upload(client), client.post(f"{address}retire/")):
        assert problem(answer) == (403, "not_allowed")
    assert StreetMap.objects.count() == 1


def test_another_companys_maps_do_not_exist(
    sunrise: Company, moonlight: Company, as_member: SignIn
) -> None:
    """Empty lists and a 404 each; and nothing is retired."""
    street_map = mapped(sunrise)
    client = as_member(moonlight.olga)
    assert client.get(URL).json()["count"] == client.get(SNAPS).json()["count"] == 0
    run = SnapRun.objects.get()
    for answer in (
        client.get(f"{URL}{street_map.pk}/"),
        client.get(f"{SNAPS}{run.pk}/"),
        client.post(f"{URL}{street_map.pk}/retire/"),
    ):
        assert problem(answer) == (404, "not_found")
    assert StreetMap.objects.current().get() == street_map


def test_nobody_has_no_maps(db: None, as_member: SignIn) -> None:
    """Without signing in the answer is a 401."""
    assert as_member(None).get(URL).status_code == 401
    assert upload(as_member(None)).status_code == 401
    assert as_member(None).get(SNAPS).status_code == 401


def test_the_lists_take_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page, of maps, of snappings, and of doors with their snaps."""
    settle(sunrise.organisation, streets=2, houses=5)
    for _ in range(3):
        mapped(sunrise)
    client = as_member(sunrise.max)
    for address, count in ((URL, 3), (SNAPS, 3), (DOORS, 10)):
        with django_assert_max_num_queries(SIGNED_IN + 2):
            assert client.get(address).json()["count"] == count


def test_doors_show_their_snaps_and_are_found_by_them(sunrise: Company, as_member: SignIn) -> None:
    """A manager sees which doors no street is near, and which no map covers."""
    house(sunrise.organisation, street="A", number="1", at=(0, 0))
    house(sunrise.organisation, street="Field", number="9", at=(15, 1))
    house(sunrise.organisation, street="Far", number="7", at=(500, 0))
    street_map = mapped(sunrise, streets("A-C"))
    client = as_member(sunrise.max)
    by_name, too_far, off = client.get(DOORS).json()["results"]
    assert by_name["snap"]["quality"] == "by_name"
    assert by_name["snap"]["street_map"] == street_map.pk
    assert by_name["snap"]["setback_m"] == pytest.approx(10, abs=0.2)
    assert (too_far["snap"]["quality"], off["snap"]) == ("too_far", None)
    found = client.get(DOORS, {"snap_quality": "too_far"}).json()["results"]
    assert [door["id"] for door in found] == [too_far["id"]]
    assert client.get(DOORS, {"snap_quality": "near"}).status_code == 400
