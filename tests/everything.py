"""All tests, on SQLite and on PostgreSQL, with Redis: `python -m tests.everything`.

Arguments are passed on to pytest. Where PostgreSQL or Redis cannot be had, the tests that need it
are left out, which a line at the end says; with CI=true that is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from tests.servers import NotInstalled, postgresql, redis

PROCESSES = "2"
SETTINGS = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL")  # a developer's own do not matter


def main(arguments: list[str]) -> int:
    """Run everything that can be run; returns the exit status."""
    missing: list[str] = []
    with ExitStack() as stack:
        postgresql_url = stack.enter_context(unless_missing(postgresql, missing))
        redis_url = stack.enter_context(unless_missing(redis, missing))
        urls = {"SQLite": None, "PostgreSQL": postgresql_url}
        if postgresql_url is None:
            del urls["PostgreSQL"]
        failed = [
            name for name, url in urls.items() if run_tests(name, arguments, url, redis_url) != 0
        ]
    for name in missing:
        print(f"Left out: the tests that need {name}, which is not installed.")
    for name in failed:
        print(f"Failed: the tests on {name}.")
    left_out = missing and os.environ.get("CI") == "true"
    return 1 if failed or left_out else 0


@contextmanager
def unless_missing(
    start: Callable[[], AbstractContextManager[str]], missing: list[str]
) -> Iterator[str | None]:
    """The URL of a started server, or None, and its name noted, where it is not installed."""
    try:
        with start() as url:
            yield url
    except NotInstalled as error:
        missing.append(str(error))
        yield None


def run_tests(
    name: str, arguments: list[str], database_url: str | None, redis_url: str | None
) -> int:
    """Run pytest on one database; returns its exit status."""
    print(f"\nTests on {name}", flush=True)
    environment = {key: os.environ[key] for key in os.environ if key not in SETTINGS}
    given = {"DATABASE_URL": database_url, "TEST_REDIS_URL": redis_url}
    environment |= {key: url for key, url in given.items() if url}
    program = [sys.executable, "-m", "pytest", "--numprocesses", PROCESSES, *arguments]
    return subprocess.run(program, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
