"""Mistakes in continuous time: the field, H, Delta, the decompositions, the rows of Table 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import certified_flows
import flow_energies
import flow_rows
import flows
from lionk_ref.arrays import combine, dot
from lionk_ref.continuous import Betas, Coefficients, Rates, special_cases
from lionk_ref.continuous.case import SpecialCase
from lionk_ref.continuous.decompositions import Split, implicit_hamiltonian
from lionk_ref.continuous.flow import Phase
from lionk_ref.continuous.lyapunov import Weights
from lionk_ref.continuous.special_energies import without_damping_printed
from lionk_ref.continuous.trajectory import moved
from lionk_ref.convex import Dilated, PseudoHuber
from lionk_ref.problems import Quadratic
from mutants import Mutant

K = Dilated(PseudoHuber(e=0.3), 2.0)
"""Its slopes differ much from its argument: one taken for the other is seen."""

TOY = Quadratic.toy()


def with_k(check: Callable[[Any], None]) -> Callable[[], None]:
    """A check over all K, at this one."""
    return lambda: check(K)


def printed_map(r: Rates, lr: Any) -> Betas:
    """Below eq. (2) as printed: one letter for the step size and the enhancement."""
    return Betas(1 - lr * r.gamma, 1 - lr * r.gamma)


def swapped_map(r: Rates, lr: Any) -> Betas:
    """beta1 and beta2 change places."""
    return Betas(1 - lr * r.gamma, 1 - r.vareps * r.gamma)


def plus_gradient(m: Any, g: Any, r: Rates) -> Any:
    """V_m = +alpha g - gamma m."""
    return combine(r.alpha, g, -r.gamma, m)


def no_enhancement(m: Any, v_m: Any, r: Rates) -> Any:
    """m_tilde = m."""
    return combine(1, m, 0 * r.vareps, v_m)


def decay_of_the_slope(K: Any, x: Any, m_tilde: Any, r: Rates) -> Any:
    """The decay pushes outward."""
    return combine(1, K.subgradient(m_tilde), r.lam, x)


def weights_without_growth(r: Rates) -> Weights:
    """eta and eta' without 1/(1 + vareps lam)."""
    return Weights(1 - r.vareps * r.gamma, r.gamma + r.lam)


def undivided(p: Any) -> Any:
    """Delta2 without its 1/vareps."""
    return dot(combine(1, p.m_tilde, -1, p.m), combine(1, p.u, -1, p.v))


def penalty_at_x(K: Any, x: Any, lam: float) -> Any:
    """K*(x) for K*(lam x)/lam."""
    return K.conjugate(x)


def momentum_at_x(K: Any, x: Any, lam: float) -> Any:
    """dK*(x) for dK*(lam x)."""
    return K.conjugate_subgradient(0.5 * lam * x)


def parts_exchanged(p: Any, r: Rates) -> Split:
    """What turns and what descends are taken for each other."""
    parts = implicit_hamiltonian(p, r)
    return Split(parts.descent, parts.hamiltonian)


def turning_back(gradient: Phase) -> Phase:
    """(-dH/dm, +dH/dx)."""
    return Phase(combine(-1, gradient.m, 0, gradient.m), gradient.x)


def one_third_each(field: Any, t: float, y: Any, lr: float) -> Any:
    """RK4 with the weights of another rule."""
    k1 = field(t, y)
    k2 = field(t + lr / 2, moved(y, lr / 2, k1))
    k3 = field(t + lr / 2, moved(y, lr / 2, k2))
    for k in (k1, k2, k3):
        y = moved(y, lr / 3, k)
    return y


def row(name: str, **wrong: Any) -> Callable[..., SpecialCase]:
    """A row of Table 1 with wrong coefficients."""

    def make(problem: Any) -> SpecialCase:
        case = ROWS[name](problem)
        r = case.coefficients
        given = {f: getattr(r, f) for f in ("alpha", "gamma", "lam", "vareps")}
        return SpecialCase(
            case.name, case.setting, case.source, case.problem, case.K,
            Coefficients(**{**given, **wrong}), case.textbook, case.enter, case.clock,
        )  # fmt: skip

    return make


ROWS = dict(special_cases.TABLE_1)


def wrong_row(name: str, mistake: str, **wrong: Any) -> Mutant:
    """A row of Table 1 that is not its algorithm."""
    table = {**ROWS, name: row(name, **wrong)}
    return Mutant(
        f"table-1-{name}", mistake, "flow_rows.TABLE_1", table,
        lambda: flow_rows.check_row(name, TOY),
    )  # fmt: skip


MUTANTS = (
    Mutant("flow-gradient-sign", "V_m = +alpha g - gamma m",
           "lionk_ref.continuous.flow.momentum_velocity", plus_gradient, flows.check_field),
    Mutant("flow-no-enhancement", "m_tilde = m",
           "lionk_ref.continuous.flow.look_ahead", no_enhancement, flows.check_field),
    Mutant("flow-decay-outward", "V_x = dK(m_tilde) + lam x",
           "lionk_ref.continuous.flow.position_velocity", decay_of_the_slope, flows.check_field),
    Mutant("flow-solve-scipy", "the trajectory of SciPy starts with half the momentum",
           "lionk_ref.continuous.solve:flat",
           lambda y: np.concatenate([np.ravel(y[0]), 0.5 * np.ravel(y[1])]), flows.check_solve),
    Mutant("map-printed", "beta1 = 1 - lr gamma",
           "flows.betas", printed_map, flows.check_euler_is_eq_2),
    Mutant("map-swapped", "beta1 and beta2 exchanged",
           "flows.betas", swapped_map, flows.check_euler_is_eq_2),
    Mutant("rk4-weights", "RK4 with a third for each stage",
           "lionk_ref.continuous.march:RULES", {"rk4": one_third_each},
           lambda: flows.check_rules("rk4", 4)),
    Mutant("eta", "eta and eta' without 1/(1 + vareps lam), in H",
           "lionk_ref.continuous.lyapunov:weights", weights_without_growth,
           flow_energies.check_objective),
    Mutant("eta-certified", "the same in eq. (10) only",
           "lionk_ref.certificates.theorem_3_1.weights", weights_without_growth,
           certified_flows.check_sensitive),
    Mutant("delta-2", "Delta2 without its 1/vareps",
           "flow_energies.delta_2", undivided, with_k(flow_energies.check_deltas)),
    Mutant("penalty", "K*(x) in the objective",
           "lionk_ref.continuous.lyapunov:penalty", penalty_at_x, flow_energies.check_objective),
    Mutant("best-momentum", "dK* taken at half of lam x",
           "lionk_ref.continuous.descent.best_momentum", momentum_at_x,
           with_k(flow_energies.check_gradient)),
    Mutant("no-damping-printed", "gamma = 0 with K*(x), as printed",
           "lionk_ref.continuous.special_energies.without_damping", without_damping_printed,
           with_k(flow_energies.check_special_energies)),
    Mutant("split-exchanged", "rotation and descent exchanged in (11)",
           "lionk_ref.continuous.decompositions.implicit_hamiltonian", parts_exchanged,
           with_k(flow_energies.check_implicit_hamiltonian)),
    Mutant("split-backwards", "the rotation turns the other way",
           "lionk_ref.continuous.decompositions._rotated", turning_back,
           with_k(flow_energies.check_without_enhancement_split)),
    wrong_row("polyak", "friction on both gamma and lam", lam=0.5),
    wrong_row("nesterov", "without the enhancement", vareps=0.0),
    wrong_row("hamiltonian", "twice the damping", gamma=1.0),
    wrong_row("composite", "without the decay", lam=0.0),
    wrong_row("dual-preconditioning", "the momentum is not switched off", vareps=0.9),
    wrong_row("frank-wolfe", "half the decay", lam=0.75),
    wrong_row("accelerated-mirror", "the gradient does not gain weight", alpha=1 / 9),
)  # fmt: skip
