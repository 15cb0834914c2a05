"""Parts of the lines of edges, and places beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from territories.streets.arrays import Floats, StreetArrays
from territories.streets.sphere import EARTH_RADIUS_M


def part(network: StreetArrays, edge: int, from_m: float, to_m: float) -> Floats:
    """(k, 2) lon, lat along an edge between two places on it, in that order."""
    points = slice(network.shape_first[edge], network.shape_first[edge + 1])
    metres = network.shape_m[points]
    low, high = min(from_m, to_m), max(from_m, to_m)
    inner = np.flatnonzero((metres > low) & (metres < high))
    where = np.concatenate([[low], metres[inner], [high]])
    line = np.column_stack(
        [np.interp(where, metres, axis[points]) for axis in (network.shape_lon, network.shape_lat)]
    )
    return line if from_m <= to_m else line[::-1]


def beside(network: StreetArrays, door: Any) -> NDArray[np.float64]:
    """(1, 2) lon, lat of a snapped door: square to its edge, as far as its setback."""
    edge, offset_m = int(door.edge[0]), float(door.offset_m[0])
    length_m = float(network.edge_length_m[edge])
    near = part(network, edge, max(offset_m - 1.0, 0.0), min(offset_m + 1.0, length_m))
    here = part(network, edge, offset_m, offset_m)[0]
    east, north = flat_m(near)[-1] - flat_m(near)[0]
    length = float(np.hypot(east, north)) or 1.0
    aside = np.array([-north, east]) / length * float(door.side[0] * door.setback_m[0])
    scale = np.array([np.cos(np.radians(here[1])), 1.0]) * np.radians(EARTH_RADIUS_M)
    return np.asarray((here + aside / scale)[None, :])


def flat_m(line: Floats) -> Floats:
    """(k, 2) metres east and north of a short line, from its first point's parallel on."""
    scale = np.array([np.cos(np.radians(line[0, 1])), 1.0]) * np.radians(EARTH_RADIUS_M)
    return np.asarray(line * scale)


def bearing(line: Floats, reach_m: float, *, at_end: bool) -> float:
    """Degrees clockwise from north in which a line begins, or ends, over some metres of it."""
    flat = flat_m(line if not at_end else line[::-1])
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(flat, axis=0).T))])
    reach = min(reach_m, float(run[-1]))
    far = np.array([np.interp(reach, run, flat[:, axis]) for axis in (0, 1)])
    east, north = (flat[0] - far) if at_end else (far - flat[0])
    return float(np.degrees(np.arctan2(east, north)) % 360)
