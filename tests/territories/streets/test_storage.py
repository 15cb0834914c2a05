"""Networks on disk: what is read is what was written, or an error says why not."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from territories.streets import NotANetwork, StreetNetwork
from territories.streets.storage import VERSION
from tests.territories.streets.maps import drawn, street

POINTS = {1: (0.0, 0.0), 2: (100.0, 0.0), 3: (100.0, 80.0), 4: (0.0, 90.0)}


@pytest.fixture
def network(tmp_path: Path) -> StreetNetwork:
    ways = [
        street("Straße", 1, 2, alt_name="Gasse"),
        street("B", 2, 3),
        ([1, 4], {"railway": "rail"}),
    ]
    return drawn(tmp_path, POINTS, ways)


def assert_same(one: StreetNetwork, other: StreetNetwork) -> None:
    for field in fields(one):
        ours, theirs = getattr(one, field.name), getattr(other, field.name)
        assert type(ours) is tuple or ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs), field.name


def test_a_network_comes_back_as_it_was(network: StreetNetwork, tmp_path: Path) -> None:
    """Saving and loading change nothing, names and barriers included."""
    network.save(tmp_path / "town.streets")
    assert_same(network, StreetNetwork.load(tmp_path / "town.streets"))


def test_a_loaded_network_is_a_view_of_its_file(network: StreetNetwork, tmp_path: Path) -> None:
    """Arrays are mapped, so that processes share them, and nobody can write into them."""
    network.save(tmp_path / "town.streets")
    loaded = StreetNetwork.load(tmp_path / "town.streets")
    assert not loaded.shape_lon.flags.owndata
    assert not loaded.shape_lon.flags.writeable
    assert loaded.shape_lon.ctypes.data % 64 == 0


def test_the_same_network_is_the_same_file(network: StreetNetwork, tmp_path: Path) -> None:
    """The checksum tells whether two networks are one."""
    first, second = (network.save(tmp_path / name) for name in ("a", "b"))
    assert first == second
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_file_is_replaced_in_one_step(network: StreetNetwork, tmp_path: Path) -> None:
    """Who has the old file open keeps it whole, and nothing but the new one is left behind."""
    folder = tmp_path / "maps"
    folder.mkdir()
    network.save(folder / "town.streets")
    before = StreetNetwork.load(folder / "town.streets")
    drawn(tmp_path, POINTS, [street("Other", 3, 4)]).save(folder / "town.streets")
    assert_same(before, network)
    assert StreetNetwork.load(folder / "town.streets").names == ("", "Other")
    assert [path.name for path in folder.iterdir()] == ["town.streets"]


@pytest.mark.parametrize("place", [80, 200, -1])
def test_a_damaged_file_is_refused(network: StreetNetwork, tmp_path: Path, place: int) -> None:
    """One wrong byte anywhere after the front, and the file is not taken."""
    path = tmp_path / "town.streets"
    network.save(path)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(NotANetwork, match="damaged"):
        StreetNetwork.load(path)


@pytest.mark.parametrize("length", [0, 10, 40, 76, 300, -1])
def test_a_truncated_file_is_refused(network: StreetNetwork, tmp_path: Path, length: int) -> None:
    """A file that ends too early is not taken, wherever it ends."""
    path = tmp_path / "town.streets"
    network.save(path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(NotANetwork):
        StreetNetwork.load(path)
    with pytest.raises(NotANetwork):
        StreetNetwork.load(path, verify=False)


def test_another_version_is_refused(network: StreetNetwork, tmp_path: Path) -> None:
    """A file of another release is told from a damaged one, and says what to do."""
    path = tmp_path / "town.streets"
    network.save(path)
    content = bytearray(path.read_bytes())
    content[16] += 1
    path.write_bytes(content)
    with pytest.raises(NotANetwork, match=rf"version {VERSION + 1}.*build it anew"):
        StreetNetwork.load(path)


def test_any_other_file_is_refused(tmp_path: Path) -> None:
    """A file of something else is no network."""
    path = tmp_path / "notes.txt"
    path.write_text("Main Street, from the church to the mill, is closed this week." * 3)
    with pytest.raises(NotANetwork, match="no street network"):
        StreetNetwork.load(path)
