"""POST /api/v1/neighborhood-runs/ with files that are not as they should be: all of it is named."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from territories.models import Neighborhood
from territories.tasks import import_neighborhoods_of, locate_all_doors
from tests.calls import SignIn
from tests.cast import Company
from tests.territories.boundary_files import boxed, text_of
from tests.territories.town import house, settle

RUNS = "/api/v1/neighborhood-runs/"


def result_of(client: APIClient, *features: Any) -> dict[str, Any]:
    """What the API tells of an import that has been carried out, with the doors located."""
    file = SimpleUploadedFile("wards.geojson", text_of(*features).encode())
    run = client.post(RUNS, {"file": file}, format="multipart").json()
    import_neighborhoods_of(run["id"])
    done = client.get(f"{RUNS}{run['id']}/").json()
    assert (done["state"], done["error"]) == ("done", None)
    locate_all_doors(done["result"]["locate_run"])
    result: dict[str, Any] = done["result"]
    return result


def located(client: APIClient) -> dict[str, str | None]:
    """The name of each door's neighborhood, by street and number, as the API has both."""
    rows = client.get("/api/v1/neighborhoods/").json()["results"]
    names = {row["id"]: row["name"] for row in rows}
    return {
        f"{door['street']}{door['number']}": names.get(door["neighborhood"])
        for door in client.get("/api/v1/doors/").json()["results"]
    }


def test_a_polygon_that_crosses_itself_is_mended_and_reported(
    sunrise: Company, as_member: SignIn
) -> None:
    """A bow tie holds the doors of its two triangles, and none beside its waist."""
    settle(sunrise.organisation, streets=3, houses=3)
    tie = boxed("Tie", 0, 0, 2, 2)
    ring = tie["geometry"]["coordinates"][0]
    ring[2], ring[3] = ring[3], ring[2]
    client = as_member(sunrise.max)
    result = result_of(client, tie, boxed("Far", 50, 0, 51, 1))
    assert (result["new"], result["mended"]) == (2, 1)
    assert result["mended_listed"] == [{"feature": "feature 1", "name": "Tie", "what": "invalid"}]
    found = located(client)
    assert [found[key] for key in ("A2", "B1", "B3", "C2")] == ["Tie", None, None, "Tie"]
    kept = client.get(f"/api/v1/neighborhoods/{Neighborhood.objects.get(name='Tie').pk}/").json()
    assert kept["geometry"]["type"] == "MultiPolygon"


def test_of_polygons_that_overlap_the_lowest_id_has_the_doors_and_the_pair_is_reported(
    sunrise: Company, as_member: SignIn
) -> None:
    """Each door is in one; the share is of the smaller one. A shared border is no overlap."""
    settle(sunrise.organisation, streets=1, houses=6)
    client = as_member(sunrise.max)
    result = result_of(
        client, boxed("Zoo", 0, 0, 2, 0), boxed("Ape", 2, 0, 3, 0), boxed("Bat", 4, 0, 5, 0)
    )
    ids = list(Neighborhood.objects.order_by("pk").values_list("pk", flat=True))
    assert result["overlaps"] == 1
    assert result["overlaps_listed"] == [
        {"neighborhoods": ids[:2], "names": ["Zoo", "Ape"], "share": 0.5}
    ]
    assert list(located(client).values()) == ["Zoo", "Zoo", "Zoo", "Ape", "Bat", "Bat"]


def test_a_file_without_properties_comes_in_by_place_and_says_what_is_missing(
    sunrise: Company, as_member: SignIn
) -> None:
    """Neither names nor demographics: each is named by its place in the file."""
    settle(sunrise.organisation, streets=1, houses=2)
    bare = [{**boxed(None, at, 0, at, 0), "properties": None} for at in range(2)]
    client = as_member(sunrise.max)
    result = result_of(client, *bare)
    assert (result["new"], result["unnamed"]) == (2, 2)
    assert [one["name"] for one in result["unnamed_listed"]] == [
        "Neighborhood 1", "Neighborhood 2",
    ]  # fmt: skip
    assert set(result["missing"].values()) == {2}
    assert located(client) == {"A1": "Neighborhood 1", "A2": "Neighborhood 2"}


def test_a_polygon_across_the_antimeridian_holds_the_doors_of_both_sides(
    sunrise: Company, as_member: SignIn
) -> None:
    """It is cut there, and reported; a door on the other side of the Earth is not in it."""
    doors = [house(sunrise.organisation, street="A", number=str(n), at=(n, 0)) for n in range(1, 4)]
    for door, lon in zip(doors, (179.9, -179.9, 0.0), strict=True):
        door.lon = lon
        door.save()
    island = boxed("Fiji", 0, -50, 0, 50)
    corners = [[179.0, 50.0], [-179.0, 50.0], [-179.0, 70.0], [179.0, 70.0], [179.0, 50.0]]
    island["geometry"] = {"type": "Polygon", "coordinates": [corners]}
    client = as_member(sunrise.max)
    result = result_of(client, island)
    assert (result["antimeridian"], result["antimeridian_listed"][0]["name"]) == (1, "Fiji")
    assert located(client) == {"A1": "Fiji", "A2": "Fiji", "A3": None}
    kept = json.loads(json.dumps(Neighborhood.objects.get().geometry))
    assert all(abs(lon) <= 180 for part in kept["coordinates"] for lon, _ in part[0])
