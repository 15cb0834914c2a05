"""From the tags of a way to what it is and who may use it.

The rules are those of https://wiki.openstreetmap.org/wiki/OSM_tags_for_routing/Access_restrictions
(worldwide), a tag for a traveller before one for a group of travellers before one for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from territories.streets.roads import Access, Barrier, Mark, Road

Tags = Mapping[str, str | None]

ON_FOOT = Access.WALK
BY_BICYCLE = Access.CYCLE_FORWARD | Access.CYCLE_BACKWARD
BY_CAR = Access.DRIVE_FORWARD | Access.DRIVE_BACKWARD
ALL = ON_FOOT | BY_BICYCLE | BY_CAR
NOBODY = Access(0)

# What a way is, and who may use it where no tag says otherwise.
USUAL = {
    "motorway": (Road.MOTORWAY, BY_CAR),
    "motorway_link": (Road.MOTORWAY, BY_CAR),
    "trunk": (Road.TRUNK, ALL),
    "trunk_link": (Road.TRUNK, ALL),
    "primary": (Road.PRIMARY, ALL),
    "primary_link": (Road.PRIMARY, ALL),
    "secondary": (Road.SECONDARY, ALL),
    "secondary_link": (Road.SECONDARY, ALL),
    "tertiary": (Road.TERTIARY, ALL),
    "tertiary_link": (Road.TERTIARY, ALL),
    "unclassified": (Road.UNCLASSIFIED, ALL),
    "road": (Road.UNCLASSIFIED, ALL),
    "residential": (Road.RESIDENTIAL, ALL),
    "living_street": (Road.LIVING_STREET, ALL),
    "service": (Road.SERVICE, ALL),
    "busway": (Road.SERVICE, NOBODY),
    "pedestrian": (Road.PEDESTRIAN, ON_FOOT),
    "track": (Road.TRACK, ON_FOOT | BY_BICYCLE),
    "cycleway": (Road.CYCLEWAY, ON_FOOT | BY_BICYCLE),
    "path": (Road.PATH, ON_FOOT | BY_BICYCLE),
    "footway": (Road.PATH, ON_FOOT),
    "platform": (Road.PATH, ON_FOOT),
    "bridleway": (Road.PATH, NOBODY),
    "steps": (Road.STEPS, ON_FOOT),
}
FREE = frozenset("yes designated permissive official public allowed limited use_sidepath".split())
RESTRICTED = frozenset("private delivery residents permit members employees staff".split())
CLOSED = frozenset("no agricultural forestry emergency military psv bus".split())
TO_ITS_DOORS = frozenset("destination customers".split())  # says a sign to drivers, not to walkers

SIDEWALKS = frozenset("both left right yes".split())
ONE_WAY = frozenset("yes true 1".split())
AGAINST = frozenset("-1 reverse".split())
CONTRAFLOW = frozenset("opposite opposite_lane opposite_track opposite_share_busway".split())
ROUND = frozenset("roundabout circular".split())
CROSSED_BY_RAIL = frozenset("rail light_rail narrow_gauge subway".split())
WATERWAYS = frozenset("river canal".split())  # streams and ditches are stepped over
WATERS = frozenset("water".split())
SMALL_WATERS = frozenset("pond basin pool fountain wastewater fish_pass reflecting_pool".split())
DRIVEWAYS = frozenset("driveway parking_aisle drive-through".split())
TOLD_BY = (
    "highway foot access sidewalk sidewalk:both sidewalk:left sidewalk:right motorroad bicycle "
    "vehicle motor_vehicle motorcar oneway oneway:bicycle junction cycleway cycleway:left "
    "cycleway:right cycleway:both bridge tunnel footway path service railway waterway natural water"
).split()
PICKED = (
    *(("highway", value) for value in USUAL),
    *(("railway", value) for value in sorted(CROSSED_BY_RAIL)),
    *(("waterway", value) for value in sorted(WATERWAYS)),
    *(("natural", value) for value in sorted(WATERS)),
)  # the tags of the ways that `kind_of` has something to say about


class Kind(NamedTuple):
    """What a way is; `access` is forward in the direction in which the way was drawn."""

    road: Road
    access: Access
    marks: Mark
    barrier: Barrier


def kind_of(tags: Tags) -> Kind:
    """What the tags of a street, railway or water say; access to the latter two is nobody's."""
    return told(*map(tags.get, TOLD_BY))


@lru_cache(maxsize=4096)  # thousands of ways share a few hundred combinations
def told(*values: str | None) -> Kind:
    """The kind behind the values of TOLD_BY."""
    tags = dict(zip(TOLD_BY, values, strict=True))
    if tags["highway"] not in USUAL:
        return Kind(Road.PATH, NOBODY, Mark(0), barrier_of(tags))
    road, usual = USUAL[tags["highway"]]
    access = on_foot(tags, usual) | by_bicycle(tags, usual) | by_car(tags, usual)
    fast = road in (Road.MOTORWAY, Road.TRUNK) or tags["motorroad"] == "yes"
    blocks = fast and not access & Access.WALK and not is_set(tags["tunnel"])
    return Kind(road, access, marks_of(tags), Barrier.ROAD if blocks else Barrier.NONE)


def barrier_of(tags: Tags) -> Barrier:
    """What kind of barrier a way is that is no street."""
    if is_set(tags["tunnel"]):  # a culvert is one too
        return Barrier.NONE
    if tags["railway"] in CROSSED_BY_RAIL:
        return Barrier.RAILWAY
    if tags["waterway"] in WATERWAYS:
        return Barrier.WATERWAY
    is_wide = tags["natural"] in WATERS and tags["water"] not in SMALL_WATERS
    return Barrier.WATER if is_wide else Barrier.NONE


def on_foot(tags: Tags, usual: Access) -> Access:
    """WALK, and whether only to the doors. A sidewalk is for walking, whatever the road is."""
    may = Access.WALK in usual and tags["motorroad"] != "yes"
    may = may or any(tags[f"sidewalk{side}"] in SIDEWALKS for side in ("", ":both"))
    may = may or "yes" in (tags["sidewalk:left"], tags["sidewalk:right"])
    verdict = first_verdict(tags, "foot", "access")
    if verdict == "restricted":
        return Access.WALK | Access.PRIVATE_WALK
    return Access.WALK if verdict == "free" or (verdict != "closed" and may) else NOBODY


def by_bicycle(tags: Tags, usual: Access) -> Access:
    """In which directions one may cycle, and whether only to the doors."""
    if tags["bicycle"] in ("dismount", "use_sidepath"):
        return NOBODY
    may = Access.CYCLE_FORWARD in usual and tags["motorroad"] != "yes"
    verdict = first_verdict(tags, "bicycle", "vehicle", "access")
    if verdict == "closed" or (verdict in ("", "to its doors") and not may):
        return NOBODY
    both = one_way(tags, bicycle=True)
    ways = Access.CYCLE_FORWARD * (both >= 0) | Access.CYCLE_BACKWARD * (both <= 0)
    private = Access.PRIVATE_CYCLE * (verdict in ("restricted", "to its doors"))
    return Access(ways | private)


def by_car(tags: Tags, usual: Access) -> Access:
    """In which directions one may drive, and whether only to the doors."""
    verdict = first_verdict(tags, "motorcar", "motor_vehicle", "vehicle", "access")
    explicit = any(tags[key] for key in ("motorcar", "motor_vehicle"))
    may = Access.DRIVE_FORWARD in usual or (explicit and verdict == "free")
    if verdict == "closed" or not may:
        return NOBODY
    both = one_way(tags, bicycle=False)
    ways = Access.DRIVE_FORWARD * (both >= 0) | Access.DRIVE_BACKWARD * (both <= 0)
    private = Access.PRIVATE_DRIVE * (verdict in ("restricted", "to its doors"))
    return Access(ways | private)


def first_verdict(tags: Tags, *keys: str) -> str:
    """What the first key that is set says; of several values ("forestry;private") the kindest."""
    for key in keys:
        values = {value.strip() for value in (tags[key] or "").replace(",", ";").split(";")}
        for verdict, known in VERDICTS:
            if values & known:
                return verdict
    return ""


VERDICTS = (
    ("free", FREE),
    ("to its doors", TO_ITS_DOORS),
    ("restricted", RESTRICTED),
    ("closed", CLOSED),
)


def one_way(tags: Tags, *, bicycle: bool) -> int:
    """1 where only forward is allowed, -1 where only backward, 0 where both are."""
    told = tags["oneway"]
    if bicycle:
        sides = (tags[f"cycleway{side}"] for side in ("", ":left", ":right", ":both"))
        against = any(side in CONTRAFLOW for side in sides)
        told = "no" if against else tags["oneway:bicycle"] or told
    if told in AGAINST:
        return -1
    implied = tags["junction"] in ROUND or tags["highway"] == "motorway"
    return int(told in ONE_WAY or (implied and told != "no"))


def marks_of(tags: Tags) -> Mark:
    """What else the tags say that a walker would notice."""
    marks = {
        Mark.BRIDGE: is_set(tags["bridge"]),
        Mark.TUNNEL: is_set(tags["tunnel"]) and tags["tunnel"] != "building_passage",
        Mark.SIDEWALK: tags["footway"] == "sidewalk",
        Mark.CROSSING: "crossing" in (tags["footway"], tags["path"], tags["cycleway"]),
        Mark.ROUNDABOUT: tags["junction"] in ROUND,
        Mark.DRIVEWAY: tags["highway"] == "service" and tags["service"] in DRIVEWAYS,
    }
    return Mark(sum(mark for mark, holds in marks.items() if holds))


def is_set(value: str | None) -> bool:
    """Whether a tag is there and not "no"."""
    return value not in (None, "no")
