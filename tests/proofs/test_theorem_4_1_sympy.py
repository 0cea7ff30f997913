r"""Theorem 4.1, derived. Its constants are the only ones for which the energy of a step balances.

Every term of the theorem is a sum over coordinates, so one coordinate is enough. A step is

    m_tilde = beta1 m - (1 - beta1) g        u = dK(m_tilde)
    m'      = beta2 m - (1 - beta2) g        v = dK(m')
    x'      = (x + lr u)/(1 + lr lam)        w = dK*(lam x')

and x, m, g, u, v, w are independent symbols: nothing is used of f, K and K* but the values that
they take. Those values enter in one of two ways, and each gives a proof.

1. By Bregman divergences, B_h(p, q) = h(p) - h(q) - dh(q) (p - q) >= 0 for a convex h. Then
   H' - H + lr (a Delta1 + b Delta2) is a polynomial in the six symbols plus B_f - ... - ..., and
   asking that the polynomial vanish leaves one choice of c, a and b.
2. By Fenchel-Young gaps, FY(m, y) = K(m) + K*(y) - m y >= 0, and 0 for y = dK(m). Then v and w are
   not needed, and the terms are visibly of one sign.
"""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from lionk_ref.certificates import constants, printed_constants

x, m, g, u, v, w = POINTS = sp.symbols("x m g u v w")
lr, beta1, beta2, lam = HYPER = sp.symbols("lr beta1 beta2 lam", positive=True)

m_tilde = beta1 * m - (1 - beta1) * g
m_next = beta2 * m - (1 - beta2) * g
x_next = (x + lr * u) / (1 + lr * lam)
delta_1 = (u - lam * x_next) * (m_tilde - w)
delta_2 = (u - v) * (m_tilde - m_next)


def residual_of_bregman_form(c: Any, a: Any, b: Any, penalty: Any = 1 / lam) -> Any:
    """H' - H minus what the theorem's proof makes of it; 0 if the constants are right.

    H = f + penalty K*(lam x) + c [K*(lam x) + K(m) - lam x m].
    """
    B_f, B_conj, B_K = sp.symbols("B_f B_conj B_K")
    change_f = B_f + g * (x_next - x)
    change_conj = -B_conj + w * lam * (x_next - x)
    change_K = -B_K + v * (m_next - m)
    coupling = lam * (x_next * m_next - x * m)
    change_H = change_f + penalty * change_conj + c * (change_conj + change_K - coupling)
    promised = B_f - (penalty + c) * B_conj - c * B_K - lr * (a * delta_1 + b * delta_2)
    return sp.factor(change_H - promised)


def test_the_constants_are_the_only_ones() -> None:
    """Matching the coefficients of the monomials gives c, a, b and the weight 1/lam of K*."""
    c, a, b, penalty = unknowns = sp.symbols("c a b penalty")
    residual = residual_of_bregman_form(c, a, b, penalty)
    conditions = sp.Poly(sp.numer(residual), *POINTS).coeffs()
    (solution,) = sp.solve(conditions, unknowns, dict=True)
    wanted = (*constants(*HYPER), 1 / lam)
    for unknown, value in zip(unknowns, wanted, strict=True):
        print(unknown, "=", sp.factor(solution[unknown]))
        assert sp.simplify(solution[unknown] - value) == 0


def test_the_energy_balances() -> None:
    """With them H' - H = B_f - (1/lam + c) B_K* - c B_K - lr (a Delta1 + b Delta2), identically."""
    residual = residual_of_bregman_form(*constants(*HYPER))
    print("residual =", residual)
    assert residual == 0


def test_the_printed_constants_do_not_balance() -> None:
    """As printed a residual is left, but at lr = lam = 1, where the lost factors are 1."""
    residual = residual_of_bregman_form(*printed_constants(*HYPER))
    print("residual as printed =", residual)
    assert residual != 0
    assert residual.subs({lr: 1, lam: 1}).simplify() == 0


@pytest.mark.parametrize("misprint", ["c", "a", "b"])
def test_each_misprint_matters(misprint: str) -> None:
    """Any one of the three printed constants among two right ones spoils the balance."""
    right, printed = constants(*HYPER), printed_constants(*HYPER)
    mixed = right._replace(**{misprint: getattr(printed, misprint)})
    assert residual_of_bregman_form(*mixed) != 0


def test_what_the_print_lost() -> None:
    """The factors between print and truth: lr in c, lr lam in a - 1 and in b."""
    right, printed = constants(*HYPER), printed_constants(*HYPER)
    assert sp.simplify(right.c / printed.c) == lr
    assert sp.simplify((right.a - 1) / (printed.a - 1)) == lr * lam
    assert sp.simplify(right.b / printed.b) == lr * lam


class Values:
    """The values of f, K and K* at the points of a step: symbols, tied by FY(m_tilde, u) = 0."""

    f, f_next, K, K_next, conj, conj_next, conj_u = sp.symbols(
        "f f_next K K_next conj conj_next cu"
    )
    K_tilde = m_tilde * u - conj_u


def change_of_h(c: Any, c_next: Any) -> Any:
    """H(x', m') - H(x, m) in those values, with a c for each."""
    V = Values
    before = V.f + V.conj / lam + c * (V.conj + V.K - lam * x * m)
    after = V.f_next + V.conj_next / lam + c_next * (V.conj_next + V.K_next - lam * x_next * m_next)
    return after - before


def brackets() -> tuple[Any, Any]:
    """FY(m_tilde, lam x) - FY(m_tilde, lam x') and FY(m, u) - FY(m', u)."""
    V = Values
    first = (V.K_tilde + V.conj - m_tilde * lam * x) - (
        V.K_tilde + V.conj_next - m_tilde * lam * x_next
    )
    second = (V.K + V.conj_u - m * u) - (V.K_next + V.conj_u - m_next * u)
    return first, second


def test_fenchel_young_form() -> None:
    """H' - H = B_f - (1/lam + c) [first bracket] - c [second bracket], without v, w, a or b."""
    c = constants(*HYPER).c
    first, second = brackets()
    B_f = Values.f_next - Values.f - g * (x_next - x)
    residual = sp.simplify(change_of_h(c, c) - (B_f - (1 / lam + c) * first - c * second))
    print("residual =", residual)
    assert residual == 0


def test_noise_and_a_step_size_that_varies() -> None:
    """g for the true G adds (G - g)(x' - x); c_next for c adds (c_next - c) FY(m', lam x')."""
    c, c_next, G = constants(*HYPER).c, *sp.symbols("c_next G")
    first, second = brackets()
    B_f = Values.f_next - Values.f - G * (x_next - x)
    grown = (c_next - c) * (Values.K_next + Values.conj_next - m_next * lam * x_next)
    causes = B_f + (G - g) * (x_next - x) + grown - (1 / lam + c) * first - c * second
    assert sp.simplify(change_of_h(c, c_next) - causes) == 0


def test_why_the_brackets_are_not_negative() -> None:
    """lam x' and m' lie between where they were and where the other argument of FY vanishes.

    FY is convex in each argument and FY(m_tilde, u) = 0, so FY(m_tilde, lam x') is at most
    (1 - s) FY(m_tilde, lam x), and FY(m', u) at most (1 - theta) FY(m, u): theta is at most 1
    exactly where beta1 <= beta2.
    """
    s = lr * lam / (1 + lr * lam)
    theta = (1 - beta2) / (1 - beta1)
    assert sp.simplify(lam * x_next - ((1 - s) * lam * x + s * u)) == 0
    assert sp.simplify(m_next - ((1 - theta) * m + theta * m_tilde)) == 0
    assert sp.simplify((1 - theta) - (beta2 - beta1) / (1 - beta1)) == 0


def test_deltas_are_sums_of_gaps() -> None:
    """Delta1 = FY(m_tilde, lam x') + FY(w, u) and Delta2 = FY(m', u) + FY(m_tilde, v): >= 0."""
    V = Values
    K_w, conj_v = w * lam * x_next - V.conj_next, v * m_next - V.K_next
    gaps_1 = (V.K_tilde + V.conj_next - m_tilde * lam * x_next) + (K_w + V.conj_u - w * u)
    gaps_2 = (V.K_next + V.conj_u - m_next * u) + (V.K_tilde + conj_v - m_tilde * v)
    assert sp.simplify(delta_1 - gaps_1) == 0
    assert sp.simplify(delta_2 - gaps_2) == 0


def test_the_limit_is_theorem_3_1() -> None:
    """With beta1 = 1 - vareps gamma, beta2 = 1 - lr gamma, gamma c is the eta of eq. (6)."""
    vareps, gamma = sp.symbols("vareps gamma", positive=True)
    c, a, b = constants(lr, 1 - vareps * gamma, 1 - lr * gamma, lam)
    eta = (1 - vareps * gamma) / (1 + vareps * lam)
    assert sp.simplify(gamma * c - eta) == 0
    assert sp.simplify(gamma * a - (gamma + lam) / (1 + vareps * lam)) == 0
    assert sp.simplify(gamma * b * (vareps - lr) - eta) == 0


def test_constants_of_the_explicit_scheme() -> None:
    """In the step size h of eq. (2) they are these: lr = h/(1 - h lam)."""
    h = sp.symbols("h", positive=True)
    c, a, b = constants(h / (1 - h * lam), beta1, beta2, lam)
    D = h * lam * (beta2 - beta1) + 1 - beta2
    assert sp.simplify(c - h * beta1 / D) == 0
    assert sp.simplify(a - (h * lam * beta2 + 1 - beta2) / D) == 0
    assert sp.simplify(b - beta1 * (1 - beta2) * (1 - h * lam) / ((beta2 - beta1) * D)) == 0
