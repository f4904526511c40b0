"""The nearest allowed step: a small quadratic programme.

Minimise ``(x - wanted)^T M (x - wanted)`` subject to ``rows @ x <= bounds``. The dual has one
multiplier a row; an active set is grown and pruned over it, which ends after a few solutions of
small systems. The number of rounds is bounded: should it not end (rows that contradict each other
by rounding), Hildreth's sweeps, which always converge, take over for a bounded number of sweeps.
"""

from __future__ import annotations

import numpy as np

from telesurgery_core.transforms import Array

TOLERANCE = 1e-10
"""A bound is kept when it is passed by less than this, in its own unit."""
SWEEPS = 60
_REGULAR = 1e-9
"""Share of a row's own weight that is added to it: two rows that say the same stay solvable."""


def project(wanted: Array, rows: Array, bounds: Array, M_inverse: Array) -> Array:
    """Return the step ``(n,)`` nearest to ``wanted`` ``(n,)`` with ``rows @ step <= bounds``.

    ``rows`` is ``(m, n)``, ``bounds`` ``(m,)``, ``M_inverse`` ``(n, n)`` the metric's inverse.
    """
    excess = rows @ wanted - bounds
    if excess.max() <= TOLERANCE:
        return wanted
    C = rows @ M_inverse
    G = C @ rows.T
    G[np.diag_indices_from(G)] *= 1.0 + _REGULAR
    multipliers = _active_set(G, excess)
    if multipliers is None:
        multipliers = _sweep(G, excess)
    step: Array = wanted - multipliers @ C
    return step


def _active_set(G: Array, excess: Array) -> Array | None:
    """Return the multipliers ``(m,)``, or None when the rounds did not suffice."""
    active: list[int] = []
    multipliers = np.zeros(len(excess))
    for _ in range(4 * len(excess) + 4):
        left = excess - G[:, active] @ multipliers[active] if active else excess
        worst = int(left.argmax())
        if left[worst] <= TOLERANCE:
            return multipliers
        if worst in active:
            return None
        active.append(worst)
        while active:
            solution = np.linalg.solve(G[np.ix_(active, active)], excess[active])
            smallest = int(solution.argmin())
            if solution[smallest] >= 0.0:
                break
            del active[smallest]
        multipliers[:] = 0.0
        if active:
            multipliers[active] = solution
    return None


def _sweep(G: Array, excess: Array) -> Array:
    """Return the multipliers ``(m,)`` after Hildreth's sweeps over the rows, one by one."""
    multipliers = np.zeros(len(excess))
    for _ in range(SWEEPS):
        for row in range(len(excess)):
            change = (excess[row] - G[row] @ multipliers) / G[row, row]
            multipliers[row] = max(0.0, multipliers[row] + change)
    return multipliers
