"""Where hooks may point to, and the one request that is sent there.

The host's addresses are looked up and checked for every request, and the connection goes to the
address that was checked: a name that means another address a moment later gains nothing.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import urlsplit

from django.conf import settings

from canvass.errors.hooks import HookAddressRefused, HookUrlInvalid

CONNECT_S = 5.0
ANSWER_S = 10.0  # from the connection on, whatever trickles in
NAT64 = IPv6Network("64:ff9b::/96")
PORTS = {"https": 443, "http": 80}


class NotTold(Exception):
    """A request that got no answer; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Target:
    """A checked URL, in its parts."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the header Host says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """The parts of a URL. Raises HookUrlInvalid; plain http only where private addresses are."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (ValueError, UnicodeError):
        raise HookUrlInvalid from None
    schemes = ("https", "http") if settings.HOOK_PRIVATE else ("https",)
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if not (is_plain and parts.scheme in schemes and host) or "#" in url or "@" in parts.netloc:
        raise HookUrlInvalid
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path + query)


def is_public(address: str) -> bool:
    """Whether an address is on the public internet, also one that is wrapped in another."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in NAT64:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast and not found.is_reserved


def addresses(target: Target) -> list[str]:
    """The addresses of a host. Raises HookAddressRefused if one of them is not public; OSError."""
    rows = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    found = [str(row[4][0]) for row in rows]
    if not settings.HOOK_PRIVATE and not all(is_public(address) for address in found):
        raise HookAddressRefused
    return found


def refuse_bad(url: str) -> None:
    """Raise HookUrlInvalid, or HookAddressRefused for a host that is known and not public."""
    target = target_of(url)
    with suppress(OSError, UnicodeError):  # a name that nobody knows yet is looked up again
        addresses(target)


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates are believed: the system's."""
    return ssl.create_default_context()


def post(url: str, body: str, headers: Mapping[str, str]) -> int:
    """Send a body; the answer's status. Follows no redirect, and reads no more than the status.

    Raises NotTold.
    """
    try:
        target = target_of(url)
        with connected(target) as connection:
            sent = {"Host": target.authority, "Connection": "close", **headers}
            connection.request("POST", target.path, body.encode(), sent)
            return connection.getresponse().status
    except (HookAddressRefused, HookUrlInvalid):
        raise NotTold("address_refused") from None
    except socket.gaierror:
        raise NotTold("unknown_host") from None
    except TimeoutError:
        raise NotTold("timeout") from None
    except ssl.SSLError:
        raise NotTold("tls") from None
    except (OSError, HTTPException, ValueError):
        raise NotTold("connection") from None


@contextmanager
def connected(target: Target) -> Iterator[HTTPConnection]:
    """A connection to a checked address of a target, cut after ANSWER_S."""
    address = addresses(target)[0]
    reached = socket.create_connection((address, target.port), CONNECT_S)
    if target.scheme == "https":
        reached = trusted().wrap_socket(
            reached, server_hostname=target.host, do_handshake_on_connect=False
        )
    reached.settimeout(ANSWER_S)
    end = Timer(ANSWER_S, cut, [reached])
    end.start()
    try:
        if isinstance(reached, ssl.SSLSocket):
            reached.do_handshake()
        connection = HTTPConnection(target.host, target.port)
        connection.sock = reached
        yield connection
    finally:
        end.cancel()
        reached.close()


def cut(reached: socket.socket) -> None:
    """End a connection from both sides, whoever waits for it."""
    with suppress(OSError):
        reached.shutdown(socket.SHUT_RDWR)
