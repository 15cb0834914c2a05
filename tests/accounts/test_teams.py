"""The tree of teams: adding, naming and moving."""

import pytest

from accounts.errors import TeamCircle, TeamNameTaken, TeamTooDeep
from accounts.models import Member, Team
from accounts.teams import TeamChanges, change_team, create_team, move_team, rename_team
from common.errors import DomainError, NotAllowed, NotFound
from tests.cast import NOON, Company


def crew(company: Company, parent: str = "North", name: str = "Crew 1") -> Team:
    """A team below another, added by Ada."""
    above = Team.objects.get(pk=company.teams[parent].pk)
    return create_team(actor=company.ada, parent=above, name=name, now=NOON)


def test_a_manager_adds_a_team_below_the_own_one(sunrise: Company) -> None:
    """It belongs to the organisation, and its path leads through its parent."""
    north = sunrise.teams["North"]
    team = create_team(actor=sunrise.max, parent=north, name="Crew 1", now=NOON)
    team.refresh_from_db()
    assert (team.organisation, team.parent, team.created_at) == (sunrise.organisation, north, NOON)
    assert team.path == f"{north.path}{team.pk}/"


@pytest.mark.parametrize(
    ("actor", "parent", "error"),
    [("rosa", "North", NotAllowed), ("max", "South", NotFound), ("max", "Sunrise", NotFound)],
)
def test_who_may_not_add_a_team(
    sunrise: Company, actor: str, parent: str, error: type[DomainError]
) -> None:
    """A rep anywhere, a manager outside the subtree, the team above included."""
    with pytest.raises(error):
        create_team(
            actor=sunrise.members[actor], parent=sunrise.teams[parent], name="Crew", now=NOON
        )
    assert Team.objects.count() == 3


def test_nobody_adds_a_team_to_another_organisation(sunrise: Company, moonlight: Company) -> None:
    """Not even an admin."""
    with pytest.raises(NotFound):
        crew(moonlight_as_seen_by(sunrise, moonlight), "Moonlight")


def moonlight_as_seen_by(company: Company, other: Company) -> Company:
    """The other company's teams with this company's people."""
    return Company(company.organisation, other.teams, company.members)


def test_a_name_is_taken_only_below_the_same_team(sunrise: Company) -> None:
    """Crew 1 of the north and crew 1 of the south are two teams."""
    crew(sunrise, "North")
    crew(sunrise, "South")
    with pytest.raises(TeamNameTaken):
        crew(sunrise, "North")
    assert Team.objects.filter(name="Crew 1").count() == 2


def test_a_team_is_renamed(sunrise: Company) -> None:
    """Only its name changes; a sibling's name is refused."""
    north = sunrise.teams["North"]
    rename_team(actor=sunrise.max, team=north, name="Far North")
    found = Team.objects.get(pk=north.pk)
    assert (found.name, found.path, found.parent_id) == ("Far North", north.path, north.parent_id)
    with pytest.raises(TeamNameTaken):
        rename_team(actor=sunrise.max, team=north, name="South")
    with pytest.raises(NotFound):
        rename_team(actor=sunrise.mona, team=north, name="Mine")


def test_a_moved_team_takes_everything_below_along(sunrise: Company) -> None:
    """Crew and van hang below the south, and Mona sees who is in them; Max does not any more."""
    team = crew(sunrise)
    van = create_team(actor=sunrise.ada, parent=team, name="Van", now=NOON)
    Member.objects.filter(pk=sunrise.rosa.pk).update(team=van)
    south = sunrise.teams["South"]
    moved = move_team(actor=sunrise.ada, team=team, parent=south)
    van.refresh_from_db()
    assert moved.path == f"{south.path}{team.pk}/"
    assert van.path == f"{south.path}{team.pk}/{van.pk}/"
    assert Member.objects.for_member(sunrise.mona).filter(pk=sunrise.rosa.pk).exists()
    assert not Member.objects.for_member(sunrise.max).filter(pk=sunrise.rosa.pk).exists()


def test_teams_whose_ids_begin_alike_stay_where_they_are(sunrise: Company) -> None:
    """Moving team 7 does not move what is below team 70, whose path begins with the same text."""
    team = crew(sunrise)
    twin = Team.objects.create(
        pk=team.pk * 10, organisation=sunrise.organisation, parent=sunrise.teams["North"],
        name="Twin", path=f"{sunrise.teams['North'].path}{team.pk}0/", created_at=NOON,
    )  # fmt: skip
    move_team(actor=sunrise.ada, team=team, parent=sunrise.teams["South"])
    assert Team.objects.get(pk=twin.pk).path == twin.path


def test_a_team_cannot_be_moved_below_itself(sunrise: Company) -> None:
    """Neither below itself directly, nor below what is below it, nor the root at all."""
    team = crew(sunrise)
    for moved, parent in (
        (team, team),
        (sunrise.teams["North"], team),
        (sunrise.teams["Sunrise"], team),
    ):
        with pytest.raises(TeamCircle):
            move_team(actor=sunrise.ada, team=moved, parent=parent)


def test_a_manager_moves_teams_only_within_the_own_part(sunrise: Company) -> None:
    """Neither out of it nor into it."""
    inside, outside = crew(sunrise, "North"), crew(sunrise, "South", "Crew 2")
    for team, parent in ((inside, sunrise.teams["South"]), (outside, sunrise.teams["North"])):
        with pytest.raises(NotFound):
            move_team(actor=sunrise.max, team=team, parent=parent)


def test_the_tree_is_as_deep_as_its_column(sunrise: Company) -> None:
    """A path that would not fit is refused, by adding and by moving, and nothing has changed."""
    north, south = sunrise.teams["North"], sunrise.teams["South"]
    deep, moved = crew(sunrise, "North"), crew(sunrise, "South")
    Team.objects.filter(pk=deep.pk).update(path=f"{north.path}{'9' * (254 - len(north.path))}/")
    with pytest.raises(TeamTooDeep):
        create_team(actor=sunrise.ada, parent=deep, name="Deeper", now=NOON)
    with pytest.raises(TeamTooDeep):
        move_team(actor=sunrise.ada, team=moved, parent=deep)
    assert Team.objects.count() == 5
    assert Team.objects.get(pk=moved.pk).parent == south


def test_moving_and_renaming_are_one_change(sunrise: Company) -> None:
    """If the new name is taken there, the team stays where it was."""
    team = crew(sunrise, "North")
    crew(sunrise, "South", "Taken")
    changes = TeamChanges(name="Taken", parent=sunrise.teams["South"])
    with pytest.raises(TeamNameTaken):
        change_team(actor=sunrise.ada, team=team, changes=changes)
    assert Team.objects.get(pk=team.pk).parent == sunrise.teams["North"]
    changed = change_team(
        actor=sunrise.ada, team=team, changes=TeamChanges("Free", sunrise.teams["South"])
    )
    assert (changed.name, changed.parent) == ("Free", sunrise.teams["South"])
