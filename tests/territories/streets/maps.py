"""Small maps drawn by hand: a grid of metres around one point of the Earth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from territories.streets import StreetNetwork
from territories.streets.building import arrays_from
from territories.streets.openstreetmap import Ways

LON, LAT = 11.0, 49.5
DEGREE_LAT_M = 111_195.08  # on a sphere of the mean radius
DEGREE_LON_M = 72_214.7  # the same at 49.5° north

Point = tuple[float, float]  # metres east and north of the origin
Drawn = tuple[list[int], dict[str, str]]  # the ids of nodes, and tags


def lon_lat(point: Point) -> tuple[float, float]:
    """Where a point of the grid is on the Earth."""
    return LON + point[0] / DEGREE_LON_M, LAT + point[1] / DEGREE_LAT_M


def osm_xml(points: Mapping[int, Point], ways: Iterable[Drawn], areas: Iterable[Drawn] = ()) -> str:
    """An OpenStreetMap file of some nodes, ways numbered from 1, and areas made of such ways."""
    lines = ['<osm version="0.6">']
    for number, point in points.items():
        lon, lat = lon_lat(point)
        lines.append(f'<node id="{number}" version="1" lon="{lon:.7f}" lat="{lat:.7f}"/>')
    for number, (nodes, tags) in enumerate(ways, 1):
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        told = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
        lines.append(f'<way id="{number}" version="1">{refs}{told}</way>')
    for number, (members, tags) in enumerate(areas, 1):
        refs = "".join(f'<member type="way" ref="{way}" role="outer"/>' for way in members)
        told = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
        lines.append(f'<relation id="{number}" version="1">{refs}{told}</relation>')
    return "\n".join([*lines, "</osm>"])


def drawn(
    folder: Path,
    points: Mapping[int, Point],
    ways: Iterable[Drawn],
    areas: Iterable[Drawn] = (),
) -> StreetNetwork:
    """The network of a map drawn by hand."""
    path = folder / "drawn.osm"
    path.write_text(osm_xml(points, ways, areas))
    return StreetNetwork.from_osm(path)


def street(name: str, *nodes: int, **tags: str) -> Drawn:
    """A residential street."""
    return list(nodes), {"highway": "residential", "name": name, **tags}


def sketched(points: Mapping[int, Point], ways: Iterable[Drawn]) -> StreetNetwork:
    """The same without a file, for tests that draw many."""
    nodes, tags = zip(*ways, strict=True)
    node = np.array([node for of_way in nodes for node in of_way], dtype=np.int64)
    lon, lat = np.array([lon_lat(points[each]) for each in node.tolist()]).round(7).T
    first = np.cumsum([0, *map(len, nodes)])
    return StreetNetwork(**arrays_from(Ways(list(tags), first, node, lon, lat)))
