"""Phones: what they send is carried out once (push), what changes is told to them (pull)."""
