"""Which edge a door is on, on which side, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from territories.streets import CYCLING, WALKING, SnapQuality, Snaps, StreetNetwork
from tests.territories.streets.maps import Drawn, Point, drawn, lon_lat, street

# Two streets, 60 m apart, joined at their western ends.
POINTS = {1: (0.0, 0.0), 2: (400.0, 0.0), 3: (0.0, 60.0), 4: (400.0, 60.0)}
TOWN = [street("South Street", 1, 2), street("North Street", 3, 4), street("", 1, 3)]


def put(network: StreetNetwork, *doors: Point, street: str | None = None) -> Snaps:
    lon, lat = zip(*map(lon_lat, doors), strict=True)
    return network.snap(lon, lat, None if street is None else [street] * len(lon))


def on(network: StreetNetwork, snaps: Snaps) -> list[str]:
    return [network.names[network.edge_name[edge]] if edge >= 0 else "?" for edge in snaps.edge]


def test_a_door_is_on_its_own_street_though_another_is_nearer(tmp_path: Path) -> None:
    """20 m from another street and 40 m from its own, a door is on its own, however spelt."""
    network = drawn(tmp_path, POINTS, TOWN)
    snaps = put(network, (200.0, 20.0), street="NORTH ST.")
    assert on(network, snaps) == ["North Street"]
    assert snaps.quality.tolist() == [SnapQuality.BY_NAME]


def test_another_name_costs_forty_metres(tmp_path: Path) -> None:
    """More than 40 m farther than another street, a door's own is too far for it."""
    network = drawn(tmp_path, POINTS, TOWN)
    snaps = put(network, (200.0, 9.0), (200.0, 11.0), street="North Street")
    assert on(network, snaps) == ["South Street", "North Street"]
    assert snaps.quality.tolist() == [SnapQuality.OTHER_NAME, SnapQuality.BY_NAME]


def test_a_door_without_a_street_is_on_the_nearest(tmp_path: Path) -> None:
    """Without a name, distance alone decides."""
    network = drawn(tmp_path, POINTS, TOWN)
    for snaps in (put(network, (200.0, 20.0)), put(network, (200.0, 20.0), street="")):
        assert on(network, snaps) == ["South Street"]
        assert snaps.quality.tolist() == [SnapQuality.NEAREST]


def test_a_door_keeps_its_place_and_its_setback(tmp_path: Path) -> None:
    """Offset counts from the edge's western end, setback straight to the door, in metres."""
    snaps = put(drawn(tmp_path, POINTS, TOWN), (150.0, -12.0), street="South Street")
    assert snaps.offset_m[0] == pytest.approx(150.0, abs=0.1)
    assert snaps.setback_m[0] == pytest.approx(12.0, abs=0.1)


@pytest.mark.parametrize("nodes", [(1, 2), (2, 1)])
def test_the_side_does_not_depend_on_the_drawing(tmp_path: Path, nodes: tuple[int, int]) -> None:
    """North of a street that runs east is its left side, whichever way it was drawn."""
    network = drawn(tmp_path, POINTS, [street("South Street", *nodes)])
    assert put(network, (90.0, 10.0), (90.0, -10.0), (90.0, 0.1)).side.tolist() == [1, -1, 0]


def test_an_alias_is_as_good_as_the_name(tmp_path: Path) -> None:
    """A door whose address has a street's other name is on that street by name."""
    ways = [*TOWN[:1], street("North Street", 3, 4, alt_name="Mill Lane;Old Lane"), TOWN[2]]
    network = drawn(tmp_path, POINTS, ways)
    snaps = put(network, (200.0, 20.0), street="Old Ln")
    assert on(network, snaps) == ["North Street"]


def test_no_door_is_on_a_motorway(tmp_path: Path) -> None:
    """A door beside a motorway that people may walk on is not put on it."""
    ways = [*TOWN, street("A 9", 1, 2, highway="motorway", foot="yes")]
    network = drawn(tmp_path, POINTS, ways)
    assert on(network, put(network, (200.0, 3.0), street="A 9")) == ["South Street"]


def test_a_private_way_is_for_its_own_doors(tmp_path: Path) -> None:
    """Doors of another street never land in a private yard; those with its name do."""
    ways = [*TOWN, street("Mews", 2, 4, access="private")]
    network = drawn(tmp_path, POINTS, ways)
    doors = [lon_lat((401.0, 30.0))] * 3
    lon, lat = zip(*doors, strict=True)
    snaps = network.snap(lon, lat, ["Mews", "North Street", ""])
    assert on(network, snaps)[:2] == ["Mews", "North Street"]
    assert on(network, snaps)[2] != "Mews"


@pytest.mark.parametrize("barrier", [{"highway": "motorway"}, {"railway": "rail"}])
def test_no_door_is_reached_across_a_barrier(tmp_path: Path, barrier: dict[str, str]) -> None:
    """A door is not put on the street beyond a motorway or a railway, not even its own."""
    points = {**POINTS, 5: (-50.0, 30.0), 6: (450.0, 30.0)}
    line: Drawn = ([5, 6], barrier)
    network = drawn(tmp_path, points, [*TOWN, line])
    snaps = put(network, (200.0, 20.0), (200.0, 40.0), street="North Street")
    assert on(network, snaps) == ["South Street", "North Street"]


def test_a_tunnel_below_is_no_barrier(tmp_path: Path) -> None:
    """A railway in a tunnel separates nobody from their street."""
    points = {**POINTS, 5: (-50.0, 30.0), 6: (450.0, 30.0)}
    line: Drawn = ([5, 6], {"railway": "rail", "tunnel": "yes"})
    network = drawn(tmp_path, points, [*TOWN, line])
    assert on(network, put(network, (200.0, 20.0), street="North Street")) == ["North Street"]


def test_a_driveway_does_not_take_a_door_from_its_street(tmp_path: Path) -> None:
    """A nameless driveway at the house is part of the street; without the street it is a way."""
    points = {**POINTS, 5: (200.0, 0.0), 6: (200.0, -70.0)}
    ways = [
        street("South Street", 1, 5, 2),
        ([5, 6], {"highway": "service", "service": "driveway"}),
    ]
    network = drawn(tmp_path, points, ways)
    assert on(network, put(network, (203.0, -65.0), street="South Street")) == ["South Street"]
    assert on(network, put(network, (203.0, -65.0), street="North Street")) == [""]


def test_islands_are_no_place_for_a_door(tmp_path: Path) -> None:
    """A door whose street hangs together with no other is unreachable, or on one that does."""
    points = {1: (0.0, 0.0), 2: (400.0, 0.0), 5: (200.0, 100.0), 6: (300.0, 100.0)}
    network = drawn(tmp_path, points, [TOWN[0], street("Island", 5, 6)])
    snaps = put(network, (250.0, 90.0), (250.0, 180.0), street="Island")
    assert on(network, snaps) == ["South Street", "?"]
    assert snaps.quality.tolist() == [SnapQuality.OTHER_NAME, SnapQuality.ISLAND]


def test_every_door_that_is_not_snapped_says_why(tmp_path: Path) -> None:
    """Too far, outside, swapped and without a position: each has its quality and no edge."""
    points = {**POINTS, 5: (0.0, 1000.0)}
    network = drawn(tmp_path, points, [*TOWN, street("", 3, 5)])
    east, north = lon_lat((200.0, 500.0))
    lon = np.array([east, 11.5, 49.505, np.nan, 11.0, 190.0, 49.6])
    lat = np.array([north, 49.5, 11.002, 49.5, np.inf, 0.0, 11.5])
    snaps = network.snap(lon, lat, ["South Street"] * len(lon))
    assert [SnapQuality(quality).name for quality in snaps.quality] == [
        "TOO_FAR",
        "OUTSIDE_MAP",
        "SWAPPED",
        "NO_POSITION",
        "NO_POSITION",
        "NO_POSITION",
        "OUTSIDE_MAP",
    ]
    assert not snaps.is_snapped.any()
    assert np.isnan(snaps.offset_m).all()


def test_cyclists_are_not_put_on_steps(tmp_path: Path) -> None:
    """A profile's doors are on edges that it may use."""
    network = drawn(tmp_path, POINTS, [*TOWN[:2], street("", 1, 3, highway="steps")])
    lon, lat = lon_lat((3.0, 30.0))
    assert on(network, network.snap(lon, lat, profile=WALKING)) == [""]
    assert on(network, network.snap(lon, lat, profile=CYCLING)) != [""]


def test_no_doors_are_no_trouble(tmp_path: Path) -> None:
    """Nothing in, nothing out."""
    assert len(drawn(tmp_path, POINTS, TOWN).snap([], [])) == 0


def test_a_door_is_found_again_by_its_place_on_the_edge(tmp_path: Path) -> None:
    """Edge and offset give back the point of the street that is nearest to the door."""
    points = {**POINTS, 5: (200.0, 30.0)}
    network = drawn(tmp_path, points, [street("Bent Street", 1, 5, 2)])
    snaps = put(network, (100.0, 15.0), (200.0, 45.0), (-20.0, 0.0), (300.0, 15.0))
    places = network.places(snaps.edge, snaps.offset_m)
    expected = [
        lon_lat(point) for point in ((100.0, 15.0), (200.0, 30.0), (0.0, 0.0), (300.0, 15.0))
    ]
    assert np.allclose(places, expected, atol=1e-6)


def test_doors_know_where_they_meet_the_streets(tmp_path: Path) -> None:
    """On edges long and short, in any order, with the way from there; nowhere for one too far."""
    network = drawn(tmp_path, POINTS, TOWN)
    doors = [(350.0, -5.0), (3.0, 30.0), (100.0, 70.0), (200.0, -150.0), (390.0, -5.0)]
    points = network.points(put(network, *doors))
    feet = [(350.0, 0.0), (0.0, 30.0), (100.0, 60.0), None, (390.0, 0.0)]
    expected = [lon_lat(foot) if foot else (np.nan, np.nan) for foot in feet]
    assert np.allclose(np.column_stack([points.lon, points.lat]), expected, 0, 1e-7, equal_nan=True)
    assert np.allclose(points.setback_m, [5, 3, 10, np.nan, 5], atol=0.1, equal_nan=True)


@pytest.mark.parametrize("streets", [[], ["A"], ["A", "B", "C"]])
def test_lists_of_different_lengths_are_refused(tmp_path: Path, streets: list[str]) -> None:
    """A list that has slipped would put doors on the streets of others."""
    network = drawn(tmp_path, POINTS, TOWN)
    with pytest.raises(ValueError, match="different lengths"):
        network.snap([11.0, 11.0], [49.5, 49.5], streets)
