"""The network as a picture: streets, doors coloured by how they were snapped, and one walk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from territories.streets import WALKING, Road, SnapQuality, Snaps, StreetNetwork

Points = NDArray[np.float64]  # (n, 2) lon, lat
Box = tuple[float, float, float, float]  # west, south, east, north

METRES_PER_DEGREE = 111_195.0
CLOSE_UP_M = 700.0
INK, PAPER, WALK, WAY, ISLAND = "#3d3d3d", "#fbfaf7", "#1f4fd8", "#b9b4a8", "#e7c9c4"
WIDTHS = dict.fromkeys(Road, 0.6) | {
    Road.TRUNK: 2.2, Road.PRIMARY: 2.2, Road.SECONDARY: 1.8, Road.TERTIARY: 1.5,
    Road.UNCLASSIFIED: 1.1, Road.RESIDENTIAL: 1.1, Road.LIVING_STREET: 1.1, Road.PEDESTRIAN: 1.1,
}  # fmt: skip
QUALITIES = {
    SnapQuality.BY_NAME: ("#2a9d5c", "on its own street"),
    SnapQuality.OTHER_NAME: ("#e58a00", "on a way with another name, or none"),
    SnapQuality.NEAREST: ("#8a63d2", "on the nearest street: no name given"),
    SnapQuality.TOO_FAR: ("#d0312d", "unreachable: more than 120 m from any street"),
    SnapQuality.ISLAND: ("#7a1f1c", "unreachable: only an island is near"),
    SnapQuality.OUTSIDE_MAP: ("#111111", "outside the map"),
    SnapQuality.SWAPPED: ("#111111", "lat and lon exchanged"),
}


@dataclass(frozen=True)
class Scene:
    """What is drawn: doors where they stand, their snaps, and one walk (k, 2) if there is one."""

    network: StreetNetwork
    doors: Points
    snaps: Snaps
    walk: Points | None = None
    caption: str = ""


def draw(scene: Scene, out: Path) -> None:
    """Draw the whole and, beside it, the surroundings of the walk, as a PNG."""
    figure = Figure(figsize=(19, 9.5), dpi=110, facecolor=PAPER, layout="constrained")
    whole, close = figure.subplots(1, 2)
    middle = scene.walk if scene.walk is not None else np.median(scene.doors, axis=0)[None]
    everything = np.concatenate([scene.doors[inside(scene)], middle])
    draw_view(whole, scene, square(everything, 3 * CLOSE_UP_M, 0.04), names=False)
    box = square(middle, CLOSE_UP_M, 0.3)
    draw_view(close, scene, box, names=True)
    frame = Rectangle(
        (box[0], box[1]), box[2] - box[0], box[3] - box[1], fill=False, ec=INK, lw=1.2, zorder=9
    )
    whole.add_patch(frame)
    whole.set_title("Everything", loc="left", color=INK)
    close.set_title(fill(scene.caption or "Close up", 100), loc="left", color=INK)
    figure.legend(handles=legend(scene), loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(out)


def inside(scene: Scene) -> NDArray[np.bool_]:
    """Which doors are on the map."""
    return np.asarray(scene.snaps.quality <= SnapQuality.ISLAND, dtype=bool)


def square(points: Points, least_m: float, margin: float) -> Box:
    """West, south, east and north of a square around points, with some of their size around it."""
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    lon, lat = (west + east) / 2, (south + north) / 2
    size = max(north - south, (east - west) * shrink(lat)) * (1 + margin)
    half = max(size, least_m / METRES_PER_DEGREE) / 2
    wide = half / shrink(lat)
    return lon - wide, lat - half, lon + wide, lat + half


def shrink(lat: float) -> float:
    """How much shorter a degree of longitude is than one of latitude."""
    return float(np.cos(np.radians(lat)))


def draw_view(axes: Axes, scene: Scene, box: Box, *, names: bool) -> None:
    """One view of the scene; `names` draws what only a close view has room for."""
    west, south, east, north = box
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], facecolor=PAPER)
    axes.set_aspect(1 / shrink((south + north) / 2))
    draw_edges(axes, scene.network, 2.6 if names else 1.0)
    draw_barriers(axes, scene.network)
    draw_doors(axes, scene, close=names)
    if scene.walk is not None:
        axes.plot(*scene.walk.T, color=WALK, lw=4 if names else 2, alpha=0.85, zorder=6)
        axes.plot(*scene.walk[[0, -1]].T, "o", mfc="white", mec=WALK, mew=2, ms=9, ls="", zorder=8)
    if names:
        draw_names(axes, scene.network, box)
    draw_scale(axes, box)
    axes.text(
        0.995, 0.005, "© OpenStreetMap contributors", transform=axes.transAxes, ha="right",
        va="bottom", fontsize=7, color=INK,
    )  # fmt: skip


def draw_edges(axes: Axes, network: StreetNetwork, wide: float) -> None:
    """What people may walk; private ways dotted, islands pale, motorways apart."""
    private, usable = network.private(WALKING), network.usable(WALKING)
    roads = network.edge_road
    shapes = [network.shape(edge) for edge in range(len(roads))]
    widths = np.array([WIDTHS[Road(road)] for road in roads]) * wide
    styles = (
        (usable & ~private & (network.edge_component == 0), WAY, "solid"),
        (usable & ~private & (network.edge_component != 0), ISLAND, "solid"),
        (usable & private, WAY, (0, (1, 1.5))),
        (~usable & (roads == Road.MOTORWAY), "#8fa3bf", "solid"),
    )
    for chosen, colour, style in styles:
        picked = np.flatnonzero(chosen)
        lines = LineCollection(
            [shapes[edge] for edge in picked], colors=colour, linestyles=style,
            linewidths=widths[picked], capstyle="round", zorder=1,
        )  # fmt: skip
        axes.add_collection(lines)


def draw_barriers(axes: Axes, network: StreetNetwork) -> None:
    """Motorways and railways."""
    points = np.column_stack([network.barrier_lon, network.barrier_lat])
    lines = np.split(points, network.barrier_first[1:-1])
    axes.add_collection(LineCollection(lines, colors=INK, linewidths=1.6, zorder=2))
    axes.add_collection(
        LineCollection(lines, colors="white", linewidths=0.9, linestyles=(0, (4, 4)), zorder=2)
    )


def draw_doors(axes: Axes, scene: Scene, *, close: bool) -> None:
    """Doors by quality; close up, each with the line to where it meets its street."""
    quality = scene.snaps.quality
    if close:
        snapped = np.flatnonzero(scene.snaps.is_snapped)
        feet = scene.network.places(scene.snaps.edge[snapped], scene.snaps.offset_m[snapped])
        lines = list(np.stack([scene.doors[snapped], feet], axis=1))
        colours = [QUALITIES[SnapQuality(each)][0] for each in quality[snapped]]
        axes.add_collection(LineCollection(lines, colors=colours, linewidths=0.8, zorder=3))
    for kind, (colour, _) in QUALITIES.items():
        chosen = scene.doors[(quality == kind) & inside(scene)]
        axes.scatter(
            chosen[:, 0], chosen[:, 1], s=16 if close else 2.5, color=colour, linewidths=0, zorder=4
        )


def draw_names(axes: Axes, network: StreetNetwork, box: Box) -> None:
    """The name of each street once, along its longest edge in view that has room for it."""
    west, south, east, north = box
    usable = network.usable(WALKING)
    written: dict[str, Points] = {}
    apart = (north - south) / 25
    for edge in np.argsort(-network.edge_length_m):
        name = network.names[network.edge_name[edge]]
        shape = network.shape(int(edge))
        middle = shape[len(shape) // 2 - 1 : len(shape) // 2 + 1].mean(axis=0)
        seen = west < middle[0] < east and south < middle[1] < north
        free = all(np.hypot(*(middle - other)) > apart for other in written.values())
        if usable[edge] and name and name not in written and seen and free:
            written[name] = middle
            write_name(axes, name, shape, middle)


def write_name(axes: Axes, name: str, shape: Points, middle: Points) -> None:
    """A name along a shape, never upside down."""
    dx, dy = shape[len(shape) // 2] - shape[len(shape) // 2 - 1]
    angle = float(np.degrees(np.arctan2(dy, dx * shrink(middle[1]))))
    text = axes.text(
        middle[0], middle[1], name, rotation=(angle + 90) % 180 - 90, ha="center", va="center",
        fontsize=7.5, color=INK, clip_on=True, zorder=7,
    )  # fmt: skip
    text.set_path_effects([withStroke(linewidth=2.5, foreground=PAPER, alpha=0.55)])


def draw_scale(axes: Axes, box: Box) -> None:
    """A bar of round length in the lower left corner."""
    west, south, east, north = box
    metres_per_degree = METRES_PER_DEGREE * shrink((south + north) / 2)
    width_m = (east - west) * metres_per_degree
    rounds = (5000, 2000, 1000, 500, 200, 100, 50, 20, 10)
    length_m = next((each for each in rounds if each < width_m / 4), 5)
    x, y = west + (east - west) * 0.02, south + (north - south) * 0.02
    axes.plot([x, x + length_m / metres_per_degree], [y, y], color=INK, lw=3, zorder=9)
    label = f"{length_m} m" if length_m < 1000 else f"{length_m // 1000} km"
    text = axes.text(x, y + (north - south) * 0.012, label, color=INK, fontsize=9, zorder=9)
    text.set_path_effects([withStroke(linewidth=3, foreground=PAPER)])


def legend(scene: Scene) -> list[Any]:
    """What the colours mean, with how many doors there are of each."""
    counts = np.bincount(scene.snaps.quality, minlength=len(SnapQuality))
    handles: list[Any] = [
        Line2D([], [], marker="o", ls="", color=colour, label=f"{label} ({counts[kind]})")
        for kind, (colour, label) in QUALITIES.items()
        if counts[kind]
    ]
    return [
        *handles,
        Line2D([], [], color=WALK, lw=4, label="a walk"),
        Line2D([], [], color=WAY, lw=3, label="may be walked"),
        Line2D([], [], color=WAY, lw=3, ls=":", label="private: only to its doors"),
        Line2D([], [], color=ISLAND, lw=3, label="hangs together with no other street"),
        Line2D([], [], color=INK, lw=2, label="railway or motorway: no crossing but on a street"),
    ]
