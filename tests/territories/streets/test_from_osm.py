"""Reading maps: what becomes an edge, and which edges hang together."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from territories.streets import Access, NotAMap, NoWalkableWay, StreetNetwork
from territories.streets.roads import Barrier
from tests.territories.streets.maps import drawn, osm_xml, street

LINE = {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (200.0, 0.0), 4: (300.0, 0.0), 5: (100.0, 100.0)}


def named_lengths(network: StreetNetwork) -> list[tuple[str, int]]:
    names = [network.names[name] for name in network.edge_name]
    return sorted(zip(names, network.edge_length_m.round().astype(int).tolist(), strict=True))


def test_chains_are_joined_across_ways(tmp_path: Path) -> None:
    """A street drawn as three ways is one edge where nothing branches off."""
    network = drawn(tmp_path, LINE, [street("A", 1, 2), street("A", 3, 2), street("A", 3, 4)])
    assert named_lengths(network) == [("A", 300)]


def test_chains_end_where_the_street_changes(tmp_path: Path) -> None:
    """A change of name, of kind or of access ends an edge; a junction does, too."""
    ways = [
        street("A", 1, 2, 3),
        street("B", 3, 4),
        street("", 2, 5, highway="footway"),
    ]
    network = drawn(tmp_path, LINE, ways)
    assert named_lengths(network) == [("", 100), ("A", 100), ("A", 100), ("B", 100)]


def test_parallel_edges_and_loops_survive(tmp_path: Path) -> None:
    """Two ways between the same junctions are two edges, and a street may return to itself."""
    points = {**LINE, 6: (150.0, 80.0), 7: (350.0, 50.0), 8: (350.0, -50.0)}
    ways = [street("A", 1, 2, 3, 4), street("B", 2, 6, 3), street("C", 4, 7, 8, 4)]
    network = drawn(tmp_path, points, ways)
    ends = list(zip(network.edge_start.tolist(), network.edge_end.tolist(), strict=True))
    assert len(ends) == 5
    assert len(set(ends)) == 4
    assert sum(start == end for start, end in ends) == 1


def test_a_ring_without_a_junction_is_a_loop(tmp_path: Path) -> None:
    """A street that is nothing but a ring is one edge, though nothing marks a start."""
    network = drawn(tmp_path, LINE, [street("A", 1, 2, 5), street("A", 5, 1)])
    assert network.edge_start.tolist() == network.edge_end.tolist() == [0]
    assert network.edge_length_m[0] == pytest.approx(200 + 2**0.5 * 100, abs=0.1)


@pytest.mark.parametrize("ids", [(1, 2, 5), (5, 2, 1)])
def test_edges_run_eastwards(tmp_path: Path, ids: tuple[int, ...]) -> None:
    """An edge runs from west to east, however the way was drawn."""
    network = drawn(tmp_path, {**LINE, 5: (150.0, 100.0)}, [street("A", *ids)])
    assert np.all(np.diff(network.shape(0)[:, 0]) > 0)


def test_a_way_that_leaves_the_extract_ends_there(tmp_path: Path) -> None:
    """Nodes that the extract lacks break a way; what is there of it stays."""
    network = drawn(tmp_path, LINE, [street("A", 1, 2, 99, 3, 4), street("A", 4, 98)])
    assert named_lengths(network) == [("A", 100), ("A", 100)]


def test_the_greatest_component_is_the_main_one(tmp_path: Path) -> None:
    """Islands are told from the main component, and a private way belongs to what it touches."""
    ways = [
        street("A", 1, 2),
        street("B", 3, 4),
        street("B", 4, 6),
        street("Yard", 2, 5, access="private"),
        street("Through the yard", 5, 3, access="private"),
    ]
    network = drawn(tmp_path, {**LINE, 6: (400.0, 0.0)}, ways)
    found = {
        network.names[name]: int(component)
        for name, component in zip(network.edge_name, network.edge_component, strict=True)
    }
    assert found == {"A": 1, "B": 0, "Yard": 0, "Through the yard": 0}


def test_an_extract_without_a_walkable_way_is_refused(tmp_path: Path) -> None:
    """An extract of motorways alone is refused, and the error says so."""
    with pytest.raises(NoWalkableWay, match="no way that a person may walk"):
        drawn(tmp_path, LINE, [street("A 9", 1, 2, highway="motorway")])


@pytest.mark.parametrize("content", ["", "number,street\n1,A", "<html></html>", "<osm"])
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    """What is not an extract is refused as such, not read as an empty one."""
    path = tmp_path / "upload.osm.pbf"
    path.write_text(content)
    with pytest.raises((NotAMap, NoWalkableWay)):
        StreetNetwork.from_osm(path)


def test_the_order_in_the_file_does_not_matter(tmp_path: Path) -> None:
    """Ways that stand before their nodes give the same network."""
    text = osm_xml(LINE, [street("A", 4, 3, 2, 1), street("B", 2, 5)])
    lines = text.splitlines()
    path = tmp_path / "backwards.osm"
    path.write_text("\n".join([lines[0], *reversed(lines[1:-1]), lines[-1]]))
    backwards = StreetNetwork.from_osm(path)
    path.write_text(text)
    assert np.array_equal(backwards.shape_lon, StreetNetwork.from_osm(path).shape_lon)
    assert np.array_equal(backwards.edge_start, StreetNetwork.from_osm(path).edge_start)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_packed_files_are_told_by_their_content(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    """A compressed extract is read whatever it is called, and refused where it breaks off."""
    path = tmp_path / "upload"
    whole = pack(osm_xml(LINE, [street("Große Straße, Nord = 100%", 1, 2)]).encode())
    path.write_bytes(whole)
    assert StreetNetwork.from_osm(path).names == ("", "Große Straße, Nord = 100%")
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NotAMap):
        StreetNetwork.from_osm(path)


def test_a_way_that_stands_there_twice_counts_once(tmp_path: Path) -> None:
    """Where two extracts overlap: a double street would break its pavements at each junction."""
    points = {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (200.0, 0.0), 4: (100.0, 90.0)}
    town = [street("A", 1, 2, 3), street("B", 2, 4)]
    once = osm_xml(points, town)
    nodes, ways = once.split('<way id="1"', 1)
    again = '<way id="1"' + ways.removesuffix("</osm>")
    path = tmp_path / "twice.osm"
    path.write_text(nodes + again + again + nodes.removeprefix('<osm version="0.6">') + "</osm>")
    twice, usual = StreetNetwork.from_osm(path), drawn(tmp_path, points, town)
    for field in fields(usual):
        assert np.array_equal(getattr(twice, field.name), getattr(usual, field.name)), field.name


def test_ways_without_any_of_their_nodes_are_no_network(tmp_path: Path) -> None:
    """An extract whose nodes were left out is refused, as is one of private ways alone."""
    with pytest.raises(NoWalkableWay):
        drawn(tmp_path, {}, [street("A", 1, 2)])
    with pytest.raises(NoWalkableWay):
        drawn(tmp_path, LINE, [street("A", 1, 2, access="private")])


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        (((1, 2), (2, 3)), [Access.DRIVE_FORWARD]),
        (((2, 1), (3, 2)), [Access.DRIVE_BACKWARD]),
        (((1, 2), (3, 2)), [Access.DRIVE_FORWARD, Access.DRIVE_BACKWARD]),
        (((2, 1), (2, 3)), [Access.DRIVE_BACKWARD, Access.DRIVE_FORWARD]),
    ],
)
def test_one_ways_are_joined_only_in_their_direction(
    tmp_path: Path, ways: tuple[tuple[int, int], ...], expected: list[Access]
) -> None:
    """One-way streets that follow each other are one edge; that meet head on, two."""
    network = drawn(tmp_path, LINE, [street("A", *nodes, oneway="yes") for nodes in ways])
    both = Access.DRIVE_FORWARD | Access.DRIVE_BACKWARD
    assert [Access(access) & both for access in network.edge_access.tolist()] == expected


LAKE = {"type": "multipolygon", "natural": "water", "water": "lake"}


@pytest.mark.parametrize(
    ("tags", "shores"),
    [
        (LAKE, 2),
        ({**LAKE, "water": "pond"}, 0),
        ({**LAKE, "natural": "wood"}, 0),
        ({**LAKE, "type": "site"}, 0),
    ],
)
def test_the_shores_of_a_lake_in_several_pieces_are_barriers(
    tmp_path: Path, tags: dict[str, str], shores: int
) -> None:
    """Untagged ways of which a relation makes a water, but not a street along it."""
    ways = [street("A", 1, 2), ([2, 3, 4], {}), ([4, 5, 2], {"source": "survey"})]
    network = drawn(tmp_path, LINE, ways, [([1, 2, 3, 77], tags)])
    assert network.barrier_kind.tolist() == [Barrier.WATER] * shores
    assert named_lengths(network) == [("A", 100)]
