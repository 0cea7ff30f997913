"""Theorem 4.1 in the worst case: PEPit searches all convex K, all L-smooth f and all states.

It maximises (measured - promised) of the theorem's inequality as a semidefinite program over the
Gram matrix of the points and the function values that a step meets. By interpolation theorems for
smooth and for convex functions the program is exact in high enough dimension. K* needs no function
of its own: lam x is a subgradient of K at some p, so that K*(lam x) = <lam x, p> - K(p).

The program is homogeneous, its value 0 or infinite; the bounds |p|, |m|, ... <= 1 make it finite.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PEPit import PEP, Expression, Point
from PEPit.functions import ConvexFunction, SmoothFunction

from lionk_ref.certificates import constants, printed_constants
from lionk_ref.certificates.lyapunov import Constants

SETTINGS = [
    pytest.param({"lr": 0.25, "beta1": 0.5, "beta2": 0.75, "lam": 1.0}, 1.0, id="moderate"),
    pytest.param({"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "lam": 0.1}, 5.0, id="lion"),
    pytest.param({"lr": 0.5, "beta1": 0.2, "beta2": 0.9, "lam": 3.0}, 0.7, id="strong decay"),
]
SOLVED = 1e-6
"""What the interior-point solver, asked for 1e-8, may leave of a maximum that is 0."""


def worst_case(hyper: dict[str, float], L: float, chosen: Constants) -> float:
    """The maximum of H' - H + lr (a Delta1 + b Delta2) - (L lr^2/2) |u - lam x'|^2."""
    lr, beta1, beta2, lam = hyper.values()
    c, a, b = chosen
    problem = PEP()
    f = problem.declare_function(SmoothFunction, L=L)
    K = problem.declare_function(ConvexFunction)

    p, m = Point(), Point()
    lam_x, K_p = K.oracle(p)
    x = lam_x / lam
    g, f_x = f.oracle(x)

    m_tilde = beta1 * m - (1 - beta1) * g
    m_next = beta2 * m - (1 - beta2) * g
    u, _ = K.oracle(m_tilde)
    v, K_m_next = K.oracle(m_next)
    _, K_m = K.oracle(m)
    x_next = (x + lr * u) / (1 + lr * lam)
    _, f_next = f.oracle(x_next)
    w, K_w = Point(), Expression()
    K.add_point((w, lam * x_next, K_w))

    conj, conj_next = lam_x * p - K_p, lam * x_next * w - K_w
    H = f_x + conj / lam + c * (conj + K_m - lam * x * m)
    H_next = f_next + conj_next / lam + c * (conj_next + K_m_next - lam * x_next * m_next)
    V = u - lam * x_next
    promised = -lr * (a * (V * (m_tilde - w)) + b * ((u - v) * (m_tilde - m_next)))
    promised += L * lr**2 / 2 * V**2

    for point in (p, m, g, lam_x, u, v, w):
        problem.set_initial_condition(point**2 <= 1)
    problem.set_performance_metric(H_next - H - promised)
    return float(problem.solve(verbose=0, wrapper="cvxpy", solver="CLARABEL"))


@pytest.mark.parametrize(("hyper", "L"), SETTINGS)
def test_corrected(hyper: dict[str, float], L: float) -> None:
    """No K, f and state break the inequality: the worst case is 0."""
    assert abs(worst_case(hyper, L, constants(**hyper))) <= SOLVED


@pytest.mark.parametrize(("hyper", "L"), SETTINGS)
def test_printed(hyper: dict[str, float], L: float) -> None:
    """With the printed constants some do, by far."""
    assert worst_case(hyper, L, printed_constants(**hyper)) > 1e-2


CHANGES: dict[str, Callable[[Constants], Constants]] = {
    "1 % more of Delta1": lambda k: k._replace(a=1.01 * k.a),
    "1 % more of Delta2": lambda k: k._replace(b=1.01 * k.b),
    "a larger c": lambda k: k._replace(c=1.01 * k.c),
    "a smaller c": lambda k: k._replace(c=k.c / 1.01),
}


@pytest.mark.parametrize(("hyper", "L"), SETTINGS)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_tight(hyper: dict[str, float], L: float, change: Callable[..., Constants]) -> None:
    """No constant can be changed by one per cent: the theorem promises all there is."""
    assert worst_case(hyper, L, change(constants(**hyper))) > 100 * SOLVED
