"""Reviews of contact details, over HTTP."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import IsManager, member_of
from accounts.api.rows import OwnRows
from canvass import selectors
from canvass.api import filters
from canvass.api.serializers import contacts as serializers
from canvass.contacts import decide_review
from canvass.errors.contacts import ContactReviewDecided
from canvass.models import ContactDecision, ContactReview
from common.errors import NotFound
from common.problems import problems


class ContactReviewViewSet(OwnRows[ContactReview]):
    """Fields of contact details that two wrote without knowing of each other, for managers."""

    permission_classes: list[type[BasePermission]] = [IsManager]
    queryset = selectors.contact_reviews()
    serializer_class = serializers.ContactReviewOut
    filterset_class = filters.ContactReviewFilter

    @extend_schema(
        request=serializers.ContactDecisionIn,
        responses={
            200: serializers.ContactReviewOut,
            **problems(NotFound, ContactReviewDecided),
        },
    )
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Let the server's value stand, or write the phone's; the same again changes nothing."""
        body = self.valid(serializers.ContactDecisionIn).validated_data
        decided = decide_review(
            actor=member_of(request),
            review=self.get_object(),
            decision=ContactDecision(body["decision"]),
            now=timezone.now(),
        )
        found = selectors.contact_reviews().get(pk=decided.pk)
        return Response(serializers.ContactReviewOut(found).data)
