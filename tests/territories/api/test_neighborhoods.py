"""/api/v1/neighborhood-runs/, /api/v1/neighborhoods/ and /api/v1/locate-runs/."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from territories.models import Door, LocateRun, Neighborhood, NeighborhoodRun
from territories.tasks import import_neighborhoods_of, locate_all_doors
from tests.calls import SIGNED_IN, SignIn, problem
from tests.cast import Company
from tests.territories.boundary_files import boxed, brought_in, named, text_of
from tests.territories.town import LAT, LON, give, published_cut, settle, territory

RUNS, ROWS, LOCATINGS = (
    f"/api/v1/{name}/" for name in ("neighborhood-runs", "neighborhoods", "locate-runs")
)
WEST, EAST = boxed("West", 0, 0, 1, 1, HH=10), boxed("East", 2, 0, 3, 1, HH=20)


def upload(client: APIClient, text: str = text_of(WEST, EAST), **fields: str) -> Any:
    file = SimpleUploadedFile("tracts.geojson", text.encode())
    return client.post(RUNS, {"file": file, **fields}, format="multipart")


def test_a_manager_uploads_boundaries_and_polls(sunrise: Company, as_member: SignIn) -> None:
    """202 with a queued run; then the counts, and the run that locates the doors."""
    settle(sunrise.organisation)
    client = as_member(sunrise.max)
    answer = upload(client, mapping=json.dumps({"households": "HH"}), level="city", dataset="c")
    assert answer.status_code == 202
    run = answer.json()
    assert (run["state"], run["dataset"], run["file_name"]) == ("queued", "c", "tracts.geojson")
    assert run["options"]["level"] == "city"
    import_neighborhoods_of(run["id"])
    done = client.get(f"{RUNS}{run['id']}/").json()
    assert (done["state"], done["result"]["new"], done["error"]) == ("done", 2, None)
    assert done["progress"]["done"] == done["progress"]["total"]
    locate_all_doors(done["result"]["locate_run"])
    located = client.get(f"{LOCATINGS}{done['result']['locate_run']}/").json()
    assert located["result"] == {"doors": 20, "located": 8, "outside": 12, "changed": 8}
    door = client.get("/api/v1/doors/", {"neighborhood": named("West").pk}).json()
    assert (door["count"], door["results"][0]["neighborhood"]) == (4, named("West").pk)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"level": "ward"}, (400, "invalid")),
        ({"mapping": "[1]"}, (400, "invalid")),
        ({"mapping": "{"}, (400, "invalid")),
        ({"mapping": '{"cats": "C"}'}, (422, "import.invalid_options")),
        ({"encoding": "klingon"}, (422, "import.invalid_options")),
    ],
)
def test_options_that_make_no_sense_are_refused(
    sunrise: Company, as_member: SignIn, fields: dict[str, str], expected: tuple[int, str]
) -> None:
    """Nothing is kept or queued."""
    assert problem(upload(as_member(sunrise.max), **fields)) == expected
    assert not NeighborhoodRun.objects.exists()


def test_a_file_is_needed(sunrise: Company, as_member: SignIn) -> None:
    """A 400 that names the field."""
    answer = as_member(sunrise.max).post(RUNS, {"level": "city"}, format="multipart")
    assert problem(answer) == (400, "invalid")
    assert "file" in answer.json()["errors"]


def test_the_same_upload_meanwhile_is_the_same_run(sunrise: Company, as_member: SignIn) -> None:
    """A double click imports once."""
    client = as_member(sunrise.max)
    assert upload(client).json()["id"] == upload(client).json()["id"]


def test_a_list_leaves_out_shapes_and_one_shows_its_own(
    sunrise: Company, as_member: SignIn
) -> None:
    """With properties as in the file, and what is missing said."""
    brought_in(sunrise.max, WEST, EAST, mapping={"households": "HH"})
    client = as_member(sunrise.max)
    rows = client.get(ROWS).json()["results"]
    assert [row["name"] for row in rows] == ["West", "East"]
    assert "geometry" not in rows[0]
    assert rows[0]["missing"] == ["owner_occupied_share", "children", "median_income"]
    one = client.get(f"{ROWS}{rows[0]['id']}/").json()
    assert one["geometry"] == WEST["geometry"]
    assert one["properties"] == {"NAME": "West", "HH": 10}
    assert one["households"] == 10


def test_lists_are_narrowed(sunrise: Company, as_member: SignIn) -> None:
    """By box, level, dataset, parent, and whether the newest file lacks them."""
    brought_in(sunrise.max, WEST, EAST)
    brought_in(sunrise.max, WEST)
    brought_in(sunrise.max, boxed("Town", 0, 0, 9, 9), dataset="cities", level="city")
    client = as_member(sunrise.ada)

    def names(**query: Any) -> list[str]:
        return [row["name"] for row in client.get(ROWS, query).json()["results"]]

    assert names(level="city") == ["Town"]
    assert names(dataset="neighborhoods") == ["West", "East"]
    assert names(parent=named("Town").pk) == ["West"]
    assert names(gone="true") == ["East"]
    assert names(bbox=f"{LON},{LAT},{LON + 0.0001},{LAT + 0.0001}") == ["West", "Town"]


def test_a_rep_sees_the_neighborhoods_of_own_doors(sunrise: Company, as_member: SignIn) -> None:
    """And may neither import nor locate."""
    settle(sunrise.organisation, houses=4)
    brought_in(sunrise.max, WEST, EAST)
    place = territory(published_cut(sunrise))
    give(sunrise, place, sunrise.rosa)
    own = set(
        Door.objects.filter(placements__territory=place).values_list("neighborhood", flat=True)
    )
    client = as_member(sunrise.rosa)
    assert {row["id"] for row in client.get(ROWS).json()["results"]} == own
    assert as_member(sunrise.rui).get(ROWS).json()["count"] == 0
    for answer in (upload(client), client.get(RUNS), client.get(LOCATINGS), client.post(LOCATINGS)):
        assert problem(answer) == (403, "not_allowed")


def test_anybody_elses_do_not_exist(
    sunrise: Company, moonlight: Company, as_member: SignIn
) -> None:
    """404 for the rows and the runs of another company, 401 for nobody."""
    run = brought_in(sunrise.max, WEST)
    client = as_member(moonlight.olga)
    west, locating = Neighborhood.objects.get(), LocateRun.objects.get()
    for url, pk in ((RUNS, run.pk), (ROWS, west.pk), (LOCATINGS, locating.pk)):
        assert client.get(url).json()["count"] == 0
        assert problem(client.get(f"{url}{pk}/")) == (404, "not_found")
        assert as_member(None).get(url).status_code == 401


def test_locating_is_asked_for_once(sunrise: Company, as_member: SignIn) -> None:
    """A run that waits is the answer to whoever asks meanwhile."""
    client = as_member(sunrise.max)
    first, second = (client.post(LOCATINGS) for _ in range(2))
    assert (first.status_code, first.json()["state"]) == (202, "queued")
    assert first.json()["id"] == second.json()["id"]


def test_lists_take_a_bounded_number_of_queries(
    sunrise: Company, as_member: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """A count and a page each."""
    brought_in(sunrise.max, WEST, EAST)
    brought_in(sunrise.max, EAST, dataset="more")
    client = as_member(sunrise.max)
    for url in (RUNS, ROWS, LOCATINGS):
        with django_assert_max_num_queries(SIGNED_IN + 2):
            assert client.get(url).json()["count"] >= 1
