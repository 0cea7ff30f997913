"""Table 2, line 1 lifted to matrices: the polar factor, which is Muon's step."""

from __future__ import annotations

from lionk_ref.arrays import Array, array_namespace
from lionk_ref.convex.singular_values import composed, decompose, settled


def polar_factor(z: Array) -> Array:
    """U_r V_r', the subgradient of the nuclear norm of least norm, by the exact decomposition.

    A singular value of at most max(m, n) e sigma_max counts as 0, where e is the spacing of the
    floats at 1 in the dtype of z; see the module `singular_values`. An array of more than two
    dimensions is a batch. `newton_schulz` and `qdwh` approximate this, and are never its default.

    Examples
    --------
    >>> import numpy as np
    >>> polar_factor(np.array([[0.0, 2.0], [1e-20, 0.0]]))
    array([[0., 1.],
           [0., 0.]])
    """
    xp, d = array_namespace(z), decompose(z)
    s = settled(d)
    return composed(d, xp.astype(s > 0, s.dtype))
