"""What can go wrong between a phone and the server."""

from __future__ import annotations

from common.errors import DomainError


class SyncOpInvalid(DomainError):
    """An operation, or its payload, has the wrong shape; `errors` lists what and where."""

    code = "sync.op_invalid"
    status = 400
    title = "The operation cannot be read; see `errors`. Keep it and report it."


class SyncTypeUnknown(DomainError):
    """The server is older than the phone. Keep the operation and send it again later."""

    code = "sync.unknown_type"
    status = 422
    title = "This server does not know such operations yet. Keep it and send it again later."


class SyncIdReused(DomainError):
    """An id names one operation for ever, whoever made it."""

    code = "sync.id_reused"
    status = 409
    title = "This id was used for something else. Make a new id for a new operation."


class SyncDoorUnknown(DomainError):
    """The door is named by the id under which it was found, and that has not been carried out."""

    code = "sync.door_unknown"
    status = 404
    title = "No door of yours has been found under this id yet. Send its `new_door` first."


class SyncOpFailed(DomainError):
    """A mistake of ours in one operation; the others of the batch are not touched by it."""

    code = "sync.op_failed"
    status = 500
    title = "Something went wrong on the server. Keep the operation and send it again later."


class SyncTooManyOps(DomainError):
    """A batch has 500 operations at most. Nothing of it was carried out."""

    code = "sync.too_many_ops"
    status = 413
    title = "Send no more than 500 operations at once."


class SyncCursorGone(DomainError):
    """The cursor is too old, of another member, from before a restored backup, or none of ours."""

    code = "sync.cursor_gone"
    status = 410
    title = "Begin again without a cursor. Keep what you have not sent yet."
