"""Visits as a phone tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class NewVisit:
    """One attempt at one door, as the phone tells it; `outcome` is the outcome's code.

    `id` is a UUIDv7 that the phone made. `supersedes` names an own earlier visit to the same door
    that this one corrects. `simulated` marks visits that nobody made. `answers` are to that
    version of the campaign's script, by its questions' keys; `photos` are SHA-256 digests in
    hexadecimal. An agreed time with `callback_until` is a window.
    """

    id: UUID
    campaign_id: int
    door_id: int
    outcome: str
    occurred_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    callback_at: datetime | None = None
    note: str = ""
    supersedes: UUID | None = None
    simulated: bool = False
    at_door_s: int | None = None
    script_version: int | None = None
    answers: Mapping[str, Any] | None = None
    photos: Sequence[str] = ()
    callback_until: datetime | None = None
