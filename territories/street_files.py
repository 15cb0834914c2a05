"""The built street maps on disk: whole or not there, built anew if lost, removed when unused."""

from __future__ import annotations

import hashlib
import logging
from functools import lru_cache, partial
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from territories.errors import StreetMapLost
from territories.models import DoorSnap, StreetMap
from territories.snap_requests import request_snaps
from territories.streets.errors import StreetsError
from territories.streets.network import StreetNetwork

log = logging.getLogger(__name__)

LOADED = 8  # maps that a process keeps at hand: they are views of files, so they take little memory


def keep_artefact(run: StreetMap, network: StreetNetwork) -> None:
    """Keep a network with its map, unless another attempt has taken over.

    The name is the attempt's own, so that nobody ever reads a file that is being written, and no
    process that holds a network finds another in its place.
    """
    before = run.artefact.name
    run.artefact.name = f"streets/{run.organisation_id}/map-{run.pk}-{run.attempt}.streets"
    path = Path(run.artefact.path)
    run.artefact_checksum = written(network, path)
    kept = {"artefact": run.artefact.name, "artefact_checksum": run.artefact_checksum}
    if not StreetMap.objects.held(run).update(**kept):
        path.unlink(missing_ok=True)
    elif before and before != run.artefact.name:  # of an attempt that was lost
        default_storage.delete(before)


def written(network: StreetNetwork, path: Path) -> str:
    """Write a network, whole or not at all; its checksum."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return network.save(path)


def network_of(street_map: StreetMap) -> StreetNetwork:
    """The network of a map, loaded once in each process.

    What was built of it and got lost is built anew from its extract. Raises StreetMapLost.
    """
    if not street_map.artefact:
        raise StreetMapLost(street_map=street_map.pk)
    try:
        return loaded(street_map.artefact.path)
    except (OSError, StreetsError) as error:
        log.warning("%s cannot be read (%s) and is built anew", street_map, error)
    try:
        return built_anew(street_map)
    except (OSError, StreetsError) as error:
        raise StreetMapLost(
            f"The street map {street_map} cannot be read, nor built anew ({error}). "
            f"{StreetMapLost.remedy}",
            street_map=street_map.pk,
        ) from error


def built_anew(street_map: StreetMap) -> StreetNetwork:
    """The network of a map, built once more from the extract that was uploaded.

    Two workers may do so at once: both write the same file, each in one step. Raises OSError and
    StreetsError where the extract is lost, too.
    """
    path = Path(street_map.artefact.path)
    checksum = written(StreetNetwork.from_osm(whole_extract(street_map)), path)
    forget_snaps_unless(street_map, checksum)
    return loaded(str(path))


def whole_extract(street_map: StreetMap) -> Path:
    """The uploaded extract on disk. Raises OSError unless it is what was uploaded."""
    if not street_map.file:
        raise FileNotFoundError("no extract is kept")
    path = Path(street_map.file.path)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != street_map.checksum:
            raise OSError("the extract is damaged")
    return path


def forget_snaps_unless(street_map: StreetMap, checksum: str) -> None:
    """Have the doors of a map snapped anew, unless it is the network that they are snapped to.

    Another release may number the edges in another way.
    """
    with transaction.atomic():
        others = StreetMap.objects.filter(pk=street_map.pk).exclude(artefact_checksum=checksum)
        if others.update(artefact_checksum=checksum):
            DoorSnap.objects.filter(street_map=street_map).delete()
            request_snaps(street_map.organisation_id, requested_by=None, now=timezone.now())


@lru_cache(maxsize=LOADED)
def loaded(path: str) -> StreetNetwork:
    """The network in a file; a path never gets another network, but after an upgrade."""
    return StreetNetwork.load(Path(path))


def drop_unused_files(organisation_id: int) -> int:
    """Forget the files of retired maps that no door is snapped to; returns of how many maps.

    They are deleted once the transaction has committed. A process that has one open reads on.
    """
    retired = StreetMap.objects.filter(organisation=organisation_id).exclude(retired_at=None)
    used = DoorSnap.objects.filter(organisation=organisation_id).values("street_map")
    unused = [each for each in retired.exclude(pk__in=used) if each.file or each.artefact]
    names = [str(file.name) for each in unused for file in (each.file, each.artefact) if file]
    StreetMap.objects.filter(pk__in=[each.pk for each in unused]).update(file="", artefact="")
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name))
    return len(unused)
