"""Who: organisations, teams, members and their roles, sign-in."""

from django.apps import AppConfig
from django.db.models.signals import post_save


class AccountsConfig(AppConfig):
    """The accounts app."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have second factors told in the trail: allauth says by signals only that there is one."""
        from allauth.mfa.models import Authenticator  # noqa: PLC0415  # models come first
        from allauth.mfa.signals import authenticator_removed  # noqa: PLC0415

        from accounts.second_factors import tell_removed, tell_set_up  # noqa: PLC0415

        post_save.connect(tell_set_up, sender=Authenticator)
        authenticator_removed.connect(tell_removed, sender=Authenticator)
