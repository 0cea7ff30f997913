"""Curvature where it is known exactly: the diagonal majorant of a saddle."""

from __future__ import annotations

import numpy as np

from lionk_ref.problems import Quadratic


def check_saddle() -> None:
    """Q = [[-1, 3], [3, -1]] is 2 along (1, 1) and -4 along (1, -1), so that Q+ = [[1, 1], [1, 1]].

    D = (2, 2) is tight: for d = (1, 1) both <d, Q d> and <d, D d> are 4.
    """
    f = Quadratic(np.array([[-1.0, 3.0], [3.0, -1.0]]), np.zeros(2), np.zeros(2))
    D, d = f.diagonal_majorant(), np.ones(2)
    assert np.allclose(D, [2.0, 2.0], rtol=1e-14, atol=0)
    assert 2 * f.bregman(d, np.zeros(2)) == 4


def test_the_diagonal_majorant_of_a_saddle() -> None:
    """What is concave adds nothing."""
    check_saddle()
