"""Rows about a door that a member wrote: who sees them."""

from __future__ import annotations

from typing import Self

from django.db.models import Q

from common.forever import ForeverQuerySet
from common.scoping import Row_co, Viewer
from territories.models import assigned_doors


class AtDoors(ForeverQuerySet[Row_co]):
    """Rows with a `member` and a `door`: a manager sees the subtree's."""

    def for_manager(self, member: Viewer) -> Self:
        """What the members in the manager's subtree wrote."""
        return self.filter(member__team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """What the rep wrote, and what was said of the doors that the rep works."""
        return self.filter(Q(member=member.pk) | Q(door__in=assigned_doors(member)))
