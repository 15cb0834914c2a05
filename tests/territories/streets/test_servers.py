"""OSRM and Valhalla as recorded, and servers of all kinds of bad behaviour."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from territories.streets.http import Patience
from territories.streets.osrm import OsrmTimes
from territories.streets.tables import Block
from territories.streets.travel_times import (
    UNREACHABLE,
    Places,
    SnappedPoints,
    TravelMode,
    TravelTimes,
    TravelTimesRefused,
    TravelTimesUnavailable,
)
from territories.streets.valhalla import ValhallaTimes
from tests.loopback import Reply, answering
from tests.servers import free_port
from tests.territories.streets.hamlet import EAST, ELM, EVERYWHERE, OAK

NONE = UNREACHABLE
HURRY = Patience(connect_s=0.5, read_s=0.3, retries=2, pause_s=0.0, jitter_s=0.0)
Adapter = Callable[[str], TravelTimes]


def osrm(url: str) -> TravelTimes:
    return OsrmTimes(url, patience=HURRY)


def valhalla(url: str) -> TravelTimes:
    return ValhallaTimes(url, patience=HURRY)


both = pytest.mark.parametrize("adapter", [osrm, valhalla])


def recorded(name: str) -> list[Reply]:
    """What the real server said of the hamlet."""
    file = Path(__file__).with_name("recorded") / f"{name}.json"
    return [Reply(said["content"], said["status"]) for said in json.loads(file.read_text())]


def one_way(adapter: Adapter, url: str) -> int:
    """The seconds from Elm Street to Oak Lane."""
    door = EVERYWHERE[[0]], EVERYWHERE[[1]]
    return int(adapter(url).between(*door).seconds[0, 0])


SNAPPED = replace(
    EVERYWHERE[[0, 1]],
    snaps=SnappedPoints(np.array([EAST, np.nan]), np.array([ELM, OAK]), np.array([25.0, 3.0])),
)


def test_osrm_as_recorded_makes_a_table() -> None:
    """Ten metres to the street and ten back are walked; an island and the far away have no way.

    OSRM said 601.6 s and 835.6 m from end to end, and took a door 11 km off to the hamlet.
    """
    with answering(recorded("osrm")) as server:
        ways = osrm(server.url).between(EVERYWHERE, EVERYWHERE)
    assert ways.seconds.tolist() == [
        [0, 617, NONE, NONE], [617, 0, NONE, NONE], [NONE, NONE, 0, NONE], [NONE] * 4,
    ]  # fmt: skip
    assert ways.metres[:2, :3].tolist() == [[0, 856, NONE], [856, 0, NONE]]


def test_osrm_is_asked_as_its_manual_says() -> None:
    """The table service of the profile, sources and destinations apart, with both annotations."""
    with answering(recorded("osrm")) as server:
        osrm(server.url).between(EVERYWHERE, EVERYWHERE, TravelMode.CYCLING)
    url = urlsplit(server.asked[0].path)
    points = url.path.removeprefix("/table/v1/bike/").split(";")
    assert points[0] == points[4] == "11.275000,49.499910"
    assert len(points) == 8
    query = parse_qs(url.query)
    assert query["sources"] == ["0;1;2;3"]
    assert query["destinations"] == ["4;5;6;7"]
    assert query["annotations"] == ["duration,distance"]


def test_valhalla_as_recorded_makes_a_table() -> None:
    """The same hamlet as Valhalla has it: 588 s and 833 m from end to end, and the setbacks."""
    with answering(recorded("valhalla")) as server:
        ways = valhalla(server.url).between(EVERYWHERE, EVERYWHERE)
    assert ways.seconds.tolist() == [
        [0, 603, NONE, NONE], [603, 0, NONE, NONE], [NONE, NONE, 0, NONE], [NONE] * 4,
    ]  # fmt: skip
    assert ways.metres[:2, :3].tolist() == [[0, 853, NONE], [853, 0, NONE]]


def test_valhalla_is_asked_for_no_point_that_it_has_no_street_for() -> None:
    """One of those would have the whole table refused."""
    with answering(recorded("valhalla")) as server:
        valhalla(server.url).between(EVERYWHERE, EVERYWHERE, TravelMode.DRIVING)
    located, asked = server.asked
    assert located.path == "/locate"
    assert len(json.loads(located.body)["locations"]) == 4
    question = json.loads(asked.body)
    assert question["costing"] == "auto"
    assert [place["lat"] for place in question["targets"]] == EVERYWHERE.lat[:3].tolist()


def test_points_that_were_snapped_before_are_sent_and_set_back() -> None:
    """The point on the street is asked for, its setback walked, and a door without one is not."""
    here = {"distance": 0.0, "location": [EAST, ELM]}
    said = {"code": "Ok", "durations": [[30]], "distances": [[40]], "sources": [here]}
    with answering([Reply({**said, "destinations": [here]})]) as server:
        ways = osrm(server.url).between(EVERYWHERE[[1]], SNAPPED)
    assert server.asked[0].path.split("?")[0].endswith(f"{EAST:.6f},{ELM:.6f}")
    assert ways.metres.tolist() == [[65, NONE]]
    assert ways.seconds.tolist() == [[round(30 + 25 / (4.8 / 3.6)), NONE]]


def test_a_table_is_asked_for_in_blocks_of_the_servers_size() -> None:
    """Five doors and a size of two: nine tables, each with the pairs that it stands for."""
    doors = Places.of([(11 + at / 100, 49, "") for at in range(5)])

    def said(rows: int, columns: int) -> Reply:
        near = {"distance": 0.0}
        return Reply({
            "code": "Ok",
            "durations": [[1] * columns] * rows,
            "distances": [[2] * columns] * rows,
            "sources": [near] * rows,
            "destinations": [near] * columns,
        })  # fmt: skip

    sizes = [(min(2, 5 - row), min(2, 5 - column)) for row in (0, 2, 4) for column in (0, 2, 4)]
    with answering([said(*size) for size in sizes]) as server:
        ways = OsrmTimes(server.url, 2, HURRY).between(doors, doors)
    assert len(server.asked) == 9
    assert ways.seconds.tolist() == (1 - np.eye(5, dtype=int)).tolist()


def test_a_block_that_is_too_large_is_asked_for_in_halves() -> None:
    """A server with a smaller limit than the setting says is served all the same."""
    too_big = Reply({"code": "TooBig", "message": "Too many table coordinates"}, 400)
    near = [{"distance": 0.0}]
    said = {"code": "Ok", "distances": [[2]], "sources": near, "destinations": near}
    halves = [Reply({**said, "durations": [[seconds]]}) for seconds in (7, 8)]
    with answering([too_big, *halves]) as server:
        ways = osrm(server.url).between(EVERYWHERE[[2]], EVERYWHERE[[0, 1]])
    assert ways.seconds.tolist() == [[7, 8]]


def test_a_pair_that_the_server_refuses_by_itself_is_unreachable() -> None:
    """Valhalla refuses a table of points that are too far apart; the others get their ways."""
    places = [{"edges": [{"correlated_lon": EAST, "correlated_lat": lat}]} for lat in (ELM, OAK)]
    apart = Reply({"error_code": 154, "error": "Path distance exceeds the limit"}, 400)
    far = {"sources_to_targets": {"durations": [[9]], "distances": [[0.01]]}}
    doors = Places.of([(EAST, ELM, ""), (EAST, OAK, "")])
    replies = [Reply(places[:1]), Reply(places), apart, Reply(far), apart]
    with answering(replies) as server:
        ways = valhalla(server.url).between(Places.of([(EAST, ELM + 0.0005, "")]), doors)
    assert ways.seconds[0, 1] == NONE
    assert ways.seconds[0, 0] < NONE


@both
def test_a_server_that_recovers_is_asked_again(adapter: Adapter) -> None:
    """Two failures and then an answer are an answer."""
    near = [{"distance": 0.0}]
    located = [{"edges": [{"correlated_lon": EAST, "correlated_lat": ELM}]}]
    osrm_says = {"durations": [[9]], "distances": [[12]], "sources": near, "destinations": near}
    valhalla_says = {"durations": [[9]], "distances": [[0.012]]}
    said: dict[str, list[Any]] = {
        "osrm": [{"code": "Ok", **osrm_says}],
        "valhalla": [located, located, {"sources_to_targets": valhalla_says}],
    }
    answers = said[adapter.__name__]
    with answering([Reply("oops", 500), Reply("", 503), *map(Reply, answers)]) as server:
        here, there = Places.of([(EAST, ELM, "")]), Places.of([(EAST, ELM + 1e-9, "")])
        assert adapter(server.url).between(here, there).metres.tolist() == [[12]]
    assert len(server.asked) == 2 + len(answers)


@both
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_that_stays_broken_is_unavailable(adapter: Adapter, status: int) -> None:
    """Three tries, and then an error that names the server and the status."""
    with (
        answering([Reply("down for repairs", status)]) as server,
        pytest.raises(TravelTimesUnavailable, match=str(status)) as caught,
    ):
        one_way(adapter, server.url)
    assert len(server.asked) == 3
    assert caught.value.source == adapter.__name__


@both
def test_a_server_that_is_too_slow_is_unavailable(adapter: Adapter) -> None:
    """It is waited for three times, and no longer."""
    with (
        answering([Reply([], after_s=1)]) as server,
        pytest.raises(TravelTimesUnavailable, match="takes too long"),
    ):
        one_way(adapter, server.url)
    assert len(server.asked) == 3


@both
def test_a_server_that_is_not_there_is_unavailable(adapter: Adapter) -> None:
    """Nobody listens on the port."""
    with pytest.raises(TravelTimesUnavailable, match="cannot be reached"):
        one_way(adapter, f"http://127.0.0.1:{free_port()}")


@both
@pytest.mark.parametrize("content", ["<html>Welcome</html>", "{", [], {}, {"code": "Ok"}, [[]], 7])
def test_a_server_that_answers_garbage_is_unavailable(adapter: Adapter, content: object) -> None:
    """Nothing that is not a table ever becomes a travel time."""
    with answering([Reply(content)]) as server, pytest.raises(TravelTimesUnavailable):
        one_way(adapter, server.url)


@pytest.mark.parametrize(
    "durations", [[["soon"]], [[-1]], [[1, 2]], [[]], [1], [[True, []]], None, [[1e999]]]
)
def test_a_table_of_bad_numbers_is_refused(durations: object) -> None:
    """A wrong shape, a negative or an endless time, and text are not taken for times."""
    near = [{"distance": 0.0}]
    said = {"code": "Ok", "distances": [[2]], "sources": near, "destinations": near}
    with (
        answering([Reply({**said, "durations": durations})]) as server,
        pytest.raises(TravelTimesUnavailable),
    ):
        one_way(osrm, server.url)


@pytest.mark.parametrize(
    ("adapter", "content"),
    [
        (osrm, {"code": "InvalidQuery", "message": "Query string malformed"}),
        (valhalla, {"error_code": 125, "error": "No costing method found"}),
        (osrm, "<html>Forbidden</html>"),
        (valhalla, "<html>Forbidden</html>"),
    ],
)
def test_a_question_that_is_refused_is_not_asked_again(adapter: Adapter, content: object) -> None:
    """Asking the same again would not help: status 400 is final."""
    with answering([Reply(content, 400)]) as server, pytest.raises(TravelTimesRefused):
        one_way(adapter, server.url)
    assert len(server.asked) == 1


@both
def test_nowhere_needs_no_question(adapter: Adapter) -> None:
    """A plan without stops asks nobody."""
    with answering([Reply("", 500)]) as server:
        ways = adapter(server.url).between(Places.of([]), Places.of([]))
    assert ways.seconds.shape == (0, 0)
    assert server.asked == []


def test_a_bad_column_is_found_before_the_rows_are_parted() -> None:
    """Halving parts columns first, and ends with a single pair."""
    block = Block(np.arange(3), np.arange(2))
    parted = block.halves()
    assert parted is not None
    assert [half.columns.tolist() for half in parted] == [[0], [1]]
    rows = parted[0].halves()
    assert rows is not None
    assert [half.rows.tolist() for half in rows] == [[0], [1, 2]]
    assert rows[0].halves() is None
