"""Organisations, their tree of teams, the people in it and the invitations to join."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from common.forever import ForeverModel, ForeverQuerySet
from common.scoping import ScopedModel, ScopedQuerySet, Viewer


class Organisation(models.Model):
    """A company. Every row of the domain belongs to one; nobody sees another's."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    created_at = models.DateTimeField()
    second_factor_required = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether managers and admins need a code beside their password",
    )

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users that sign in by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user; e-mail addresses are kept in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an operator of the installation, who may use the Django admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with that e-mail address, however it is capitalised."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. What they may do comes from their Member rows."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower"
            ),
        ]

    def __str__(self) -> str:
        return self.email


class TeamQuerySet(ScopedQuerySet["Team"]):
    """Teams; everybody below admin sees their own subtree."""

    def for_manager(self, member: Viewer) -> Self:
        """The manager's team and everything below it."""
        return self.filter(path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own team."""
        return self.filter(path=member.team_path)


class Team(ScopedModel):
    """A node of an organisation's tree (region, office, crew).

    `path` lists the ids from the root to the team, as in "/1/5/", so that a subtree is one prefix.
    """

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=255, editable=False, db_index=True)
    created_at = models.DateTimeField(editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "organisation", Coalesce("parent", 0), "name", name="team_name_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do."""

    REP = "rep"
    MANAGER = "manager"
    ADMIN = "admin"


class MemberQuerySet(ScopedQuerySet["Member"]):
    """Members; a manager sees the subtree, a rep only their own row."""

    def for_manager(self, member: Viewer) -> Self:
        """The members of the manager's team and of the teams below it."""
        return self.filter(team__path__startswith=member.team_path)

    def for_rep(self, member: Viewer) -> Self:
        """The rep's own row."""
        return self.filter(pk=member.pk)

    def serving(self) -> Self:
        """Members who have not left."""
        return self.filter(left_on=None)


class Member(ScopedModel):
    """A user in an organisation, with one role and a team."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=8, choices=Role)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    home_lon = models.FloatField(null=True, blank=True)
    home_lat = models.FloatField(null=True, blank=True)
    languages = models.JSONField(default=list, blank=True)
    hired_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    left_reason = models.CharField(max_length=200, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "user"], name="member_unique"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="member_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(home_lon=None, home_lat=None)
                | models.Q(
                    home_lon__gte=-180, home_lon__lte=180, home_lat__gte=-90, home_lat__lte=90
                ),
                name="member_home_on_earth",
            ),
            models.CheckConstraint(
                condition=models.Q(left_on=None)
                | models.Q(hired_on=None)
                | models.Q(left_on__gte=models.F("hired_on")),
                name="member_left_after_hired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.email} ({self.role})"

    @property
    def team_path(self) -> str:
        """The path of the member's team; load members with `select_related("team")`."""
        return self.team.path


class InvitationQuerySet(ScopedQuerySet["Invitation"]):
    """Invitations; a manager sees those into the subtree."""

    def for_manager(self, member: Viewer) -> Self:
        """Invitations into the manager's team or a team below it."""
        return self.filter(team__path__startswith=member.team_path)

    def waiting(self, now: datetime) -> Self:
        """Invitations that can still be accepted: neither used nor expired."""
        return self.filter(accepted_at=None, expires_at__gt=now)


class Invitation(ScopedModel):
    """An e-mailed link that makes its reader a member. Only a hash of the link's token is kept.

    An address has at most one invitation that waits, per organisation.
    """

    email = models.EmailField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=8, choices=Role)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=models.Q(accepted_at=None),
                name="invitation_one_waiting_per_address",
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="invitation_email_lower"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.email


class TrailLimitQuerySet(ScopedQuerySet["TrailLimit"]):
    """Limits of audit trails, which only admins see."""

    def for_manager(self, member: Viewer) -> Self:
        """None, as of the trail itself."""
        return self.none()


class TrailLimit(ScopedModel):
    """From when on an organisation's audit trail is kept: older entries may be removed.

    Triggers of the database let nobody change an entry, nor delete one that is younger than this.
    """

    removed_before = models.DateTimeField()

    objects = TrailLimitQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation"], name="trail_limit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.removed_before}"


class AuditEntryQuerySet(ForeverQuerySet["AuditEntry"]):
    """Entries of the audit trail, which only admins see."""

    def for_manager(self, member: Viewer) -> Self:
        """None: the trail may tell on managers, too."""
        return self.none()


class AuditEntry(ForeverModel):
    """That somebody changed something, when and from where; see `accounts.audit`."""

    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    kind = models.CharField(max_length=80, help_text="The table, as in canvass.Sale")
    row = models.CharField(max_length=40, help_text="The id in that table")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=45, blank=True, help_text="IPv4 or IPv6")
    device = models.CharField(max_length=200, blank=True, help_text="What the client calls itself")

    expires_by = "at"

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        base_manager_name = "objects"
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-at", "-id"], name="audit_entry_time"),
            models.Index(fields=["organisation", "kind", "row"], name="audit_entry_row"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.row}"


class Scope(models.TextChoices):
    """What an API key is for; the parts are those of the API's documentation."""

    READ = "read", "read what the role may read"
    ACCOUNTS = "accounts:write", "change teams and members, invite people"
    TERRITORIES = "territories:write", "import doors and streets, cut and assign territories"
    CANVASS = "canvass:write", "set up campaigns, record visits and sales"
    ROUTING = "routing:write", "plan walks"


class ApiKeyQuerySet(ScopedQuerySet["ApiKey"]):
    """API keys, which only admins see."""

    def for_manager(self, member: Viewer) -> Self:
        """None."""
        return self.none()

    def valid(self, now: datetime) -> Self:
        """Keys that open something: neither revoked nor expired, of somebody who serves."""
        lasting = models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        return self.filter(
            lasting, revoked_at=None, member__left_on=None, member__user__is_active=True
        )


class ApiKey(ScopedModel):
    """A secret with which a program acts as `member`, as far as `role` and `scopes` let it.

    The key is shown once, when it is made; only its hash is kept, and its first characters, by
    which people tell keys apart.
    """

    name = models.CharField(max_length=80)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="api_keys")
    role = models.CharField(max_length=8, choices=Role)
    scopes = models.JSONField()
    prefix = models.CharField(max_length=16, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        verbose_name_plural = "API keys"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="api_key_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
