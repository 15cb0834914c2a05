"""What kinds of ways there are, and who may use them in which direction."""

from __future__ import annotations

from enum import IntEnum, IntFlag


class Road(IntEnum):
    """The kind of a way, from the busiest to the quietest; the numbers are stored in files."""

    MOTORWAY = 0
    TRUNK = 1
    PRIMARY = 2
    SECONDARY = 3
    TERTIARY = 4
    UNCLASSIFIED = 5
    RESIDENTIAL = 6
    LIVING_STREET = 7
    SERVICE = 8
    PEDESTRIAN = 9
    TRACK = 10
    CYCLEWAY = 11
    PATH = 12
    STEPS = 13


class Barrier(IntEnum):
    """What nobody crosses but on an edge; the numbers are stored in files."""

    NONE = 0
    ROAD = 1
    RAILWAY = 2
    WATERWAY = 3  # the middle of a river or canal
    WATER = 4  # the shore of a lake, or of a river drawn as an area


class Access(IntFlag):
    """Who may use an edge; forward is from its start to its end.

    People on foot may go both ways on every edge they may use at all. A PRIVATE bit says that this
    kind of traveller may use the edge only to reach what stands on it, never to pass through.
    """

    WALK = 1
    CYCLE_FORWARD = 2
    CYCLE_BACKWARD = 4
    DRIVE_FORWARD = 8
    DRIVE_BACKWARD = 16
    PRIVATE_WALK = 32
    PRIVATE_CYCLE = 64
    PRIVATE_DRIVE = 128


class Mark(IntFlag):
    """What else is known of an edge."""

    BRIDGE = 1
    TUNNEL = 2
    SIDEWALK = 4  # a sidewalk drawn as a way of its own
    CROSSING = 8  # a marked crossing drawn as a way of its own
    ROUNDABOUT = 16
    DRIVEWAY = 32  # leads to one home, or through a parking lot
