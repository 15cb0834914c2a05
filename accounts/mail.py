"""The e-mails that carry a link: an invitation, and a password to choose."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from accounts.errors import MailUnavailable
from accounts.models import Invitation, User

log = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, token: str) -> None:
    """Mail the link that accepts an invitation. Raises MailUnavailable."""
    link = f"{settings.PUBLIC_URL}/invitations/{token}/"
    subject = f"Join {invitation.organisation.name} on Canvass"
    context = {"invitation": invitation, "link": link}
    send(invitation.email, subject, "accounts/mail/invitation.txt", context)


def send_password_link(user: User, link: str) -> None:
    """Mail the link behind which a user chooses a new password. Raises MailUnavailable."""
    context = {"user": user, "link": link}
    send(user.email, "Choose a new password for Canvass", "accounts/mail/password.txt", context)


def send(to: str, subject: str, template: str, context: dict[str, Any]) -> None:
    """Hand one e-mail to the mail server. Raises MailUnavailable."""
    body = render_to_string(template, context)
    try:
        EmailMessage(" ".join(subject.split()), body, to=[to]).send()
    except (SMTPException, OSError) as error:
        # The error's own text quotes addresses, which have no place in a log.
        log.error("The mail server took no e-mail: %s", type(error).__name__)  # noqa: TRY400
        raise MailUnavailable from None
