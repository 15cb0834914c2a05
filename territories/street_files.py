"""The built street maps on disk: written whole or not at all, loaded once, removed when unused."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction

from territories.errors import StreetMapLost
from territories.models import DoorSnap, StreetMap
from territories.streets.errors import StreetsError
from territories.streets.network import StreetNetwork

LOADED = 8  # maps that a process keeps at hand: they are views of files, so they take little memory


def keep_artefact(run: StreetMap, network: StreetNetwork) -> None:
    """Keep a network with its map, unless another attempt has taken over.

    The name is the attempt's own, so that nobody ever reads a file that is being written, and no
    process that holds a network finds another in its place.
    """
    before = run.artefact.name
    run.artefact.name = f"streets/{run.organisation_id}/map-{run.pk}-{run.attempt}.streets"
    path = Path(run.artefact.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    network.save(path)
    if not StreetMap.objects.held(run).update(artefact=run.artefact.name):
        path.unlink(missing_ok=True)
    elif before and before != run.artefact.name:  # of an attempt that was lost
        default_storage.delete(before)


def network_of(street_map: StreetMap) -> StreetNetwork:
    """The network of a map, loaded once in each process. Raises StreetMapLost."""
    if not street_map.artefact:
        raise StreetMapLost(street_map=street_map.pk)
    try:
        return loaded(street_map.artefact.path)
    except (OSError, StreetsError) as error:
        raise StreetMapLost(
            f"The street map {street_map} cannot be read ({error}). {StreetMapLost.remedy}",
            street_map=street_map.pk,
        ) from error


@lru_cache(maxsize=LOADED)
def loaded(path: str) -> StreetNetwork:
    """The network in a file; no two networks ever have the same path."""
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
