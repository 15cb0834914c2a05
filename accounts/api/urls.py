"""Addresses of the accounts API."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from accounts.api import views
from accounts.api.attrition import AttritionView
from accounts.api.keys import ApiKeyViewSet
from accounts.api.sign_in_rules import SignInRulesView
from accounts.api.trail import AuditEntryViewSet

router = SimpleRouter()
router.register("teams", views.TeamViewSet)
router.register("members", views.MemberViewSet)
router.register("api-keys", ApiKeyViewSet)
router.register("audit-entries", AuditEntryViewSet)
router.register("invitations", views.InvitationViewSet)

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", views.MeView.as_view(), name="me"),
    path("sign-in-rules/", SignInRulesView.as_view(), name="sign-in-rules"),
    path("reports/attrition/", AttritionView.as_view(), name="attrition"),
    *router.urls,
]
