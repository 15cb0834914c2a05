"""Small made-up towns for the tests of cutting."""

from __future__ import annotations

from hypothesis import strategies as st

from territories.cutting import DoorRow, Doors, Units, doors_from, units_from

M_IN_DEGREES = 1 / 111_195  # one metre along a meridian


def street(name: str, count: int, *, lat: float = 60.0, spacing_m: float = 20.0) -> list[DoorRow]:
    """A street that runs north from `lat`, with one door in each of `count` buildings."""
    lats = [lat + index * spacing_m * M_IN_DEGREES for index in range(count)]
    return [
        DoorRow(25.0, at, round(at * 1e7), name, str(index))
        for index, at in enumerate(lats, start=1)
    ]


def grid(columns: int, rows: int, units: int = 1) -> Doors:
    """Rows of buildings along the parallels, about 50 m apart, with `units` doors in each."""
    return doors_from(
        [
            DoorRow(25 + x * 0.0009, 60 + y * 0.00045, y * columns + x, f"street {y}", str(x + 1))
            for y in range(rows)
            for x in range(columns)
            for _ in range(units)
        ]
    )


@st.composite
def towns(draw: st.DrawFn, max_buildings: int = 40) -> Doors:
    """Any town: buildings anywhere within some kilometres, even on one spot, of 1 to 30 doors."""
    lon, lat = draw(st.floats(-179, 179)), draw(st.floats(-85, 85))
    offset = st.floats(-0.05, 0.05)
    rows: list[DoorRow] = []
    for building in range(draw(st.integers(1, max_buildings))):
        at = (lon + draw(offset), lat + draw(offset))
        name, number = draw(st.sampled_from("ABC")), draw(st.sampled_from(["1", "2", "2a", "10"]))
        rows += [DoorRow(*at, building, name, number)] * draw(st.integers(1, 30))
    return doors_from(draw(st.permutations(rows)) if len(rows) < 100 else rows)


def units_of(doors: Doors) -> Units:
    """The town's units, without a street network."""
    return units_from(doors)
