"""The accounts models in the Django admin, for the operator of the installation.

Rows are made through the API and `manage.py create_organisation`, which keep the rules; here they
are looked at and mended, and people are helped who cannot get in.
"""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.audit import Change, note_operator
from accounts.errors import EmailInvalid
from accounts.models import AuditEntry, Invitation, Member, Organisation, Team, TrailLimit, User
from accounts.rows_admin import MendedAdmin, ShownAdmin
from accounts.users import clean_email


@admin.register(Organisation)
class OrganisationAdmin(MendedAdmin):
    """Organisations; programs name them by the slug, so it stays."""

    list_display = ("name", "slug", "created_at")
    search_fields = ("name", "slug")
    readonly_fields = ("slug", "created_at")


class UserForm(forms.ModelForm):  # type: ignore[type-arg]  # generic to mypy only
    """What the operator changes about a user; the password has a form of its own."""

    password = ReadOnlyPasswordHashField(
        help_text='Nobody can read it. <a href="../password/">Set another one.</a>'
    )

    class Meta:
        model = User
        fields = ("email", "name", "password", "is_active", "is_staff", "is_superuser")

    def clean_email(self) -> str:
        """The address as it is stored."""
        try:
            return clean_email(self.cleaned_data["email"])
        except EmailInvalid as error:
            raise forms.ValidationError(error.message) from None


@admin.register(User)
class PeopleAdmin(MendedAdmin, UserAdmin):  # type: ignore[type-arg]  # generic to mypy only
    """People who can sign in; setting a password signs them out everywhere."""

    form = UserForm
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("May sign in", {"fields": ("is_active",)}),
        ("Runs the installation", {"fields": ("is_staff", "is_superuser")}),
        ("Dates", {"fields": ("date_joined", "last_login")}),
    )

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002  # Django's name
        form_url: str = "",
    ) -> HttpResponse:
        """Set another password, and tell so in the same transaction."""
        with transaction.atomic():
            answer: HttpResponse = super().user_change_password(request, id, form_url)
            if request.method == "POST" and answer.status_code == 302:
                told = Change(User.objects.get(pk=id))
                note_operator(str(request.user), "user.password_set", told, now=timezone.now())
        return answer


@admin.register(Team)
class TeamAdmin(MendedAdmin):
    """Teams."""

    list_display = ("name", "parent", "organisation", "created_at")
    list_select_related = ("parent", "organisation")
    search_fields = ("name", "organisation__name")
    readonly_fields = ("organisation", "parent", "path", "created_at")


@admin.register(Member)
class MemberAdmin(MendedAdmin):
    """Members; the role can be mended, for an organisation whose last admin cannot be reached."""

    list_display = ("user", "role", "team", "organisation", "hired_on", "left_on")
    list_select_related = ("user", "team", "organisation")
    list_filter = ("role",)
    search_fields = ("user__email", "user__name", "organisation__name")
    readonly_fields = ("organisation", "user", "team", "left_on", "left_reason")


@admin.register(Invitation)
class InvitationAdmin(ShownAdmin):
    """Invitations; the secret of their links is not kept, and its hash not shown."""

    list_display = ("email", "role", "team", "organisation", "expires_at", "accepted_at")
    list_select_related = ("team", "organisation")
    list_filter = ("role",)
    search_fields = ("email", "organisation__name")
    exclude = ("token_hash",)


@admin.register(TrailLimit)
class TrailLimitAdmin(ShownAdmin):
    """From when on audit trails are kept."""

    list_display = ("organisation", "removed_before")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ShownAdmin):
    """The audit trail."""

    list_display = ("at", "action", "row", "member", "address", "organisation")
    list_select_related = ("member", "organisation")
    search_fields = ("action", "=row", "=request_id", "member__user__name")
    date_hierarchy = "at"
    show_full_result_count = False
