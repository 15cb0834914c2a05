"""What can go wrong with photos of visits."""

from __future__ import annotations

from common.errors import DomainError


class PhotoOffsetWrong(DomainError):
    """Bytes go where the last ones ended; `offset` says where that is."""

    code = "photo.offset_wrong"
    status = 409
    title = "The bytes do not follow on what has come. Go on from the offset given."


class PhotoDiffers(DomainError):
    """Size and kind are said once."""

    code = "photo.differs"
    status = 409
    title = "The photo was announced with another size or type."


class PhotoTooLarge(DomainError):
    """Neither the whole nor a part is larger than `most` bytes."""

    code = "photo.too_large"
    status = 413
    title = "Too many bytes. Send a smaller photo, or smaller parts of it."


class PhotoTooManyPixels(DomainError):
    """A small file may unpack to a huge picture; `most` pixels are taken."""

    code = "photo.too_many_pixels"
    status = 422
    title = "The photo has too many pixels. Send it scaled down."


class PhotoUnreadable(DomainError):
    """The bytes are what they should be, but no picture of the type announced."""

    code = "photo.unreadable"
    status = 422
    title = "The file is no picture of that type. JPEG, PNG and WebP are taken."


class PhotoStoreAway(DomainError):
    """What keeps photos, a disk or a bucket, does not take or give them. What has come is kept."""

    code = "photo.store_away"
    status = 503
    title = "Photos cannot be kept or shown just now. Send the same bytes again later."


class PhotoHashWrong(DomainError):
    """All bytes have come, and are others than the visit names. They are dropped."""

    code = "photo.hash_wrong"
    status = 422
    title = "The bytes do not have the announced SHA-256. Send them again from the start."
