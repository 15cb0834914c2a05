"""How fast every door of a county learns its neighborhood, on SQLite unless DATABASE_URL says else.

    python -m benchmarks.neighborhoods [--doors 1000000] [--polygons 500] [--json OUT]

Fills an empty database with doors, imports a seeded tiling of crooked polygons, and runs the code
that workers run: reading the doors, the search, and the write that marks the run done. The second
run has nothing to write.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEST, SOUTH, SIZE = -77.0, 39.2, 0.8
BENDS = 32  # points on each side of a polygon

BUILDING = """
INSERT INTO territories_building
  (id, organisation_id, key, lon, lat, quadkey, street, number, postcode, city)
VALUES (%s, %s, %s, %s, %s, %s, 'Street', '1', '', '')
"""
DOOR = """
INSERT INTO territories_door
  (id, organisation_id, key, lon, lat, quadkey, building_id, unit, name, use, position_quality,
   dataset)
VALUES (%s, %s, %s, %s, %s, %s, %s, '', '', 'home', 'unknown', 'bench')
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    chosen = parsed(arguments)
    with tempfile.TemporaryDirectory(prefix="canvass-") as folder:
        os.environ["CANVASS_VAR"] = folder
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/canvass.sqlite3")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        figures = measured(chosen, Path(folder))
    print(json.dumps(figures, indent=2))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures))
    return 0


def parsed(arguments: Sequence[str] | None) -> Namespace:
    """The arguments."""
    parser = ArgumentParser(prog="python -m benchmarks.neighborhoods", description=__doc__)
    parser.add_argument("--doors", type=int, default=1_000_000)
    parser.add_argument("--polygons", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="Write the figures there too")
    return parser.parse_args(arguments)


def measured(chosen: Namespace, folder: Path) -> dict[str, Any]:
    """The figures of one measurement on a database that is empty."""
    import django  # noqa: PLC0415  # once the environment is set

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  # as above
    from django.utils import timezone  # noqa: PLC0415  # as above

    from accounts.models import Organisation  # noqa: PLC0415  # as above

    call_command("migrate", verbosity=0)
    slug = f"bench-{time.time_ns()}"
    organisation = Organisation.objects.create(name=slug, slug=slug, created_at=timezone.now())
    draw = np.random.default_rng(chosen.seed)
    settle(organisation.pk, draw.random((chosen.doors, 2)) * SIZE + [WEST, SOUTH])
    path = folder / "boundaries.geojson"
    path.write_text(json.dumps(tiling(chosen.polygons, draw)))
    imported_s, result = imported(organisation.pk, path)
    cpu_s = time.process_time()
    first_s, found = located(organisation.pk)
    first_cpu_s = time.process_time() - cpu_s
    cpu_s = time.process_time()
    again_s, _ = located(organisation.pk)
    again_cpu_s = time.process_time() - cpu_s
    return {
        "doors": chosen.doors,
        "polygons": result["new"],
        "points_a_polygon": 4 * BENDS,
        "import_s": round(imported_s, 2),
        "locate_s": round(first_s, 2),
        "locate_cpu_s": round(first_cpu_s, 2),
        "again_s": round(again_s, 2),
        "again_cpu_s": round(again_cpu_s, 2),
        "located": found["located"],
        "outside": found["outside"],
    }


def settle(organisation: int, positions: Floats) -> None:
    """A door in a building of its own at each position (n, 2)."""
    from django.db import connection, transaction  # noqa: PLC0415  # once Django is set up
    from django.db.models import Max  # noqa: PLC0415  # as above

    from territories.models import Building  # noqa: PLC0415  # as above
    from territories.quadkeys import quadkeys  # noqa: PLC0415  # as above

    codes = quadkeys(positions[:, 0], positions[:, 1]).tolist()
    first = (Building.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    rows = [
        (pk, organisation, str(pk), lon, lat, code)
        for pk, ((lon, lat), code) in enumerate(
            zip(positions.tolist(), codes, strict=True), start=first
        )
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(BUILDING, rows)
        cursor.executemany(DOOR, [(*row, row[0]) for row in rows])


def tiling(count: int, draw: np.random.Generator) -> dict[str, Any]:
    """At least `count` polygons with crooked sides that share their borders, as GeoJSON."""
    across = round(count**0.5 * 1.25)
    down = -(-count // across)
    x, y = np.meshgrid(np.linspace(0, 1, across + 1), np.linspace(0, 1, down + 1))
    corners = np.stack((x, y), axis=-1)
    inner = (slice(1, -1), slice(1, -1))
    corners[inner] += (draw.random(corners[inner].shape) - 0.5) * 0.5 / max(across, down)
    corners = corners * SIZE + [WEST, SOUTH]
    along = [[bent(a, b, draw) for a, b in pairwise(r)] for r in corners]
    turned = corners.transpose(1, 0, 2)
    up = [[bent(a, b, draw) for a, b in pairwise(c)] for c in turned]
    features = [
        {
            "type": "Feature",
            "properties": {"NAME": f"Tract {row}-{column}", "HOUSEHOLDS": 1000},
            "geometry": json.loads(shapely.to_geojson(shapely.Polygon(ring))),
        }
        for row, column, ring in rings(along, up, down, across)
    ]
    return {"type": "FeatureCollection", "features": features}


def rings(
    along: list[list[Floats]], up: list[list[Floats]], down: int, across: int
) -> Iterator[tuple[int, int, Floats]]:
    """The ring of each cell, from the sides that it shares with its neighbours."""
    for row in range(down):
        for column in range(across):
            south, north = along[row][column], along[row + 1][column]
            west, east = up[column][row], up[column + 1][row]
            yield row, column, np.concatenate((south, east, north[::-1], west[::-1]))


def bent(start: Floats, end: Floats, draw: np.random.Generator) -> Floats:
    """A crooked line from one corner to another."""
    steps = np.linspace(0, 1, BENDS)[:, None]
    line = start + steps * (end - start)
    line[1:-1] += (draw.random((BENDS - 2, 2)) - 0.5) * 0.2 * np.abs(end - start).max() / BENDS
    return np.asarray(line, dtype=np.float64)


def imported(organisation: int, path: Path) -> tuple[float, dict[str, Any]]:
    """Seconds of importing the boundaries, and what came of it."""
    from django.core.files import File  # noqa: PLC0415  # once Django is set up
    from django.utils import timezone  # noqa: PLC0415  # as above

    from accounts.models import Organisation  # noqa: PLC0415  # as above
    from territories.boundaries.options import BoundaryOptions  # noqa: PLC0415  # as above
    from territories.neighborhoods import (  # noqa: PLC0415  # as above
        begin_neighborhoods,
        perform_neighborhoods,
    )

    started = time.perf_counter()
    with path.open("rb") as file:
        run = begin_neighborhoods(
            organisation=Organisation.objects.get(pk=organisation),
            file=File(file, path.name),
            options=BoundaryOptions(mapping={"households": "HOUSEHOLDS"}),
            now=timezone.now(),
        )
    run = perform_neighborhoods(run, Silent())
    if run.state != "done":
        sys.exit(f"The import ended {run.state}: {run.error_message}")
    return time.perf_counter() - started, run.result


def located(organisation: int) -> tuple[float, dict[str, Any]]:
    """Seconds of one run over all doors, and its result."""
    from django.utils import timezone  # noqa: PLC0415  # once Django is set up

    from common.worker import carry_out  # noqa: PLC0415  # as above
    from territories.locating import locate_again, locate_doors  # noqa: PLC0415  # as above
    from territories.models import LocateRun  # noqa: PLC0415  # as above

    started = time.perf_counter()
    run = locate_again(organisation, None, timezone.now())
    carry_out(LocateRun, run, locate_doors)
    done = LocateRun.objects.get(pk=run)
    if done.state != "done":
        sys.exit(f"The run ended {done.state}: {done.error_message}")
    return time.perf_counter() - started, done.result


class Silent:
    """Nobody watches."""

    def report(self, done: int, total: int) -> None:
        """Say nothing."""


if __name__ == "__main__":
    sys.exit(main())
