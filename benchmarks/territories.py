"""How good cuts are on real and made-up doors, beside k-means and balanced k-means.

    python -m benchmarks.territories FILE --territories K --seed N --json OUT --picture OUT.png
    python -m benchmarks.territories FILE --territories K --streets MAP.osm.pbf --recut

FILE is a list of doors (OpenStreetMap, CSV or GeoJSON), or suburbs:20000 for made-up suburbs of
about so many doors, with their streets, a river and a motorway. With --streets its doors are cut on
the streets of a map, and railways, rivers and motorways there are barriers; --map street=ST_NAME
says which column of a list holds a field that goes by another name. The JSON object holds
the figures of the cut, `polygons` (GeoJSON) and `doors`, a list of [lon, lat, street, territory,
minutes], so that anyone can check. `street` there is the street section, a number after the name of
its street: a section in two territories is a split street. `shared_streets` counts streets by name,
`notices` names what is unusual about a territory. `others` holds the same figures of k-means and of
balanced k-means, `outlines_s` the seconds that drawing took. With --recut, `recuts` says what
changes of the doors, mild and severe ones, would move.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from shapely import Polygon
from shapely.geometry import mapping

from benchmarks.territories_recuts import Recut, recuts
from benchmarks.territories_rivals import RIVALS
from benchmarks.territories_towns import Town, streets_on, town_of
from common.errors import DomainError
from territories.cutting import (
    Assessment,
    Cut,
    DoorRow,
    assess,
    divide,
    doors_from,
    outlines,
    units_from,
    warm,
)


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


def outcomes(town: Town, k: int, seed: int) -> list[Outcome]:
    """The cut, k-means and balanced k-means of one town."""
    doors = doors_from(town.rows)
    warm()  # so that nobody waits for the compiler
    started = time.perf_counter()
    cut = divide(units_from(doors, town.streets), k=k, barriers=town.barriers, seed=seed)
    made = [Outcome("canvass", cut, time.perf_counter() - started, assess(cut))]
    for name, method in RIVALS.items():
        started = time.perf_counter()
        other = replace(cut, labels=method(cut, seed))
        made.append(Outcome(name, other, time.perf_counter() - started, assess(other)))
    return made


@dataclass(frozen=True)
class Drawing:
    """The outlines of a cut, and how long drawing them took."""

    shapes: list[Polygon]
    seconds: float


def drawn(cut: Cut) -> Drawing:
    """The outlines of a cut."""
    started = time.perf_counter()
    shapes = outlines(cut)
    return Drawing(shapes, time.perf_counter() - started)


def to_json(
    made: Sequence[Outcome], drawing: Drawing, anew: Sequence[Recut], rows: Sequence[DoorRow]
) -> dict[str, Any]:
    """The figures, the polygons and the doors."""
    cut = made[0].cut
    return {
        **made[0].figures(),
        "territories": cut.territories,
        "notices": [vars(one) for one in made[0].found.notices],
        "outlines_s": round(drawing.seconds, 3),
        "recuts": {one.change: one.figures() for one in anew},
        "others": {one.method: one.figures() for one in made[1:]},
        "polygons": {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"territory": n}, "geometry": mapping(shape)}
                for n, shape in enumerate(drawing.shapes)
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


def table(rows: dict[str, dict[str, Any]], what: str, title: str = "") -> Table:
    """The figures of several methods or changes, one a row."""
    shown = Table(what, title=title or None, title_justify="left", header_style="")
    for name in next(iter(rows.values())):
        shown.add_column(name, justify="right")
    for one, figures in rows.items():
        shown.add_row(one, *map(str, figures.values()))
    return shown


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    summary, _, details = (__doc__ or "").partition("\n\n")
    made = argparse.ArgumentParser(
        "python -m benchmarks.territories",
        description=summary,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("file", nargs="?", default="suburbs:20000", metavar="FILE")
    made.add_argument("--territories", type=int, default=50, metavar="K")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--streets", type=Path, metavar="FILE.osm.pbf", help="cut on this map")
    made.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN")
    made.add_argument("--recut", action="store_true", help="change the doors and cut anew")
    made.add_argument("--json", type=Path, metavar="OUT")
    made.add_argument("--picture", type=Path, metavar="OUT.png")
    return made


def main(arguments: Sequence[str]) -> int:
    """Cut what the command line names; returns the exit status."""
    asked = parser().parse_args(arguments)
    try:
        mapping = dict(pair.split("=", 1) for pair in asked.map)
        town = town_of(asked.file, asked.seed, asked.streets, mapping)
        made = outcomes(town, asked.territories, asked.seed)
    except (OSError, ValueError, DomainError) as error:
        print(f"benchmarks.territories: {error}", file=sys.stderr)
        return 1
    cut, drawing = made[0].cut, drawn(made[0].cut)
    anew = recuts(town.rows, town.streets, town.barriers, cut, asked.seed) if asked.recut else []
    if asked.json:
        found = to_json(made, drawing, anew, town.rows)
        asked.json.write_text(json.dumps(found), encoding="utf-8")
    if asked.picture:
        from benchmarks.territories_picture import picture  # noqa: PLC0415  # matplotlib is slow

        ground = town.streets or streets_on(Path(asked.file)), town.barriers
        picture(cut, drawing.shapes, ground, asked.picture)
    console = Console(stderr=True, width=180)
    title = f"{asked.file}, {asked.territories}; outlines in {drawing.seconds:.2f} s"
    console.print(table({one.method: one.figures() for one in made}, "method", title))
    if anew:
        console.print(table({one.change: one.figures() for one in anew}, "change"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
