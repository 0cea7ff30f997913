"""Muon's step as frameworks take it: an odd polynomial of the singular values, not their sign.

An approximation of `polar.polar_factor`, which stays the reference; docs/muon.md has its error
measured against the condition number.
"""

from __future__ import annotations

from itertools import chain, islice, repeat
from typing import TypeAlias

from lionk_ref.arrays import Array, array_namespace, nonzero

Steps: TypeAlias = tuple[tuple[float, float, float], ...]

_POLAR_EXPRESS: Steps = (
    (8.28721201814563, -23.595886519098837, 17.300387312530933),
    (4.107059111542203, -2.9478499167379106, 0.5448431082926601),
    (3.9486908534822946, -2.908902115962949, 0.5518191394370137),
    (3.3184196573706015, -2.488488024314874, 0.51004894012372),
    (2.300652019954817, -1.6689039845747493, 0.4188073119525673),
    (1.891301407787398, -1.2679958271945868, 0.37680408948524835),
    (1.8750014808534479, -1.2500016453999487, 0.3750001645474248),
)

COEFFICIENTS: dict[str, Steps] = {
    "taylor": ((15 / 8, -10 / 8, 3 / 8),),
    "jordan": ((3.4445, -4.7750, 2.0315),),
    "polar_express": (
        *((a / 1.01, b / 1.01**3, c / 1.01**5) for a, b, c in _POLAR_EXPRESS),
        (15 / 8, -10 / 8, 3 / 8),
    ),
}
"""(a, b, c) for each step; the last is repeated.

``taylor`` is the polynomial that agrees with the sign to second order at 1: it converges, and to
1. ``jordan`` is K. Jordan's, which torch.optim.Muon, Optax and Keras have as their default: it is
steeper at 0 and does not converge: five steps take [0.005, 1] into [0.68, 1.21].
``polar_express`` is the best composition for singular values in [1e-3, 1] (Amsel, Persson, Musco
and Gower 2025, arXiv:2505.16932, algorithm 1, with its safety factor 1.01).
"""


def newton_schulz(z: Array, coefficients: str | Steps = "jordan", steps: int = 5) -> Array:
    """p(Z) = a Z + b (Z Z') Z + c (Z Z')^2 Z, repeated from Z/|Z|_F: 3 products of matrices a step.

    It runs in the dtype of z, where the frameworks run in bfloat16. A singular value that is 0
    stays 0; one below 1/(a_1 a_2 ...) of the Frobenius norm does not reach 1.

    Parameters
    ----------
    z : array, shape (..., m, n)
        The matrix, or a batch.
    coefficients : str or tuple of (a, b, c)
        A name of `COEFFICIENTS`, or the steps themselves.
    steps : int
        How often, at least 1.

    Raises
    ------
    ValueError
        If z is no matrix, the name is unknown, or steps < 1.

    Examples
    --------
    >>> import numpy as np
    >>> newton_schulz(np.diag([2.0, -1.0]), "taylor", steps=8).round(6)
    array([[ 1.,  0.],
           [ 0., -1.]])
    """
    xp = array_namespace(z)
    if z.ndim < 2 or steps < 1:
        raise ValueError(f"newton_schulz needs a matrix and steps >= 1, got {z.shape}, {steps!r}.")
    wide = z.shape[-2] <= z.shape[-1]
    x = z if wide else xp.matrix_transpose(z)
    x = x / nonzero(xp.sqrt(xp.sum(x * x, axis=(-2, -1), keepdims=True)))
    for a, b, c in _schedule(coefficients, steps):
        gram = x @ xp.matrix_transpose(x)
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return x if wide else xp.matrix_transpose(x)


def scalar_iteration(s: float, coefficients: str | Steps = "jordan", steps: int = 5) -> float:
    """What `newton_schulz` makes of a singular value of s |Z|_F.

    Examples
    --------
    >>> round(scalar_iteration(0.5), 4)
    0.7654
    """
    for a, b, c in _schedule(coefficients, steps):
        s = s * (a + s * s * (b + s * s * c))
    return s


def _schedule(coefficients: str | Steps, steps: int) -> Steps:
    if isinstance(coefficients, str):
        if coefficients not in COEFFICIENTS:
            known = ", ".join(COEFFICIENTS)
            raise ValueError(f"Unknown coefficients {coefficients!r}; known: {known}.")
        coefficients = COEFFICIENTS[coefficients]
    return tuple(islice(chain(coefficients, repeat(coefficients[-1])), steps))
