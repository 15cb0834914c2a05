"""How allauth is told about this installation's rules."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: members come by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed."""
        return False
