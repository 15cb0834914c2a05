"""Where hooks may not point to."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from django.conf import LazySettings

from canvass.errors.hooks import HookAddressRefused, HookUrlInvalid
from canvass.hooks.targets import NotTold, is_public, post, refuse_bad, target_of
from tests.loopback import Reply, answering


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example/in", "ftp://crm.example/", "https:///in", "https://", "crm.example", "",
        "https://me:secret@crm.example/", "https://me@crm.example/", "https://crm.example/#x",
        "https://crm.example:99999/", "https://crm.example/a b", "https://crm.example/\r\nX: y",
        "https://crm.example/ä", "javascript:alert(1)", "https://[::1/",
        "https://" + "a" * 70 + ".x",
    ],
)  # fmt: skip
def test_addresses_that_are_none(url: str) -> None:
    """Only https, a host, and nothing that is secret or sent nowhere."""
    with pytest.raises(HookUrlInvalid):
        target_of(url)


def test_the_parts_of_an_address() -> None:
    """The default port is not said; a path and a query are."""
    target = target_of("https://crm.example/in?a=b")
    assert (target.host, target.port, target.path) == ("crm.example", 443, "/in?a=b")
    assert target.authority == "crm.example"
    assert target_of("https://[2001:db8::1]:8443").authority == "[2001:db8::1]:8443"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "::1", "::",
        "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1", "2001:0:1::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    """Loopback, private, link-local, shared, reserved; also wrapped in IPv6."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8"])
def test_addresses_that_are(address: str) -> None:
    """Whatever the internet has."""
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "2130706433", "0x7f.1", "10.0.0.1"],
)
def test_own_networks_are_refused(host: str) -> None:
    """However they are written; and nothing is sent there either."""
    with pytest.raises(HookAddressRefused):
        refuse_bad(f"https://{host}/")
    with pytest.raises(NotTold, match="address_refused"):
        post(f"https://{host}/", "{}", {})


def test_own_networks_are_allowed_by_the_operator(settings: LazySettings) -> None:
    """For a CRM in the same network, over plain http too."""
    settings.HOOK_PRIVATE = True
    with answering([Reply("", 204)]) as crm:
        refuse_bad(crm.url)
        assert post(crm.url, "{}", {}) == 204
    assert crm.asked[0].headers["Host"] == crm.url.removeprefix("http://")


def test_a_name_that_changes_its_mind_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that is connected to is the one that was checked, and looked up just then."""
    reached: list[Any] = []
    answers = iter([["93.184.216.34"], ["93.184.216.34", "10.0.0.1"], ["93.184.216.34"]])

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        assert host == "crm.example"
        return [(socket.AF_INET, 1, 6, "", (address, port)) for address in next(answers)]

    def connect(place: Any, _: float) -> socket.socket:
        reached.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    refuse_bad("https://crm.example/")
    with pytest.raises(NotTold, match="address_refused"):
        post("https://crm.example/", "{}", {})
    with pytest.raises(NotTold, match="connection"):
        post("https://crm.example/", "{}", {})
    assert reached == [("93.184.216.34", 443)]
