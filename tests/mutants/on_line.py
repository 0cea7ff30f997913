"""Certificates on line that promise too much, too little, or nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

import test_on_line
import test_on_line_edges
from lionk_ref import L1, Huber
from lionk_ref.certificates import on_line, summed_average, summed_domain, summed_promises
from lionk_ref.certificates.estimate import Estimate
from lionk_ref.certificates.known_state import Extent, extent
from lionk_ref.certificates.lyapunov import Constants, constants
from mutants import Mutant
from summed import by, check, honest, run_of


def holds() -> None:
    """Honest runs hold, Lion's and that of a K with a K* of its own."""
    for K in (L1(), Huber(e=0.1)):
        for scheme in ("explicit", "implicit"):
            check(run_of(K, scheme, np.float64, by(honest)))


def agrees() -> None:
    """The sides are those of the full certificate."""
    test_on_line.check_against_full(Huber(e=0.1), "implicit", np.float64)


def sharp() -> None:
    """In float64 the tolerance of the balance is at the level of rounding: K(m) is about 10."""
    balance = run_of(L1(), "implicit", np.float64, by(honest)).promises["energy balance"]
    assert float(np.max(balance.tolerance)) < 1e-10


def outside_is_outside() -> None:
    """Far outside nothing of part 2 is judged."""
    run = run_of(L1(), "implicit", np.float64, by(honest), scale=8.0)
    assert not any(run.promises["Theorem 4.1"].applies)


def float32_holds() -> None:
    """Honest runs in float32 hold."""
    check(run_of(L1(), "explicit", np.float32, by(honest)))


def of_beta2(lr: float, beta1: float, beta2: float, lam: float) -> Constants:
    """The constants with beta2 in the numerator of c."""
    c, a, b = constants(lr, beta1, beta2, lam)
    return Constants(c * beta2 / beta1, a, b)


def larger(name: str, factor: float) -> Any:
    """The constants with one of them larger."""

    def wrong(*args: float) -> Constants:
        right = constants(*args)
        return right._replace(**{name: factor * getattr(right, name)})

    return wrong


def one_bracket(q: Any) -> Estimate:
    """The balance without its second bracket."""
    first = q.fy_tilde_x - q.fy_tilde_x_next
    return (1 / q.rule.lam + q.constants.c) * first


def other_bracket(q: Any) -> Estimate:
    """The balance without its first bracket."""
    return q.constants.c * (q.fy_m_u - q.fy_m_next_u)


def without_penalty(q: Any) -> Estimate:
    """H without K*(lam x)/lam."""
    return right_change(q) - (1 / q.rule.lam) * (q.star_next - q.star)


def generous(q: Any) -> float:
    """Everything up to a hundred times dom K* counts as inside."""
    return 99.0


class Lenient(summed_domain.Border):
    """One allowance for both ways."""

    def cross(self, q: Any, entries: int) -> tuple[bool, bool]:
        self.entry = np.inf
        begins = super().cross(q, entries)[0] or q.before.gauge <= 1 + self.allowed
        return begins, self.within or q.sums.gauge <= 1 + self.allowed


def explicit_bracket(q: Any, *rest: Any) -> Any:
    """The bound of the first bracket with h for h/(1 + h)."""
    promise = right_bracket(q, *rest)
    return promise._replace(measured=(1 + q.h) * promise.measured)


def lenient(q: Any, value: float) -> float:
    """The rounding of x' a million times too large."""
    return 1e6 * right_rounding(q, value)


def free_step(self: Any, q: Any, rise: Any, step: Any) -> Any:
    """The telescoped sum without its curvature."""
    return right_add(self, q, replace_curvature(rise), step)


def replace_curvature(rise: Any) -> Any:
    """A rise that is linear."""
    return rise._replace(curvature=0.0)


def one_unit(K: Any, x: Any, unit: float) -> Extent:
    """The fall of K* over one unit for that over 32."""
    return extent(K, x, unit / 32)


right_change = summed_promises.change
right_bracket = summed_promises.first_bracket
right_rounding = on_line.SummedStep.rounding_of_x_next
right_add = summed_average.Average.add
PROMISES = "lionk_ref.certificates.summed_promises:"
DOMAIN = "lionk_ref.certificates.summed_domain:"
SIZES = "lionk_ref.certificates.step_sizes:"
STEP = "lionk_ref.certificates.summed_step.SummedStep."

MUTANTS = [
    Mutant("on-line c", "beta2 in the numerator of c", SIZES + "constants", of_beta2, holds),
    Mutant("on-line c off", "c off by a millionth", SIZES + "constants",
           larger("c", 1 + 1e-6), holds),
    Mutant("on-line a", "a off by 1 %", SIZES + "constants", larger("a", 1.01),
           test_on_line.check_tight),
    Mutant("on-line b", "b off by 20 %", SIZES + "constants", larger("b", 1.2),
           test_on_line.check_tight),
    Mutant("on-line first", "no first bracket", PROMISES + "dissipated", other_bracket, holds),
    Mutant("on-line second", "no second bracket", PROMISES + "dissipated", one_bracket, holds),
    Mutant("on-line penalty", "H without K*(lam x)/lam", PROMISES + "change", without_penalty,
           agrees),
    Mutant("on-line bound", "h for h/(1 + h)", PROMISES + "first_bracket", explicit_bracket,
           holds),
    Mutant("on-line lr", "the explicit lr for the implicit one",
           "lionk_ref.certificates.on_line_settings:implicit_lr", lambda lr, lam: lr, holds),
    Mutant("on-line inside", "outside counts as inside", DOMAIN + "allowance", generous,
           outside_is_outside),
    Mutant("on-line entry", "what is outside comes inside as lr falls", DOMAIN + "Border",
           Lenient, test_on_line.check_never_inside),
    Mutant("on-line lenient", "a rounding a million times too large",
           STEP + "rounding_of_x_next", lenient, sharp),
    Mutant("on-line edge", str(one_unit.__doc__), "test_on_line_edges.extent", one_unit,
           test_on_line_edges.check_extent),
    Mutant("on-line curvature", "the telescoped sum without its curvature",
           "lionk_ref.certificates.summed_average.Average.add", free_step, holds),
    Mutant("on-line unit", "float32 judged as if it were float64",
           "lionk_ref.certificates.on_line:unit_roundoff", lambda x: 2.0**-53, float32_holds),
]  # fmt: skip
