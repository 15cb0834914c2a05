"""How long recording many visits in one request takes.

    python -m benchmarks.visits [--visits 500]

Makes a street of doors in an empty SQLite database, each with a visit before, and posts one visit
to each through the API, as a phone does that has been without a network: the whole request counts.
With DATABASE_URL it is measured there instead; the database must be empty.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from benchmarks.prospects import filled, vendor


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure three requests, print their seconds, and return the exit code."""
    parser = ArgumentParser(prog="python -m benchmarks.visits", description=__doc__)
    parser.add_argument("--visits", type=int, default=500, help="How many in one request")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="canvass-") as home:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{home}/canvass.sqlite3")
        os.environ |= {"CANVASS_VAR": home, "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django  # noqa: PLC0415  # the settings read the environment

        django.setup()
        for wall_s, cpu_s in measured(chosen.visits):
            print(f"{vendor()}: {chosen.visits} visits in {wall_s:.2f} s, {cpu_s:.2f} s of CPU")
    return 0


def measured(visits: int) -> Any:
    """The seconds and CPU seconds of three requests, each with new visits to the same doors."""
    from django.conf import settings  # noqa: PLC0415  # once Django is set up
    from django.utils import timezone  # noqa: PLC0415  # as above
    from rest_framework.test import APIClient  # noqa: PLC0415  # as above

    from accounts.models import User  # noqa: PLC0415  # as above
    from canvass.models import Prospect  # noqa: PLC0415  # as above
    from common.ids import uuid7  # noqa: PLC0415  # as above

    settings.ALLOWED_HOSTS = ["testserver"]
    campaign = filled(visits)
    client = APIClient()
    client.force_login(User.objects.get())
    doors = Prospect.objects.filter(campaign=campaign).values_list("door", flat=True)[:visits]
    for _ in range(3):
        now = timezone.now()
        body = [
            {
                "id": str(uuid7(now)), "campaign": campaign.pk, "door": door, "lon": -76.6,
                "lat": 39.4, "accuracy_m": 8.0, "outcome": "no_answer",
                "occurred_at": (now - timedelta(minutes=2 * number)).isoformat(),
            }
            for number, door in enumerate(doors)
        ]  # fmt: skip
        began, cpu = time.perf_counter(), time.process_time()
        answer = client.post("/api/v1/visits/batch/", {"visits": body}, format="json")
        yield time.perf_counter() - began, time.process_time() - cpu
        if {row["status"] for row in answer.json()["answers"]} != {201}:
            sys.exit("Not every visit was recorded.")


if __name__ == "__main__":
    sys.exit(main())
