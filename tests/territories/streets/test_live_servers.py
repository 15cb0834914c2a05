"""The adapters against real servers, where their packages are installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territories.streets.network import StreetNetwork
from territories.streets.osrm import OsrmTimes
from territories.streets.travel_times import UNREACHABLE, Places, TravelMode, TravelTimes
from territories.streets.valhalla import ValhallaTimes
from tests.territories.importing.reading import real
from tests.territories.streets.hamlet import EAST, ELM, EVERYWHERE, OAK, WEST, osrm, valhalla
from tests.territories.streets.hamlet import write_hamlet as write


@pytest.fixture(scope="module")
def hamlet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("hamlet") / "hamlet.osm.pbf")


@pytest.fixture(scope="module", params=["osrm", "valhalla"])
def server(request: pytest.FixtureRequest, hamlet: Path) -> Iterator[TravelTimes]:
    """A real server of the hamlet; the OSRM one takes small tables only, and nobody told us."""
    if request.param == "osrm":
        with osrm(hamlet, max_table=25) as url:
            yield OsrmTimes(url)
    else:
        with valhalla(hamlet) as url:
            yield ValhallaTimes(url)


def test_a_real_server_knows_the_ways(server: TravelTimes) -> None:
    """833 m from end to end at about 5 km/h; nothing to the island, and nothing to far away."""
    ways = server.between(EVERYWHERE, EVERYWHERE)
    assert ways.metres[0, 1] == pytest.approx(2 * 362 + 111 + 20, abs=5)
    assert ways.metres[0, 1] / ways.seconds[0, 1] == pytest.approx(5 / 3.6, rel=0.1)
    assert (ways.metres == ways.metres.T).all()
    reached = np.eye(4, dtype=bool)
    reached[0, 1] = reached[1, 0] = True
    reached[3, 3] = False
    assert ((ways.seconds < UNREACHABLE) == reached).all()


def test_a_real_server_takes_many_doors(server: TravelTimes) -> None:
    """Sixty doors along two streets need several blocks; each entry is where it belongs."""
    at = np.linspace(WEST, EAST, 30).tolist()
    doors = Places.of([(lon, lat, "") for lat in (ELM, OAK) for lon in at])
    metres = server.between(doors, doors).metres.astype(np.float64)
    along = 362.0 * np.abs(np.subtract.outer(range(30), range(30))) / 29
    assert np.abs(metres[:30, :30] - along).max() < 3
    over = 362.0 * np.add.outer(range(30), range(30)) / 29 + 111
    assert np.abs(metres[:30, 30:] - over).max() < 3


def test_a_real_valhalla_rides_and_drives(hamlet: Path) -> None:
    """The same way is faster by bicycle and by car than on foot."""
    with valhalla(hamlet) as url:
        times = ValhallaTimes(url)
        seconds = [
            int(times.between(EVERYWHERE[:1], EVERYWHERE[1:2], mode).seconds[0, 0])
            for mode in TravelMode
        ]
    assert seconds[0] > seconds[1] > seconds[2] > 0


def test_osrm_and_our_network_agree_on_a_real_town() -> None:
    """Between places of Lauf the walks take as long, but for crossings: 5 km/h there, 4.8 here."""
    path = real("towns/lauf.osm.pbf")
    network = StreetNetwork.from_osm(path)
    chance = np.random.default_rng(3)
    lon, lat = chance.uniform(11.270, 11.290, 60), chance.uniform(49.503, 49.515, 60)
    snaps = network.snap(lon, lat)
    near = snaps.is_snapped & (snaps.setback_m < 30)
    places = Places.of([(x, y, "") for x, y in zip(lon[near], lat[near], strict=True)])
    with osrm(path) as url:
        theirs = OsrmTimes(url).between(places, places).seconds
    ours = network.walk_matrix(snaps[near], snaps[near])
    both = (ours < UNREACHABLE) & (theirs < UNREACHABLE) & (theirs > 120)
    assert both.sum() > 0.8 * len(places) * (len(places) - 1)
    ratio = ours[both] / theirs[both]
    assert 0.95 < np.median(ratio) < 1.15
    assert (np.abs(ratio - np.median(ratio)) < 0.3).mean() > 0.95
