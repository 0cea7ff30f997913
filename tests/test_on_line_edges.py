"""The edge of dom K* on line: how much K* falls there, and what counts as inside."""

from __future__ import annotations

import numpy as np

from lionk_ref.certificates.known_state import extent
from lionk_ref.convex import L1, Huber, Scaled
from lionk_ref.discrete.step_sums import gauge


def check_extent() -> None:
    """Huber's K* is e |y|^2/2 on the box: with 4 entries and e = 1/2, 1 at a corner.

    32 units of 2^-10 inwards, at 31/32 of the corner, it is (31/32)^2.
    """
    assert extent(Huber(e=0.5), np.zeros(4), 2.0**-10) == (1.0, 1 - (31 / 32) ** 2)


def test_the_fall_at_the_edge() -> None:
    """Nothing is rounded."""
    check_extent()


def check_gauge_inside() -> None:
    """3 P(y/3) is not 0.9 in float64, though 0.9 is far inside [-3, 3]: K* says so."""
    K, y = Scaled(L1(), 3.0), np.array([0.9])
    assert K.distance_to_domain(y) > 0
    assert gauge(K, y) == 1


def test_a_projection_that_rounds_puts_nothing_outside() -> None:
    """Where K* is finite, y is inside."""
    check_gauge_inside()
