"""The benchmark of pushing: a small run of it, and that it would notice what goes wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import LazySettings

from benchmarks.sync import exit_code, main, table
from benchmarks.sync_once import Asked, Figures, measured, stored
from benchmarks.sync_phones import Written, compared
from canvass.models import Prospect
from tests.workers import database_url

FIGURES = Figures(
    visits=40_000, wake_s=90, most_per_s=500, cpu_ms=2, held_per_s=350, p50_ms=60, p99_ms=200,
    twice=200, cut=100, lost=0, doubled=0,
)  # fmt: skip


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Though some batches came twice and some answers were cut off."""
    settings.VAR_DIR = tmp_path
    for name, value in {"CANVASS_VAR": str(tmp_path), "TRUSTED_PROXIES": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", database_url())
    figures = measured(Asked(reps=8, visits=3, load=0.7, seed=3))
    assert (figures.visits, figures.lost, figures.doubled) == (24, 0, 0)
    assert min(figures.twice, figures.cut) > 0
    assert min(figures.most_per_s, figures.held_per_s, figures.cpu_ms) > 0
    assert 0 < figures.p50_ms <= figures.p99_ms
    assert len(stored()) == 24
    assert Prospect.objects.filter(attempts=1).count() == 24


def test_the_comparison_finds_what_is_missing_and_what_is_too_much() -> None:
    """Also where a visit is stored twice, or otherwise than it was told."""
    told = [Written("a@b.test", door, "refused", f"note {door}") for door in range(3)]
    assert compared(told, reversed(told)) == (0, 0)
    assert compared(told, told[1:]) == (1, 0)
    assert compared(told, [*told, told[0]]) == (0, 1)
    assert compared(told, [told[0]._replace(outcome="sale"), *told[1:]]) == (1, 1)


def test_the_exit_code_says_whether_a_visit_was_lost_or_doubled() -> None:
    """On any of the databases."""
    assert exit_code({"SQLite": FIGURES, "PostgreSQL": FIGURES}) == 0
    assert exit_code({"SQLite": FIGURES, "PostgreSQL": replace(FIGURES, lost=1)}) == 1
    assert exit_code({"SQLite": replace(FIGURES, doubled=1), "PostgreSQL": FIGURES}) == 1


def test_the_table_has_a_line_for_each_database() -> None:
    """With every figure under its title."""
    made = table({"SQLite": replace(FIGURES, lost=7)})
    cells = {str(column.header): next(iter(column.cells)) for column in made.columns}
    assert cells["database"] == "SQLite"
    assert (cells["visits"], cells["most/s"], cells["p99 ms"]) == ("40,000", "500", "200")
    assert (cells["lost"], cells["doubled"]) == ("7", "0")


@pytest.mark.parametrize("wrong", [("--reps", "4"), ("--visits", "0"), ("--load", "2")])
def test_numbers_that_make_no_sense_are_refused(
    wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is started."""
    with pytest.raises(SystemExit):
        main(wrong)
    assert wrong[0] in capsys.readouterr().err
