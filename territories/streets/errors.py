"""What can be wrong with a map; each message says what to do next."""

from __future__ import annotations


class StreetsError(Exception):
    """Anything wrong with a map or a network."""


class NotAMap(StreetsError):
    """The file is not an OpenStreetMap extract, or ends in its middle."""


class NoWalkableWay(StreetsError):
    """The extract holds no way that a person may walk; take a larger one, with its streets."""


class NotANetwork(StreetsError):
    """The file is not one of `StreetNetwork.save`, was damaged since, or is of another version."""


class NoPath(StreetsError):
    """No way leads from one door to another."""


class NotSnapped(StreetsError):
    """A door without an edge was used where an edge is needed."""
