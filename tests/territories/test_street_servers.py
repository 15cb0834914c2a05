"""The street servers that the settings name, and `manage.py check_street_servers`."""

from __future__ import annotations

from functools import partial

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError

from territories.errors import StreetServerRefused, StreetServerUnavailable
from territories.street_servers import street_servers
from territories.streets import http
from territories.streets.travel_times import Places
from tests.loopback import Reply, answering

CLOSED = "http://127.0.0.1:9"  # a port of the loopback where nobody listens
HERE = Places.of([(11.27, 49.5, "")])
NEAR = {"distance": 0.0}
OSRM_SAYS = {
    "code": "Ok", "durations": [[660]], "distances": [[833.2]],
    "sources": [NEAR], "destinations": [NEAR],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "Patience", partial(http.Patience, retries=1, pause_s=0, jitter_s=0))


def check() -> None:
    """The command, as typed."""
    call_command("check_street_servers", "11.27,49.5", "11.275,49.5")


def test_osrm_is_asked_before_valhalla_and_nobody_by_default(settings: LazySettings) -> None:
    """An installation sends nothing anywhere until its operator says where."""
    assert street_servers() == []
    settings.OSRM_URL = settings.VALHALLA_URL = CLOSED
    assert [server.source for server in street_servers()] == ["osrm", "valhalla"]


@pytest.mark.parametrize("reply", [Reply(status=503), Reply("no JSON")])
def test_a_server_that_fails_is_an_outside_service_that_is_down(
    settings: LazySettings, reply: Reply
) -> None:
    """503 with a permanent code, after it was asked again; the details name the server."""
    with answering([reply]) as server:
        settings.OSRM_URL = server.url
        with pytest.raises(StreetServerUnavailable) as raised:
            street_servers()[0].between(HERE, HERE)
    error = raised.value
    assert (error.status, error.code) == (503, "street_server.unavailable")
    assert error.details == {"server": "osrm"}
    assert len(server.asked) == 2 - (reply.status == 200)


def test_a_server_that_refuses_has_a_code_of_its_own(settings: LazySettings) -> None:
    """Asking again later would not help."""
    with answering([Reply({"code": "InvalidUrl", "message": "URL string malformed"}, 400)]) as it:
        settings.OSRM_URL = it.url
        with pytest.raises(StreetServerRefused, match="malformed") as raised:
            street_servers()[0].between(HERE, HERE)
    assert (raised.value.status, raised.value.code) == (503, "street_server.refused")


def test_the_command_says_how_long_a_walk_is(
    settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line for each server."""
    with answering([Reply(OSRM_SAYS)]) as server:
        settings.OSRM_URL = server.url
        check()
    assert capsys.readouterr().out == "osrm: 833 m, 11 minutes on foot\n"


def test_the_command_fails_with_the_code_of_what_is_wrong(settings: LazySettings) -> None:
    """So that a monitor can call it; without any server there is nothing to check."""
    with pytest.raises(CommandError, match="CANVASS_OSRM_URL"):
        check()
    settings.VALHALLA_URL = CLOSED
    with pytest.raises(CommandError, match=r"cannot be reached\. \(street_server\.unavailable\)"):
        check()


def test_the_command_takes_places_only() -> None:
    """Exchanged or made-up numbers are refused before anybody is asked."""
    with pytest.raises(CommandError, match="invalid place"):
        call_command("check_street_servers", "11.27,149.5", "here")
