"""How the lists of the accounts API are narrowed, and the filter by id that every app uses."""

from __future__ import annotations

from typing import Any

from django import forms
from django_filters import rest_framework as filters

from accounts.api.fields import MAX_ID


class IdFilter(filters.NumberFilter):
    """Rows with that id."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=MAX_ID, **kwargs)
