"""Contraction changes how a map is written down, and nothing that a walker could measure."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from territories.streets import WALKING, StreetNetwork
from territories.streets.sphere import steps_m
from tests.territories.streets.maps import Drawn, lon_lat, sketched, street

# Nine points on a bent grid, so that hardly two distances are equal.
POINTS = {n + 1: (100.0 * (n % 3) + 7.0 * n, 90.0 * (n // 3) + 3.0 * n * n) for n in range(9)}

walks = st.lists(st.sampled_from(sorted(POINTS)), min_size=2, max_size=6).map(
    lambda nodes: [n for n, before in zip(nodes, [0, *nodes], strict=False) if n != before]
)
ways = st.lists(
    st.tuples(walks.filter(lambda nodes: len(nodes) > 1), st.sampled_from(["A", "B"])),
    min_size=1,
    max_size=6,
)
maps = ways.map(lambda found: [street(name, *nodes) for nodes, name in found])


def segments(ways: list[Drawn]) -> list[tuple[int, int, float]]:
    """Every straight piece as it was drawn, measured on its own."""
    found = []
    for nodes, _ in ways:
        for one, other in pairwise(nodes):
            lon, lat = np.array([lon_lat(POINTS[one]), lon_lat(POINTS[other])]).round(7).T
            found.append((one, other, float(steps_m(lon, lat)[0])))
    return found


def node_names(network: StreetNetwork) -> list[int]:
    """Which of the drawn points each junction is."""
    known = {tuple(np.round(lon_lat(point), 7)): name for name, point in POINTS.items()}
    return [
        known[tuple(np.round(place, 7))]
        for place in zip(network.node_lon, network.node_lat, strict=True)
    ]


@settings(max_examples=60, deadline=None)
@given(maps)
def test_distances_between_junctions_are_those_of_the_drawing(ways: list[Drawn]) -> None:
    """Shortest ways on the edges are as long as those on all segments, found by networkx."""
    network = sketched(POINTS, ways)
    names = node_names(network)
    raw, contracted = nx.Graph(), nx.Graph()
    for graph, edges in (
        (raw, segments(ways)),
        (
            contracted,
            [
                (names[start], names[end], float(length))
                for start, end, length in zip(
                    network.edge_start, network.edge_end, network.edge_length_m, strict=True
                )
            ],
        ),
    ):
        for one, other, length in edges:
            shorter = min(length, graph.get_edge_data(one, other, {"m": np.inf})["m"])
            graph.add_edge(one, other, m=shorter)
    expected = dict(nx.all_pairs_dijkstra_path_length(raw, weight="m"))
    found = dict(nx.all_pairs_dijkstra_path_length(contracted, weight="m"))
    for one, reached in found.items():
        assert reached.keys() == expected[one].keys() & found.keys()
        for other, length in reached.items():
            assert abs(length - expected[one][other]) < 1e-3


@settings(max_examples=60, deadline=None)
@given(maps)
def test_no_length_is_lost_and_no_junction_is_idle(ways: list[Drawn]) -> None:
    """Every segment is on one edge; a node with two ends of one name is no junction."""
    network = sketched(POINTS, ways)
    drawn_m = sum(length for _, _, length in segments(ways))
    assert abs(float(network.edge_length_m.sum()) - drawn_m) < 1e-3
    for node in range(len(network.node_lon)):
        at_start, at_end = network.edge_start == node, network.edge_end == node
        if at_start.sum() + at_end.sum() == 2 and not (at_start & at_end).any():
            assert len(set(network.edge_name[at_start | at_end])) == 2


@settings(max_examples=60, deadline=None)
@given(maps, st.data())
def test_nobody_can_tell_how_the_ways_were_drawn(ways: list[Drawn], data: st.DataObject) -> None:
    """Turning ways around gives the same network, edge by edge, and the same side for a door."""
    turned = [(nodes[::-1] if data.draw(st.booleans()) else nodes, tags) for nodes, tags in ways]
    one, other = sketched(POINTS, ways), sketched(POINTS, turned)
    assert np.array_equal(one.edge_start, other.edge_start)
    assert np.array_equal(one.edge_end, other.edge_end)
    assert np.array_equal(one.edge_name, other.edge_name)
    assert np.array_equal(one.edge_component, other.edge_component)
    lon, lat = np.array([lon_lat((x, y)) for x in (55.0, 130.0) for y in (40.0, 140.0)]).T
    ours, theirs = one.snap(lon, lat), other.snap(lon, lat)
    assert np.array_equal(ours.side, theirs.side)
    assert np.allclose(ours.setback_m, theirs.setback_m, equal_nan=True)
    assert np.allclose(
        one.places(ours.edge, ours.offset_m)[ours.is_snapped],
        other.places(theirs.edge, theirs.offset_m)[theirs.is_snapped],
        atol=1e-9,
    )


@settings(max_examples=30, deadline=None)
@given(
    maps.map(
        lambda ways: [(nodes, tags) for nodes, tags in ways if len(set(nodes)) == len(nodes)]
    ).filter(bool)
)
def test_a_way_closed_against_its_drawing_is_open_with_it(ways: list[Drawn]) -> None:
    """One-way forwards and one-way backwards of the way turned around are the same network."""
    forwards = [(nodes, {**tags, "oneway": "yes"}) for nodes, tags in ways]
    backwards = [(nodes[::-1], {**tags, "oneway": "-1"}) for nodes, tags in ways]
    one, other = sketched(POINTS, forwards), sketched(POINTS, backwards)
    assert np.array_equal(one.edge_access, other.edge_access)
    assert np.array_equal(one.edge_start, other.edge_start)
    assert one.usable(WALKING).all()
