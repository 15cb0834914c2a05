"""Other people's solvers behind the same interface, to compare with on one's own problems.

They are installed by `pip install '.[peers]'`, never needed otherwise, and imported when used.
"""

from routing.engine.peers.asking import PYVRP, VROOM, NotExpressible, PeerMissing, is_installed
from routing.engine.peers.by_pyvrp import solve_with_pyvrp
from routing.engine.peers.by_vroom import solve_with_vroom

__all__ = [
    "PYVRP",
    "VROOM",
    "NotExpressible",
    "PeerMissing",
    "is_installed",
    "solve_with_pyvrp",
    "solve_with_vroom",
]
