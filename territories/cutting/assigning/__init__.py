"""Which territory goes to whom: short ways, equal value, and nobody without the right to be there.

>>> wish = Wish(ways_m=ways, value=value, minutes=minutes)
>>> deal = assign(wish, seed=0)
>>> deal.rep  # of each territory, -1 where it is left out; deal.left_out says why
"""

from territories.cutting.assigning.deals import Deal, Fairness, LeftOut, WhyLeftOut
from territories.cutting.assigning.solving import assign
from territories.cutting.assigning.wishes import NOBODY, Wish, WishError, allowed_by_needs, near

__all__ = [
    "NOBODY",
    "Deal",
    "Fairness",
    "LeftOut",
    "WhyLeftOut",
    "Wish",
    "WishError",
    "allowed_by_needs",
    "assign",
    "near",
]
