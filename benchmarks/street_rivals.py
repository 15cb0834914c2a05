"""What the walking times are measured against: scipy without any contraction, and OSRM."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from territories.streets import WALKING, Snaps, StreetNetwork

ENOUGH_S = 4.0  # of scipy's time; the rest of the origins would take as long each
BLOCK = 50


def scipy_seconds(network: StreetNetwork, doors: Snaps) -> float:
    """What scipy's Dijkstra takes from all doors, on the graph of every point of every shape.

    A door stands at the point before it, which favours scipy: its graph has no doors in it. Where
    that is long, as many origins as fit into a few seconds are run, and the rest is reckoned.
    """
    graph = uncontracted(network)
    node = shape_nodes(network)
    sources = node[[point_before(network, doors, door) for door in range(len(doors))]]
    began, done = time.perf_counter(), 0
    while done < len(sources) and time.perf_counter() - began < ENOUGH_S:
        dijkstra(graph, indices=sources[done : done + BLOCK])
        done = min(done + BLOCK, len(sources))
    return (time.perf_counter() - began) * len(sources) / done


def uncontracted(network: StreetNetwork) -> csr_array:
    """Every point of the shapes that may be walked as a node; junctions are shared."""
    node = shape_nodes(network)
    first, last = network.shape_first[:-1], network.shape_first[1:]
    is_last = np.zeros(len(node), dtype=np.bool_)
    is_last[last - 1] = True
    tail = np.flatnonzero(~is_last)
    edge = np.repeat(np.arange(len(first)), last - first)
    tail = tail[network.usable(WALKING)[edge[tail]]]
    metres = network.shape_m[tail + 1] - network.shape_m[tail]
    seconds = np.maximum(metres, 1e-6) / WALKING.metres_per_s()[network.edge_road[edge[tail]]]
    ends = (
        np.concatenate([node[tail], node[tail + 1]]),
        np.concatenate([node[tail + 1], node[tail]]),
    )
    count = int(node.max()) + 1
    return csr_array(  # type: ignore[no-untyped-call]  # scipy has none
        (np.tile(seconds, 2), ends), shape=(count, count)
    )


def shape_nodes(network: StreetNetwork) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """(P,) the node of each point of the shapes: the network's own at the ends of edges."""
    junctions, first, last = (
        len(network.node_lon),
        network.shape_first[:-1],
        network.shape_first[1:],
    )
    node = np.arange(junctions, junctions + len(network.shape_m), dtype=np.int64)
    node[first], node[last - 1] = network.edge_start, network.edge_end
    return np.unique(node, return_inverse=True)[1]


def point_before(network: StreetNetwork, doors: Snaps, door: int) -> int:
    """The last point of its edge before a door."""
    edge = doors.edge[door]
    first, last = network.shape_first[edge], network.shape_first[edge + 1]
    place = int(np.searchsorted(network.shape_m[first:last], doors.offset_m[door], "right")) - 1
    return int(first) + place


def has_osrm() -> bool:
    """Whether OSRM is installed with this Python."""
    return find_spec("osrm") is not None


@contextmanager
def osrm_server(osm: Path, most: int) -> Iterator[str]:
    """The URL of an osrm-routed for pedestrians, with contraction hierarchies, on one thread."""
    from tests import servers  # noqa: PLC0415  # they need what only tests do
    from tests.territories.streets import hamlet  # noqa: PLC0415  # as above

    home, port = hamlet.package("osrm"), servers.free_port()
    with servers.folder() as data:
        base = data / (osm.name.removesuffix(".osm.pbf") + ".osrm")
        lua = home / "share" / "profiles" / "foot.lua"
        hamlet.run(home / "bin" / "osrm-extract", "-t", "1", "-p", lua, hamlet.copied(osm, data))
        hamlet.run(home / "bin" / "osrm-contract", "-t", "1", base)
        program = [
            home / "bin" / "osrm-routed", "-i", "127.0.0.1", "-p", port, "-a", "ch", "-t", 1,
            "--max-table-size", most, base,
        ]  # fmt: skip
        with hamlet.listening(program, data, port) as url:
            yield url


def osrm_seconds(osm: Path, lon: np.ndarray, lat: np.ndarray, times: int) -> float:
    """What one table between all doors takes, the best time; its JSON is not even read."""
    places = ";".join(f"{x:.6f},{y:.6f}" for x, y in zip(lon.tolist(), lat.tolist(), strict=True))
    with osrm_server(osm, len(lon)) as url:
        found = []
        for _ in range(times):
            began = time.perf_counter()
            with urlopen(f"{url}/table/v1/foot/{places}?generate_hints=false") as answer:  # noqa: S310  # our own server
                answer.read()
            found.append(time.perf_counter() - began)
    return min(found)
