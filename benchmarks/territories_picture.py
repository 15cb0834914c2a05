"""A picture of a cut: doors in clearly different colours, streets and barriers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import networkx as nx
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection
from shapely import LineString

from territories.cutting import Cut, StreetKind, Streets
from territories.cutting.links import neighbours

COLOURS = ("#d62728", "#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd", "#17becf", "#8c564b", "#e377c2")
INCHES, DOTS_PER_INCH = 14, 110


def picture(cut: Cut, streets: Streets | None, barriers: Sequence[LineString], path: Path) -> None:
    """Draw a cut; territories side by side never have one colour."""
    mpl.use("Agg")
    figure, axes = plt.subplots(figsize=(INCHES, INCHES))
    if streets is not None:
        ends = np.stack((streets.tail, streets.head), axis=1)
        lines = np.stack((streets.lon[ends], streets.lat[ends]), axis=-1)
        wide = np.where(streets.kind >= StreetKind.MAIN, 1.6, 0.5)
        axes.add_collection(LineCollection([*lines], colors="0.6", linewidths=wide, zorder=1))
    for barrier in barriers:
        axes.plot(*np.array(barrier.coords).T, color="#6baed6", linewidth=5, zorder=0)
    doors, colour = cut.units.doors, np.array(COLOURS)[colours(cut) % len(COLOURS)]
    size = max(1.0, min(12.0, 120_000 / len(doors)))
    axes.scatter(doors.lon, doors.lat, c=colour[cut.labels], s=size, linewidths=0, zorder=2)
    axes.set_aspect(1 / np.cos(np.radians(doors.lat.mean())))
    axes.set_axis_off()
    figure.savefig(path, dpi=DOTS_PER_INCH, bbox_inches="tight")
    plt.close(figure)


def colours(cut: Cut) -> np.ndarray:
    """A colour number (k,) for each territory, different from its neighbours'."""
    tail, head = neighbours(cut.units.doors.metres)
    pairs = np.column_stack((cut.labels[tail], cut.labels[head]))
    net = nx.Graph()
    net.add_nodes_from(range(cut.territories))
    net.add_edges_from(pairs[pairs[:, 0] != pairs[:, 1]].tolist())
    chosen = nx.coloring.greedy_color(net, strategy="DSATUR")
    return np.array([chosen[label] for label in range(cut.territories)])
