"""Errata 1 to 5: Theorem 4.1."""

from __future__ import annotations

from fractions import Fraction

from lionk_ref.certificates import constants, printed_constants
from lionk_ref.paper.claim import Claim, Evidence
from lionk_ref.paper.erratum import Erratum
from lionk_ref.paper.exact_lion import ExactStep

COUNTEREXAMPLE = ExactStep(Fraction(1, 2), Fraction(1, 20))
"""The smallest one known: with the constants corrected, both sides are equal."""

AT_REST = ExactStep(Fraction(1, 2), Fraction(0))
"""The same without momentum, as any run begins."""

ONE = Fraction(1)
SETTING = "d = 1, f(x) = x^2/2, K(m) = |m|, lr = 1/100, beta1 = 9/10, beta2 = 99/100, lam = 1"


def _inequality(step: ExactStep, wrong: str) -> Claim:
    """Theorem 4.1, part 2, with the constants named in ``wrong`` as they are printed."""
    right, printed = constants(*step.settings), printed_constants(*step.settings)
    used = {name: getattr(printed if name in wrong else right, name) for name in "cab"}
    how = f"{', '.join(wrong)} as printed" if wrong else "corrected"
    left = step.change(used["c"])
    return Claim(f"H' - H <= bound, {how}", left, "<=", step.bound(used["a"], used["b"]))


def weight_c() -> Evidence:
    """Erratum 1: with the printed c, H rises where it is promised to fall."""
    printed = _inequality(AT_REST, "c"), _inequality(AT_REST, "cab")
    return Evidence(printed, (_inequality(AT_REST, ""),))


def weight_a() -> Evidence:
    """Erratum 2: with the printed a the bound promises more than there is."""
    return Evidence((_inequality(AT_REST, "a"),), (_inequality(AT_REST, ""),))


def weight_b() -> Evidence:
    """Erratum 3: with the printed b the bound promises more than there is."""
    step = COUNTEREXAMPLE
    exact = _inequality(step, "")._replace(relation="=")
    return Evidence((_inequality(step, "b"), _inequality(step, "cab")), (exact,))


def exponent() -> Evidence:
    """Erratum 4: two steps from x = 2, outside the box, with the direction pointing outwards."""
    x, s, t, factor = Fraction(2), 0, 2, 1 / (1 + Fraction(1, 10))
    for _ in range(s, t):
        x = (x + Fraction(1, 10)) * factor
    shrinks = "the factor of dist is < 1 for s = 0, t = 2"
    met = Claim("dist after two steps / dist before = the factor", x - 1, "=", factor ** (t - s))
    return Evidence(
        (Claim(shrinks, factor ** (s - t), "<", ONE),),
        (Claim(shrinks, factor ** (t - s), "<", ONE), met),
    )


def first_summand() -> Evidence:
    """Erratum 5: one step, T = 1; the printed sum takes the drift of the step after it."""
    step = COUNTEREXAMPLE
    c, a, b = constants(*step.settings)
    delta = a * step.delta_1 + b * step.delta_2
    fallen = -step.change(c) / step.lr
    text = "Delta_0 <= (H_0 - H_1)/lr + L lr/2 B_1, B_1 = |u - lam x'|^2 of step"
    right, wrong = (fallen + step.L * step.lr / 2 * s.drift**2 for s in (step, step.next()))
    return Evidence(
        (Claim(f"{text} 1", delta, "<=", wrong),), (Claim(f"{text} 0", delta, "<=", right),)
    )


ERRATA = (
    Erratum(
        1,
        "Theorem 4.1, part 2, the weight c of the last term of H",
        "c = beta1/D",
        "c = lr beta1/D",
        "The energy balance is an equality for this c alone (see the proofs): the terms in m and "
        "in the gradient cancel when lr beta1 = c D. The printed c equals it at lr = 1 only.",
        f"{SETTING}, x = 1/2, m = 0",
        weight_c,
    ),
    Erratum(
        2,
        "Theorem 4.1, part 2, the weight a of Delta1",
        "a = beta1/D + 1",
        "a = lr lam beta1/D + 1",
        "a is 1 + lam c. The printed a is too large whenever lr lam < 1, as it is in every use.",
        f"{SETTING}, x = 1/2, m = 0",
        weight_a,
    ),
    Erratum(
        3,
        "Theorem 4.1, part 2, the weight b of Delta2",
        "b = beta1 (1 - beta2)/(lr lam (beta2 - beta1) D)",
        "b = beta1 (1 - beta2)/((beta2 - beta1) D)",
        "b is c (1 - beta2)/(lr (beta2 - beta1)), in which the lr of c cancels and lam never "
        "enters. With c, a and b as printed the inequality fails on most random steps; "
        "corrected, it is an equality here, so that no constant can be improved.",
        f"{SETTING}, x = 1/2, m = 1/20",
        weight_b,
    ),
    Erratum(
        4,
        "Theorem 4.1, part 1, the exponent",
        "(1/(1 + lr lam))^(s - t) for s <= t",
        "(1/(1 + lr lam))^(t - s)",
        "As printed the factor is at least 1: the bound is true and says nothing. The corrected "
        "one is met with equality wherever the direction keeps pointing outwards.",
        "d = 1, f(x) = -x, K(m) = |m|, lr = 1/10, lam = 1, x = 2, m = 0",
        exponent,
    ),
    Erratum(
        5,
        "Theorem 4.1, last display, the range of the sum in B_T",
        "t = 1, ..., T",
        "t = 0, ..., T - 1",
        "The sum of the T inequalities holds the drifts of those T steps. The printed range drops "
        "the first and adds one that has not been made.",
        f"{SETTING}, x = 1/2, m = 1/20, T = 1",
        first_summand,
    ),
)
