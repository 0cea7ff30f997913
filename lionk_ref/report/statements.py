"""What each promise says, and what its tolerance is made of, in words."""

from __future__ import annotations

from typing import NamedTuple


class Statement(NamedTuple):
    """A promise and its tolerance, as text."""

    promise: str
    tolerance: str


SUMS = "(N + 64) float64 roundings of the sizes of all terms"

STATEMENTS = {
    "phase 1": Statement(
        "dist(lam x', dom K*) <= dist(lam x, dom K*)/(1 + lr lam)  (Theorem 4.1, part 1)",
        "lam times the rounding of x', and 8 roundings of u = dK(m_tilde); over a run at most "
        "about 4u(1 + 1/(lr lam)) in each coordinate, u the unit roundoff",
    ),
    "energy balance": Statement(
        "H' - H = D_f(x', x) + <grad f(x) - g, x' - x>"
        " - (1/lam + c)[FY(m_tilde, lam x) - FY(m_tilde, lam x')] - c[FY(m, u) - FY(m', u)]",
        f"the roundings of x', m' and m_tilde times the identity's own sensitivities, and {SUMS}",
    ),
    "u in dom K*": Statement(
        "dist(u, dom K*) = 0 for u = dK(m_tilde)",
        "16 roundings of u in the run's dtype, 7 (p - 2) more for an l_p, and 2^-40 |u| for the "
        "projection",
    ),
    "subgradient": Statement(
        "FY(m_tilde, u) = 0: u is a subgradient of K at m_tilde  (eq. 8)",
        "16 roundings, in the run's dtype, of K(m_tilde) + |K*(u)| + sum |m_tilde_i u_i|, and "
        "7 (p - 2) more for an l_p",
    ),
    "first bracket": Statement(
        "FY(m_tilde, lam x) - FY(m_tilde, lam x') >= lr lam/(1 + lr lam) FY(m_tilde, lam x)",
        f"the rounding of x' times |m_tilde| + |dK*(lam x')|, and {SUMS}",
    ),
    "second bracket": Statement(
        "FY(m, u) - FY(m', u) >= (1 - beta2)/(1 - beta1) FY(m, u); here beta1 <= beta2 is used",
        "the roundings of m' and m_tilde times |u| + |v|, and 16 of the run's roundings of K",
    ),
    "Delta1 >= 0": Statement(
        "Delta1 >= 0; outside dom K*, for positively homogeneous K, -Delta1 <= dist |m_tilde|",
        f"{SUMS}, and FY(m_tilde, u)",
    ),
    "Delta2 >= 0": Statement(
        "Delta2 >= 0, as dK is monotone",
        "the roundings of m' and m_tilde times |u| + |v|",
    ),
    "smoothness": Statement(
        "|D_f(x', x)| <= L |x' - x|^2/2: f is L-smooth, and the gradient is its own",
        SUMS,
    ),
    "Theorem 4.1": Statement(
        "H' - H <= -lr (a Delta1 + b Delta2) + <x' - x, M (x' - x)>/2, M >= the Hessian of f",
        "to first order, what the roundings of x', m' and m_tilde do to the two sides",
    ),
    "smooth K": Statement(
        "H' - H <= -lr (a - lr L L_K/2) Delta1 - lr b Delta2, for an L_K-smooth K",
        "that of Theorem 4.1 times 1 + lr L L_K",
    ),
    "telescoped": Statement(
        "the average of Delta, weighted by lr, is at most (H_0 - H_T)/sum lr + the average of the"
        " curvature terms",
        "the average of those of Theorem 4.1",
    ),
    "gap": Statement(
        "[K(-g) + K*(lam x) + <g, lam x>]/lam >= 0 at the end, g = grad f(x)",
        f"|g| times the distance of lam x to dom K*, and {SUMS}",
    ),
}
