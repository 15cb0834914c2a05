"""How good and how fast the streets are: snapping, walking times, and both against others.

    python -m benchmarks.streets lauf.osm.pbf [--doors county.csv.gz] [--json OUT] [--picture OUT]

Builds the network, saves and loads it, snaps the doors of the map (or of --doors, as far as they
are in it), and takes the table between some of them. In the same run: scipy's Dijkstra on the graph
without contraction, an independent networkx path for a sample of the table's entries, and the same
table from OSRM where that is installed (Python 3.12 and later). Times are wall time, the best of
three; `matrix_first_s` is the first table of a network that was just loaded. `named_doors` have a
street of their name within 120 m that is no island, `named_anywhere` one anywhere on the map.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import street_rivals
from benchmarks.street_doors import Doors, near_own_street, read_doors, same_street
from benchmarks.street_judge import Judge
from common.errors import DomainError
from territories.streets import UNREACHABLE, WALKING, Road, Snaps, StreetNetwork, StreetsError

Made = TypeVar("Made")
TIMES = 3
SAMPLED_ORIGINS, SAMPLED_DESTINATIONS = 10, 50
WALK_S = 600
TOLERANCE_S = 1.001  # whole seconds, rounded up, against exact ones


def main(arguments: Sequence[str]) -> int:
    """Measure what the command line asks for; returns the exit status."""
    asked = parser().parse_args(arguments)
    try:
        figures = measured(asked)
    except (StreetsError, DomainError, OSError, ValueError) as error:
        print(f"benchmarks.streets: {error}", file=sys.stderr)
        return 1
    text = json.dumps(figures)
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
    Console(stderr=True).print(table(figures, asked.file.name))
    return 0


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    summary, _, details = (__doc__ or "").partition("\n\n")
    made = argparse.ArgumentParser(
        "python -m benchmarks.streets",
        description=summary,
        epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("file", type=Path, metavar="FILE.osm.pbf")
    made.add_argument("--doors", type=Path, metavar="FILE", help="instead of the map's addresses")
    made.add_argument("--matrix", type=int, default=1000, metavar="N", help="doors in the table")
    made.add_argument("--seed", type=int, default=0, help="which doors, and which entries to check")
    made.add_argument("--json", type=Path, metavar="OUT", help="instead of the standard output")
    made.add_argument("--picture", type=Path, metavar="OUT", help="a PNG of map, doors and a walk")
    made.add_argument("--no-osrm", action="store_true", help="leave OSRM out")
    return made


def measured(asked: argparse.Namespace) -> dict[str, Any]:
    """All figures of one map. Raises StreetsError, OSError, ValueError."""
    build_s, network = best(lambda: StreetNetwork.from_osm(asked.file))
    load_s, network = loaded(network)
    doors = read_doors(asked.doors or asked.file).within(network.box)
    if not len(doors):
        raise ValueError("No door with an address is inside the map; name a file with --doors.")
    snap_s, snaps = best(lambda: network.snap(doors.lon, doors.lat, street=doors.street), times=1)
    figures = {"file": asked.file.name, "build_s": build_s, "load_s": load_s, "snap_s": snap_s}
    figures |= snapping(network, doors, snaps)
    draw = np.random.default_rng(asked.seed)
    standing = np.flatnonzero(snaps.is_snapped)
    chosen = np.sort(draw.choice(standing, min(asked.matrix, len(standing)), replace=False))
    figures |= walking(network, snaps[chosen])
    figures |= checked(network, snaps[chosen], draw)
    if asked.picture:
        picture(network, doors, snaps, asked.picture)
    if street_rivals.has_osrm() and not asked.no_osrm:
        some = doors.chosen(chosen)
        figures["osrm_s"] = street_rivals.osrm_seconds(asked.file, some.lon, some.lat, TIMES)
    return {key: round(it, 4) if isinstance(it, float) else it for key, it in figures.items()}


def picture(network: StreetNetwork, doors: Doors, snaps: Snaps, out: Path) -> None:
    """Draw the map with all doors, and a walk of about ten minutes from one in their midst."""
    from benchmarks.street_picture import Scene, draw  # noqa: PLC0415  # matplotlib takes a while

    standing = np.flatnonzero(snaps.is_snapped)
    places = np.column_stack([doors.lon, doors.lat])
    centre = np.abs(places[standing] - np.median(places[standing], axis=0)).sum(axis=1).argmin()
    first = snaps[int(standing[centre])]
    seconds = network.walk_matrix(first, snaps[standing])[0].astype(np.int64)
    there = int(standing[np.abs(seconds - WALK_S).argmin()])
    path = network.walk_path(first, snaps[there])
    streets = textwrap.shorten(", ".join(path.streets), 70, placeholder=" …")
    caption = f"{path.length_m:.0f} m, {path.seconds / 60:.0f} minutes: {streets}"
    draw(Scene(network, places, snaps, path.line, caption), out)


def best(make: Callable[[], Made], times: int = TIMES) -> tuple[float, Made]:
    """The least seconds that something took, and what came of it last."""
    least = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        made = make()
        least = min(least, time.perf_counter() - began)
    return least, made


def loaded(network: StreetNetwork) -> tuple[float, StreetNetwork]:
    """The network as it comes from a file, and how long that took; the file is gone by then."""
    with tempfile.TemporaryDirectory(prefix="canvass-") as folder:
        path = Path(folder) / "network"
        network.save(path)
        return best(lambda: StreetNetwork.load(path))


def snapping(network: StreetNetwork, doors: Doors, snaps: Snaps) -> dict[str, Any]:
    """How the doors were snapped, counted here and not by what the snaps say of themselves."""
    same = same_street(network, doors)
    on_map = np.zeros(len(network.names), dtype=np.bool_)
    on_map[network.edge_name[network.usable(WALKING)]] = True
    named = near_own_street(network, doors, same)
    standing = snaps.is_snapped
    name = network.edge_name[snaps.edge]
    by_name = standing & same[np.arange(len(doors)), name]
    private = network.private(WALKING)[snaps.edge]
    return {
        "doors": len(doors),
        "named_doors": int(named.sum()),
        "named_anywhere": int((same & on_map).any(axis=1).sum()),
        "snapped_to_name": int((named & by_name).sum()),
        "unreachable": int((~standing).sum()),
        "on_motorway": int((standing & (network.edge_road[snaps.edge] == Road.MOTORWAY)).sum()),
        "in_private_yard": int((standing & private & ~by_name).sum()),
    }


def walking(network: StreetNetwork, doors: Snaps) -> dict[str, Any]:
    """The table between the doors, and scipy without contraction."""
    first_s, _ = best(lambda: network.walk_matrix(doors, doors), times=1)
    matrix_s, _ = best(lambda: network.walk_matrix(doors, doors))
    return {
        "matrix_n": len(doors),
        "matrix_s": matrix_s,
        "matrix_first_s": first_s,
        "scipy_s": street_rivals.scipy_seconds(network, doors),
    }


def checked(network: StreetNetwork, doors: Snaps, draw: np.random.Generator) -> dict[str, Any]:
    """A sample of the table against an independent shortest path."""
    origins = draw.permutation(len(doors))[:SAMPLED_ORIGINS]
    others = draw.permutation(len(doors))[:SAMPLED_DESTINATIONS]
    seconds = network.walk_matrix(doors, doors)[np.ix_(origins, others)]
    judge = Judge(network, WALKING, doors[np.concatenate([origins, others])])
    places = list(range(len(origins), len(origins) + len(others)))
    exact = np.array([judge.seconds(origin, places) for origin in range(len(origins))])
    told = np.where(seconds == UNREACHABLE, np.inf, seconds)
    right = (told == exact) | (np.abs(told - exact) < TOLERANCE_S)
    return {"sampled_pairs": int(right.size), "sampled_wrong": int((~right).sum())}


def table(figures: dict[str, Any], title: str) -> Table:
    """The figures with what they mean."""
    made = Table(title=title, title_justify="left", header_style="")
    made.add_column("figure")
    made.add_column("value", justify="right")
    for key, value in figures.items():
        made.add_row(key, str(value))
    rows = max(figures["named_doors"], 1)
    made.add_section()
    made.add_row("snapped to its name", f"{figures['snapped_to_name'] / rows:.2%}")
    for rival in ("scipy_s", "osrm_s"):
        if rival in figures:
            made.add_row(f"{rival} / matrix_s", f"{figures[rival] / figures['matrix_s']:.1f}")
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
