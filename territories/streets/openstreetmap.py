"""The streets, railways and waters of an OpenStreetMap extract, as they were drawn.

The shores of a lake that is drawn in several pieces bear no tags: a relation has them.

The library picks the ways and looks up their nodes, in two passes, so that the order in the file
does not matter; what it picked comes over as text, in OPL (https://osmcode.org/opl-file-format/),
since asking for each node of each way from Python takes three times as long.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import osmium
from numpy.typing import NDArray
from osmium import filter as osm_filter
from osmium.osm import NODE, RELATION, WAY, Relation

from territories.streets.access import PICKED, TOLD_BY, WATERS
from territories.streets.arrays import Floats
from territories.streets.errors import NotAMap
from territories.streets.names import NAME_KEYS

LOCATIONS = "sparse_file_array"  # an unnamed temporary file: any extract fits
OPL = "opl,locations_on_ways=true,add_metadata=false"
COMPRESSED = {b"\x1f\x8b": "osm.gz", b"BZ": "osm.bz2"}
WAYS_AT_ONCE = 20_000  # bounds the text held in memory
KEPT = frozenset((*TOLD_BY, *NAME_KEYS))
ESCAPED = re.compile(r"%([0-9a-f]{1,6})%")


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways in the order of their ids; the nodes of way w are `first[w]:first[w + 1]`.

    A node that the extract lacks has NaN as its position.
    """

    tags: list[dict[str, str]]
    first: NDArray[np.int64]
    node: NDArray[np.int64]
    lon: Floats
    lat: Floats


def read_ways(path: Path) -> Ways:
    """Every way with one of the tags PICKED, and every shore. Raises NotAMap. O(file)."""
    with refusing_others(path), TemporaryDirectory(prefix="canvass-") as folder:
        picked = Path(folder) / "ways.opl"
        shores = shores_of(path)
        pick_ways(path, picked, shores)
        with picked.open(encoding="utf-8") as lines:
            chunks = iter(lambda: list(islice(lines, WAYS_AT_ONCE)), [])
            parts = [parsed(chunk, shores) for chunk in chunks]
    return in_order(parts)


def shores_of(path: Path) -> dict[int, dict[str, str]]:
    """The ways that are part of the shore of a water, by id, each with the tags of that water."""
    file = osmium.io.File(str(path), osm_format(path))
    found: dict[int, dict[str, str]] = {}
    waters = osm_filter.TagFilter(*(("natural", value) for value in sorted(WATERS)))
    for relation in osmium.FileProcessor(file, RELATION).with_filter(waters):
        tags = {tag.k: tag.v for tag in relation.tags}
        if isinstance(relation, Relation) and tags.get("type") == "multipolygon":
            told = {key: value for key, value in tags.items() if key in TOLD_BY}
            found |= {part.ref: told for part in relation.members if part.type == "w"}
    return found


def pick_ways(path: Path, picked: Path, also: Collection[int]) -> None:
    """Write the ways that matter of an extract as OPL, each with its nodes' positions.

    Some of those in `also` may be written twice.
    """
    file = osmium.io.File(str(path), osm_format(path))
    locations = osmium.NodeLocationsForWays(osmium.index.create_map(LOCATIONS))
    locations.ignore_errors()
    with osmium.io.Reader(file, NODE) as nodes:
        osmium.apply(nodes, locations)
    filters = [osm_filter.TagFilter(*PICKED), *([osm_filter.IdFilter(also)] if also else [])]
    with osmium.SimpleWriter(osmium.io.File(str(picked), OPL)) as writer:
        for matters in filters:
            with osmium.io.Reader(file, WAY) as ways:
                osmium.apply(ways, matters, locations, writer)


def osm_format(path: Path) -> str:
    """What the library calls the format; told by the content, since uploads are renamed."""
    with path.open("rb") as file:
        head = file.read(64)
    if head[:2] in COMPRESSED:
        return COMPRESSED[head[:2]]
    return "osm" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "pbf"


@contextmanager
def refusing_others(path: Path) -> Iterator[None]:
    """Turns what the library raises for a truncated or foreign file into NotAMap."""
    try:
        yield
    except RuntimeError as error:
        raise NotAMap(
            f"{path.name} is not a whole OpenStreetMap extract ({error}); fetch it again."
        ) from error


def parsed(
    lines: list[str], shores: Mapping[int, dict[str, str]]
) -> tuple[list[int], list[dict[str, str]], list[int], Floats]:
    """The ids, the tags, the numbers of nodes, and (nodes, 3) node id, lon, lat, of OPL lines.

    A way that is also a shore has the tags of its water, but for its own.
    """
    fields = [line.rstrip("\n").split(" ") for line in lines]
    ids = [int(field[0][1:]) for field in fields]
    own = [tags_of(field[1][1:]) for field in fields]
    tags = [shores.get(way, {}) | told for way, told in zip(ids, own, strict=True)]
    nodes = [field[2][1:] for field in fields]
    numbers = ",".join(filter(None, nodes)).replace("n", "")  # n17x11.3y49.5 → 17,11.3,49.5
    numbers = numbers.replace("x", ",").replace("y", ",")
    # A node's id fits into a double: there are some 10^10 of them, and doubles are exact to 10^15.
    values = [float(number or "nan") for number in numbers.split(",")] if numbers else []
    counts = [node.count(",") + 1 if node else 0 for node in nodes]
    return ids, tags, counts, np.array(values, dtype=np.float64).reshape(-1, 3)


def tags_of(text: str) -> dict[str, str]:
    """The tags of an OPL field that this package asks for, with what was escaped put back."""
    pairs = (pair.split("=", 1) for pair in text.split(",") if pair)  # a shore may have none
    return {key: unescaped(value) for key, value in pairs if key in KEPT or key.startswith("name:")}


def unescaped(text: str) -> str:
    """A text of OPL as it was."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "%" in text else text


def in_order(parts: list[tuple[list[int], list[dict[str, str]], list[int], Floats]]) -> Ways:
    """The parts as one, sorted by the ways' ids, so that the file's order leaves no trace.

    Of a way that stands there twice, as where two extracts overlap, the last one counts.
    """
    ids = np.array([i for part in parts for i in part[0]], dtype=np.int64)
    tags = [t for part in parts for t in part[1]]
    counts = np.array([n for part in parts for n in part[2]], dtype=np.int64)
    values = np.concatenate([part[3] for part in parts]) if parts else np.empty((0, 3))
    order = np.argsort(ids, kind="stable")
    order = order[np.append(np.diff(ids[order]) != 0, True)[: len(order)]]
    first = np.concatenate([[0], np.cumsum(counts)])
    sorted_first = np.concatenate([[0], np.cumsum(counts[order])])
    shift = np.repeat(first[order] - sorted_first[:-1], counts[order])
    values = values[np.arange(sorted_first[-1]) + shift]
    return Ways(
        tags=[tags[w] for w in order],
        first=sorted_first,
        node=values[:, 0].astype(np.int64),
        lon=values[:, 1],
        lat=values[:, 2],
    )
