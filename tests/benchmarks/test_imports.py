"""The program that measures imports, on a small county."""

from __future__ import annotations

import re
import subprocess
import sys

from config.environment import ROOT


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The program, as typed."""
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.imports", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_prints_a_line_for_the_database() -> None:
    """Doors, seconds, doors a second, the same file again, and memory."""
    found = bench("--doors", "500", "--on", "sqlite")
    assert found.returncode == 0, found.stdout + found.stderr
    (line,) = (line for line in found.stdout.splitlines() if "SQLite" in line)
    _, name, doors, seconds, speed, again, peak, _ = (cell.strip() for cell in line.split("│"))
    assert (name, doors) == ("SQLite", "500")
    assert re.fullmatch(r"\d+\.\d", seconds)
    assert re.fullmatch(r"\d+\.\d", again)
    assert int(speed.replace(",", "")) > 0
    assert 10 < int(peak) < 500


def test_a_server_that_cannot_be_used_is_one_clear_line() -> None:
    """And the exit code is not 0."""
    url = "postgres://nobody@127.0.0.1:1/postgres"
    found = bench("--doors", "5", "--on", "postgresql", "--database", url)
    assert found.returncode == 1
    assert f"{url} cannot be used" in found.stdout.replace("\n", " ")
    assert "Traceback" not in found.stdout + found.stderr
