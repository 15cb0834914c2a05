"""The acting member, teams, members and invitations over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import errors, selectors
from accounts.api import filters, serializers
from accounts.api.permissions import IsManager, member_of
from accounts.api.rows import ManagedRows, OwnRows
from accounts.invitations import (
    NewInvitation,
    accept_invitation,
    invite_member,
    withdraw_invitation,
)
from accounts.members import change_member, end_membership
from accounts.models import Invitation, Member, Team
from accounts.teams import TeamChanges, change_team, create_team
from common.errors import NotFound
from common.problems import problems


class MeView(APIView):
    """The acting member."""

    @extend_schema(
        responses={200: serializers.MeOut, **problems(errors.OrganisationNeeded)},
    )
    def get(self, request: Request) -> Response:
        """Who the request acts as, in which organisation and team; and all one's memberships."""
        member = member_of(request)
        answer = {
            "member": member,
            "organisation": member.organisation,
            "team": member.team,
            "memberships": selectors.memberships(member.user),
        }
        return Response(serializers.MeOut(answer).data)


class TeamViewSet(ManagedRows[Team]):
    """Teams: an admin's are all, a manager's the subtree, a rep's the own one."""

    queryset = selectors.teams()
    serializer_class = serializers.TeamOut
    filterset_class = filters.TeamFilter

    @extend_schema(
        request=serializers.TeamIn,
        responses={
            201: serializers.TeamOut,
            **problems(NotFound, errors.TeamNameTaken, errors.TeamTooDeep),
        },
    )
    def create(self, request: Request) -> Response:
        """Add a team below another."""
        body = self.valid(serializers.TeamIn).validated_data
        made = create_team(actor=member_of(request), now=timezone.now(), **body)
        return Response(serializers.TeamOut(made).data, status=201)

    @extend_schema(
        request=serializers.TeamChangesIn,
        responses={
            200: serializers.TeamOut,
            **problems(NotFound, errors.TeamNameTaken, errors.TeamCircle, errors.TeamTooDeep),
        },
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename a team, or hang it, with everything below it, below another."""
        changes = TeamChanges(**self.valid(serializers.TeamChangesIn).validated_data)
        changed = change_team(actor=member_of(request), team=self.get_object(), changes=changes)
        return Response(serializers.TeamOut(changed).data)


class MemberViewSet(OwnRows[Member]):
    """Members: an admin's are all, a manager's the subtree's, a rep's the own row."""

    queryset = selectors.members()
    serializer_class = serializers.MemberOut
    filterset_class = filters.MemberFilter

    @extend_schema(
        request=serializers.MemberChangesIn,
        responses={
            200: serializers.MemberOut,
            **problems(NotFound, errors.MemberHasLeft, errors.LastAdmin),
        },
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a member; everybody may change their own home and languages."""
        changes = self.valid(serializers.MemberChangesIn).changes()
        member = self.get_object()
        changed = change_member(actor=member_of(request), member=member, changes=changes)
        return Response(serializers.MemberOut(changed).data)

    @extend_schema(
        request=serializers.LeavingIn,
        responses={
            200: serializers.MemberOut,
            **problems(NotFound, errors.MemberHasLeft, errors.LastAdmin, errors.MemberDatesInvalid),
        },
    )
    @action(detail=True, methods=["post"], url_path="end-membership")
    def end_membership(self, request: Request, pk: str) -> Response:
        """Let a member go; who serves nowhere else is signed out everywhere, at once."""
        body = self.valid(serializers.LeavingIn).validated_data
        actor, member = member_of(request), self.get_object()
        ended = end_membership(actor=actor, member=member, now=timezone.now(), **body)
        return Response(serializers.MemberOut(ended).data)


class InvitationViewSet(OwnRows[Invitation]):
    """Invitations; managers see and make those into their part of the tree."""

    queryset = selectors.invitations()
    serializer_class = serializers.InvitationOut
    filterset_class = filters.InvitationFilter
    permission_classes = [IsManager]
    throttle_scope: str | None = None

    @extend_schema(
        request=serializers.InvitationIn,
        responses={
            201: serializers.InvitationOut,
            200: serializers.InvitationOut,
            **problems(
                NotFound,
                errors.EmailInvalid,
                errors.MemberExists,
                errors.InvitationWaiting,
                errors.MailUnavailable,
            ),
        },
    )
    def create(self, request: Request) -> Response:
        """Mail somebody a link that makes them a member.

        201 the first time; 200 when the address had an invitation that nobody had accepted: it is
        renewed, a new link is mailed and the old one works no more.
        """
        new = NewInvitation(**self.valid(serializers.InvitationIn).validated_data)
        made, is_new = invite_member(actor=member_of(request), new=new, now=timezone.now())
        return Response(serializers.InvitationOut(made).data, status=201 if is_new else 200)

    @extend_schema(
        responses={204: OpenApiResponse(), **problems(NotFound, errors.InvitationAccepted)},
    )
    def destroy(self, request: Request, pk: str) -> Response:
        """Withdraw an invitation: its link works no more."""
        withdraw_invitation(actor=member_of(request), invitation=self.get_object())
        return Response(status=204)

    @extend_schema(
        auth=[],
        request=serializers.AcceptIn,
        responses={
            201: serializers.AcceptedOut,
            **problems(
                errors.InvitationNotValid,
                errors.InvitationPasswordWrong,
                errors.PasswordTooWeak,
                errors.MemberExists,
                errors.TooManyTries,
            ),
        },
        filters=False,
    )
    @action(
        detail=False,
        methods=["post"],
        authentication_classes=[],
        permission_classes=[],
        pagination_class=None,
        throttle_scope="sign_in",
    )
    def accept(self, request: Request) -> Response:
        """Become a member by the token of an e-mailed link, without signing in."""
        body = self.valid(serializers.AcceptIn).validated_data
        member = accept_invitation(now=timezone.now(), **body)
        return Response(serializers.AcceptedOut(member).data, status=201)
