"""The accounts models in the Django admin, for the operator of the installation.

Rows are made through the API and `manage.py create_organisation`, which keep the rules; here they
are looked at and mended, and people are helped who cannot get in.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import sign_in_admin  # noqa: F401  # registers what is there
from accounts.api_keys import NewApiKey, create_api_key, refuse_invalid, revoke_api_key
from accounts.audit import Change, note_operator
from accounts.errors import ApiKeyInvalid, EmailInvalid
from accounts.models import (
    ApiKey,
    AuditEntry,
    Invitation,
    Member,
    Organisation,
    Scope,
    Team,
    TrailLimit,
    User,
)
from accounts.operator_sign_in import OperatorSignIn
from accounts.rows_admin import MendedAdmin, ShownAdmin
from accounts.users import clean_email

admin.site.login_form = OperatorSignIn
admin.site.login_template = "accounts/operator_sign_in.html"


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

    list_display = ("at", "action", "row", "member__user", "address", "organisation")
    list_select_related = ("member__user", "organisation")
    search_fields = ("action", "=row", "=request_id", "member__user__name")
    date_hierarchy = "at"
    show_full_result_count = False


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic to mypy only
    """A key to make."""

    scopes = forms.MultipleChoiceField(choices=Scope.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = ApiKey
        fields = ("name", "member", "role", "scopes", "expires_at")

    def wish(self) -> NewApiKey:
        """What is asked for."""
        told = self.cleaned_data
        return NewApiKey(**{**told, "scopes": tuple(told["scopes"])})

    def clean(self) -> dict[str, Any]:
        """The key as it can be made."""
        told = super().clean() or {}
        try:
            if not self.errors:
                refuse_invalid(self.wish(), timezone.now())
        except ApiKeyInvalid as error:
            raise forms.ValidationError(error.message) from None
        return told


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic to mypy only
    """API keys: made here for a member of any organisation, and revoked; never changed."""

    list_display = (
        "name",
        "prefix",
        "member__user",
        "role",
        "expires_at",
        "revoked_at",
        "last_used_at",
    )
    list_select_related = ("member__user",)
    search_fields = ("name", "=prefix", "member__user__email", "organisation__name")
    fields = ("name", "member", "role", "scopes", "expires_at")
    raw_id_fields = ("member",)
    actions = ("revoke",)

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        """Scopes are chosen from a list."""
        return super().get_form(*args, **kwargs, form=ApiKeyForm)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The list, from which keys are revoked, but no row."""
        return obj is None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: what a key was for is told for good."""
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Make the key, and show its secret once."""
        made, secret = create_api_key(actor=None, new=form.wish(), now=timezone.now())
        obj.pk, obj.organisation_id = made.pk, made.organisation_id
        messages.success(request, f"The key, shown this once: {secret}")

    @admin.action(description="Revoke the chosen keys")
    def revoke(self, request: HttpRequest, keys: Any) -> None:
        """End keys: from the next request on they open nothing."""
        for key in keys:
            revoke_api_key(actor=None, key=key, now=timezone.now())
