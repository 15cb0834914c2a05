"""A hamlet as OpenStreetMap has it, and the real servers of its streets.

Two streets run east, 111 m apart, joined at their western ends by a third; each is 360 m long. An
island street with no way to it lies 1.1 km north.

```
      Far Lane      (49.511)
      Oak Lane      (49.501)  0 ---------- 360 m
      Link Road     |
      Elm Street    (49.500)  0 ---------- 360 m
```
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import osmium
import osmium.osm.mutable
import pytest
import urllib3

from territories.streets.travel_times import Places
from tests.servers import folder, free_port, ordinary, server

WEST, EAST, ISLAND_EAST = 11.270, 11.275, 11.272
ELM, OAK, FAR = 49.500, 49.501, 49.511

NODES = {
    1: (WEST, ELM), 2: (EAST, ELM), 3: (WEST, OAK), 4: (EAST, OAK), 5: (WEST, FAR),
    6: (ISLAND_EAST, FAR),
}  # fmt: skip
STREETS = {"Elm Street": (1, 2), "Oak Lane": (3, 4), "Link Road": (1, 3), "Far Lane": (5, 6)}

# The eastern ends of Elm Street and Oak Lane, ten metres to the south; the island; and far away.
EVERYWHERE = Places.of([
    (EAST, ELM - 0.00009, "Elm Street"),
    (EAST, OAK - 0.00009, "Oak Lane"),
    (ISLAND_EAST, FAR, "Far Lane"),
    (WEST, 49.400, ""),
])  # fmt: skip


def write_hamlet(path: Path) -> Path:
    """Write the hamlet down as an .osm.pbf file."""
    with osmium.SimpleWriter(path) as writer:
        for number, location in NODES.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=location))
        for number, (name, nodes) in enumerate(STREETS.items(), start=1):
            tags = {"highway": "residential", "name": name}
            writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=nodes, tags=tags))
    return path


def package(name: str) -> Path:
    """The folder of a wheel that brings a server; skips the test where it is not installed."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        pytest.skip(f"the package {name} is not installed: it needs Python 3.12 or later")
    return Path(spec.origin).parent


@contextmanager
def osrm(osm: Path, max_table: int = 100, profile: str = "foot") -> Iterator[str]:
    """The URL of an osrm-routed with an .osm.pbf file, for as long as the block lasts."""
    bin_, port = package("osrm") / "bin", free_port()
    with folder() as data:
        copy = copied(osm, data)
        base = data / (osm.name.removesuffix(".osm.pbf") + ".osrm")
        lua = package("osrm") / "share" / "profiles" / f"{profile}.lua"
        run(bin_ / "osrm-extract", "-t", "1", "-p", lua, copy)
        run(bin_ / "osrm-partition", "-t", "1", base)
        run(bin_ / "osrm-customize", "-t", "1", base)
        program = [
            bin_ / "osrm-routed", "-i", "127.0.0.1", "-p", port, "-a", "mld", "-t", 1,
            "--max-table-size", max_table, base,
        ]  # fmt: skip
        with listening(program, data, port) as url:
            yield url


@contextmanager
def valhalla(osm: Path) -> Iterator[str]:
    """The URL of a valhalla_service with an .osm.pbf file, for as long as the block lasts."""
    home, port = package("valhalla"), free_port()
    with folder() as data:
        config = data / "config.json"
        config.write_text(valhalla_config(data, port), encoding="utf-8")
        run(home / "bin" / "valhalla_build_tiles", "-j", "1", "-c", config, copied(osm, data))
        with listening([home / "bin" / "valhalla_service", config, 1], data, port) as url:
            yield url


def copied(osm: Path, data: Path) -> Path:
    """A copy of the file that the account of the servers can read."""
    copy = data / osm.name
    copy.write_bytes(osm.read_bytes())
    return copy


def valhalla_config(data: Path, port: int) -> str:
    """The configuration of a server whose files all lie in one folder."""
    import valhalla as wheel  # noqa: PLC0415  # there from Python 3.12 on

    tiles = data / "tiles"
    tiles.mkdir()
    tiles.chmod(0o777)  # who builds them may be another account
    config = wheel.config.get_config(tile_extract="", tile_dir=tiles)
    for worker in ("loki", "thor", "odin", "meili"):
        config[worker]["service"]["proxy"] = f"ipc://{data}/{worker}"
    config["httpd"]["service"] |= {
        "listen": f"tcp://127.0.0.1:{port}",
        "loopback": f"ipc://{data}/loopback",
        "interrupt": f"ipc://{data}/interrupt",
    }
    return json.dumps(config)


@contextmanager
def listening(program: Sequence[object], data: Path, port: int) -> Iterator[str]:
    """The URL of a server program once it answers."""
    url = f"http://127.0.0.1:{port}"
    with server(
        [str(word) for word in program],
        data,
        lambda: urllib3.request("GET", url, retries=False),
        urllib3.exceptions.HTTPError,
    ):
        yield url


def run(*words: object) -> None:
    """Run a program, quietly unless it fails."""
    program = [str(word) for word in words]
    done = subprocess.run(program, capture_output=True, check=False, **ordinary())
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
