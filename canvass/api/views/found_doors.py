"""Doors found in the field, over HTTP: phones push them."""

from __future__ import annotations

from accounts.api.rows import OwnRows
from canvass import selectors
from canvass.api import filters
from canvass.api.serializers.found_doors import FoundDoorOut
from canvass.models import FoundDoor


class FoundDoorViewSet(OwnRows[FoundDoor]):
    """Doors found in the field, the latest first; a rep sees the own, a manager the subtree's."""

    queryset = selectors.found_doors()
    serializer_class = FoundDoorOut
    filterset_class = filters.FoundDoorFilter
