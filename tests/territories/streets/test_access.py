"""Who may use a way, by its tags."""

from __future__ import annotations

import pytest

from territories.streets.access import kind_of
from territories.streets.roads import Access, Barrier, Mark

# Tags, and who: w, c, d for walking, cycling and driving both ways, > and < for one way only, and
# ! for those who may only go to its doors.
RULES = """
highway=residential                               | w c d
highway=motorway                                  | d>
highway=motorway foot=yes                         | w d>
highway=trunk                                     | w c d
highway=trunk motorroad=yes                       | d
highway=trunk motorroad=yes sidewalk=right        | w d
highway=primary foot=no                           | c d
highway=primary foot=use_sidepath                 | w c d
highway=secondary sidewalk=no                     | w c d
highway=residential access=private                | w! c! d!
highway=residential access=no                     |
highway=residential access=no foot=yes            | w
highway=residential access=private foot=yes       | w c! d!
highway=residential foot=private                  | w! c d
highway=service access=customers                  | w c! d!
highway=service access=delivery                   | w! c! d!
highway=residential motor_vehicle=destination     | w c d!
highway=residential vehicle=no                    | w
highway=residential vehicle=no bicycle=yes        | w c
highway=track                                     | w c
highway=track access=agricultural                 |
highway=track motor_vehicle=agricultural          | w c
highway=track access=agricultural;forestry        |
highway=track access=forestry;private             | w! c!
highway=path                                      | w c
highway=footway                                   | w
highway=footway bicycle=yes                       | w c
highway=footway bicycle=dismount                  | w
highway=cycleway                                  | w c
highway=cycleway foot=no                          | c
highway=pedestrian                                | w
highway=pedestrian motor_vehicle=yes              | w d
highway=steps                                     | w
highway=steps foot=no                             |
highway=bridleway                                 |
highway=bridleway foot=yes                        | w
highway=construction                              |
highway=proposed foot=yes                         |
route=ferry foot=yes                              |
railway=rail foot=yes                             |
highway=residential oneway=yes                    | w c> d>
highway=residential oneway=-1                     | w c< d<
highway=residential oneway=yes oneway:bicycle=no  | w c d>
highway=residential oneway=yes cycleway=opposite  | w c d>
highway=residential junction=roundabout           | w c> d>
highway=motorway oneway=no                        | d
highway=motorway_link                             | d
highway=footway oneway=yes                        | w
"""
LETTERS = {
    "w": Access.WALK,
    "w!": Access.WALK | Access.PRIVATE_WALK,
    "c>": Access.CYCLE_FORWARD,
    "c<": Access.CYCLE_BACKWARD,
    "c": Access.CYCLE_FORWARD | Access.CYCLE_BACKWARD,
    "c!": Access.CYCLE_FORWARD | Access.CYCLE_BACKWARD | Access.PRIVATE_CYCLE,
    "d>": Access.DRIVE_FORWARD,
    "d<": Access.DRIVE_BACKWARD,
    "d": Access.DRIVE_FORWARD | Access.DRIVE_BACKWARD,
    "d!": Access.DRIVE_FORWARD | Access.DRIVE_BACKWARD | Access.PRIVATE_DRIVE,
}


def tags_of(text: str) -> dict[str, str]:
    return dict(tag.split("=") for tag in text.split())


@pytest.mark.parametrize("rule", RULES.strip().splitlines())
def test_access_is_what_the_tags_say(rule: str) -> None:
    """The more special tag wins over the more general one, and both over what is usual."""
    tags, _, expected = rule.partition("|")
    allowed = Access(0)
    for letter in expected.split():
        allowed |= LETTERS[letter]
    assert Access(kind_of(tags_of(tags)).access) == allowed


@pytest.mark.parametrize(
    ("tags", "is_barrier"),
    [
        ("highway=motorway", True),
        ("highway=motorway foot=yes", False),
        ("highway=motorway tunnel=yes", False),
        ("highway=trunk motorroad=yes", True),
        ("highway=primary foot=no", False),
        ("railway=rail", True),
        ("railway=rail tunnel=yes", False),
        ("railway=tram", False),
        ("railway=abandoned", False),
        ("highway=residential railway=tram", False),
        ("highway=trunk", False),
        ("highway=trunk foot=no", True),
        ("waterway=river", True),
        ("waterway=canal", True),
        ("waterway=canal tunnel=culvert", False),
        ("waterway=stream", False),
        ("natural=water", True),
        ("natural=water water=river", True),
        ("natural=water water=pond", False),
        ("natural=wood", False),
    ],
)
def test_barriers_are_what_nobody_walks_across(tags: str, is_barrier: bool) -> None:
    """Motorways, railways and wide waters divide a town, unless they are below it."""
    assert (kind_of(tags_of(tags)).barrier != Barrier.NONE) is is_barrier


@pytest.mark.parametrize(
    ("tags", "mark"),
    [
        ("highway=residential bridge=yes", Mark.BRIDGE),
        ("highway=residential tunnel=yes", Mark.TUNNEL),
        ("highway=service tunnel=building_passage", Mark(0)),
        ("highway=footway footway=sidewalk", Mark.SIDEWALK),
        ("highway=footway footway=crossing", Mark.CROSSING),
        ("highway=service service=driveway", Mark.DRIVEWAY),
    ],
)
def test_marks_are_what_a_walker_notices(tags: str, mark: Mark) -> None:
    """Bridges, tunnels, sidewalks, crossings and driveways are told from other ways."""
    assert kind_of(tags_of(tags)).marks == mark
