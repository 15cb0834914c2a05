"""The child of `benchmarks.imports`: imports one file twice into an empty database, in JSON."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

import django


def main(path: Path) -> None:
    """Import, and print the measurements. Ends the program with one line if an import fails."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    organisation = prepare()
    doors, first_s = timed(organisation, path)
    _, again_s = timed(organisation, path)
    figures = {"doors": doors, "first_s": first_s, "again_s": again_s, "peak_mb": peak_mb()}
    print(json.dumps(figures))


def prepare() -> int:
    """Make the tables and an organisation; returns its id."""
    from django.core.management import call_command  # noqa: PLC0415  # once Django is set up
    from django.utils import timezone  # noqa: PLC0415  # as above

    from accounts.models import Organisation  # noqa: PLC0415  # as above

    call_command("migrate", verbosity=0)
    made = Organisation.objects.create(name="Bench", slug="bench", created_at=timezone.now())
    return made.pk


def timed(organisation_id: int, path: Path) -> tuple[int, float]:
    """How many doors the file has, and how many seconds keeping and importing it takes."""
    from django.core.files import File  # noqa: PLC0415  # once Django is set up
    from django.utils import timezone  # noqa: PLC0415  # as above

    from accounts.models import Organisation  # noqa: PLC0415  # as above
    from territories.importing.options import ImportOptions  # noqa: PLC0415  # as above
    from territories.imports import begin_import, perform_import  # noqa: PLC0415  # as above

    started = time.perf_counter()
    with path.open("rb") as file:
        run = begin_import(
            organisation=Organisation.objects.get(pk=organisation_id),
            file=File(file, path.name),
            options=ImportOptions("csv", "county"),
            now=timezone.now(),
        )
    run = perform_import(run, Silent())
    seconds = time.perf_counter() - started
    if run.state != "done":
        sys.exit(f"The import ended {run.state}: {run.error_message}")
    return run.result["new"] + run.result["unchanged"], seconds


class Silent:
    """Nobody watches."""

    def report(self, done: int, total: int) -> None:
        """Say nothing."""


def peak_mb() -> float:
    """The most memory that this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)  # bytes there, KiB elsewhere


if __name__ == "__main__":
    main(Path(sys.argv[1]))
