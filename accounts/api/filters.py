"""How the lists of the accounts API are narrowed, and the filter by id that every app uses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django_filters import rest_framework as filters

from accounts.api.fields import MAX_ID
from accounts.api.permissions import member_of
from accounts.models import Invitation, InvitationQuerySet, Member, Team
from accounts.selectors import teams_below


class IdFilter(filters.NumberFilter):
    """Rows with that id."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=MAX_ID, **kwargs)


class BelowFilter(IdFilter):
    """Rows of a team and of everything below it."""

    def filter(self, qs: Any, value: Any) -> Any:
        """The rows, or all if no team is given."""
        if value is None:
            return qs
        request = self.parent.request  # type: ignore[attr-defined]  # set by the filter set
        below = teams_below(member_of(request), int(value))
        return qs.filter(**{f"{self.field_name}__in": below.values("pk")})


class TeamFilter(filters.FilterSet):
    """Teams by the team above them."""

    parent = IdFilter(help_text="Directly below that team")
    below = BelowFilter("pk", help_text="That team and everything below it")

    class Meta:
        model = Team
        fields: tuple[str, ...] = ()


class MemberFilter(filters.FilterSet):
    """Members by name, role, team, and whether they have left."""

    name = filters.CharFilter("user__name", lookup_expr="icontains", help_text="Part of the name")
    team = IdFilter()
    below = BelowFilter("team", help_text="In that team or a team below it")
    serving = filters.BooleanFilter("left_on", lookup_expr="isnull", help_text="Have not left")

    class Meta:
        model = Member
        fields = ("role",)


class InvitationFilter(filters.FilterSet):
    """Invitations by address, role, team, and whether they can still be accepted."""

    email = filters.CharFilter(lookup_expr="iexact")
    team = IdFilter()
    below = BelowFilter("team", help_text="Into that team or a team below it")
    waiting = filters.BooleanFilter(method="that_wait", help_text="Neither accepted nor expired")

    class Meta:
        model = Invitation
        fields = ("role",)

    def that_wait(self, rows: InvitationQuerySet, _: str, value: bool) -> InvitationQuerySet:
        """Invitations that can be accepted now, or those that cannot."""
        waiting = rows.waiting(timezone.now())
        return waiting if value else rows.exclude(pk__in=waiting.values("pk"))
