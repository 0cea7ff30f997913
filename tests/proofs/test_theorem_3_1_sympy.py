"""Theorem 3.1 and the displays of Section 3, by symbolic algebra: each residual is printed, 0.

Two dimensions, with f, K and K* as functions that nothing is known of: the equalities need neither
convexity nor that K* is the conjugate of K. These give the signs, by Lemma 2.1.
"""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from lionk_ref.certificates import constants
from lionk_ref.continuous import Rates, betas
from lionk_ref.continuous.lyapunov import weights

alpha, gamma, lam, vareps, lr = sp.symbols("alpha gamma lambda varepsilon tau", positive=True)
RATES = Rates(alpha, gamma, lam, vareps)
x, m = sp.Matrix(sp.symbols("x1:3")), sp.Matrix(sp.symbols("m1:3"))
f, K, K_star = (sp.Function(name) for name in ("f", "K", "K_star"))
DUMMIES = sp.Matrix(sp.symbols("z1:3"))


def gradient(function: Any, at: Any) -> Any:
    """The gradient of a function of two variables at a point, as a column."""
    plain = function(*DUMMIES)
    put = dict(zip(DUMMIES, at, strict=True))
    return sp.Matrix([sp.diff(plain, z).subs(put).doit() for z in DUMMIES])


def by(expression: Any, variables: Any) -> Any:
    """The gradient of an expression, by the chain rule."""
    return sp.Matrix([sp.diff(expression, z) for z in variables]).doit()


class Flow:
    """Eq. (3) and what belongs to it, at given coefficients."""

    def __init__(self, r: Rates = RATES) -> None:
        self.r = r
        self.g = gradient(f, x)
        self.v_m = -r.alpha * self.g - r.gamma * m
        self.m_tilde = m + r.vareps * self.v_m
        # The gradients as symbols: an identity that is linear in them needs no more.
        self.u = sp.Matrix(sp.symbols("u1:3"))
        self.v_x = self.u - r.lam * x
        self.v = gradient(K, m)

    def rate(self, energy: Any) -> Any:
        """d/dt of an energy along the flow."""
        return by(energy, x).dot(self.v_x) + by(energy, m).dot(self.v_m)


def is_zero(label: str, expression: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Print the residual, and insist that it is 0."""
    entries = expression if isinstance(expression, sp.MatrixBase) else [expression]
    residual = sum(abs(sp.simplify(sp.expand(e))) for e in entries)
    with capsys.disabled():
        print(f"\n{label}: residual {residual}", end=" ")
    assert residual == 0


def w_of(r: Rates) -> Any:
    """dK* at lam x, written as SymPy differentiates K*(lam x): by the chain rule, over lam."""
    return by(K_star(*(r.lam * x)), x) / r.lam


def H(r: Rates) -> Any:
    """Eq. (6)."""
    eta, _ = weights(r)
    conjugate = K_star(*(r.lam * x))
    pairing = conjugate + K(*m) - r.lam * m.dot(x)
    return r.alpha * f(*x) + r.gamma / r.lam * conjugate + eta * pairing


def deltas(flow: Flow) -> tuple[Any, Any]:
    """Eq. (10), as it is printed: Delta2 with its 1/vareps."""
    return (flow.m_tilde - w_of(flow.r)).dot(flow.v_x), delta_2(flow)


def delta_2(flow: Flow) -> Any:
    """Eq. (10), line 2."""
    return (flow.m_tilde - m).dot(flow.u - flow.v) / flow.r.vareps


def test_theorem_3_1(capsys: pytest.CaptureFixture[str]) -> None:
    """Part 2: dH/dt + Delta = 0."""
    flow, (eta, eta_prime) = Flow(), weights(RATES)
    first, second = deltas(flow)
    is_zero("(10)", flow.rate(H(RATES)) + eta_prime * first + eta * second, capsys)


def test_another_eta_fails() -> None:
    """With any other weight in H the residual is not 0: eta is determined."""
    flow, (eta, eta_prime) = Flow(), weights(RATES)
    first, second = deltas(flow)
    other = H(RATES) + sp.Symbol("c") * (K_star(*(lam * x)) + K(*m) - lam * m.dot(x))
    assert sp.simplify(flow.rate(other) + eta_prime * first + eta * second) != 0


def test_implicit_hamiltonian(capsys: pytest.CaptureFixture[str]) -> None:
    """(11): both halves of the gradient of H."""
    flow, (eta, eta_prime) = Flow(), weights(RATES)
    w = w_of(RATES)
    by_x = by(H(RATES), x) - (-eta_prime * (flow.m_tilde - w) - eta * flow.v_m)
    # dH/dm has the slope of K at m, which is no symbol here.
    by_m = by(H(RATES), m) - (-eta * (flow.u - flow.v) + eta * flow.v_x)
    is_zero("(11) by x", by_x, capsys)
    is_zero("(11) by m", by_m, capsys)


def test_kkt_residual(capsys: pytest.CaptureFixture[str]) -> None:
    """Part 3: alpha g + gamma w = -(1 - vareps gamma) V_m - gamma Vhat_x."""
    flow = Flow()
    w = w_of(RATES)
    right = -(1 - vareps * gamma) * flow.v_m - gamma * (flow.m_tilde - w)
    is_zero("stationarity", alpha * flow.g + gamma * w - right, capsys)


def test_hamiltonian_descent(capsys: pytest.CaptureFixture[str]) -> None:
    """(12): whatever eta is, the rotation conserves the energy."""
    energy, eta = sp.Function("E")(*x, *m), sp.Symbol("eta")
    turning = by(energy, x).dot(-eta * by(energy, m)) + by(energy, m).dot(eta * by(energy, x))
    is_zero("(12)", turning, capsys)


def test_without_decay(capsys: pytest.CaptureFixture[str]) -> None:
    """lam = 0: the rate of H = alpha f + (1 - vareps gamma) K(m)."""
    flow = Flow(RATES._replace(lam=0))
    rest = 1 - vareps * gamma
    printed = gamma * flow.u.dot(flow.m_tilde) + rest * delta_2(flow)
    is_zero("lam = 0", flow.rate(alpha * f(*x) + rest * K(*m)) + printed, capsys)


def test_second_energy(capsys: pytest.CaptureFixture[str]) -> None:
    """(13): Htilde, its rate, and its Hamiltonian + descent decomposition."""
    flow = Flow(RATES._replace(lam=0))
    rest = 1 - vareps * gamma
    energy = alpha * f(*x) + K(*(rest * m)) / rest
    u0 = by(K(*(rest * m)), m) / rest
    rate = gamma * u0.dot(m) + (rest * m - flow.m_tilde).dot(u0 - flow.u) / vareps
    is_zero("(13)", flow.rate(energy) + rate, capsys)
    is_zero("(13), x", flow.v_x - (by(energy, m) - (u0 - flow.u)), capsys)
    is_zero("(13), m", flow.v_m - (-by(energy, x) - gamma * m), capsys)


def test_without_enhancement(capsys: pytest.CaptureFixture[str]) -> None:
    """vareps = 0: the decomposition, and Delta = (lam + gamma) Delta1."""
    r = RATES._replace(vareps=0)
    w = w_of(r)
    flow = Flow(r)
    rotated_x, rotated_m = by(H(r), m), -by(H(r), x)
    is_zero("vareps = 0, x", (flow.v - lam * x) - rotated_x, capsys)
    is_zero("vareps = 0, m", flow.v_m - (rotated_m - (gamma + lam) * (m - w)), capsys)
    flow.v_x = flow.v - lam * x
    printed = (lam + gamma) * (m - w).dot(flow.v_x)
    is_zero("vareps = 0", flow.rate(H(r)) + printed, capsys)


def test_without_damping(capsys: pytest.CaptureFixture[str]) -> None:
    """gamma = 0: with K*(lam x) it is H; as printed, with K*(x), something is left over."""
    r = RATES._replace(gamma=0)
    flow, (eta, eta_prime) = Flow(r), weights(r)
    first, second = deltas(flow)
    pairing = K(*m) - lam * m.dot(x)
    right = alpha * f(*x) + eta * (K_star(*(lam * x)) + pairing)
    printed = alpha * f(*x) + eta * (K_star(*x) + pairing)
    is_zero("gamma = 0", flow.rate(right) + eta_prime * first + eta * second, capsys)
    assert sp.simplify(flow.rate(printed) + eta_prime * first + eta * second) != 0


def test_second_order(capsys: pytest.CaptureFixture[str]) -> None:
    """(14): for K = |.|^2/2, from eq. (3), by differentiating x' once more in time."""
    flow = Flow()
    velocity = flow.m_tilde - lam * x
    hessian = sp.hessian(f(*x), list(x))
    acceleration = velocity.jacobian(x) * velocity + velocity.jacobian(m) * flow.v_m
    left = (
        acceleration
        + (lam + gamma) * velocity
        + vareps * alpha * hessian * velocity
        + gamma * lam * x
        + alpha * flow.g
    )
    is_zero("(14)", left.doit(), capsys)


def test_the_map_of_h(capsys: pytest.CaptureFixture[str]) -> None:
    """H of (6), over gamma, is H of Theorem 4.1 exactly, with the betas of the map; a is eta'."""
    r = RATES._replace(alpha=gamma)
    b = betas(r, lr)
    c, a, weight = constants(lr, b.beta1, b.beta2, lam)
    eta, eta_prime = weights(r)
    conjugate, pairing = sp.symbols("K_star pairing")
    continuous = gamma * f(*x) + gamma / lam * conjugate + eta * pairing
    discrete = f(*x) + conjugate / lam + c * pairing
    is_zero("H/gamma", continuous / gamma - discrete, capsys)
    is_zero("eta'/gamma", eta_prime / gamma - a, capsys)
    is_zero("eta/(gamma vareps)", sp.limit(weight, lr, 0) - eta / (gamma * vareps), capsys)


def test_euler(capsys: pytest.CaptureFixture[str]) -> None:
    """Eq. (2) is Euler's step of eq. (3): m_tilde and m' with the betas of the map."""
    r = RATES._replace(alpha=gamma)
    flow, b = Flow(r), betas(r, lr)
    is_zero("m_tilde", b.beta1 * m - (1 - b.beta1) * flow.g - flow.m_tilde, capsys)
    is_zero("m'", b.beta2 * m - (1 - b.beta2) * flow.g - (m + lr * flow.v_m), capsys)


def test_the_rate_of_acceleration(capsys: pytest.CaptureFixture[str]) -> None:
    """t^2/r (f - f*) + r D(z, z*) changes at the rate (2 t/r) (f - f*) - t <Df, x - x*>."""
    t, r = sp.symbols("t r", positive=True)
    image, star = sp.Matrix(sp.symbols("p1:3")), sp.Matrix(sp.symbols("s1:3"))
    least = sp.Symbol("f_star")
    g = gradient(f, x)
    v_x, v_z = r / t * (image - x), -t / r * g
    found = 2 * t / r * (f(*x) - least) + t**2 / r * g.dot(v_x) + r * (image - star).dot(v_z)
    is_zero("acceleration", found - (2 * t / r * (f(*x) - least) - t * g.dot(x - star)), capsys)
