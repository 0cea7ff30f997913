"""Section 2. dK* at the edge of dom K*: where it is empty, that just inside stands for it."""

from __future__ import annotations

from lionk_ref.arrays import Arrays, combine, each
from lionk_ref.convex import ConvexFunction

INWARD = 2.0**-40
"""How far such a point is drawn inwards."""


def slope_at_edge(K: ConvexFunction, y: Arrays) -> tuple[Arrays, bool]:
    """dK* at y in the closure of dom K*, and whether it exists; if not, just inside the edge.

    Inside is where the point of dom K* nearest to 0 lies, for all K in this library: it is 0 where
    K has a minimum, and the middle of the simplex for `LogSumExp`.
    """
    try:
        return K.conjugate_subgradient(y), True
    except ValueError:
        middle = K.project_domain(each(lambda a: 0 * a, y))
        return K.conjugate_subgradient(combine(1 - INWARD, y, INWARD, middle)), False
