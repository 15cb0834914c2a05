"""`manage.py deal`."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Member
from common.runs import RunState
from territories.management.commands import deal
from territories.models import Assignment, CutRun, DealRun
from tests.cast import Company
from tests.territories.town import give, published_cut, settle, territory

pytestmark = pytest.mark.django_db
MAX, ADA = "max@sunrise.test", "ada@sunrise.test"


@pytest.fixture
def cut(sunrise: Company, monkeypatch: pytest.MonkeyPatch) -> CutRun:
    """A published cut of four equal territories, in a terminal in which every line fits."""
    monkeypatch.setenv("COLUMNS", "200")
    settle(sunrise.organisation, streets=4, houses=4)
    return published_cut(sunrise, territories=4)


def refusal(*arguments: str) -> str:
    """The one line that the command ends with."""
    with pytest.raises(CommandError) as refused:
        call_command("deal", *arguments)
    message = str(refused.value)
    assert "\n" not in message
    return message


def test_it_deals_to_the_managers_reps_and_assigns_nothing(
    cut: CutRun, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two each for Max's two; Sam is Mona's. The proposal can be applied over the API."""
    call_command("deal", str(cut.pk), "--by", "MAX@sunrise.test")
    printed = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in printed.splitlines()]
    people = {row[0]: row[1:3] for row in rows if len(row) == 4}
    assert {name: len(had[0].split(", ")) for name, had in people.items()} == {"Rosa": 2, "Rui": 2}
    assert {had[1] for had in people.values()} == {"8"}
    assert "Value from 1.00 to 1.00 of a fair share" in printed
    run = DealRun.objects.get()
    assert f"this is proposal {run.pk}" in printed
    assert (run.state, run.requested_by.user.email) == (RunState.DONE, MAX)  # type: ignore[union-attr]  # who asked
    assert not Assignment.objects.exists()


def test_applied_it_assigns_from_the_day_on(
    cut: CutRun, capsys: pytest.CaptureFixture[str]
) -> None:
    """To those who are named, in the manager's name."""
    arguments = ["--by", ADA, "--to", "sam@sunrise.test", "--starts-on", "2026-07-01", "--apply"]
    call_command("deal", str(cut.pk), *arguments)
    assert "4 assigned from 2026-07-01 on." in capsys.readouterr().out
    rows = Assignment.objects.values_list("member__user__name", "starts_on", "assigned_by__role")
    assert set(rows) == {("Sam", date(2026, 7, 1), "admin")}


def test_everything_and_everybody_left_out_is_named_with_the_reason(
    sunrise: Company, cut: CutRun, capsys: pytest.CaptureFixture[str]
) -> None:
    """Territories beyond what members may have; and members for whom none is left."""
    call_command("deal", str(cut.pk), "--by", MAX, "--most", "1")
    printed = capsys.readouterr().out
    numbers = DealRun.objects.get().result["left_out"]
    lines = [f"Left out, territory {one['number']}: reps full" for one in numbers]
    assert len(lines) == 2
    assert set(lines) <= set(printed.splitlines())
    for number in (1, 2, 3):
        give(sunrise, territory(cut, number), sunrise.sam)
    call_command("deal", str(cut.pk), "--by", MAX)
    assert [line for line in capsys.readouterr().out.splitlines() if "Left out" in line] in (
        ["Left out, Rosa: none left"],
        ["Left out, Rui: none left"],
    )


def test_what_cannot_be_dealt_ends_in_one_line(
    sunrise: Company, moonlight: Company, cut: CutRun
) -> None:
    """Who may not, whom they do not have, what is not there, and nothing left to deal."""
    one = str(cut.pk)
    for email in ("rosa@sunrise.test", "olga@moonlight.test"):
        said = f"{email} is no manager or admin of the cut's organisation."
        assert refusal(one, "--by", email) == said
    sam = "sam@sunrise.test"
    assert refusal(one, "--by", MAX, "--to", sam) == f"Max has no {sam}."
    assert refusal("999999", "--by", MAX) == "There is no cut 999999."
    Member.objects.filter(pk=sunrise.rui.pk).update(home_lon=None, home_lat=None)
    assert "home position" in refusal(one, "--by", MAX)
    for number in range(1, 5):
        give(sunrise, territory(cut, number), sunrise.sam)
    said = refusal(one, "--by", MAX, "--to", "rosa@sunrise.test")
    assert said.startswith("Every territory of the cut is assigned already.")
    assert said.endswith("Nothing was dealt.")


def test_ctrl_c_leaves_nothing_for_a_worker(cut: CutRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proposal is cancelled, in the manager's name."""

    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(deal, "perform_deal", pressed)
    assert refusal(str(cut.pk), "--by", MAX) == "Interrupted; nothing was dealt."
    assert DealRun.objects.get().state == RunState.CANCELLED


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """To be copied."""
    with pytest.raises(SystemExit):
        call_command("deal", "--help")
    assert "python manage.py deal 12 --by max@sunrise.example" in " ".join(
        capsys.readouterr().out.split()
    )
