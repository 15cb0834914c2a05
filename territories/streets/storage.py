"""Networks as files that processes share: mapped into memory, not read.

A file is a front (magic, version, sizes of the file and of the header, checksum of all that
follows), a header in JSON with the names and where each array begins, and the arrays, each aligned
to 64 bytes.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterator
from dataclasses import fields
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territories.streets.arrays import StreetArrays
from territories.streets.errors import NotANetwork

MAGIC = b"CANVASS STREETS\n"
VERSION = 2  # another one whenever the fields of StreetArrays or what they mean change
FRONT = struct.Struct("<16sIQQ32s")
ALIGNED = 64
DIGEST_BYTES = 32
TEXTS = ("names", "aliases")


def save(arrays: StreetArrays, path: Path) -> str:
    """Write a network in one step; see `StreetNetwork.save`."""
    parts = {
        field.name: little_endian(getattr(arrays, field.name))
        for field in fields(arrays)
        if field.name not in TEXTS
    }
    header = header_of(parts, {text: getattr(arrays, text) for text in TEXTS})
    digest = blake2b(header, digest_size=DIGEST_BYTES)
    for chunk in chunks(parts):
        digest.update(chunk)
    size = FRONT.size + len(header) + sum(map(len, chunks(parts)))
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        try:
            file.write(FRONT.pack(MAGIC, VERSION, size, len(header), digest.digest()))
            file.write(header)
            file.writelines(chunks(parts))
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    return digest.hexdigest()


def little_endian(array: NDArray[Any]) -> NDArray[Any]:
    """The array as it stands in files."""
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))


def header_of(parts: dict[str, NDArray[Any]], texts: dict[str, tuple[str, ...]]) -> bytes:
    """What is where after the header, filled up so that the first array is aligned."""
    places, begin = {}, 0
    for name, part in parts.items():
        places[name] = (part.dtype.str, len(part), begin)
        begin += part.nbytes + padding(part.nbytes)
    text = json.dumps({"arrays": places, **texts}, ensure_ascii=False).encode()
    return text + b" " * padding(FRONT.size + len(text))


def padding(length: int) -> int:
    """How many bytes are missing to an aligned place."""
    return -length % ALIGNED


def chunks(parts: dict[str, NDArray[Any]]) -> Iterator[bytes | memoryview]:
    """The bytes of the arrays, with what is between them."""
    for part in parts.values():
        yield part.data.cast("B") if len(part) else b""
        yield b"\0" * padding(part.nbytes)


def load(path: Path, *, verify: bool) -> dict[str, Any]:
    """The fields of a saved network, as views of the file; see `StreetNetwork.load`."""
    with path.open("rb") as file:
        front = file.read(FRONT.size)
    if not front.startswith(MAGIC):
        raise NotANetwork(f"{path.name} is no street network; build one from an extract.")
    if len(front) < FRONT.size:
        raise NotANetwork(f"{path.name} is damaged; build it anew from its extract.")
    _, version, size, length, digest = FRONT.unpack(front)
    if version != VERSION:
        raise NotANetwork(
            f"{path.name} is a street network of version {version}, and this release reads "
            f"{VERSION}; build it anew from its extract."
        )
    whole = np.memmap(path, dtype=np.uint8, mode="r")
    if len(whole) != size or (verify and digest_of(whole) != digest):
        raise NotANetwork(f"{path.name} is damaged; build it anew from its extract.")
    return fields_of(whole, FRONT.size + length)


def digest_of(whole: NDArray[np.uint8]) -> bytes:
    """The checksum of all that follows the front."""
    return blake2b(whole[FRONT.size :].data, digest_size=DIGEST_BYTES).digest()


def fields_of(whole: NDArray[np.uint8], start: int) -> dict[str, Any]:
    """The arrays and texts of a file whose arrays begin at a place."""
    header = json.loads(whole[FRONT.size : start].tobytes())
    found: dict[str, Any] = {text: tuple(header[text]) for text in TEXTS}
    for name, (dtype, count, begin) in header["arrays"].items():
        found[name] = np.frombuffer(whole.data, dtype=dtype, count=count, offset=start + begin)
    return found
