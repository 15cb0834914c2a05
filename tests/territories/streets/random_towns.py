"""Random little towns with doors, for properties of walking times."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from territories.streets import Road, Snaps, StreetNetwork
from tests.territories.streets.sketch import ONE_WAY, OPEN, PRIVATE, Door, Street, network, snaps

ROADS = (Road.RESIDENTIAL, Road.PRIMARY, Road.SERVICE, Road.PATH, Road.STEPS, Road.MOTORWAY)
quick = settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))


@st.composite
def towns(draw: st.DrawFn, private: bool = True) -> tuple[StreetNetwork, Snaps]:
    """A few streets between random corners, with doors on them."""
    count = draw(st.integers(2, 7))
    places = st.tuples(st.integers(0, 9), st.integers(0, 9))
    cells = draw(st.lists(places, min_size=count, max_size=count, unique=True))
    corners = {str(i): (60.0 * x + i, 60.0 * y) for i, (x, y) in enumerate(cells)}
    kinds = (OPEN, OPEN, ONE_WAY, PRIVATE) if private else (OPEN, OPEN, ONE_WAY)
    streets = draw(st.lists(edges(list(corners), kinds), min_size=1, max_size=12))
    drawn = network(corners, streets)
    doors = st.lists(standing(drawn), min_size=2, max_size=8)
    return drawn, snaps(*draw(doors))


def edges(corners: list[str], kinds: tuple[int, ...]) -> st.SearchStrategy[Street]:
    """An edge between two corners, or around a block back to one."""
    bend = st.tuples(st.integers(-300, -100).map(float), st.integers(-300, -100).map(float))
    return st.builds(
        Street,
        start=st.sampled_from(corners),
        end=st.sampled_from(corners),
        name=st.sampled_from(["", "A", "A", "B"]),
        road=st.sampled_from(ROADS),
        access=st.sampled_from(kinds),
        bends=st.tuples(bend, bend.map(lambda place: (place[0] - 50, place[1]))),
    )


@st.composite
def standing(draw: st.DrawFn, streets: StreetNetwork) -> Door:
    """A door at an edge, between its ends."""
    edge = draw(st.integers(0, len(streets.edge_start) - 1))
    share = draw(st.sampled_from([0.1, 0.25, 0.5, 0.5, 0.9]))
    offset_m = share * float(streets.edge_length_m[edge])
    return Door(
        edge, offset_m, draw(st.sampled_from([-1, 0, 1])), draw(st.sampled_from([0.0, 9.0]))
    )
