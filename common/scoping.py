"""Rows that belong to one organisation, and who of its members sees which."""

from __future__ import annotations

from typing import Any, Protocol, Self, TypeVar

from django.db import models


class Viewer(Protocol):
    """What scoping needs to know about a member."""

    @property
    def pk(self) -> Any:
        """The member's id."""

    @property
    def organisation_id(self) -> int:
        """The member's organisation."""

    @property
    def role(self) -> str:
        """One of rep, manager, admin."""

    @property
    def team_path(self) -> str:
        """The ids from the root of the team tree to the member's team, as in "/1/5/"."""


Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[Row_co]):
    """A queryset that knows what a member may see.

    Admins see their whole organisation. What managers and reps see is each model's own to say, by
    overriding `for_manager` and `for_rep`; the defaults are their whole organisation for a manager
    and nothing for a rep, so that a forgotten override hides instead of leaks.
    """

    def for_member(self, member: Viewer) -> Self:
        """The rows of the member's organisation that the member's role may see."""
        rows = self.filter(organisation_id=member.organisation_id)
        if member.role == "admin":
            return rows
        return rows.for_manager(member) if member.role == "manager" else rows.for_rep(member)

    def for_manager(self, member: Viewer) -> Self:
        """The rows, already within the organisation, that a manager may see."""
        return self

    def for_rep(self, member: Viewer) -> Self:
        """The rows, already within the organisation, that a rep may see."""
        return self.none()


class ScopedModel(models.Model):
    """A row of one organisation. Every table of the domain is one."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        abstract = True
