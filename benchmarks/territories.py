"""How good cuts are on real and made-up doors, beside k-means and balanced k-means.

    python -m benchmarks.territories FILE --territories K --seed N --json OUT --picture OUT.png

FILE is a list of doors (OpenStreetMap, CSV or GeoJSON), or suburbs:20000 for made-up suburbs of
about so many doors, with their streets, a river and a motorway. The JSON object holds the figures
of the cut, `polygons` (GeoJSON) and `doors`, a list of [lon, lat, street, territory, minutes], so
that anyone can check. `street` there is the street section, a number after the name of its street:
a section in two territories is a split street. `shared_streets` counts streets by name. `others`
holds the same figures of k-means and of balanced k-means.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.cluster.vq import kmeans2
from scipy.spatial import KDTree
from shapely import LineString
from shapely.geometry import mapping

from benchmarks.suburbs import suburbs
from territories.cutting import (
    Assessment,
    Cut,
    DoorRow,
    Streets,
    assess,
    divide,
    doors_from,
    outlines,
    units_from,
)

Ints = NDArray[np.int64]
ROUNDS, GAIN = 80, 0.2


@dataclass(frozen=True)
class Town:
    """What is cut: doors, perhaps streets, and lines that nobody wants to cross."""

    rows: list[DoorRow]
    streets: Streets | None
    barriers: list[LineString]


@dataclass(frozen=True)
class Outcome:
    """What a method made of a town."""

    method: str
    cut: Cut
    seconds: float
    found: Assessment

    def figures(self) -> dict[str, Any]:
        """The figures of the cut."""
        found = self.found
        return {
            "seconds": round(self.seconds, 3),
            "imbalance_max": round(found.largest - 1, 4),
            "imbalance_min": round(found.smallest - 1, 4),
            "split_streets": found.split_streets,
            "shared_streets": found.shared_streets,
            "split_buildings": found.split_buildings,
            "pieces": found.in_pieces,
            "crossings": sum(found.crossings),
            "walk_m": round(sum(found.walk_m)),
            "dead_m": round(sum(found.dead_m)),
            "compactness": round(float(np.mean(found.compactness)), 3),
        }


def town_of(name: str, seed: int) -> Town:
    """The doors of a file, or made-up ones."""
    if name.startswith("suburbs:"):
        return Town(*suburbs(int(name.partition(":")[2]), seed))
    return Town(rows_of(Path(name)), None, [])


def rows_of(path: Path) -> list[DoorRow]:
    """The doors of a file, tidied and without duplicates as an import would have them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415  # the importer belongs to Django; made-up suburbs need none

    django.setup()
    from territories.importing.normalise import Normaliser  # noqa: PLC0415  # as above
    from territories.importing.options import ImportOptions, format_of  # noqa: PLC0415
    from territories.importing.readers import reader_for  # noqa: PLC0415
    from territories.importing.rows import Row  # noqa: PLC0415

    options = ImportOptions(format=format_of(path.name), dataset="benchmark")
    rows = [row for row in reader_for(path, options).rows() if isinstance(row, Row)]
    doors: dict[str, DoorRow] = {}
    buildings: dict[str, int] = {}
    for door in Normaliser(options).batch(rows)[0]:
        building = buildings.setdefault(door.building_key, len(buildings))
        street = f"{door.city or door.postcode}|{door.street}"
        doors[door.key] = DoorRow(door.lon, door.lat, building, street, door.number)
    return list(doors.values())


def outcomes(town: Town, k: int, seed: int) -> list[Outcome]:
    """The cut, k-means and balanced k-means of one town."""
    doors = doors_from(town.rows)
    divide(units_from(doors_from(town.rows[:50])), k=2)  # so that nobody waits for the compiler
    started = time.perf_counter()
    cut = divide(units_from(doors, town.streets), k=k, barriers=town.barriers, seed=seed)
    made = [Outcome("canvass", cut, time.perf_counter() - started, assess(cut))]
    rivals: dict[str, Callable[[Cut, int], Ints]] = {"k-means": k_means, "balanced": balanced}
    for name, method in rivals.items():
        started = time.perf_counter()
        other = replace(cut, labels=method(cut, seed))
        made.append(Outcome(name, other, time.perf_counter() - started, assess(other)))
    return made


def k_means(cut: Cut, seed: int) -> Ints:
    """Labels by k-means on the doors' positions."""
    metres = cut.units.doors.metres
    labels = kmeans2(metres, cut.territories, minit="points", iter=15, rng=seed)[1]
    return np.asarray(labels, dtype=np.int64)


def balanced(cut: Cut, seed: int) -> Ints:
    """Labels by k-means whose centres, where minutes are too many, grow more distant.

    After Aurenhammer, Hoffmann and Aronov (1998, Minkowski-type theorems and least-squares
    clustering, Algorithmica 20, 61-76): additive weights of the cells until the work is even.
    """
    metres, minutes = cut.units.doors.metres, cut.units.minutes
    labels = k_means(cut, seed)
    target = minutes.sum() / cut.territories
    scale = np.ptp(metres, axis=0).prod() / cut.territories
    weights, best = np.zeros(cut.territories), (np.inf, labels)
    for number in range(ROUNDS):
        work = np.maximum(np.bincount(labels, minutes, cut.territories), 1e-9)
        centres = np.column_stack(
            [np.bincount(labels, minutes * axis, cut.territories) / work for axis in metres.T]
        )
        best = min(best, (float(work.max() / target), labels), key=lambda one: one[0])
        weights += GAIN / (1 + number / 10) * scale * np.clip(work / target - 1, -0.5, 0.5)
        height = np.sqrt(weights - weights.min())
        tree: Any = KDTree(np.column_stack((centres, height)))  # type: ignore[no-untyped-call]  # scipy
        labels = tree.query(np.column_stack((metres, np.zeros(len(metres)))))[1]
    return np.asarray(best[1], dtype=np.int64)


def to_json(made: Sequence[Outcome], rows: Sequence[DoorRow]) -> dict[str, Any]:
    """The figures, the polygons and the doors."""
    cut = made[0].cut
    shapes = outlines(cut.units.doors, cut)
    return {
        **made[0].figures(),
        "territories": cut.territories,
        "others": {one.method: one.figures() for one in made[1:]},
        "polygons": {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"territory": n}, "geometry": mapping(shape)}
                for n, shape in enumerate(shapes)
            ],
        },
        "doors": [
            [row.lon, row.lat, f"{row.street} §{section}", label, round(minutes, 4)]
            for row, section, label, minutes in zip(
                rows,
                cut.sections.of_door.tolist(),
                cut.labels.tolist(),
                cut.units.minutes.tolist(),
                strict=True,
            )
        ],
    }


def table(made: Sequence[Outcome], title: str) -> Table:
    """The figures of all methods, one a row."""
    shown = Table(title=title, title_justify="left", header_style="")
    shown.add_column("method")
    for name in made[0].figures():
        shown.add_column(name, justify="right")
    for one in made:
        shown.add_row(one.method, *map(str, one.figures().values()))
    return shown


def main(arguments: Sequence[str]) -> int:
    """Cut what the command line names; returns the exit status."""
    summary, _, details = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        "python -m benchmarks.territories",
        description=summary,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", default="suburbs:20000", metavar="FILE")
    parser.add_argument("--territories", type=int, default=50, metavar="K")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--picture", type=Path, metavar="OUT.png")
    asked = parser.parse_args(arguments)
    try:
        town = town_of(asked.file, asked.seed)
        made = outcomes(town, asked.territories, asked.seed)
    except (OSError, ValueError) as error:
        print(f"benchmarks.territories: {error}", file=sys.stderr)
        return 1
    if asked.json:
        asked.json.write_text(json.dumps(to_json(made, town.rows)), encoding="utf-8")
    if asked.picture:
        from benchmarks.territories_picture import picture  # noqa: PLC0415  # matplotlib is slow

        picture(made[0].cut, town.streets, town.barriers, asked.picture)
    Console(stderr=True, width=180).print(table(made, f"{asked.file}, {asked.territories}"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
