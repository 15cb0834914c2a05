"""What can go wrong with hooks."""

from __future__ import annotations

from common.errors import DomainError


class HookUrlInvalid(DomainError):
    """An https:// address with a host, and without a user, a password or a fragment."""

    code = "hook.url_invalid"
    status = 422
    title = "Give an https:// address without user, password and fragment."


class HookAddressRefused(DomainError):
    """Nothing is sent into the server's own networks, unless the operator has allowed it."""

    code = "hook.address_refused"
    status = 422
    title = "The address is not on the public internet. Give one that is."


class HookTaken(DomainError):
    """An address is told once."""

    code = "hook.taken"
    status = 409
    title = "There is a hook with this address. Change that one."


class HookTooMany(DomainError):
    """Everything that happens is sent to each of them; `most` are enough."""

    code = "hook.too_many"
    status = 409
    title = "There are as many hooks as an organisation may have. Delete one first."


class DeliveryWaits(DomainError):
    """What waits is sent anyway."""

    code = "hook_delivery.waits"
    status = 409
    title = "The delivery waits to be sent, so that there is nothing to send again."
