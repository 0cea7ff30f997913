"""The softmax: a K whose domain does not hold 0, certified all the same where it can be."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from lionk_ref import LionK, certify
from lionk_ref.certificates import certify_continuous
from lionk_ref.convex import LogSumExp, Scaled
from lionk_ref.problems import PROBLEMS, Quadratic

TOY = PROBLEMS["toy"]()


@pytest.mark.parametrize("x0", [(0.5, 0.5), (1.0, 0.0), (2.0, -1.0), (-1.8, 1.6)])
def test_certified_from_anywhere(x0: tuple[float, float]) -> None:
    """On the edge of the simplex, where dK* is empty, the point just inside is no multiple."""
    c = certify(TOY, LionK(LogSumExp(), lr=0.01, lam=1.0), np.array(x0), steps=50)
    assert c.ok, [v for v in c.verdicts if not v.holds]


def test_the_flow_from_outside() -> None:
    """In continuous time too."""
    assert certify_continuous(TOY, LogSumExp(), time=3.0).ok


@pytest.mark.parametrize("K", [LogSumExp(), Scaled(LogSumExp(), 2.0)], ids=repr)
def test_without_decay_there_is_no_lyapunov_function(K: LogSumExp) -> None:
    """Nor any certificate, which is said before the first step."""
    with pytest.raises(ValueError, match=r"no Lyapunov function of LogSumExp at lam = 0.*lam > 0"):
        certify(TOY, LionK(K, lr=0.01))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_a_small_momentum(scale: float, dtype: str) -> None:
    """K and K* are far smaller than e there, and no rounding of e is left in them."""
    flat = Quadratic(scale * np.diag([1.0, 0.5, 0.25]), np.zeros(3), np.ones(3))
    lion = LionK(LogSumExp(e=1.0), lr=0.125, beta1=0.5, beta2=0.9999, lam=0.001)
    x0 = np.array([1e-3, -2e-3, 0.0]).astype(dtype)
    c = certify(flat, lion, x0, steps=20)
    assert c.ok, [v for v in c.verdicts if not v.holds]


def check_infinities() -> None:
    """An infinite entry is handled as the limit; NaN stays."""
    inf = np.inf
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for z, u, value in (
            ([inf, 1.0, 0.0, -2.0], [1.0, 0.0, 0.0, 0.0], inf),
            ([inf, inf, -inf, 0.0], [0.5, 0.5, 0.0, 0.0], inf),
            ([-inf, 1.0, -inf, 1.0], [0.0, 0.5, 0.0, 0.5], 1 - np.log(2)),
            ([np.nan, inf, 0.0, 0.0], [np.nan] * 4, np.nan),
        ):
            np.testing.assert_array_equal(LogSumExp().subgradient(np.array(z)), u)
            np.testing.assert_allclose(LogSumExp().value(np.array(z)), value, rtol=1e-15)


def test_infinities() -> None:
    """Without a warning."""
    check_infinities()
