"""A picture of a cut: outlines, doors in clearly different colours, numbers, streets, barriers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import networkx as nx
import numpy as np
import shapely
from matplotlib import patheffects
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection
from numpy.typing import NDArray
from shapely import LineString, Polygon

from territories.cutting import Cut, StreetKind, Streets

COLOURS = ("#d62728", "#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd", "#17becf", "#8c564b", "#e377c2")
INCHES, DOTS_PER_INCH = 14, 110
LIGHT, STREET, EDGE, RIVER = 0.16, "0.72", "0.15", "#6baed6"


def picture(
    cut: Cut,
    shapes: Sequence[Polygon],
    ground: tuple[Streets | None, Sequence[LineString]],
    path: Path,
) -> None:
    """Draw a cut with the outlines of its territories; neighbours never have one colour.

    `ground` are the streets, if there is a network, and the barriers.
    """
    mpl.use("Agg")
    figure, axes = plt.subplots(figsize=(INCHES, INCHES))
    draw_ground(axes, *ground)
    doors, colour = cut.units.doors, np.array(COLOURS)[colours(shapes) % len(COLOURS)]
    size = max(1.0, min(12.0, 120_000 / len(doors)))
    axes.scatter(doors.lon, doors.lat, c=colour[cut.labels], s=size, linewidths=0, zorder=3)
    for number, shape in enumerate(shapes):
        draw_territory(axes, shape, str(colour[number]), wide=len(shapes) < 100)
    for number, at in enumerate(hearts(cut)):
        write(axes, str(number + 1), at, len(shapes))
    axes.set_aspect(1 / np.cos(np.radians(doors.lat.mean())))
    margin = 0.02 * np.ptp(np.column_stack((doors.lon, doors.lat)), axis=0)
    axes.set_xlim(doors.lon.min() - margin[0], doors.lon.max() + margin[0])
    axes.set_ylim(doors.lat.min() - margin[1], doors.lat.max() + margin[1])
    axes.set_axis_off()
    figure.savefig(path, dpi=DOTS_PER_INCH, bbox_inches="tight")
    plt.close(figure)


def draw_ground(axes: Any, streets: Streets | None, barriers: Sequence[LineString]) -> None:
    """Barriers below, streets in grey above them, main roads wider."""
    for barrier in barriers:
        axes.plot(*np.array(barrier.coords).T, color=RIVER, linewidth=5, zorder=0)
    if streets is not None:
        ends = np.stack((streets.tail, streets.head), axis=1)
        lines = np.stack((streets.lon[ends], streets.lat[ends]), axis=-1)
        wide = np.where(streets.kind >= StreetKind.MAIN, 1.6, 0.6)
        axes.add_collection(LineCollection([*lines], colors=STREET, linewidths=wide, zorder=2))


def draw_territory(axes: Any, shape: Polygon, colour: str, *, wide: bool) -> None:
    """A light ground within a thin dark outline."""
    if shape.is_empty:
        return
    x, y = np.array(shape.exterior.coords).T
    axes.fill(x, y, facecolor=colour, alpha=LIGHT, linewidth=0, zorder=1)
    axes.plot(x, y, color=EDGE, linewidth=1.1 if wide else 0.6, zorder=4)


def hearts(cut: Cut) -> NDArray[np.float64]:
    """Where the number of each territory stands (k, 2): at the door nearest to its middle."""
    doors = cut.units.doors
    count = np.bincount(cut.labels, minlength=cut.territories)
    sums = [np.bincount(cut.labels, axis, cut.territories) for axis in doors.metres.T]
    middle = np.column_stack(sums) / np.maximum(count, 1)[:, None]
    away = np.hypot(*(doors.metres - middle[cut.labels]).T)
    order = np.lexsort((away, cut.labels))
    first = order[np.unique(cut.labels[order], return_index=True)[1]]
    found: NDArray[np.float64] = np.column_stack((doors.lon[first], doors.lat[first]))
    return found


def write(axes: Any, text: str, at: NDArray[np.float64], territories: int) -> None:
    """A number that can be read on any colour."""
    size = 13 if territories < 60 else 8 if territories < 150 else 5.5
    rim = [patheffects.withStroke(linewidth=2.5, foreground="white")]
    axes.text(*at, text, fontsize=size, ha="center", va="center", weight="bold", zorder=5,
              color="black", path_effects=rim)  # fmt: skip


def colours(shapes: Sequence[Polygon]) -> NDArray[np.int64]:
    """A colour number (k,) for each territory, different from its neighbours'."""
    tree = shapely.STRtree(shapes)
    pairs = tree.query(shapes, predicate="intersects").T
    net: Any = nx.Graph()
    net.add_nodes_from(range(len(shapes)))
    net.add_edges_from(pairs[pairs[:, 0] != pairs[:, 1]].tolist())
    chosen = nx.coloring.greedy_color(net, strategy="DSATUR")
    return np.array([chosen[label] for label in range(len(shapes))], dtype=np.int64)
