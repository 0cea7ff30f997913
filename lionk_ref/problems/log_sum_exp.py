"""Section 4. Log-sum-exp without overflow, and its Bregman divergence without cancellation."""

from __future__ import annotations

from lionk_ref.arrays import Array, array_namespace

LARGE = 30.0
"""Where the divergence changes form: far from where exp overflows, and D >= 30 beyond."""


def softplus(z: Array) -> Array:
    """log(1 + exp(z)), the loss in Section 2's logistic f, for z of any size.

    Examples
    --------
    >>> import numpy as np
    >>> softplus(np.array([-1000.0, 0.0, 1000.0]))
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+03])
    """
    xp = array_namespace(z)
    return xp.clip(z, min=0.0) + xp.log1p(xp.exp(-xp.abs(z)))


def log_softmax(z: Array) -> Array:
    """z - log sum exp(z) along the last axis, for Section 2's softmax f, for z of any size."""
    xp = array_namespace(z)
    z = z - xp.max(z, axis=-1, keepdims=True)
    return z - xp.log(xp.sum(xp.exp(z), axis=-1, keepdims=True))


def divergence(z: Array, step: Array) -> Array:
    """D_f(z + step, z) of f = log-sum-exp along the last axis, as in Theorem 4.1's proof.

    With p = softmax(z) and c = step - E_p step it is log E_p exp(c). As E_p c = 0, it also is
    log(1 + E_p(exp(c) - 1 - c)), a sum of terms >= 0.

    Examples
    --------
    >>> import numpy as np
    >>> f"{divergence(np.zeros(2), np.array([0.0, 1e-9])):.12g}"
    '1.25e-19'
    """
    xp = array_namespace(z, step)
    log_p = log_softmax(z)
    p = xp.exp(log_p)
    c = step - xp.sum(p * step, axis=-1, keepdims=True)
    tilted = log_p + c
    largest = xp.max(tilted, axis=-1, keepdims=True)
    above = xp.exp(xp.clip(tilted, max=LARGE)) - p * (1 + c)
    excess = xp.sum(xp.where(c > 1, above, p * _exp_excess(c)), axis=-1)
    far = largest[..., 0] > LARGE
    near_value = xp.log1p(xp.where(far, xp.zeros_like(excess), excess))
    far_value = largest[..., 0] + xp.log(xp.sum(xp.exp(tilted - largest), axis=-1))
    return xp.where(far, far_value, near_value)


def _exp_excess(c: Array) -> Array:
    """exp(c) - 1 - c for c <= 1, and its value at 1 beyond."""
    xp = array_namespace(c)
    c = xp.clip(c, max=1.0)
    near = xp.clip(c, min=-1.0)
    series = xp.ones_like(near)
    for k in range(20, 2, -1):  # the first term left out is below 2/21! of the sum
        series = 1 + series * near / k
    return xp.where(c < -1, xp.expm1(c) - c, near * near / 2 * series)
