"""Telling others of what happens: signed, from an outbox, until they have taken it."""
