"""The tree of teams: adding, naming and moving."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Length, Substr

from accounts.errors import TeamCircle, TeamNameTaken, TeamTooDeep
from accounts.models import Member, Team
from accounts.rights import hold_organisation, must_manage

MAX_PATH = 255


@dataclass(frozen=True)
class TeamChanges:
    """What to change about a team; None leaves it as it is."""

    name: str | None = None
    parent: Team | None = None


def create_team(*, actor: Member, parent: Team, name: str, now: datetime) -> Team:
    """Add a team below `parent`. Raises NotAllowed, NotFound, TeamNameTaken and TeamTooDeep."""
    with unless_taken():
        hold_organisation(actor.organisation_id)
        above = Team.objects.get(pk=parent.pk)
        must_manage(actor, above)
        return insert_team(Team(parent=above, name=name, created_at=now), above)


def insert_team(team: Team, above: Team) -> Team:
    """Save a new team; its path is known only once it has an id."""
    team.organisation_id = above.organisation_id
    team.save(force_insert=True)
    team.path = f"{above.path}{team.pk}/"
    refuse_deep(len(team.path))
    team.save(update_fields=["path"])
    return team


def change_team(*, actor: Member, team: Team, changes: TeamChanges) -> Team:
    """Rename a team, move it, or both, all or nothing. Raises as the two do."""
    with transaction.atomic():
        if changes.parent is not None:
            team = move_team(actor=actor, team=team, parent=changes.parent)
        if changes.name is not None:
            team = rename_team(actor=actor, team=team, name=changes.name)
    return team


def rename_team(*, actor: Member, team: Team, name: str) -> Team:
    """Give a team another name. Raises NotAllowed, NotFound and TeamNameTaken."""
    with unless_taken():
        hold_organisation(actor.organisation_id)
        found = Team.objects.get(pk=team.pk)
        must_manage(actor, found)
        found.name = name
        found.save(update_fields=["name"])
    return found


def move_team(*, actor: Member, team: Team, parent: Team) -> Team:
    """Hang a team, with everything below it, below another.

    Both have to be in the actor's part of the tree. Raises NotAllowed, NotFound, TeamCircle,
    TeamNameTaken and TeamTooDeep. Two statements, however many teams are below.
    """
    with unless_taken():
        hold_organisation(actor.organisation_id)
        found, above = Team.objects.get(pk=team.pk), Team.objects.get(pk=parent.pk)
        must_manage(actor, found)
        must_manage(actor, above)
        if above.path.startswith(found.path):
            raise TeamCircle
        found.parent = above
        found.save(update_fields=["parent"])
        move_paths(found, f"{above.path}{found.pk}/")
    found.refresh_from_db(fields=["path"])
    return found


def move_paths(team: Team, path: str) -> None:
    """Rewrite the beginning of the paths of a team and of everything below it."""
    below = Team.objects.filter(organisation=team.organisation_id, path__startswith=team.path)
    longest = below.order_by(Length("path").desc()).values_list("path", flat=True)[:1].get()
    refuse_deep(len(longest) - len(team.path) + len(path))
    below.update(path=Concat(Value(path), Substr("path", len(team.path) + 1)))


def refuse_deep(length: int) -> None:
    """Raise TeamTooDeep for a path that the column does not hold."""
    if length > MAX_PATH:
        raise TeamTooDeep


@contextmanager
def unless_taken() -> Iterator[None]:
    """Run the block in a transaction; a name that is taken undoes it. Raises TeamNameTaken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise TeamNameTaken from None
