"""Section 3, eq. (11) to (13): where the descent comes from, and what only turns."""

from __future__ import annotations

from typing import NamedTuple

from lionk_ref.arrays import Arrays, combine, each
from lionk_ref.continuous.coefficients import Rates
from lionk_ref.continuous.descent import Local, lyapunov_gradient, v_hat_m, v_hat_x, v_x
from lionk_ref.continuous.flow import Phase
from lionk_ref.continuous.lyapunov import weights
from lionk_ref.continuous.special_energies import remainder
from lionk_ref.convex import ConvexFunction


class Split(NamedTuple):
    """A pair (x, m) of fields as the sum of two: the first conserves H, the second lowers it."""

    hamiltonian: Phase
    descent: Phase

    @property
    def total(self) -> Phase:
        """The sum of the two parts."""
        return Phase(*(combine(1, a, 1, b) for a, b in zip(*self, strict=True)))


def implicit_hamiltonian(p: Local, r: Rates) -> Split:
    """Eq. (11): the gradient of H = (-eta V_m, +eta V_x) + (-eta' Vhat_x, -eta Vhat_m).

    The velocity (V_x, V_m) is orthogonal to the first part; with the second its inner product is
    -Delta <= 0.
    """
    eta, eta_prime = weights(r)
    turning = Phase(_times(-eta, p.v_m), _times(eta, v_x(p, r)))
    return Split(turning, Phase(_times(-eta_prime, v_hat_x(p)), _times(-eta, v_hat_m(p))))


def hamiltonian_descent(v: Phase, gradient: Phase, eta: float = -1.0) -> Split:
    """Eq. (12): any velocity (V_x, V_m) as (-eta dH/dm, +eta dH/dx) and a rest, (-Hhat_x, -Hhat_m).

    The first part keeps H constant whatever eta is. H falls where the inner product of the rest
    and of the gradient is not positive. Section 3.1 has eta = -1 throughout.

    Parameters
    ----------
    v : Phase
        The velocity.
    gradient : Phase
        (dH/dx, dH/dm).
    eta : float
        Its sign is that of the rotation.
    """
    turning = Phase(_times(-eta, gradient.m), _times(eta, gradient.x))
    rest = Phase(*(combine(1, a, -1, b) for a, b in zip(v, turning, strict=True)))
    return Split(turning, rest)


def without_decay_split(K: ConvexFunction, p: Local, r: Rates) -> Split:
    """Below eq. (13), lam = 0: (dHtilde/dm, -dHtilde/dx) - (dK(m_tilde0) - dK(m_tilde), gamma m).

    Raises
    ------
    ValueError
        If lam > 0 or vareps gamma >= 1.
    """
    _require_zero("lam", r.lam)
    gradient = second_gradient(K, p, r)
    braking = Phase(combine(-1, gradient.m, 1, p.u), _times(-r.gamma, p.m))
    return Split(_rotated(gradient), braking)


def without_enhancement_split(p: Local, r: Rates) -> Split:
    """Section 3.1, vareps = 0: (dH/dm, -dH/dx) - (0, (gamma + lam) (m - dK*(lam x))).

    With lam = 0 the descent is (0, gamma m): the conformal Hamiltonian system.

    Raises
    ------
    ValueError
        If vareps > 0.
    """
    _require_zero("vareps", r.vareps)
    braking = Phase(_times(0.0, p.x), _times(-(r.gamma + r.lam), combine(1, p.m, -1, p.w)))
    return Split(_rotated(lyapunov_gradient(p, r)), braking)


def second_gradient(K: ConvexFunction, p: Local, r: Rates) -> Phase:
    """Eq. (13) differentiated: (alpha g, dK((1 - vareps gamma) m))."""
    return Phase(_times(r.alpha, p.g), K.subgradient(_times(remainder(r), p.m)))


def _rotated(gradient: Phase) -> Phase:
    return Phase(gradient.m, _times(-1.0, gradient.x))


def _times(c: float, tree: Arrays) -> Arrays:
    return each(lambda a: c * a, tree)


def _require_zero(name: str, value: float) -> None:
    if value != 0:
        raise ValueError(f"This decomposition is for {name} = 0, got {name}={value!r}.")
