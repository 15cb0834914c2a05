"""What can go wrong with organisations, teams, members, invitations and sign-in."""

from __future__ import annotations

from common.errors import DomainError


class CsrfFailed(DomainError):
    """A browser signed in by cookie has to prove that the request is its own."""

    code = "csrf_failed"
    status = 403
    title = "The CSRF token is missing or wrong. Send the cookie's value in X-CSRFToken."


class OrganisationNeeded(DomainError):
    """Somebody who belongs to several organisations says which one; `organisations` lists them."""

    code = "organisation.needed"
    status = 403
    title = "You belong to several organisations: name one in the header Canvass-Organisation."


class EmailInvalid(DomainError):
    """Not an e-mail address."""

    code = "email.invalid"
    status = 422
    title = "This is not an e-mail address."


class PasswordTooWeak(DomainError):
    """The password breaks the rules; `reasons` lists which, in words for people."""

    code = "password.too_weak"
    status = 422
    title = "The password is too weak; see `reasons`. Choose another."


class PasswordLinkNotValid(DomainError):
    """The link of a password reset is used, outdated or wrong."""

    code = "password.link_not_valid"
    status = 404
    title = "This link is not valid any more. Ask for a new one."


class RunEnded(DomainError):
    """Only what is queued or running can be cancelled; `state` is how the run has ended."""

    code = "run.ended"
    status = 409
    title = "The run is over, so there is nothing to cancel. Undo what it did, if need be."


class TeamNameTaken(DomainError):
    """Teams below one team have different names."""

    code = "team.name_taken"
    status = 409
    title = "There is a team of that name there already. Choose another name."


class TeamCircle(DomainError):
    """A team cannot be moved below itself; nor can the root, below which everything is."""

    code = "team.circle"
    status = 422
    title = "A team cannot be moved below itself. Choose a team outside it."


class TeamTooDeep(DomainError):
    """The tree has too many levels for the database."""

    code = "team.too_deep"
    status = 422
    title = "The team would be too many levels down. Choose a team further up."


class MemberExists(DomainError):
    """The person belongs to the organisation already."""

    code = "member.exists"
    status = 409
    title = "Somebody with this e-mail address is a member already."


class UserExists(DomainError):
    """The person has a password already, so only they can say yes."""

    code = "member.must_be_invited"
    status = 409
    title = "This person has an account already. Invite them instead."


class MemberHasLeft(DomainError):
    """Nothing changes about a member who has left."""

    code = "member.has_left"
    status = 409
    title = "The member has left. Invite them again to have them back."


class LastAdmin(DomainError):
    """An organisation without an admin could never get another."""

    code = "member.last_admin"
    status = 409
    title = "This is the organisation's last admin. Make somebody else an admin first."


class MemberDatesInvalid(DomainError):
    """Nobody leaves before they were hired, or later than today."""

    code = "member.dates_invalid"
    status = 422
    title = "The last day is before the first, or has not come yet."


class InvitationWaiting(DomainError):
    """Another manager has invited the person into another part of the organisation."""

    code = "invitation.waiting"
    status = 409
    title = "This person has been invited by somebody else already, and the invitation still waits."


class InvitationAccepted(DomainError):
    """An invitation that has made a member cannot be withdrawn."""

    code = "invitation.accepted"
    status = 409
    title = "The invitation has been accepted. End the membership instead."


class InvitationNotValid(DomainError):
    """The link is used, withdrawn, outdated or wrong: which one is not told."""

    code = "invitation.not_valid"
    status = 404
    title = "This invitation is not valid any more. Ask for a new one."


class InvitationPasswordWrong(DomainError):
    """The invited person has an account already, and this is not its password."""

    code = "invitation.password_wrong"
    status = 403
    title = "You have an account already: use its password, or reset it first."


class TooManyTries(DomainError):
    """Somebody guesses a password; `retry_after_s` seconds later all is forgotten."""

    code = "password.too_many_tries"
    status = 429
    title = "Too many wrong passwords. Wait five minutes and try again."


class MailUnavailable(DomainError):
    """The e-mail could not be handed to the mail server; nothing has been changed."""

    code = "mail.unavailable"
    status = 503
    title = "The e-mail could not be sent. Try again later."


class SecondFactorNeeded(DomainError):
    """The organisation wants managers and admins to have a second factor; this one has none."""

    code = "second_factor.needed"
    status = 403
    title = (
        "Your organisation wants a second factor. Set one up at "
        "/_allauth/app/v1/account/authenticators/totp, then go on."
    )


class ScopeNeeded(DomainError):
    """An API key does only what it was made for; `scope` is what this needs."""

    code = "api_key.scope_needed"
    status = 403
    title = "This API key is not made for that. Use one with the scope in `scope`."


class PersonNeeded(DomainError):
    """Keys, devices and second factors are the business of people who sign in."""

    code = "api_key.person_needed"
    status = 403
    title = "No API key does this. Sign in."


class ApiKeyInvalid(DomainError):
    """A key is made for a serving member of at least its role, and expires later than now."""

    code = "api_key.invalid"
    status = 422
    title = "A key needs a member who serves, a role no higher than theirs, and a future expiry."
