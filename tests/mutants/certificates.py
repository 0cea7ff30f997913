"""Certificates that promise too much, too little, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

import certified
import test_certificates
import test_energy_balance
from lionk_ref import L1, Huber, LionK, certify
from lionk_ref.arrays import dot
from lionk_ref.certificates import (
    Equality,
    Inequality,
    energy_balance,
    judgement,
    phase_1,
    rounding,
    smooth_descent,
    theorem_4_1,
)
from lionk_ref.certificates.lyapunov import Constants, constants, lyapunov
from mutants import Mutant


def l1_holds() -> None:
    """Lion's certificates hold."""
    certified.check_certificate(L1(), "implicit")


def huber_holds() -> None:
    """Those of a smooth K hold."""
    certified.check_certificate(Huber(0.5), "explicit")


def sharp() -> None:
    """The tolerance of the balance is at the level of rounding."""
    for run in certified.random_runs(Huber(), "implicit"):
        certified.check_equality_is_sharp(run)


def wrong_ones_fail() -> None:
    """A wrong optimizer does not pass."""
    run = next(certified.random_runs(Huber(), "explicit", make=certified.SwapsBetas))
    assert not run.ok


def phase_1_is_tight() -> None:
    """On f = -x from outside the bound of phase 1 is met with equality."""
    lion = LionK(L1(), 0.01, lam=1.0, scheme="implicit")
    run = certify(test_certificates.Tilt.along_one(), lion, np.array([2.0]), steps=20)
    assert np.max(np.abs(run.promises["phase 1"].slack)) < 1e-14


def theorem_is_tight() -> None:
    """For linear f and L1 in one dimension both sides of Theorem 4.1 are equal."""
    lion = LionK(L1(), 0.01, lam=1.0, scheme="implicit")
    run = certify(test_certificates.Tilt.along_one(), lion, np.array([0.5]), steps=20)
    assert np.max(np.abs(run.promises["Theorem 4.1"].slack)) < 1e-14


def gap_is_a_bound() -> None:
    """The gap bounds the loss."""
    test_energy_balance.test_the_gap_bounds_the_loss(L1())


def without_noise(q: Any) -> Equality:
    """The balance without <grad f(x) - g, x' - x>."""
    right = energy_balance.energy_balance(q)
    return right._replace(promised=right.promised - q.noise)


def inverted_share(q: Any) -> Inequality:
    """theta upside down."""
    right = energy_balance.second_term(q)
    return right._replace(measured=right.measured / q.theta**2)


def growing_bound(q: Any) -> Inequality:
    """Theorem 4.1 part 1 as printed, with the exponent s - t: a bound that says nothing."""
    right = phase_1.phase_1(q)
    return right._replace(promised=right.promised * (1 + q.lr * q.lam) ** 2)


def half_curvature(q: Any) -> Inequality:
    """Theorem 4.1 with L/4 for L/2."""
    right = theorem_4_1.theorem_4_1(q)
    return right._replace(promised=right.promised - q.curvature / 2)


def double_curvature(q: Any) -> Inequality:
    """A theorem that promises less than it may: a - 1 for a."""
    right = theorem_4_1.theorem_4_1(q)
    return right._replace(promised=right.promised + q.lr * q.deltas.first)


def eager_descent(q: Any, general: Any, L: float, L_K: float) -> Inequality:
    """The rate of a smooth K as if its smoothness were ten times better."""
    return smooth_descent.smooth_descent(q, general, L, -9 * L_K)


def lyapunov_without_lam(p: Any, lam: Any, c: Any) -> Any:
    """H with <x, m> for lam <x, m>."""
    return lyapunov(p, lam, c) - c * (1 - lam) * dot(p.x, p.m)


def swapped_constants(lr: Any, beta1: Any, beta2: Any, lam: Any) -> Constants:
    """c with beta2 for beta1 in its numerator."""
    right = constants(lr, beta1, beta2, lam)
    return right._replace(c=right.c * beta2 / beta1)


def lenient(before: Any, *rest: Any) -> rounding.Rounding:
    """Roundings a million times too large."""
    right = rounding.update_rounding(before, *rest)
    return rounding.Rounding(*(1e6 * part for part in right))


def relative_only(before: Any, *rest: Any) -> rounding.Rounding:
    """Roundings as if there were no subnormals."""
    return rounding.Rounding(*(
        part - 4 * rounding.LEAST[rest[-1]] for part in rounding.update_rounding(before, *rest)
    ))  # fmt: skip


def u_in_the_ball(q: Any) -> Any:
    """Delta1 as if dK(m_tilde) were in dom K* to the last bit."""
    return theorem_4_1.delta_1(replace(q, u_distance=0 * q.u_distance))


def always_holds(name: str, stacked: Any) -> judgement.Verdict:
    """A verdict that never fails."""
    return judgement.judge(name, stacked)._replace(holds=True)


def negative_gap(K: Any, gradient: Any, x: Any, lam: float) -> Any:
    """The gap with <g, x> of the wrong sign."""
    y = lam * x
    return (K.value(-gradient) + K.projected_conjugate(y) - dot(gradient, y)) / lam


def everywhere(K: Any, before: Any, *rest: Any) -> Any:
    """Every step counts as inside the domain of K*."""
    return np.bool_(True)


CERTIFY = "lionk_ref.certificates.certify:"
QUANTITIES = "lionk_ref.certificates.quantities:"

MUTANTS = [
    Mutant("noise", "the balance forgets the noise of the gradient", CERTIFY + "energy_balance",
           without_noise, test_certificates.test_noise_enters_the_balance),
    Mutant("theta", "theta upside down", CERTIFY + "second_term", inverted_share, huber_holds),
    Mutant("exponent", "phase 1 with s - t", CERTIFY + "phase_1", growing_bound, phase_1_is_tight),
    Mutant("curvature", "L/4 for L/2", CERTIFY + "theorem_4_1", half_curvature, huber_holds),
    Mutant("a - 1", "a without its 1", CERTIFY + "theorem_4_1", double_curvature, theorem_is_tight),
    Mutant("eager", "the smooth rate too good", CERTIFY + "smooth_descent", eager_descent,
           huber_holds),
    Mutant("H without lam", "<x, m> for lam <x, m>", QUANTITIES + "lyapunov", lyapunov_without_lam,
           l1_holds),
    Mutant("c of beta2", "beta2 in the numerator of c", QUANTITIES + "constants",
           swapped_constants, l1_holds),
    Mutant("no conversion", "the explicit lr taken for the implicit one",
           QUANTITIES + "implicit_lr", lambda lr, lam: lr, huber_holds),
    Mutant("lenient", "a tolerance a million times too large", QUANTITIES + "update_rounding",
           lenient, sharp),
    Mutant("no subnormals", "the rounding of subnormals taken for relative",
           QUANTITIES + "update_rounding", relative_only,
           test_certificates.test_a_run_among_the_subnormals),
    Mutant("u in the ball", "u taken to be in dom K*", CERTIFY + "delta_1", u_in_the_ball,
           test_certificates.test_u_may_round_out_of_the_ball),
    Mutant("inside", "outside counts as inside", QUANTITIES + "_inside", everywhere,
           test_certificates.test_a_run_that_never_enters),
    Mutant("yes", "a verdict that cannot fail", CERTIFY + "judge", always_holds, wrong_ones_fail),
    Mutant("gap", "the gap with the wrong sign",
           "test_energy_balance:frank_wolfe_gap", negative_gap, gap_is_a_bound),
]  # fmt: skip
