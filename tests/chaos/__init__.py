"""Phones, a server that is killed, and managers who reassign, all at once."""
