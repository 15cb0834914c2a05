"""Real towns: doors are on their own streets, and the order of a file changes nothing."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
import shapely
from osmium.filter import KeyFilter

from territories.streets import WALKING, NotAMap, Road, Snaps, StreetNetwork
from territories.streets.names import street_key
from territories.streets.roads import Barrier, Mark

DATA = Path(__file__).parents[4] / "shared" / "data"

Address = tuple[float, float, str]  # lon, lat, street


def shared(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the shared file {name} is not on this machine")
    return path


def addresses_of_lauf(path: Path) -> Iterable[Address]:
    addressed: Any = osmium.FileProcessor(str(path)).with_locations()
    for thing in addressed.with_filter(KeyFilter("addr:street")):
        if thing.is_node():
            yield thing.lon, thing.lat, thing.tags["addr:street"]
        elif thing.is_way():
            points = [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
            lon, lat = np.mean(points, axis=0)
            yield float(lon), float(lat), thing.tags["addr:street"]


def addresses_of_pikesville(path: Path) -> Iterable[Address]:
    with gzip.open(path, "rt") as rows:
        for row in csv.DictReader(rows):
            lon, lat = float(row["lon"]), float(row["lat"])
            if abs(lon + 76.675) < 0.02 and abs(lat - 39.3785) < 0.015:
                yield lon, lat, f"{row['street']} {row['type']}"


def assert_on_their_streets(network: StreetNetwork, snaps: Snaps, streets: list[str]) -> None:
    names = {street_key(network.names[name]) for name in network.edge_name}
    named = np.array([street_key(street) in names for street in streets])
    own = np.array(
        [
            edge >= 0 and street_key(network.names[network.edge_name[edge]]) == street_key(street)
            for edge, street in zip(snaps.edge, streets, strict=True)
        ]
    )
    assert named.sum() > 2500
    assert own[named].mean() >= 0.97
    edges = snaps.edge[snaps.is_snapped]
    assert not np.any(network.edge_road[edges] == Road.MOTORWAY)
    assert own[snaps.is_snapped][network.private(WALKING)[edges]].all()


def closed_to_others(tags: Any) -> bool:
    """Whether a way is a motorway, or somebody's own, by what a mapper wrote."""
    on_foot = tags.get("foot") or tags.get("access") or ""
    return tags["highway"].startswith("motorway") or on_foot in ("private", "no")


def wrongly_placed(path: Path, network: StreetNetwork, snaps: Snaps, streets: list[str]) -> int:
    """How many doors stand on nothing but motorways and yards; counted on the ways as drawn."""
    ways: Any = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    lines, closed, names = [], [], []
    for way in ways.with_filter(KeyFilter("highway")):
        nodes = way.nodes if way.is_way() else []
        line = [(node.lon, node.lat) for node in nodes if node.location.valid()]
        if len(line) > 1:
            lines.append(shapely.LineString(line))
            closed.append(closed_to_others(way.tags))
            names.append(street_key(way.tags.get("name", "")))
    standing = np.flatnonzero(snaps.is_snapped)
    points = network.points(snaps[standing])
    places = shapely.points(points.lon, points.lat)
    door, way = shapely.STRtree(lines).query(places, predicate="dwithin", distance=1e-6)
    assert len(np.unique(door)) == len(standing)  # every door is on a way
    own = [names[w] == street_key(streets[standing[d]]) for d, w in zip(door, way, strict=True)]
    right = ~np.array(closed)[way] | np.array(own)
    return len(standing) - len(np.unique(door[right]))


def test_no_door_is_on_a_motorway_or_in_a_yard() -> None:
    """Counted by the tags and lines of the extracts, of which the network knows nothing."""
    lauf, suburb = shared("towns/lauf.osm.pbf"), shared("towns/reisterstown.osm.pbf")
    county = shared("doors/baltimore_county.csv.gz")
    for path, found in ((lauf, addresses_of_lauf(lauf)), (suburb, addresses_of_pikesville(county))):
        network = StreetNetwork.from_osm(path)
        lon, lat, streets = zip(*found, strict=True)
        snaps = network.snap(lon, lat, streets)
        assert wrongly_placed(path, network, snaps, list(streets)) == 0


def test_doors_of_lauf_are_on_their_own_streets() -> None:
    """97 in 100 doors are on an edge of their street, none on a motorway or in a yard."""
    path = shared("towns/lauf.osm.pbf")
    network = StreetNetwork.from_osm(path)
    lon, lat, streets = zip(*addresses_of_lauf(path), strict=True)
    assert_on_their_streets(network, network.snap(lon, lat, streets), list(streets))


def test_doors_of_pikesville_are_on_their_own_streets() -> None:
    """A county's list beside a map of another origin: capitals and abbreviations do not matter."""
    network = StreetNetwork.from_osm(shared("towns/reisterstown.osm.pbf"))
    found = addresses_of_pikesville(shared("doors/baltimore_county.csv.gz"))
    lon, lat, streets = zip(*found, strict=True)
    assert_on_their_streets(network, network.snap(lon, lat, streets), list(streets))


def test_an_unsorted_file_is_the_same_town() -> None:
    """An extract whose ids are in disorder gives the same network, array by array."""
    usual = StreetNetwork.from_osm(shared("towns/reisterstown.osm.pbf"))
    unsorted = StreetNetwork.from_osm(shared("towns/reisterstown-unsorted.osm.pbf"))
    for field in fields(usual):
        assert np.array_equal(getattr(usual, field.name), getattr(unsorted, field.name)), field.name


@pytest.mark.parametrize("share", [0.3, 0.95])
def test_a_truncated_file_is_refused(tmp_path: Path, share: float) -> None:
    """A download that broke off is refused, with what to do."""
    content = shared("towns/lauf.osm.pbf").read_bytes()
    path = tmp_path / "broken.osm.pbf"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(NotAMap, match="fetch it again"):
        StreetNetwork.from_osm(path)


def test_the_pegnitz_parts_lauf_and_its_bridges_join_it() -> None:
    """Roads, railways and waters are barriers, each by its kind; edges cross the river."""
    network = StreetNetwork.from_osm(shared("towns/lauf.osm.pbf"))
    kinds = set(network.barrier_kind.tolist())
    assert {Barrier.ROAD, Barrier.RAILWAY, Barrier.WATERWAY, Barrier.WATER} <= kinds
    at = np.column_stack((network.barrier_lon, network.barrier_lat))
    first = network.barrier_first
    rivers = [
        shapely.LineString(at[first[b] : first[b + 1]])
        for b in np.flatnonzero(network.barrier_kind == Barrier.WATERWAY)
    ]
    tree = shapely.STRtree(rivers)
    walked = np.flatnonzero(network.usable(WALKING))
    lines = [shapely.LineString(network.shape(edge)) for edge in walked.tolist()]
    over = walked[np.unique(tree.query(lines, predicate="crosses")[0])]
    assert len(over) > 5
    assert np.any(network.edge_marks[over] & Mark.BRIDGE)
