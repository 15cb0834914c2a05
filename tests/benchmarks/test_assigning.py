"""The benchmark of assigning says what was dealt."""

import json
from pathlib import Path

import pytest

from benchmarks.assigning import main


def test_it_measures_the_sizes_it_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One JSON line a size, with everything dealt out and fair, and a table."""
    monkeypatch.setenv("COLUMNS", "120")
    main(["90x9", "20x20", "--json", str(tmp_path / "out.jsonl")])
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    several, one_each = map(json.loads, lines)
    assert (several["territories"], several["reps"], several["left_out"]) == (90, 9, 0)
    assert 0.9 < several["smallest"] <= 1 <= several["largest"] < 1.1
    assert (one_each["left_out"], one_each["idle"], one_each["ways"]) == (0, 0, 1.0)
    assert "smallest" in capsys.readouterr().out


def test_a_size_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With an example of one that is."""
    with pytest.raises(SystemExit):
        main(["many"])
    assert "500x50" in capsys.readouterr().err
