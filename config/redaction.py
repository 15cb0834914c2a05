"""Keeps the secrets of e-mailed links out of the log."""

from __future__ import annotations

import logging
import re

SECRET = re.compile(r"(/(?:invitations|password/reset)/)[^/\s]{20,}")


class SecretPaths(logging.Filter):
    """Replaces the token in the address of an invitation or a password reset."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; every record passes."""
        message = record.getMessage()
        if SECRET.search(message):
            record.msg, record.args = SECRET.sub(r"\1[secret]", message), None
        return True
