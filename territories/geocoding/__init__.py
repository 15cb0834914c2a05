"""Positions for addresses that come without one.

`book` matches addresses with those that an organisation has already, exactly or but for a slip of
the pen; `services` asks a geocoder of the operator's choice; `locate` puts both together. Whatever
is not certain is listed, never guessed.
"""
